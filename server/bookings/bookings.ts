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
import { settleAt } from '../shop/index.ts'
import { daysAround, refusing, takenOf } from './planning.ts'
import { can } from './policy.ts'
import { billOf, openBetween, overlaps, refusalOf, slotsOf, takenBy, type Range, type Refusal } from './prices.ts'
import { priceOf, seeResource } from './resources.ts'
import { newCode } from './selling.ts'
import { backsOf, localName, showBooking, showBookingCard, totalOf, type Booking, type Input, type Ok, livePages } from './showing.ts'
import {
  bookingsOfPerson,
  changeBooking,
  chargesOf,
  insertBookings,
  isFree,
  noteEvents,
  paidLines,
  readBooking,
  takenBetween,
  type BookingRow,
} from './store-bookings.ts'
import { lockResources, readResources, type ResourceRow } from './store.ts'
import { addDays, dayMs, isAgain, localOf, minuteMs, weekdayOf } from './time.ts'

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
  // The same at the same moment was quicker.
  const twin = await readBooking(tx, input.booking)
  if (twin?.request === request) return showBooking(tx, twin, false)
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

/** A booking of one's own. */
async function ownBooking(db: Read | Tx, viewer: Viewer, id: string): Promise<BookingRow> {
  const row = await readBooking(db, id)
  if (row === undefined || row.kind === 'block' || row.person !== viewer.id) throw fault('not_found')
  return row
}

export async function cancel(tx: Tx, viewer: Viewer, input: Input<'POST /bookings/:id/cancel'>): Promise<Booking> {
  const row = await ownBooking(tx, viewer, input.id)
  if (row.state === 'cancelled') return answerBooking(tx, viewer, row.id)
  const now = clock.now()
  if (!can.cancel(row, now)) throw fault('conflict', 'booking_state')
  const backs = await backsOf(tx, row, now)
  if (input.back !== undefined && input.back.amount !== totalOf(backs)) throw fault('conflict', 'changed_meanwhile')
  await giveUp(tx, row, { backs, by: viewer.id, note: '', may: one => can.cancel(one, now) })
  return answerBooking(tx, viewer, row.id)
}

function checkMovable(row: BookingRow, now: Date): void {
  if (can.moveOwn(row, now)) return
  throw fault(
    'conflict',
    row.kind === 'order' && row.state === 'confirmed' && row.startsAt > now && row.offer !== null ? 'move_late' : 'booking_state',
  )
}
const lasting = (row: BookingRow, from: number): Range => ({ from, to: from + row.endsAt.getTime() - row.startsAt.getTime() })
/** Why it cannot begin then, whoever else has that time: on a step and open all along; as long as it is, whatever the rules for new ones say now. */
function refusalThen(resource: ResourceRow, row: BookingRow, range: Range, now: Date): Refusal | null {
  const longest = Math.max(resource.longest, (range.to - range.from) / minuteMs)
  return (
    refusalOf(resource, { from: range.from, to: range.from + resource.shortest * minuteMs }, row.people, now) ??
    refusalOf({ ...resource, longest }, range, row.people, now, 'longer')
  )
}

