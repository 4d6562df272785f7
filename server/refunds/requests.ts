/** Refunds: asked for by buyers, decided by sellers, then by finance; or given without being asked. One line each, in part or whole, any number of times. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault, Fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { refunds } from '../../shared/refunds.ts'
import { clock, idOfKey, newId } from '../foundation/clock.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { readSetting } from '../foundation/settings.ts'
import { mayActFor } from '../people/index.ts'
import { leftOf, lockLines, takeBack, type OpenLine } from '../shop/index.ts'
import { causeOf, collect, decideWithinMs, givesFor, letGo, noteShort, setAside } from './clawback.ts'
import { can, financeMs, isStaffFor, sellerMs, usualDays, whyNot, type Role } from './policy.ts'
import {
  changeRequest,
  insertRequest,
  linesOfOrder,
  readLines,
  readRequest,
  requestsOfLines,
  spokenFor,
  type AnswerCode,
  type LineRow,
  type NewRequest,
  type RequestRow,
} from './store.ts'
import { insertGives, refuseShortfalls } from './store-money.ts'

type Entries = (typeof refunds)['entries']
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Refund = Ok<'GET /refunds/:id'>

/** Who of an organisation decides about refunds. */
export const sellers = ['owner', 'manager', 'finance'] as const
export const daysSetting = 'refunds.days'
export const askDays = async (db: Read | Tx): Promise<number> => (await readSetting<number>(db, daysSetting)) ?? usualDays

export async function roleIn(db: Read | Tx, viewer: Viewer, line: Pick<LineRow, 'buyer' | 'owner'>): Promise<Role> {
  return {
    buyer: line.buyer === viewer.id,
    seller: await mayActFor(db, viewer, line.owner, sellers),
    staff: isStaffFor(viewer, line.buyer),
  }
}

export function shown(row: RequestRow, role: Role): Refund {
  const value = (amount: bigint) => ({ amount, currency: row.currency as Currency })
  return {
    id: row.id,
    line: row.line,
    order: {
      id: row.order,
      number: row.number,
    },
    title: row.title,
    buyer: {
      id: row.buyer,
      name: row.buyerName,
    },
    seller: {
      id: row.page,
      name: row.seller,
    },
    asked: value(row.asked),
    amount: value(row.amount),
    price: value(row.price),
    refunded: value(row.refunded),
    side: row.side,
    reason: row.reason,
    note: row.note,
    state: row.state,
    answer: row.answer,
    answerCode: row.answerCode,
    createdAt: row.createdAt,
    until: row.until,
    decidedAt: row.decidedAt,
    downloaded: row.downloaded,
    can: {
      approve: can.approve(role, row.state),
      decline: can.decline(role, row.state),
      withdraw: can.withdraw(role, row.state),
      escalate: can.escalate(role, row, clock.now()),
    },
  }
}

/** A refund of which the viewer may know. */
async function seen(db: Read | Tx, viewer: Viewer, id: string): Promise<{ row: RequestRow; role: Role }> {
  const row = await readRequest(db, id)
  const role = row && (await roleIn(db, viewer, row))
  if (row === undefined || role === undefined || !can.see(role)) throw fault('not_found')
  return { row, role }
}
const answer = async (db: Read | Tx, viewer: Viewer, id: string): Promise<Refund> => {
  const { row, role } = await seen(db, viewer, id)
  return shown(row, role)
}
export const getRefund = (db: Read, viewer: Viewer, input: Input<'GET /refunds/:id'>): Promise<Refund> => answer(db, viewer, input.id)

/** The line locked, with its order and payment: nothing else changes what is left of it meanwhile. */
async function lockLine(tx: Tx, id: string): Promise<OpenLine> {
  const line = (await lockLines(tx, [id])).get(id)
  if (line === undefined) throw fault('not_found')
  return line
}

/** How much of a locked line can go back now; faults when nothing can. */
async function leftNow(tx: Tx, line: OpenLine): Promise<bigint> {
  if ((line.state !== 'held' && line.state !== 'settled') || leftOf(line) === 0n) throw fault('conflict', 'nothing_to_refund')
  const spoken = (await spokenFor(tx, [line.id])).get(line.id)!
  if (spoken.disputed > 0n) throw fault('conflict', 'dispute_open')
  if (spoken.short > 0n) throw fault('conflict', 'refund_waits')
  return leftOf(line)
}
function checkAmount(amount: bigint, left: bigint): void {
  if (amount <= 0n || amount > left) throw fault('unprocessable', 'refund_too_much', { fields: { amount: left.toString() } })
}

