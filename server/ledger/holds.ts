/** Holds: money set aside for a cause (`available` → `held`), later captured or released, in parts. What was held never grows and nothing of it is moved twice. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Hold, ledger } from '../../shared/ledger.ts'
import { clock, newId } from '../foundation/clock.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { z } from 'zod'
import { balanceOf, post } from './posting.ts'
import { bookOwner } from './statements.ts'
import { ensureAccounts, lockAccounts } from './store.ts'
import {
  dueHolds,
  findAppeal,
  findHold,
  findPart,
  insertAppeal,
  insertHold,
  insertPart,
  lockHoldRows,
  readHolds,
  settleAppeal,
  type HoldQuery,
  type HoldRow,
  type LockedHold,
} from './store-holds.ts'
import type { AccountRef, EntryInput } from './transfers.ts'

type Entries = typeof ledger.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

const openOf = (hold: Pick<HoldRow, 'amount' | 'captured' | 'released'>): bigint => hold.amount - hold.captured - hold.released
const available = (hold: { owner: string; asset: string }): AccountRef => ({ owner: hold.owner, purpose: 'available', asset: hold.asset })
const held = (hold: { owner: string; asset: string }): AccountRef => ({ owner: hold.owner, purpose: 'held', asset: hold.asset })
const reused = (key: string) => fault('conflict', 'key_reused', { detail: `${key} was used for something else` })

export type PlaceHold = {
  /** The same id again is answered as the first time. */
  id?: string
  owner: string
  asset: string
  /** What in the product made it, e.g. `dispute:dsp_…`. */
  cause: string
  /** A closed word that the payee sees worded: `dispute`, `review`, `reserve`. */
  reason: string
  /** One line for people. */
  note?: string | null
  /** Minor units, more than zero. */
  amount: bigint
  /** Released by itself when this has passed. */
  until?: Date | null
  at?: Date
  /** Holds what is there, at most `amount`, instead of refusing. */
  upTo?: boolean
  /** The operator who places it by hand. */
  by?: string | null
}

/**
 * Moves `available` → `held` (kind `hold`). Too little there is conflict `insufficient`; with `upTo` what is there is held, and with nothing there no hold is
 * made (`id` null). Locks the owner's accounts `available` and `held`.
 */
export async function placeHold(tx: Tx, input: PlaceHold): Promise<{ id: string | null; amount: bigint }> {
  const { owner, asset, cause, reason } = input
  if (input.amount <= 0n) throw fault('invalid', 'zero_amount', { detail: 'a hold sets something aside' })
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(reason)) throw fault('invalid', 'bad_cause', { detail: 'a hold has a reason, one plain word' })
  const id = input.id ?? newId('hld')
  const accounts = await ensureAccounts(tx, [available(input), held(input)])
  await lockAccounts(tx, [...accounts.values()])
  const before = await findHold(tx, id)
  if (before !== undefined) {
    const same = before.owner === owner && before.asset === asset && before.cause === cause && before.reason === reason
    if (!same || (input.upTo ? before.amount > input.amount : before.amount !== input.amount)) throw reused(id)
    return { id, amount: before.amount }
  }
  let { amount } = input
  if (input.upTo) {
    const there = await balanceOf(tx, available(input))
    if (there < amount) amount = there
    if (amount <= 0n) return { id: null, amount: 0n }
  }
  const at = input.at ?? clock.now()
  await post(tx, [
    {
      key: `hold:${id}`,
      kind: 'hold',
      cause,
      subject: id,
      note: input.note,
      at,
      entries: [
        { account: available(input), amount: -amount },
        { account: held(input), amount },
      ],
    },
  ])
  await insertHold(tx, {
    id,
    owner,
    asset,
    cause,
    reason,
    note: input.note ?? null,
    amount,
    at,
    until: input.until ?? null,
    placedBy: input.by ?? null,
  })
  return { id, amount }
}

/** Locks these holds in one order: for whoever moves parts of several in one transaction. Returns those found. */
export const lockHolds = (tx: Tx, ids: readonly string[]): Promise<LockedHold[]> => lockHoldRows(tx, ids)

async function lockHold(tx: Tx, id: string): Promise<LockedHold> {
  const [hold] = await lockHoldRows(tx, [id])
  if (hold === undefined) throw fault('not_found')
  return hold
}

