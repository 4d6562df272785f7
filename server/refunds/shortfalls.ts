/** What a receiver should have given back and could not: the operator decides who pays for now; what is owed comes out of later income first. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { refunds } from '../../shared/refunds.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { balancesOf, bookOwner, post, type AccountRef } from '../ledger/index.ts'
import { planetCosts } from '../payments/index.ts'
import { mayActFor } from '../people/index.ts'
import { lockLines, takeBack } from '../shop/index.ts'
import { causeOf, letGo, takeAside, type Front } from './clawback.ts'
import { changeRequest, readRequest } from './store.ts'
import {
  addRecovered,
  asidesOf,
  debtsOf,
  decideShortfall,
  everOwed,
  listShortfalls,
  lockOwnMoney,
  readShortfall,
  refuseShortfalls,
  shortfallsOf,
  type ShortfallRow,
} from './store-money.ts'

type Entries = (typeof refunds)['entries']
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Shortfall = Ok<'POST /console/shortfalls/:id/decide'>

const receivable = (owner: string, asset: string): AccountRef => ({ owner, purpose: 'receivable', asset, floor: null })
const available = (owner: string, asset: string): AccountRef => ({ owner, purpose: 'available', asset })
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n)

/** The planet's own money of a currency: commission, less what it bore and what others owe it. Below zero others' money would be paying. */
export async function ownMoney(db: Read | Tx, currency: string): Promise<bigint> {
  const owing = await everOwed(db, currency)
  return sum(
    await balancesOf(db, [
      { owner: 'planet', purpose: 'commission', asset: currency },
      planetCosts(currency),
      ...owing.map(owner => receivable(owner, currency)),
    ]),
  )
}

async function shown(db: Read | Tx, row: ShortfallRow): Promise<Shortfall> {
  const value = (amount: bigint) => ({ amount, currency: row.currency as Currency })
  const before = await ownMoney(db, row.currency)
  const there = sum(
    await balancesOf(db, [available(row.owner, row.currency), { owner: row.owner, purpose: 'reserve', asset: row.currency }]),
  )
  // Of a dispute the planet has paid already.
  const pays = row.kind === 'refund' && row.state === 'open' ? row.amount : 0n
  return {
    id: row.id,
    kind: row.kind,
    cause: row.cause,
    title: row.title,
    state: row.state,
    reason: row.reason,
    order: {
      id: row.order,
      number: row.number,
    },
    party: {
      id: row.owner,
      name: row.name,
    },
    amount: value(row.amount),
    recovered: value(row.recovered),
    createdAt: row.createdAt,
    until: row.until,
    decidedAt: row.decidedAt,
    there: value(there < row.amount ? there : row.amount),
    own: {
      before: value(before),
      after: value(before - pays),
    },
  }
}

/** Refuses a refund that waits: what was set aside goes back to those who have it. Its line is locked. */
async function refuse(tx: Tx, id: string, line: string, answer: string | null, by: string | null, at: Date): Promise<void> {
  await refuseShortfalls(tx, id, answer ?? 'timeout', by ?? 'planet', at)
  await letGo(tx, id, line, 'refund_refused', at)
  await changeRequest(tx, id, { state: 'declined', answer, answerCode: by === null ? 'timeout' : 'refused', by, at })
}

/** Carries out a refund whose shortfalls are decided. Those that are needless by now are covered. */
async function carryOut(tx: Tx, id: string, lineId: string, at: Date): Promise<void> {
  const line = (await lockLines(tx, [lineId])).get(lineId)!
  const request = (await readRequest(tx, id))!
  const decided = await shortfallsOf(tx, id)
  const front: Front = owner => (decided.find(row => row.owner === owner)?.state === 'receivable' ? 'receivable' : 'borne')
  const short = new Map((await takeAside(tx, id, line, front, at)).map(({ owner, amount }) => [owner, amount]))
  // Something that was set aside went meanwhile (an appeal): nobody decided about that.
  for (const [owner, amount] of short)
    if (amount > (decided.find(row => row.owner === owner)?.amount ?? 0n)) throw fault('conflict', 'shortfall_grew')
  for (const row of decided) {
    const amount = short.get(row.owner)
    if (amount === undefined) await decideShortfall(tx, row.id, { state: 'covered', reason: null, by: null, at })
    else if (amount !== row.amount) await decideShortfall(tx, row.id, { state: row.state as 'borne', amount, reason: null, by: null, at })
  }
  await takeBack(tx, line, { amount: request.amount, key: `refund:${id}`, cause: causeOf(id), reason: request.reason, at })
  await changeRequest(tx, id, { state: 'done', by: decided.at(-1)?.by ?? null, at })
  await tell(tx, { type: 'refund_done', refund: id })
}

/** A dispute was lost and the planet has paid: from now on the party owes it. */
async function owe(tx: Tx, row: ShortfallRow, at: Date): Promise<void> {
  await post(tx, [
    {
      key: `receivable:${row.cause}:${row.line}:${row.owner}`,
      kind: 'receivable',
      cause: causeOf(row.cause),
      note: row.title,
      at,
      entries: [
        { account: receivable(row.owner, row.currency), amount: -row.amount },
        { account: planetCosts(row.currency), amount: row.amount, step: 'receivable' },
      ],
    },
  ])
}

const states = { receivable: 'receivable', borne: 'borne', refuse: 'refused' } as const

