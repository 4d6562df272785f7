/** A guest's bookings: asking, seeing, giving up. Booking itself is an order (selling.ts). */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { mayEditPage } from '../people/index.ts'
import { giveRefund } from '../refunds/index.ts'
import { daysAround, takenOf } from './planning.ts'
import { can } from './policy.ts'
import { priceOf, seeResource } from './resources.ts'
import { newCode } from './selling.ts'
import { backsOf, showBooking, showBookingCard, totalOf, type Booking, type Input, type Ok, livePages } from './showing.ts'
import { bookingsOfPerson, changeBooking, insertBookings, noteEvents, readBooking, type BookingRow } from './store-bookings.ts'
import { lockResources } from './store.ts'

/** An ask is answered within so long, and before it would begin. */
const answerMs = 3 * 86_400_000
const mostAsks = 5
export const hashOf = (...parts: unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex')

/** A booking as its guest or those who run the place see it. */
export async function seeBooking(db: Read | Tx, viewer: Viewer | null, id: string): Promise<{ row: BookingRow; host: boolean }> {
  const row = await readBooking(db, id)
  if (row === undefined || row.kind === 'block' || viewer === null) throw fault('not_found')
  const host = await mayEditPage(db, viewer, row.page)
  if (!host && row.person !== viewer.id) throw fault('not_found')
  return { row, host }
}
export async function answerBooking(db: Read | Tx, viewer: Viewer, id: string): Promise<Booking> {
  const { row, host } = await seeBooking(db, viewer, id)
  return showBooking(db, row, host)
}
export const getBooking = (db: Read, viewer: Viewer, input: Input<'GET /bookings/:id'>): Promise<Booking> =>
  answerBooking(db, viewer, input.id)

export async function getMine(db: Read, viewer: Viewer, input: Input<'GET /me/bookings'>): Promise<Ok<'GET /me/bookings'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await bookingsOfPerson(
    db,
    viewer.id,
    input.when,
    clock.now(),
    after === undefined ? null : { at: after[0], id: after[1] },
    input.limit + 1,
  )
  return pageOf(rows, input.limit, showBookingCard, row => toCursor(row.startsAt, row.id))
}

/** Asks for a time of a resource that is booked by asking. */
export async function ask(tx: Tx, viewer: Viewer, input: Input<'POST /resources/:id/asks'>): Promise<Booking> {
  const request = hashOf(viewer.id, input.id, input.start, input.end, input.people, input.note)
  const before = await readBooking(tx, input.booking)
  if (before !== undefined) {
    if (before.request !== request) throw fault('conflict', 'key_reused')
    return showBooking(tx, before, false)
  }
  const { row } = await seeResource(tx, viewer, input.id, daysAround(input.start, input.end))
  if (row.state !== 'open') throw fault('not_found')
  if (!row.asks) throw fault('conflict', 'book_direct')
  await lockResources(tx, [row.id])
  const now = clock.now()
  const open = await bookingsOfPerson(tx, viewer.id, 'coming', now, null, 100)
  if (open.filter(one => one.state === 'asked').length >= mostAsks) throw fault('limited', 'too_many_asks')
  const range = { from: input.start.getTime(), to: input.end.getTime() }
  const bill = await priceOf(tx, row, range, input.people)
  const made = await insertBookings(
    tx,
    [
      {
        id: input.booking,
        resource: row.id,
        no: row.no,
        page: row.page,
        kind: 'ask',
        person: viewer.id,
        order: null,
        state: 'asked',
        startsAt: input.start,
        endsAt: input.end,
        ...takenOf(row, range),
        people: input.people,
        name: '',
        note: input.note,
        currency: row.currency,
        amount: bill.amount,
        bill: bill.lines,
        ladder: row.ladder,
        authors: row.authors,
        until: new Date(Math.min(now.getTime() + answerMs, input.start.getTime())),
        code: newCode(),
        request,
      },
    ],
    now,
  )
  // The same id at this very moment.
  if (!made.has(input.booking)) throw fault('conflict', 'key_reused')
  await noteEvents(tx, [{ booking: input.booking, what: 'asked', by: viewer.id }], now)
  await tell(tx, { type: 'booking_asked', booking: input.booking })
  livePages(tx, [row.page])
  return answerBooking(tx, viewer, input.booking)
}

/** Money first (payments and orders are locked before resources), then the time is free. */
export async function giveUp(
  tx: Tx,
  row: BookingRow,
  given: { backs: readonly { line: string; amount: bigint }[]; by: string; note: string; may: (row: BookingRow) => boolean },
): Promise<void> {
  const now = clock.now()
  for (const { line, amount } of given.backs)
    if (amount > 0n)
      await giveRefund(tx, {
        key: `booking:${row.id}:${line}`,
        line,
        amount,
        by: given.by,
        reason: 'other',
        note: given.note || null,
        at: now,
      })
  await lockResources(tx, [row.resource])
  const again = (await readBooking(tx, row.id))!
  if (again.state !== 'cancelled') {
    if (!given.may(again)) throw fault('conflict', 'booking_state')
    await changeBooking(tx, row.id, { state: 'cancelled', closed: true, ...(given.note === '' ? {} : { answer: given.note }) }, now)
    await noteEvents(tx, [{ booking: row.id, what: 'cancelled', note: given.note, by: given.by }], now)
    await tell(tx, { type: 'booking_changed', booking: row.id })
  }
  livePages(tx, [row.page])
}

export async function cancel(tx: Tx, viewer: Viewer, input: Input<'POST /bookings/:id/cancel'>): Promise<Booking> {
  const row = await readBooking(tx, input.id)
  if (row === undefined || row.kind === 'block' || row.person !== viewer.id) throw fault('not_found')
  if (row.state === 'cancelled') return answerBooking(tx, viewer, row.id)
  const now = clock.now()
  if (!can.cancel(row, now)) throw fault('conflict', 'booking_state')
  const backs = await backsOf(tx, row, now)
  if (input.back !== undefined && input.back.amount !== totalOf(backs)) throw fault('conflict', 'changed_meanwhile')
  await giveUp(tx, row, { backs, by: viewer.id, note: '', may: one => can.cancel(one, now) })
  return answerBooking(tx, viewer, row.id)
}