/** Moves the money of a refund: from escrow, or from those who got it. `short`: somebody lacks something, and the operator decides. */
async function perform(tx: Tx, id: string, line: OpenLine, amount: bigint, reason: string, at: Date): Promise<'done' | 'short'> {
  const back = { amount, key: `refund:${id}`, cause: causeOf(id), reason, at }
  if (line.state === 'settled') {
    const gives = await givesFor(tx, line.id, amount)
    const short = await collect(tx, { id, line, gives, at })
    if (short.length > 0) {
      const lacking = await setAside(tx, id, line, gives, 'refund', at)
      // Income came in the moment between: nobody would have anything to decide. The whole transaction is tried again.
      if (lacking.length === 0) throw Object.assign(new Error('balances moved'), { code: '40001' })
      await noteShort(tx, 'refund', id, line, lacking, at)
      return 'short'
    }
    await insertGives(tx, id, line.id, gives, 'given')
  }
  await takeBack(tx, line, back)
  await tell(tx, { type: 'refund_done', refund: id })
  return 'done'
}

/** After a refund: requests that wait for nothing any more are over. */
async function endOthers(tx: Tx, line: OpenLine, but: string, at: Date): Promise<void> {
  if (leftOf(line) > 0n) return
  for (const other of await requestsOfLines(tx, [line.id]))
    if (other.id !== but && (other.state === 'asked' || other.state === 'escalated'))
      await changeRequest(tx, other.id, { state: 'withdrawn', answerCode: 'refunded', at })
}

/** A request as it was made before under this id; faults when it was another one. */
function same(before: RequestRow, wanted: Pick<NewRequest, 'line' | 'by' | 'reason' | 'note'> & { amount: bigint | undefined }): void {
  const equal =
    before.line === wanted.line &&
    before.by === wanted.by &&
    before.reason === wanted.reason &&
    before.note === wanted.note &&
    (wanted.amount === undefined || before.asked === wanted.amount)
  if (!equal) throw fault('conflict', 'key_reused')
}

const noted = (note: string | undefined): string | null => (note === undefined || note === '' ? null : note)

/** A buyer asks. The same id again is the same request. */
export async function askRefund(tx: Tx, viewer: Viewer, input: Input<'POST /refunds'>): Promise<Refund> {
  const at = clock.now()
  const line = await lockLine(tx, input.line)
  if (line.buyer !== viewer.id) throw fault('not_found')
  const id = input.id ?? newId('rfq', at)
  const wanted = { line: line.id, by: viewer.id, reason: input.reason, note: noted(input.note), amount: input.amount }
  const before = await readRequest(tx, id)
  if (before !== undefined) {
    same(before, wanted)
    return answer(tx, viewer, id)
  }
  const spoken = (await spokenFor(tx, [line.id])).get(line.id)!
  const others = await requestsOfLines(tx, [line.id])
  const waiting = others.some(other => other.until !== null)
  const { state, kind, paidAt } = line
  const why = whyNot(
    { state, kind, paidAt, downloaded: line.downloadedAt !== null, left: leftOf(line), disputed: spoken.disputed > 0n, waiting },
    await askDays(tx),
    at,
  )
  if (why === 'refund_too_late' || why === 'refund_downloaded') throw fault('unprocessable', why)
  if (why !== null) throw fault('conflict', why)
  const amount = input.amount ?? leftOf(line)
  checkAmount(amount, leftOf(line))
  const { order, page, buyer, currency } = line
  const until = new Date(at.getTime() + sellerMs)
  const row: NewRequest = { ...wanted, id, order, page, buyer, currency, amount, side: 'buyer', state: 'asked', until, at }
  if (!(await insertRequest(tx, row))) throw fault('conflict', 'key_reused')
  return answer(tx, viewer, id)
}

export async function withdrawRefund(tx: Tx, viewer: Viewer, input: Input<'POST /refunds/:id/withdraw'>): Promise<Refund> {
  const first = await seen(tx, viewer, input.id)
  if (!first.role.buyer) throw fault('not_found')
  await lockLine(tx, first.row.line)
  const { row, role } = await seen(tx, viewer, input.id)
  if (row.state !== 'withdrawn') {
    if (!can.withdraw(role, row.state)) throw fault('conflict', 'already_decided')
    await changeRequest(tx, row.id, { state: 'withdrawn', by: viewer.id, at: clock.now() })
  }
  return answer(tx, viewer, row.id)
}