/** Decides a shortfall; when all of a refund are decided it is carried out. The planet never fronts more than its own money. */
export async function decide(tx: Tx, viewer: Viewer, input: Input<'POST /console/shortfalls/:id/decide'>): Promise<Shortfall> {
  const { decision, reason } = input
  const at = clock.now()
  const first = await readShortfall(tx, input.id)
  if (first === undefined) throw fault('not_found')
  // Not by who owes it, nor by who gets the refund.
  const buyer = first.kind === 'refund' ? (await readRequest(tx, first.cause))?.buyer : undefined
  if (buyer === viewer.id || (await mayActFor(tx, viewer, first.owner, ['owner', 'manager', 'finance'])))
    throw fault('forbidden', 'four_eyes')
  await lockLines(tx, [first.line])
  await lockOwnMoney(tx)
  const row = (await readShortfall(tx, input.id, true))!
  const state = states[decision]
  if (row.state !== 'open') {
    if (row.state === state && row.by === viewer.id && row.reason === reason) return shown(tx, row)
    throw fault('conflict', 'already_decided')
  }
  if (decision === 'refuse' && row.kind === 'dispute') throw fault('unprocessable', 'refuse_refunds_only')
  await decideShortfall(tx, row.id, { state, reason, by: viewer.id, at })
  if (row.kind === 'dispute') {
    if (decision === 'receivable') await owe(tx, row, at)
  } else if (decision === 'refuse') {
    await refuse(tx, row.cause, row.line, reason, viewer.id, at)
  } else {
    const all = await shortfallsOf(tx, row.cause, true)
    if (all.every(other => other.state !== 'open')) await carryOut(tx, row.cause, row.line, at)
    // Decided, not yet moved: what others of this refund would take counts already.
    else if ((await ownMoney(tx, row.currency)) < sum(all.filter(other => other.state !== 'open').map(other => other.amount)))
      throw fault('conflict', 'own_money_short')
  }
  if (row.kind === 'refund' && decision !== 'refuse' && (await ownMoney(tx, row.currency)) < 0n) throw fault('conflict', 'own_money_short')
  return shown(tx, (await readShortfall(tx, row.id))!)
}

/** Nobody decided in time: a refund is refused, what a dispute cost is borne. */
export async function undecided(tx: Tx, cause: string, at: Date): Promise<void> {
  const [first] = await shortfallsOf(tx, cause)
  if (first === undefined) return
  await lockLines(tx, [first.line])
  const open = (await shortfallsOf(tx, cause, true)).filter(row => row.state === 'open' && row.until !== null && row.until <= at)
  for (const row of open)
    await decideShortfall(tx, row.id, { state: row.kind === 'refund' ? 'refused' : 'borne', reason: 'timeout', by: 'planet', at })
  const request = first.kind === 'refund' ? await readRequest(tx, cause) : undefined
  if (request?.state === 'short' && open.length > 0) await refuse(tx, cause, first.line, null, null, at)
}

/** What is there by now may be enough: a refund that waits is carried out without a decision. */
export async function tryAgain(tx: Tx, cause: string, at: Date): Promise<boolean> {
  const [first] = await shortfallsOf(tx, cause)
  if (first === undefined || first.kind !== 'refund') return false
  await lockLines(tx, [first.line])
  const rows = await shortfallsOf(tx, cause, true)
  if (rows.some(row => row.state !== 'open')) return false
  const asides = await asidesOf(tx, cause, first.line)
  for (const { owner, currency } of rows) {
    const aside = asides.find(one => one.owner === owner)
    const there = sum(await balancesOf(tx, [available(owner, currency), { owner, purpose: 'reserve', asset: currency }]))
    if (aside === undefined || aside.wanted > there + aside.open) return false
  }
  await carryOut(tx, cause, first.line, at)
  return true
}

/** Later income pays what a party owes, oldest first (kind `recovered`). Gives how much. */
export async function recover(tx: Tx, owner: string, currency: string, at: Date): Promise<bigint> {
  const debts = await debtsOf(tx, owner, currency, true)
  let left = (await balancesOf(tx, [available(owner, currency)]))[0]!
  let total = 0n
  for (const debt of debts) {
    const open = debt.amount - debt.recovered
    const part = left < open ? left : open
    if (part <= 0n) break
    await post(tx, [
      {
        key: `recovered:${newId('sht', at)}`,
        kind: 'recovered',
        cause: causeOf(debt.cause),
        note: debt.title,
        at,
        entries: [
          { account: available(owner, currency), amount: -part },
          { account: receivable(owner, currency), amount: part },
        ],
      },
    ])
    await addRecovered(tx, debt.id, part)
    left -= part
    total += part
  }
  return total
}

export async function getShortfalls(
  db: Read,
  _viewer: Viewer,
  input: Input<'GET /console/shortfalls'>,
): Promise<Ok<'GET /console/shortfalls'>> {
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const rows = await listShortfalls(db, {
    state: input.state ?? null,
    after: at === undefined ? null : { at, id: id! },
    limit: input.limit + 1,
  })
  const { items, next } = pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.createdAt, row.id),
  )
  return { items: await Promise.all(items.map(row => shown(db, row))), next }
}

export async function getOwed(db: Read, viewer: Viewer, input: Input<'GET /me/owed'>): Promise<Ok<'GET /me/owed'>> {
  const owner = await bookOwner(db, viewer, input.as)
  const rows = await debtsOf(db, owner, null)
  const value = (amount: bigint, currency: string) => ({ amount, currency: currency as Currency })
  return {
    items: rows.map(row => ({
      id: row.id,
      kind: row.kind,
      title: row.title,
      reason: row.reason!,
      at: row.decidedAt!,
      party: {
        id: row.owner,
        name: row.name,
      },
      amount: value(row.amount, row.currency),
      recovered: value(row.recovered, row.currency),
    })),
  }
}