function checkOpen(hold: LockedHold, amount: bigint): void {
  if (amount <= 0n) throw fault('invalid', 'zero_amount', { detail: 'a part of a hold is more than zero' })
  if (amount > openOf(hold)) throw fault('conflict', 'hold_too_small', { detail: `${hold.id} has ${openOf(hold)} on hold, not ${amount}` })
}

export type CaptureHold = {
  hold: string
  /** Minor units; `to` sums up to it. */
  amount: bigint
  /** Idempotency key. */
  key: string
  /** `hold_capture` unless told. */
  kind?: string
  cause: string
  subject?: string | null
  note?: string | null
  at?: Date
  /** Why, for the hold's history. */
  reason?: string | null
  by?: string | null
  to: readonly EntryInput[]
}

/** Moves a part of a hold to others. More than is open: conflict `hold_too_small`. */
export async function captureHold(tx: Tx, input: CaptureHold): Promise<{ transfer: bigint; replayed: boolean }> {
  const hold = await lockHold(tx, input.hold)
  const before = await findPart(tx, input.key)
  if (before !== undefined && (before.hold !== hold.id || before.captured !== input.amount)) throw reused(input.key)
  if (before === undefined) checkOpen(hold, input.amount)
  const at = input.at ?? clock.now()
  const [posted] = await post(tx, [
    {
      key: input.key,
      kind: input.kind ?? 'hold_capture',
      cause: input.cause,
      subject: input.subject === undefined ? hold.id : input.subject,
      note: input.note === undefined ? hold.note : input.note,
      at,
      entries: [{ account: held(hold), amount: -input.amount }, ...input.to],
    },
  ])
  // A key that something else was posted under, not by a hold, is answered `replayed` too: then nothing may be written here.
  if (before === undefined && posted!.replayed) throw reused(input.key)
  if (before === undefined)
    await insertPart(tx, hold.number, {
      transfer: posted!.transfer,
      captured: input.amount,
      released: 0n,
      reason: input.reason ?? null,
      by: input.by ?? null,
      at,
    })
  return posted!
}

export type ReleaseHold = {
  hold: string
  /** All that is still open unless told. */
  amount?: bigint
  key: string
  /** Why, for the payee and the hold's history. */
  reason: string
  by?: string | null
  at?: Date
}

/** Gives a part of a hold back (`held` → `available`). Nothing left to release without a given amount: 0, and nothing is moved. */
export async function releaseHold(tx: Tx, input: ReleaseHold): Promise<{ transfer: bigint | null; amount: bigint; replayed: boolean }> {
  const hold = await lockHold(tx, input.hold)
  const before = await findPart(tx, input.key)
  if (before !== undefined) {
    if (before.hold !== hold.id || before.released === 0n || (input.amount !== undefined && before.released !== input.amount))
      throw reused(input.key)
    return { transfer: before.transfer, amount: before.released, replayed: true }
  }
  const amount = input.amount ?? openOf(hold)
  if (input.amount === undefined && amount === 0n) return { transfer: null, amount: 0n, replayed: false }
  checkOpen(hold, amount)
  const at = input.at ?? clock.now()
  const [posted] = await post(tx, [
    {
      key: input.key,
      kind: 'hold_release',
      cause: hold.cause,
      subject: hold.id,
      note: hold.note,
      at,
      entries: [
        { account: held(hold), amount: -amount },
        { account: available(hold), amount },
      ],
    },
  ])
  if (posted!.replayed) throw reused(input.key)
  await insertPart(tx, hold.number, {
    transfer: posted!.transfer,
    captured: 0n,
    released: amount,
    reason: input.reason,
    by: input.by ?? null,
    at,
  })
  return { transfer: posted!.transfer, amount, replayed: false }
}

/** Releases what is on hold until a moment that has passed; each hold in a transaction of its own. Returns how many. */
export async function releaseDueHolds(db: Db): Promise<number> {
  let released = 0
  for (;;) {
    const due = await dueHolds(db.write, clock.now(), 200)
    for (const hold of due) {
      await db.transaction(tx => releaseHold(tx, { hold, key: `hold_until:${hold}`, reason: 'until' }))
      released++
    }
    if (due.length < 200) return released
  }
}

