/** Deciding about what differs: matched by hand, explained, written off by two people, or settled by a rule. The source's lock makes one decision follow the other. */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { post, type AccountRef, type EntryInput, type TransferInput } from '../ledger/index.ts'
import { planetCosts } from '../payments/index.ts'
import {
  changeException,
  changeRule,
  insertDecision,
  link,
  lockOwnMoney,
  markBooked,
  ownMoney,
  readException,
  type ExceptionRow,
  type RuleRow,
} from './store-exceptions.ts'
import { matchSource, ruledExceptions } from './store-match.ts'
import { lockSource } from './store.ts'

const clearingOf = (source: string, currency: string): AccountRef => ({ owner: source, purpose: 'clearing', asset: currency, floor: null })
/** The planet's bank account that providers pay out to. */
const bank = 'bank:main'

/** The exception under the lock of its source; refused when it is closed. */
async function take(tx: Tx, id: string): Promise<ExceptionRow> {
  const seen = await readException(tx, id)
  if (seen === undefined) throw fault('not_found')
  await lockSource(tx, seen.source)
  const found = (await readException(tx, id))!
  if (found.closedAt !== null) throw fault('conflict', 'exception_closed')
  return found
}

async function decided(tx: Tx, id: string, action: string, viewer: Viewer, reason: string): Promise<ExceptionRow> {
  await insertDecision(tx, { exception: id, action, by: viewer.id, reason, at: clock.now() })
  return (await readException(tx, id))!
}

/** `counterpart`: a line's number, or account/version of what the ledger has. */
export async function matchByHand(
  tx: Tx,
  viewer: Viewer,
  input: { id: string; counterpart: string; reason: string },
): Promise<ExceptionRow> {
  const found = await take(tx, input.id)
  const [first = '', second] = input.counterpart.split('/')
  const told = second === undefined ? BigInt(first) : found.line
  const fact =
    second !== undefined
      ? { account: BigInt(first), version: BigInt(second) }
      : found.account !== null && found.version !== null
        ? { account: found.account, version: found.version }
        : null
  if (told === null || fact === null || !(await link(tx, found.source, told, fact))) throw fault('conflict', 'not_a_counterpart')
  const at = clock.now()
  await changeException(tx, found.id, { state: 'matched', reason: input.reason, proposedBy: null, closedAt: at })
  const after = await decided(tx, found.id, 'match', viewer, input.reason)
  // The other side may have been an exception too, and amounts may still differ.
  await matchSource(tx, found.source, at)
  return after
}

export async function explain(tx: Tx, viewer: Viewer, input: { id: string; reason: string }): Promise<ExceptionRow> {
  const found = await take(tx, input.id)
  await changeException(tx, found.id, { state: 'explained', reason: input.reason, proposedBy: null, closedAt: null })
  return decided(tx, found.id, 'explain', viewer, input.reason)
}

export async function proposeWriteOff(tx: Tx, viewer: Viewer, input: { id: string; reason: string }): Promise<ExceptionRow> {
  const found = await take(tx, input.id)
  if (found.state === 'proposed' && found.proposedBy === viewer.id) return found
  if (found.state === 'proposed') throw fault('conflict', 'exception_closed')
  await changeException(tx, found.id, { state: 'proposed', reason: input.reason, proposedBy: viewer.id, closedAt: null })
  return decided(tx, found.id, 'propose', viewer, input.reason)
}

export async function declineWriteOff(tx: Tx, viewer: Viewer, input: { id: string; reason: string }): Promise<ExceptionRow> {
  const found = await take(tx, input.id)
  if (found.state !== 'proposed') throw fault('conflict', 'exception_closed')
  await changeException(tx, found.id, { state: 'open', reason: null, proposedBy: null, closedAt: null })
  return decided(tx, found.id, 'decline', viewer, input.reason)
}