/** Grants a request that waits (its line is locked): all that was asked for, or less. */
async function grant(
  tx: Tx,
  line: OpenLine,
  row: RequestRow,
  given: bigint | null,
  by: string | null,
  words: string | null,
  at: Date,
): Promise<void> {
  const left = await leftNow(tx, line)
  const amount = given ?? (row.asked < left ? row.asked : left)
  checkAmount(amount, row.asked < left ? row.asked : left)
  const state = await perform(tx, row.id, line, amount, row.reason, at)
  const until = new Date(at.getTime() + decideWithinMs)
  await changeRequest(tx, row.id, { state, amount, until, answer: words, answerCode: by === null ? 'timeout' : null, by, at })
  if (state === 'done') await endOthers(tx, line, row.id, at)
}

export async function approveRefund(tx: Tx, viewer: Viewer, input: Input<'POST /refunds/:id/approve'>): Promise<Refund> {
  const first = await seen(tx, viewer, input.id)
  if (!first.role.seller && !first.role.staff) throw fault('forbidden')
  // The planet's people say why; of their own pages sellers need not.
  if (!first.role.seller && input.answer === undefined) throw fault('invalid', 'reason_needed', { fields: { answer: 'reason' } })
  const line = await lockLine(tx, first.row.line)
  const { row, role } = await seen(tx, viewer, input.id)
  const again = (row.state === 'done' || row.state === 'short') && (input.amount === undefined || row.amount === input.amount)
  if (!again) {
    if (!can.approve(role, row.state)) throw fault('conflict', 'already_decided')
    await grant(tx, line, row, input.amount ?? null, viewer.id, input.answer ?? null, clock.now())
  }
  return answer(tx, viewer, row.id)
}

export async function declineRefund(tx: Tx, viewer: Viewer, input: Input<'POST /refunds/:id/decline'>): Promise<Refund> {
  const first = await seen(tx, viewer, input.id)
  if (!first.role.seller && !first.role.staff) throw fault('forbidden')
  await lockLine(tx, first.row.line)
  const { row, role } = await seen(tx, viewer, input.id)
  if (row.state === 'declined' && row.answer === input.answer) return shown(row, role)
  if (row.state === 'escalated' && !role.staff) throw fault('forbidden')
  if (!can.decline(role, row.state)) throw fault('conflict', 'already_decided')
  await changeRequest(tx, row.id, { state: 'declined', answer: input.answer, by: viewer.id, at: clock.now() })
  return answer(tx, viewer, row.id)
}

/**
 * A buyer whose seller said no asks the planet: a request of its own, with an id that follows from the declined one's, so it is one however often and from
 * wherever it is sent. What was asked for stays asked for.
 */
export async function escalateRefund(tx: Tx, viewer: Viewer, input: Input<'POST /refunds/:id/escalate'>): Promise<Refund> {
  const first = await seen(tx, viewer, input.id)
  if (!first.role.buyer) throw fault('not_found')
  const line = await lockLine(tx, first.row.line)
  const at = clock.now()
  const id = idOfKey('rfq', `escalate:${first.row.id}`)
  const { row, role } = await seen(tx, viewer, input.id)
  const { reason, order, page, buyer, currency } = row
  const wanted = { line: line.id, by: viewer.id, reason, note: input.reason, amount: undefined }
  const before = await readRequest(tx, id)
  if (before !== undefined) {
    same(before, wanted)
    return answer(tx, viewer, id)
  }
  if (row.until !== null) throw fault('conflict', 'refund_asked')
  if (!row.contested) throw fault('conflict', 'already_decided')
  if (!can.escalate(role, row, at)) throw fault('unprocessable', 'refund_too_late')
  const left = await leftNow(tx, line)
  const amount = row.asked < left ? row.asked : left
  const until = new Date(at.getTime() + financeMs)
  await insertRequest(tx, { ...wanted, id, order, page, buyer, currency, amount, side: 'buyer', state: 'escalated', until, at })
  return answer(tx, viewer, id)
}

/** Refunds a line without being asked. */
export async function refundLine(tx: Tx, viewer: Viewer, input: Input<'POST /lines/:line/refund'>): Promise<Refund> {
  const at = clock.now()
  const [about] = await readLines(tx, [input.line])
  const role = about && (await roleIn(tx, viewer, about))
  if (about === undefined || role === undefined || !can.see(role)) throw fault('not_found')
  if (!role.seller && !role.staff) throw fault('forbidden')
  if (!role.seller && noted(input.note) === null) throw fault('invalid', 'reason_needed', { fields: { note: 'reason' } })
  const line = await lockLine(tx, input.line)
  const id = input.id ?? newId('rfq', at)
  const wanted = { line: line.id, by: viewer.id, reason: input.reason, note: noted(input.note), amount: input.amount }
  const before = await readRequest(tx, id)
  if (before !== undefined) {
    same(before, wanted)
    return answer(tx, viewer, id)
  }
  const left = await leftNow(tx, line)
  const amount = input.amount ?? left
  checkAmount(amount, left)
  const { order, page, buyer, currency } = line
  const state = await perform(tx, id, line, amount, input.reason, at)
  const until = state === 'short' ? new Date(at.getTime() + decideWithinMs) : null
  const row: NewRequest = { ...wanted, id, order, page, buyer, currency, amount, side: role.seller ? 'seller' : 'staff', state, until, at }
  if (!(await insertRequest(tx, row))) throw fault('conflict', 'key_reused')
  if (state === 'done') await endOthers(tx, line, id, at)
  return answer(tx, viewer, id)
}