export async function getTimes(db: Read, viewer: Viewer, input: Input<'GET /bookings/:id/times'>): Promise<Ok<'GET /bookings/:id/times'>> {
  const row = await ownBooking(db, viewer, input.id)
  const now = clock.now()
  checkMovable(row, now)
  const today = localOf(now, row.zone).day
  const first = input.from === undefined || input.from < today ? today : input.from
  const days = Array.from({ length: input.days }, (_, n) => addDays(first, n))
  const around = { from: addDays(first, -2), to: addDays(first, input.days + 2) }
  const resource = (await readResources(db, [row.resource], around)).get(row.resource)!
  const starts = days.map(day => slotsOf(resource, day))
  const all = starts.flat()
  const [least, most] = [Math.min(...all.map(one => one.from)), Math.max(...all.map(one => one.from))]
  // A booking lasts a day at most, and what lies before and after it less than one.
  const taken =
    all.length === 0 ? [] : await takenBetween(db, [row.resource], new Date(least - dayMs), new Date(most + 2 * dayMs), [row.id])
  const ranges = taken.map(one => ({ from: one.from.getTime(), to: one.to.getTime() }))
  const { whole } = openBetween(resource, days[0]!, addDays(days.at(-1)!, 1))
  const last = addDays(today, resource.ahead)
  type Time = Ok<'GET /bookings/:id/times'>['items'][number]['times'][number]
  const stateOf = (range: Range, amount: bigint): Time['state'] =>
    range.from === row.startsAt.getTime()
      ? 'own'
      : range.from < now.getTime()
        ? 'past'
        : ranges.some(one => overlaps(one, takenBy(resource, range)))
          ? 'taken'
          : range.from < now.getTime() + resource.lead * minuteMs
            ? 'soon'
            : localOf(range.from, row.zone).day > last
              ? 'far'
              : amount > row.amount
                ? 'dearer'
                : 'free'
  const timeOf = (slot: Range): Time[] => {
    const range = lasting(row, slot.from)
    const bill = whole.some(one => range.from >= one.from && range.to <= one.to) ? billOf(resource, range) : null
    if (bill === null || row.people > resource.capacity) return []
    const start = new Date(range.from)
    const local = localName(start, row.zone).slice(11)
    return [
      { start, end: new Date(range.to), local, again: isAgain(start, row.zone), state: stateOf(range, bill.amount), amount: bill.amount },
    ]
  }
  return {
    zone: row.zone,
    today,
    last,
    items: days.map((day, n) => {
      const holiday = resource.days.find(one => one.day === day)
      return {
        day,
        weekday: weekdayOf(day),
        holiday: holiday === undefined ? null : { kind: holiday.kind, zh: holiday.zh, en: holiday.en },
        note: resource.exceptions.get(day)?.note ?? '',
        times: starts[n]!.flatMap(timeOf),
      }
    }),
  }
}

/** To another free time of the same room, by its guest. The bill stays as it is: what costs less brings nothing back, what costs more is refused. */
export async function moveOwn(tx: Tx, viewer: Viewer, input: Input<'PUT /bookings/:id/time'>): Promise<Booking> {
  const seen = await ownBooking(tx, viewer, input.id)
  await lockResources(tx, [seen.resource])
  const row = (await readBooking(tx, input.id))!
  if (row.resource !== seen.resource) throw fault('conflict', 'changed_meanwhile')
  if (row.startsAt.getTime() === input.start.getTime()) return answerBooking(tx, viewer, row.id)
  const now = clock.now()
  checkMovable(row, now)
  // A longer stay that waits to be paid lies behind the time it has now.
  if ((await chargesOf(tx, row.id)).some(one => one.purpose === 'extend' && one.state === 'waiting'))
    throw fault('conflict', 'booking_state')
  const range = lasting(row, input.start.getTime())
  const endsAt = new Date(range.to)
  const resource = (await readResources(tx, [row.resource], daysAround(input.start, endsAt))).get(row.resource)!
  const refusal = refusalThen(resource, row, range, now)
  if (refusal !== null) throw refusing(refusal)
  const bill = billOf(resource, range)
  if (bill === null) throw refusing('slot_closed')
  if (bill.amount > row.amount) throw fault('conflict', 'move_dearer')
  const taken = takenOf(resource, range)
  if (!(await isFree(tx, row.resource, taken.takenFrom, taken.takenTo, row.id))) throw refusing('slot_taken')
  await changeBooking(tx, row.id, { startsAt: input.start, endsAt, ...taken }, now)
  await settleAt(
    tx,
    (await paidLines(tx, row.id)).map(({ line }) => ({ line, at: endsAt })),
  )
  const note = `${localName(row.startsAt, row.zone)} → ${localName(input.start, row.zone)}`
  await noteEvents(tx, [{ booking: row.id, what: 'moved', note, by: viewer.id }], now)
  await tell(tx, { type: 'booking_moved', booking: row.id, by: viewer.id })
  livePages(tx, [row.page])
  return answerBooking(tx, viewer, row.id)
}
