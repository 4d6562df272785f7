/** What became of a payout: sent by the bank or provider, or come back. Each once, whoever asks and however often. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { payouts } from '../../shared/payouts.ts'
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tell, tellAll } from '../foundation/events.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { JobContext } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { post, type AccountRef, type TransferInput } from '../ledger/index.ts'
import { clearing, providerOf } from '../payments/index.ts'
import { mayActFor } from '../people/index.ts'
import { account } from './batches.ts'
import { masked } from './policy.ts'
import { endBatch, insertDecision, lockPayouts, markPaid, markReturned, noteRef, readBatch, readPayout, type PayoutRow } from './store.ts'
import { lockParty, readMethod, setMethod } from './store-methods.ts'

type Entries = typeof payouts.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** Where the money of a route lies: below zero by what is there. */
export const outlet = (route: string, currency: string): AccountRef =>
  route === 'bank' ? { owner: 'bank:main', purpose: 'clearing', asset: currency, floor: null } : clearing(route, currency)

const sent = (row: PayoutRow, at: Date): TransferInput => ({
  key: `payout_sent:${row.id}`,
  kind: 'payout_sent',
  cause: `payout:${row.id}`,
  note: masked(row.account),
  at,
  entries: [
    { account: account(row.party, 'paying', row.currency), amount: -row.net },
    { account: outlet(row.route, row.currency), amount: row.net },
  ],
})

/** Back to its owner, from where it is: on its way, or sent already. What was withheld comes back too. */
const returned = (row: PayoutRow, at: Date): TransferInput => ({
  key: `payout_returned:${row.id}`,
  kind: 'payout_returned',
  cause: `payout:${row.id}`,
  note: masked(row.account),
  at,
  entries: [
    { account: row.state === 'paid' ? outlet(row.route, row.currency) : account(row.party, 'paying', row.currency), amount: -row.net },
    { account: account(row.party, 'available', row.currency), amount: row.net },
    ...(row.withheld === 0n
      ? []
      : [
          { account: account(`tax:${row.taxCode}`, 'payable', row.currency), amount: -row.withheld, step: 'withheld' },
          { account: account(row.party, 'available', row.currency), amount: row.withheld, step: 'withheld' },
        ]),
  ],
})

/** Marks what is on its way as paid. These rows are locked. */
async function settleSent(tx: Tx, rows: readonly PayoutRow[], ref: string | null, at: Date): Promise<void> {
  for (let from = 0; from < rows.length; from += 1000)
    await post(
      tx,
      rows.slice(from, from + 1000).map(row => sent(row, at)),
    )
  await markPaid(
    tx,
    rows.map(row => row.id),
    ref,
    at,
  )
  await tellAll(
    tx,
    rows.map(row => ({ type: 'payout_sent', payout: row.id })),
  )
}

/** Gives a payout back to its owner, who must look at the account. The row is locked. */
async function giveBack(tx: Tx, row: PayoutRow, why: { reason: string; note: string | null; ref: string | null }, at: Date): Promise<void> {
  await post(tx, [returned(row, at)])
  await markReturned(tx, row.id, { ...why, at })
  await tell(tx, { type: 'payout_returned', payout: row.id })
  await lockParty(tx, row.party)
  const method = await readMethod(tx, row.method)
  if (method?.state === 'active') await setMethod(tx, row.method, { state: 'check', at, problem: why.note ?? why.reason })
}

export async function confirmSent(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /console/payout-batches/:id/confirm'>,
): Promise<Ok<'POST /console/payout-batches/:id/confirm'>> {
  const batch = await readBatch(tx, input.id, true)
  if (batch === undefined) throw fault('not_found')
  if (batch.state !== 'approved' && batch.state !== 'done') throw fault('conflict')
  const rows = await lockPayouts(tx, batch.id, input.payouts)
  if (input.payouts !== undefined) {
    if (rows.length !== new Set(input.payouts).size) throw fault('not_found')
    // What a provider sends it reports itself; what came back or was dropped was not sent.
    if (rows.some(row => row.route !== 'bank' || (row.state !== 'paying' && row.state !== 'paid'))) throw fault('conflict')
  }
  const open = rows.filter(row => row.route === 'bank' && row.state === 'paying')
  if (open.length === 0) return { paid: 0 }
  const at = clock.now()
  await settleSent(tx, open, null, at)
  await endBatch(tx, batch.id, at)
  await insertDecision(tx, { subject: batch.id, act: `confirmed ${open.length}`, reason: input.reason, by: viewer.id, at })
  return { paid: open.length }
}