/** Holds of one owner, newest first. */
export const holdsOf = (db: Read | Tx, owner: string, q: Partial<Omit<HoldQuery, 'owner'>> = {}): Promise<HoldRow[]> =>
  readHolds(db, { limit: 100, ...q, owner })

/** Holds for the console, newest first; `before` is the last id of the page before. */
export const listHolds = (db: Read | Tx, q: Partial<HoldQuery> = {}): Promise<HoldRow[]> => readHolds(db, { limit: 100, ...q })

const value = (amount: bigint, currency: string) => ({ amount, currency })
const holdOf = (row: HoldRow): Decoded<typeof Hold> => ({
  id: row.id,
  amount: value(row.amount, row.asset),
  open: value(openOf(row), row.asset),
  captured: value(row.captured, row.asset),
  released: value(row.released, row.asset),
  reason: row.reason,
  cause: row.cause,
  note: row.note,
  at: row.at,
  until: row.until,
  appeal:
    row.appeal === null
      ? null
      : {
          id: row.appeal,
          text: row.appeal_text!,
          at: row.appeal_at!,
          decision: row.appeal_decision,
          reason: row.appeal_reason,
          decidedAt: row.appeal_decided_at,
        },
  can: { appeal: openOf(row) > 0n && (row.appeal === null || row.appeal_decision !== null) },
})

export async function getHolds(db: Read, viewer: Viewer, input: Input<'GET /me/holds'>): Promise<Ok<'GET /me/holds'>> {
  const owner = await bookOwner(db, viewer, input.as)
  const after = fromCursor(input.cursor, [z.string().max(40)])
  const rows = await readHolds(db, { owner, asset: input.asset, open: input.open, before: after?.[0], limit: input.limit + 1 })
  return pageOf(rows, input.limit, holdOf, row => toCursor(row.id))
}

/** Says why a hold should go. One appeal waits at a time; whose hold it is not, for them there is none. */
export async function appealHold(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /me/holds/:id/appeal'>,
): Promise<Ok<'POST /me/holds/:id/appeal'>> {
  const seen = await findHold(tx, input.id)
  if (seen === undefined) throw fault('not_found')
  await bookOwner(tx, viewer, seen.owner)
  const hold = await lockHold(tx, input.id)
  const again = input.appeal === undefined ? undefined : await findAppeal(tx, input.appeal)
  if (again !== undefined) {
    if (again.hold !== hold.id || again.text !== input.text || again.by !== viewer.id) throw reused(again.id)
  } else {
    if (openOf(hold) === 0n) throw fault('conflict', 'hold_over')
    const id = input.appeal ?? newId('apl')
    if (!(await insertAppeal(tx, { id, hold: hold.number, by: viewer.id, text: input.text, at: clock.now() })))
      throw fault('conflict', 'appeal_waits')
  }
  const [row] = await readHolds(tx, { id: hold.id, limit: 1 })
  return holdOf(row!)
}

/**
 * Decides an appeal: `granted` releases what is still on hold. Not by who placed the hold (forbidden `four_eyes`); decided once: the same decision again is
 * harmless, another one is conflict `appeal_decided`.
 */
export async function decideAppeal(
  tx: Tx,
  by: string,
  input: { appeal: string; decision: 'granted' | 'declined'; reason: string },
): Promise<{ hold: string; released: bigint }> {
  const seen = await findAppeal(tx, input.appeal)
  if (seen === undefined) throw fault('not_found')
  const hold = await lockHold(tx, seen.hold)
  const appeal = (await findAppeal(tx, input.appeal))!
  if (appeal.decision !== null) {
    if (appeal.decision !== input.decision || appeal.decided_by !== by) throw fault('conflict', 'appeal_decided')
    return { hold: hold.id, released: 0n }
  }
  if (hold.placed_by === by || hold.owner === by || appeal.by === by) throw fault('forbidden', 'four_eyes')
  await settleAppeal(tx, appeal.id, { decision: input.decision, reason: input.reason, by, at: clock.now() })
  if (input.decision === 'declined') return { hold: hold.id, released: 0n }
  const { amount } = await releaseHold(tx, { hold: hold.id, key: `appeal:${appeal.id}`, reason: input.reason, by })
  return { hold: hold.id, released: amount }
}
