/** Holds by hand: placed with a reason the payee sees, released with a reason, appeals decided by another pair of eyes. Nothing is captured here. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { console_, type DeskHold } from '../../shared/console.ts'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { balanceOf, decideAppeal, listHolds, lockHolds, partyOf, placeHold, readParts, releaseHold, type HoldRow } from '../ledger/index.ts'
import { mayActFor, partyNames } from '../people/index.ts'

type Entries = typeof console_.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Item = Decoded<typeof DeskHold>

const nobody: ReadonlySet<string> = new Set()
/** Holds that belong to a matter with its own decision end with it. */
const byMatter = /^(?:dispute|refund|reserve):/

const itemOf = (row: HoldRow, names: ReadonlyMap<string, string>, viewer: Viewer): Item => {
  const value = (amount: bigint) => ({ amount, currency: row.asset })
  const open = row.amount - row.captured - row.released
  const waits = row.appeal !== null && row.appeal_decision === null
  return {
    id: row.id,
    owner: row.owner,
    party: partyOf(row.owner, row.owner_name, nobody),
    amount: value(row.amount),
    open: value(open),
    captured: value(row.captured),
    released: value(row.released),
    reason: row.reason,
    cause: row.cause,
    note: row.note,
    at: row.at,
    until: row.until,
    placedBy: row.placed_by === null ? null : (names.get(row.placed_by) ?? row.placed_by),
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
    can: {
      release: open > 0n && !byMatter.test(row.cause) && row.owner !== viewer.id,
      decide: waits && row.placed_by !== viewer.id && row.owner !== viewer.id,
    },
  }
}

const staffNames = (db: Read | Tx, rows: readonly HoldRow[]): Promise<ReadonlyMap<string, string>> =>
  partyNames(db, [...new Set(rows.flatMap(row => row.placed_by ?? []))])

export async function getHolds(db: Read, viewer: Viewer, input: Input<'GET /console/holds'>): Promise<Ok<'GET /console/holds'>> {
  const { cursor, limit, ...choice } = input
  const before = fromCursor(cursor, [z.string().max(40)])
  const rows = await listHolds(db, { ...choice, before: before?.[0], limit: limit + 1 })
  const names = await staffNames(db, rows)
  return pageOf(
    rows,
    limit,
    row => itemOf(row, names, viewer),
    row => toCursor(row.id),
  )
}

async function holdNow(tx: Tx, viewer: Viewer, id: string): Promise<Item> {
  const rows = await listHolds(tx, { id, limit: 1 })
  return itemOf(rows[0]!, await staffNames(tx, rows), viewer)
}

export async function place(tx: Tx, viewer: Viewer, input: Input<'POST /console/holds'>): Promise<Ok<'POST /console/holds'>> {
  const { owner, asset, reason, note, until } = input
  if (!(await partyNames(tx, [owner])).has(owner)) throw fault('not_found')
  if (until !== undefined && until <= clock.now()) throw fault('invalid', 'until_past', { fields: { until: 'until_past' } })
  const there = await balanceOf(tx, { owner, purpose: 'available', asset })
  // Looked for after the balance was read: what an earlier request of the same id took from it is there by now.
  const [before] = input.id === undefined ? [] : await listHolds(tx, { id: input.id, limit: 1 })
  if (
    before !== undefined &&
    input.amount === undefined &&
    before.owner === owner &&
    before.asset === asset &&
    before.reason === reason &&
    before.cause === `staff:${viewer.id}`
  )
    return holdNow(tx, viewer, before.id)
  const amount = input.amount ?? there
  if (amount <= 0n) throw fault('conflict', 'nothing_to_hold')
  const { id } = await placeHold(tx, {
    ...(input.id === undefined ? {} : { id: input.id }),
    owner,
    asset,
    cause: `staff:${viewer.id}`,
    reason,
    note,
    amount,
    until: until ?? null,
    by: viewer.id,
    ...(input.amount === undefined ? { upTo: true } : {}),
  })
  if (id === null) throw fault('conflict', 'nothing_to_hold')
  return holdNow(tx, viewer, id)
}

/** The same decision twice, of what was on hold and how much of it goes, is one. */
export async function release(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /console/holds/:id/release'>,
): Promise<Ok<'POST /console/holds/:id/release'>> {
  const amount = input.amount ?? input.open
  const [hold] = await lockHolds(tx, [input.id])
  if (hold === undefined) throw fault('not_found')
  if (byMatter.test(hold.cause)) throw fault('conflict', 'hold_of_matter')
  // One’s own money: someone else looks.
  if (await mayActFor(tx, viewer, hold.owner, ['owner', 'finance'])) throw fault('forbidden', 'four_eyes')
  let left = hold.amount
  for (const part of await readParts(tx, hold.id)) {
    // Decided before, on the same footing: a repeat.
    if (left === input.open && part.released === amount) return holdNow(tx, viewer, hold.id)
    left -= part.captured + part.released
  }
  if (left !== input.open) throw fault('conflict', 'hold_changed')
  await releaseHold(tx, {
    hold: hold.id,
    amount,
    key: `desk_release:${hold.id}:${input.open}:${amount}`,
    reason: input.reason,
    by: viewer.id,
  })
  return holdNow(tx, viewer, hold.id)
}

export async function decide(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /console/appeals/:id/decide'>,
): Promise<Ok<'POST /console/appeals/:id/decide'>> {
  const { id: appeal, decision, reason } = input
  const { hold } = await decideAppeal(tx, viewer.id, { appeal, decision, reason })
  return holdNow(tx, viewer, hold)
}