async function lockOne(tx: Tx, id: string): Promise<PayoutRow | undefined> {
  const found = await readPayout(tx, id)
  return found === undefined ? undefined : (await lockPayouts(tx, found.batch, [id]))[0]
}

export async function returnPayout(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /console/payouts/:id/return'>,
): Promise<Ok<'POST /console/payouts/:id/return'>> {
  const row = await lockOne(tx, input.id)
  if (row === undefined) throw fault('not_found')
  // Paid again to oneself: not by oneself.
  if (await mayActFor(tx, viewer, row.party, ['owner', 'finance'])) throw fault('forbidden', 'four_eyes')
  if (row.state === 'returned') return { ok: true }
  // While a provider has it in its hands only the provider can say so.
  if (row.state !== 'paid' && !(row.state === 'paying' && row.route === 'bank')) throw fault('conflict')
  const at = clock.now()
  await giveBack(tx, row, { reason: input.code, note: input.reason, ref: null }, at)
  await endBatch(tx, row.batch, at)
  await insertDecision(tx, { subject: row.id, act: 'returned', reason: input.reason, by: viewer.id, at })
  return { ok: true }
}

type Answer = { state: 'sent' | 'paid' | 'failed'; ref: string; problem: string | null }

/** What a provider said about a payout. A second answer changes nothing. */
export async function noteAnswer(tx: Tx, id: string, answer: Answer): Promise<void> {
  const row = await lockOne(tx, id)
  if (row?.state !== 'paying') return
  const at = clock.now()
  if (answer.state === 'paid') await settleSent(tx, [row], answer.ref, at)
  else if (answer.state === 'failed')
    await giveBack(tx, row, { reason: 'provider_refused', note: answer.problem?.slice(0, 500) ?? null, ref: answer.ref }, at)
  else return noteRef(tx, id, answer.ref)
  await endBatch(tx, row.batch, at)
}

/** How long until a provider is asked again: a minute, then longer, at most six hours. */
const pauseMs = (asked: number): number => Math.min(6 * 3600_000, 60_000 * 2 ** asked)

const askAgain = (tx: Tx, payout: string, asked: number): Promise<void> =>
  enqueue(
    tx,
    'payouts.ask',
    { payout, asked: asked + 1 },
    { key: `payouts.ask ${payout}`, runAt: new Date(clock.now().getTime() + pauseMs(asked)) },
  )

/** Hands a payout to its provider. Our id is the provider's key: run twice it is sent once. */
export async function send({ db, read, write, config }: JobContext, { payout }: { payout: string }): Promise<void> {
  const row = await readPayout(read, payout)
  if (row?.state !== 'paying') return
  const { payOut } = providerOf(row.route)
  if (payOut === undefined) throw new Error(`${row.route} does not pay out`)
  const answer = await payOut(
    { db, config },
    { key: row.id, amount: row.net, currency: row.currency, account: row.account, name: row.holder, note: row.id.slice(4) },
  )
  await write(async tx => {
    await noteAnswer(tx, payout, answer)
    if (answer.state === 'sent') await askAgain(tx, payout, 0)
  })
}

/** Asks how a payout that was handed over stands. */
export async function ask({ db, read, write, config }: JobContext, { payout, asked }: { payout: string; asked: number }): Promise<void> {
  const row = await readPayout(read, payout)
  if (row?.state !== 'paying') return
  const { payOutState } = providerOf(row.route)
  if (payOutState === undefined) return
  const answer = await payOutState({ db, config }, row.id)
  await write(async tx => {
    await noteAnswer(tx, payout, answer)
    if (answer.state === 'sent') await askAgain(tx, payout, asked)
  })
}