export type Give = {
  /** The same key again changes nothing. */
  key: string
  line: string
  /** Minor units; null: all that is left. */
  amount: bigint | null
  by: string
  reason: NewRequest['reason']
  note?: string | null
  at: Date
}
/**
 * Gives money of a line back for a room that has its own reasons (a return that arrived, a show that was cancelled, a ladder of refunds), held or settled, as
 * its seller would. `short`: somebody who got it lacks it by now, and the operator decides. Locks payment, order and line: call it before locking rows of
 * one's own that the kind's `cancel` touches. Faults: nothing_to_refund, refund_too_much, dispute_open, refund_waits.
 */
export async function giveRefund(tx: Tx, { key, line: lineId, amount: wanted, by, reason, note, at }: Give): Promise<'done' | 'short'> {
  const line = await lockLine(tx, lineId)
  const id = idOfKey('rfq', key)
  const before = await readRequest(tx, id)
  if (before !== undefined) return before.state === 'short' ? 'short' : 'done'
  const left = await leftNow(tx, line)
  const amount = wanted ?? left
  checkAmount(amount, left)
  const { order, page, buyer, currency } = line
  const state = await perform(tx, id, line, amount, reason, at)
  const until = state === 'short' ? new Date(at.getTime() + decideWithinMs) : null
  await insertRequest(tx, {
    id,
    line: line.id,
    order,
    page,
    buyer,
    currency,
    amount,
    by,
    side: 'seller',
    reason,
    note: note ?? null,
    state,
    until,
    at,
  })
  if (state === 'done') await endOthers(tx, line, id, at)
  return state
}

/** Refunds lines of an order, each in a transaction of its own: one that cannot be refunded stops no other (trap 9). */
export async function refundOrder(db: Db, viewer: Viewer, input: Input<'POST /orders/:id/refund'>): Promise<Ok<'POST /orders/:id/refund'>> {
  const lines = await linesOfOrder(db.write, input.id)
  const roles = await Promise.all(lines.map(line => roleIn(db.write, viewer, line)))
  const own = new Set(lines.filter((_, index) => roles[index]!.seller || roles[index]!.staff).map(line => line.id))
  if (own.size === 0) throw fault('not_found')
  const items: Ok<'POST /orders/:id/refund'>['items'] = []
  const { reason, note } = input
  for (const { id, line, amount } of input.lines) {
    try {
      if (!own.has(line)) throw fault('not_found')
      const refund = await db.transaction(tx =>
        refundLine(tx, viewer, { id, line, reason, ...(amount === undefined ? {} : { amount }), ...(note === undefined ? {} : { note }) }),
      )
      items.push({ line, id, state: refund.state, problem: null })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      items.push({ line, id, state: null, problem: error.code })
    }
  }
  return { items }
}

/** The line went another way: what was asked for it is over. Those that wait for the operator give back what was set aside. Lines are locked. */
export async function endRequests(tx: Tx, line: string, answerCode: AnswerCode, at: Date): Promise<void> {
  for (const { id, state } of await requestsOfLines(tx, [line])) {
    if (state === 'short') {
      await letGo(tx, id, line, `refund_${answerCode}`, at)
      await refuseShortfalls(tx, id, answerCode, 'planet', at)
    }
    if (state === 'asked' || state === 'escalated' || state === 'short') await changeRequest(tx, id, { state: 'declined', answerCode, at })
  }
}

/** A request whose time is up: the seller did not decide → finance; finance did not → it is granted. Those that wait for the operator: see shortfalls.ts. */
export async function nextStep(tx: Tx, id: string, lineId: string, at: Date): Promise<void> {
  const line = await lockLine(tx, lineId)
  const row = await readRequest(tx, id)
  if (row === undefined || row.until === null || row.until > at) return
  if (row.state === 'asked') await changeRequest(tx, id, { state: 'escalated', until: new Date(at.getTime() + financeMs) })
  else if (row.state === 'escalated') await grant(tx, line, row, null, null, null, at)
}