/** What the source holds more than the ledger says (less: below 0), by currency. */
function effectsOf(e: ExceptionRow): Map<string, bigint> {
  if (e.kind !== 'currency_differs') return new Map([[e.currency, e.effect]])
  const net = (side: { amount: string; fee: string | null }): bigint => BigInt(side.amount) - BigInt(side.fee ?? '0')
  return new Map([
    [e.there!.currency, net(e.there!)],
    [e.here!.currency, -net(e.here!)],
  ])
}

const adjustment = (source: string, exception: string, effects: ReadonlyMap<string, bigint>, at: Date): TransferInput | undefined => {
  const entries: EntryInput[] = [...effects]
    .filter(([, effect]) => effect !== 0n)
    .flatMap(([currency, effect]) => [
      { account: clearingOf(source, currency), amount: -effect },
      { account: planetCosts(currency), amount: effect, step: 'difference' },
    ])
  return entries.length === 0 ? undefined : { key: `exc:${exception}`, kind: 'adjustment', cause: `exception:${exception}`, at, entries }
}

/** A second person: the planet bears it (or keeps it). Refused when others' money would have to pay. */
export async function confirmWriteOff(tx: Tx, viewer: Viewer, input: { id: string; reason: string }): Promise<ExceptionRow> {
  const found = await take(tx, input.id)
  if (found.state !== 'proposed') throw fault('conflict', 'exception_closed')
  if (found.proposedBy === viewer.id) throw fault('forbidden', 'second_person')
  const at = clock.now()
  const effects = effectsOf(found)
  for (const [currency, effect] of effects) {
    if (effect >= 0n) continue
    await lockOwnMoney(tx)
    if ((await ownMoney(tx, currency)) + effect < 0n) throw fault('conflict', 'own_money_short')
  }
  const transfer = adjustment(found.source, found.id, effects, at)
  if (transfer) await post(tx, [transfer])
  await markBooked(tx, [found.id])
  await changeException(tx, found.id, { state: 'booked', reason: found.reason, proposedBy: found.proposedBy, closedAt: at })
  return decided(tx, found.id, 'confirm', viewer, input.reason)
}

const perRound = 400

/** Settles what rules settle. The source is locked. */
export async function applyRules(tx: Tx, source: string, at: Date): Promise<number> {
  let settled = 0
  for (;;) {
    const ruled = await ruledExceptions(tx, source, perRound)
    if (ruled.length === 0) return settled
    const transfers: TransferInput[] = []
    for (const { id, action, currency, effect, amount } of ruled) {
      if (action === 'costs') transfers.push(adjustment(source, id, new Map([[currency, effect]]), at)!)
      else {
        // The bank has the amount; what the provider kept for sending it is the planet's cost.
        const sent = amount ?? effect
        transfers.push({
          key: `exc:${id}`,
          kind: 'sweep',
          cause: `exception:${id}`,
          at,
          entries: [
            { account: clearingOf(source, currency), amount: -effect },
            { account: clearingOf(bank, currency), amount: sent, step: 'sweep' },
            ...(effect === sent ? [] : [{ account: planetCosts(currency), amount: effect - sent, step: 'provider_fee' }]),
          ],
        })
      }
    }
    await post(tx, transfers)
    await markBooked(
      tx,
      ruled.map(one => one.id),
    )
    for (const { id, rule } of ruled) {
      await changeException(tx, id, { state: 'booked', reason: null, proposedBy: null, rule, closedAt: at })
      await insertDecision(tx, { exception: id, action: 'rule', by: null, reason: rule, at })
    }
    settled += ruled.length
  }
}

export async function setRule(
  tx: Tx,
  viewer: Viewer,
  input: { id: string; active: boolean; most?: bigint | null | undefined; reason: string },
): Promise<RuleRow> {
  const rule = await changeRule(tx, { ...input, most: input.most, by: viewer.id, at: clock.now() })
  if (rule === undefined) throw fault('not_found')
  return rule
}
