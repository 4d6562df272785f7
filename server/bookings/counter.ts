/** The staff's day: people at the door, asks, arrivals, moves, longer stays, what is paid at the place. */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import { fromCursor, cursorTime, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { mayEditPage } from '../people/index.ts'
import { settleAt } from '../shop/index.ts'
import { giveUp, hashOf } from './bookings.ts'
import { allowPage, ownResource, seePage } from './desk.ts'
import { daysAround, longerBill, refusing, restOf, takenOf } from './planning.ts'
import { can } from './policy.ts'
import { billOf, refusalOf } from './prices.ts'
import { newCode } from './selling.ts'
import { showBooking, showBookingCard, type Booking, type Input, type Ok, livePages } from './showing.ts'
import {
  askedOnce,
  bookingByCode,
  bookingsOfPage,
  changeBooking,
  chargesOf,
  insertBookings,
  isFree,
  noteEvents,
  paidLines,
  readBooking,
  type BookingRow,
} from './store-bookings.ts'
import { lockResources, readResources, type ResourceRow } from './store.ts'
import { minuteMs } from './time.ts'

const holdMs = 86_400_000
const state = () => fault('conflict', 'booking_state')

export async function getList(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /pages/:page/bookings'>,
): Promise<Ok<'GET /pages/:page/bookings'>> {
  const page = await seePage(db, viewer, input.page)
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const wanted = { state: input.state ?? null, q: input.q || null }
  const rows = await bookingsOfPage(db, page, wanted, after === undefined ? null : { at: after[0], id: after[1] }, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => ({ ...showBookingCard(row), guest: row.name || (row.personName ?? ''), code: row.code }),
    row => toCursor(row.startsAt, row.id),
  )
}

/** A booking of a page the viewer runs, its resource locked: nothing of it changes meanwhile. */
async function own(tx: Tx, viewer: Viewer, id: string): Promise<BookingRow> {
  const seen = await readBooking(tx, id)
  if (seen === undefined || seen.kind === 'block') throw fault('not_found')
  if (!(await mayEditPage(tx, viewer, seen.page)))
    throw seen.person === viewer.id ? fault('forbidden', 'own_page_only') : fault('not_found')
  await lockResources(tx, [seen.resource])
  return (await readBooking(tx, id))!
}
/** The change is noted, open calendars and its guest hear of it. */
async function done(tx: Tx, row: BookingRow, what: string, by: string, note = '', quiet = false): Promise<Booking> {
  await noteEvents(tx, [{ booking: row.id, what, note, by }], clock.now())
  if (!quiet && row.person !== null)
    await tell(tx, what === 'moved' ? { type: 'booking_moved', booking: row.id, by } : { type: 'booking_changed', booking: row.id })
  livePages(tx, [row.page])
  return showBooking(tx, (await readBooking(tx, row.id))!, true)
}
/** Did its desk ask this before, under this key? Then it is answered only. The lock of the resource is held: the second of two at once finds the first. */
async function askedBefore(tx: Tx, viewer: Viewer, row: BookingRow, key: string, ...wanted: readonly unknown[]): Promise<boolean> {
  const request = hashOf(viewer.id, row.id, ...wanted)
  const there = await askedOnce(tx, { key, booking: row.id, request }, clock.now())
  if (there !== undefined && there !== request) throw fault('conflict', 'key_reused')
  return there !== undefined
}
const resourceFor = async (tx: Tx, id: string, from: Date, to: Date): Promise<ResourceRow> => {
  const row = (await readResources(tx, [id], daysAround(from, to))).get(id)
  if (row === undefined) throw fault('not_found')
  return row
}

export async function addBlock(tx: Tx, viewer: Viewer, input: Input<'POST /resources/:id/blocks'>): Promise<{ ok: true }> {
  const resource = await ownResource(tx, viewer, input.id)
  await lockResources(tx, [resource.id])
  const request = hashOf(viewer.id, input.id, input.start, input.end, input.note)
  const before = await readBooking(tx, input.block)
  if (before !== undefined) {
    if (before.request !== request) throw fault('conflict', 'key_reused')
    return { ok: true }
  }
  const minutes = (input.end.getTime() - input.start.getTime()) / minuteMs
  if (minutes < 15 || minutes > 60 * 24 * 60) throw refusing('slot_shape')
  const row = {
    ...blank(resource, input.start, input.end),
    id: input.block,
    kind: 'block' as const,
    state: 'confirmed' as const,
    name: input.note,
    takenFrom: input.start,
    takenTo: input.end,
    request,
  }
  if (!(await insertBookings(tx, [row], clock.now())).has(input.block)) throw refusing('slot_taken')
  livePages(tx, [resource.page])
  return { ok: true }
}
export async function dropBlock(tx: Tx, viewer: Viewer, input: Input<'DELETE /resources/:id/blocks/:block'>): Promise<{ ok: true }> {
  const resource = await ownResource(tx, viewer, input.id)
  await lockResources(tx, [resource.id])
  const row = await readBooking(tx, input.block)
  if (row === undefined || row.kind !== 'block' || row.page !== resource.page) throw fault('not_found')
  if (row.state === 'confirmed') await changeBooking(tx, row.id, { state: 'cancelled', closed: true }, clock.now())
  livePages(tx, [resource.page])
  return { ok: true }
}

/** What bookings of the staff's own have in common. */
const blank = (resource: ResourceRow, startsAt: Date, endsAt: Date) => ({
  resource: resource.id,
  no: resource.no,
  page: resource.page,
  person: null,
  order: null,
  startsAt,
  endsAt,
  people: 1,
  note: '',
  currency: resource.currency,
  amount: 0n,
  bill: [],
  ladder: [],
  authors: resource.authors,
  until: null,
  code: newCode(),
})
export async function addWalkIn(tx: Tx, viewer: Viewer, input: Input<'POST /resources/:id/walk-ins'>): Promise<Booking> {
  const { start, end } = input
  await ownResource(tx, viewer, input.id)
  await lockResources(tx, [input.id])
  const resource = await resourceFor(tx, input.id, start, end)
  const request = hashOf(viewer.id, input.id, start, end, input.people, input.name, input.note, input.arrived)
  const before = await readBooking(tx, input.booking)
  if (before !== undefined) {
    if (before.request !== request || before.page !== resource.page) throw fault('conflict', 'key_reused')
    return showBooking(tx, before, true)
  }
  const range = { from: start.getTime(), to: end.getTime() }
  const refusal = refusalOf(resource, range, input.people, clock.now(), 'staff')
  if (refusal !== null) throw refusing(refusal)
  const bill = billOf(resource, range)
  if (bill === null) throw refusing('slot_closed')
  const row = {
    ...blank(resource, start, end),
    ...takenOf(resource, range),
    id: input.booking,
    kind: 'walk_in' as const,
    state: input.arrived ? ('arrived' as const) : ('confirmed' as const),
    people: input.people,
    name: input.name,
    note: input.note,
    amount: bill.amount,
    bill: bill.lines,
    ladder: resource.ladder,
    request,
  }
  if (!(await insertBookings(tx, [row], clock.now())).has(row.id)) throw refusing('slot_taken')
  return done(tx, (await readBooking(tx, row.id))!, input.arrived ? 'arrived' : 'booked', viewer.id)
}

export async function accept(tx: Tx, viewer: Viewer, input: Input<'POST /bookings/:id/accept'>): Promise<Booking> {
  const row = await own(tx, viewer, input.id)
  const now = clock.now()
  if (row.state === 'accepted') return showBooking(tx, row, true)
  if (row.state !== 'asked' || row.startsAt <= now) throw state()
  if (!(await isFree(tx, row.resource, row.takenFrom, row.takenTo, row.id))) throw refusing('slot_taken')
  const until = new Date(Math.min(now.getTime() + holdMs, row.startsAt.getTime()))
  const price =
    input.amount === undefined
      ? {}
      : { amount: input.amount, bill: [{ title: row.title, minutes: 0, units: 1, unit: 0, amount: input.amount }] }
  if (input.amount !== undefined && (input.amount < 0n || input.amount > 10n ** 9n))
    throw fault('invalid', 'invalid', { fields: { amount: '0 …' } })
  await changeBooking(tx, row.id, { state: 'accepted', until, answer: input.answer, ...price }, now)
  return done(tx, row, 'accepted', viewer.id, input.answer.slice(0, 500))
}
export async function decline(tx: Tx, viewer: Viewer, input: Input<'POST /bookings/:id/decline'>): Promise<Booking> {
  const row = await own(tx, viewer, input.id)
  if (row.state === 'declined') return showBooking(tx, row, true)
  if (row.state !== 'asked') throw state()
  await changeBooking(tx, row.id, { state: 'declined', answer: input.answer, closed: true }, clock.now())
  return done(tx, row, 'declined', viewer.id, input.answer.slice(0, 500))
}

/** To another room or time, as long as before; the bill stays. */
export async function move(tx: Tx, viewer: Viewer, input: Input<'POST /bookings/:id/move'>): Promise<Booking> {
  const seen = await readBooking(tx, input.id)
  // Both resources are locked in order, whichever way it moves.
  const target = await ownResource(tx, viewer, input.resource)
  await lockResources(tx, [target.id, ...(seen === undefined ? [] : [seen.resource])])
  const row = await own(tx, viewer, input.id)
  if (target.page !== row.page) throw fault('not_found')
  const now = clock.now()
  if (!can.move(row, now)) throw state()
  const lengthMs = row.endsAt.getTime() - row.startsAt.getTime()
  const range = { from: input.start.getTime(), to: input.start.getTime() + lengthMs }
  if (row.people > target.capacity) throw refusing('people_many')
  // Its bill stays, and what is still to be paid of it is asked for in the room's money.
  if (target.currency !== row.currency) throw fault('invalid', 'currency_mixed')
  if (range.from % (15 * minuteMs) !== 0 || range.to <= now.getTime()) throw refusing('slot_shape')
  if ((await chargesOf(tx, row.id)).some(one => one.purpose === 'extend' && one.state === 'waiting')) throw state()
  const taken = takenOf(target, range)
  if (!(await isFree(tx, target.id, taken.takenFrom, taken.takenTo, row.id))) throw refusing('slot_taken')
  const endsAt = new Date(range.to)
  await changeBooking(tx, row.id, { resource: target.id, no: target.no, startsAt: input.start, endsAt, ...taken }, now)
  await settleAt(
    tx,
    (await paidLines(tx, row.id)).map(({ line }) => ({ line, at: endsAt })),
  )
  return done(tx, row, 'moved', viewer.id, input.note || `${row.title} → ${target.title}`)
}

export async function extend(tx: Tx, viewer: Viewer, input: Input<'POST /bookings/:id/extend'>): Promise<Booking> {
  const row = await own(tx, viewer, input.id)
  const { until } = input
  const now = clock.now()
  if (await askedBefore(tx, viewer, row, input.key, 'extend', until)) return showBooking(tx, row, true)
  if (row.endsAt.getTime() === until.getTime()) return showBooking(tx, row, true)
  if (!can.extend(row, now) || until <= row.endsAt) throw state()
  const resource = await resourceFor(tx, row.resource, row.startsAt, until)
  const range = { from: row.startsAt.getTime(), to: until.getTime() }
  const longer = longerBill(resource, row, until)
  if (refusalOf(resource, range, 1, now, 'staff') !== null || longer === null) throw refusing('slot_shape')
  const takenTo = new Date(row.takenTo.getTime() + until.getTime() - row.endsAt.getTime())
  if (!(await isFree(tx, row.resource, row.endsAt, takenTo, row.id))) throw refusing('slot_taken')
  if ((await chargesOf(tx, row.id)).some(one => one.purpose === 'extend' && one.state === 'waiting')) throw state()
  const bill = [...row.bill.map(line => ({ ...line, amount: BigInt(line.amount) })), ...longer.lines]
  await changeBooking(tx, row.id, { endsAt: until, takenFrom: row.takenFrom, takenTo, amount: row.amount + longer.adds, bill }, now)
  await settleAt(
    tx,
    (await paidLines(tx, row.id)).map(({ line }) => ({ line, at: until })),
  )
  return done(tx, row, 'extended', viewer.id)
}

export async function arrive(tx: Tx, viewer: Viewer, input: Input<'POST /bookings/:id/arrive'>): Promise<Booking> {
  const row = await own(tx, viewer, input.id)
  const now = clock.now()
  if (input.undo) {
    if (row.state === 'confirmed') return showBooking(tx, row, true)
    if (row.state !== 'arrived' || row.songs > 0) throw state()
    await changeBooking(tx, row.id, { state: 'confirmed', arrivedAt: null }, now)
    return done(tx, row, 'arrive_undone', viewer.id, '', true)
  }
  if (row.state === 'arrived') return showBooking(tx, row, true)
  if (!can.arrive(row) || can.early(row, now)) throw state()
  await changeBooking(tx, row.id, { state: 'arrived', arrivedAt: now }, now)
  return done(tx, row, 'arrived', viewer.id)
}
export async function checkIn(tx: Tx, viewer: Viewer, input: Input<'POST /pages/:page/check-in'>): Promise<Booking & { again: boolean }> {
  const page = await allowPage(tx, viewer, input.page)
  // A code that was typed, with spaces and small letters; or the address that a QR code may hold.
  const code = input.code.split('/').at(-1)!.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  const id = await bookingByCode(tx, page, code)
  if (id === undefined) throw fault('not_found')
  const row = await own(tx, viewer, id)
  const now = clock.now()
  if (row.state === 'arrived') return { ...(await showBooking(tx, row, true)), again: true }
  if (!can.arrive(row)) throw state()
  if (can.early(row, now)) throw fault('conflict', 'too_early')
  await changeBooking(tx, row.id, { state: 'arrived', arrivedAt: now }, now)
  return { ...(await done(tx, row, 'arrived', viewer.id)), again: false }
}

/** The time left over is free from now on; what was paid is the place's, at once. */
export async function endNow(tx: Tx, row: BookingRow, to: 'no_show' | 'done', at: Date): Promise<void> {
  const free = new Date(Math.max(at.getTime(), row.startsAt.getTime() + minuteMs))
  await changeBooking(
    tx,
    row.id,
    { state: to, closed: true, ...(free < row.takenTo ? { takenFrom: row.takenFrom, takenTo: free } : {}) },
    at,
  )
  if (to === 'no_show' || free < row.endsAt)
    await settleAt(
      tx,
      (await paidLines(tx, row.id)).map(({ line }) => ({ line, at })),
    )
}
export async function noShow(tx: Tx, viewer: Viewer, input: Input<'POST /bookings/:id/no-show'>): Promise<Booking> {
  const row = await own(tx, viewer, input.id)
  const now = clock.now()
  if (row.state === 'no_show') return showBooking(tx, row, true)
  if (!can.noShow(row, now)) throw state()
  await endNow(tx, row, 'no_show', now)
  return done(tx, row, 'no_show', viewer.id)
}
export async function finish(tx: Tx, viewer: Viewer, input: Input<'POST /bookings/:id/finish'>): Promise<Booking> {
  const row = await own(tx, viewer, input.id)
  const now = clock.now()
  if (row.state === 'done') return showBooking(tx, row, true)
  if (!can.finish(row, now)) throw state()
  await endNow(tx, row, 'done', now)
  return done(tx, row, 'done', viewer.id)
}

export async function paidAtPlace(tx: Tx, viewer: Viewer, input: Input<'POST /bookings/:id/paid'>): Promise<Booking> {
  const row = await own(tx, viewer, input.id)
  if (await askedBefore(tx, viewer, row, input.key, 'paid', input.amount.toString())) return showBooking(tx, row, true)
  const rest = restOf(row)
  if (input.amount <= 0n || input.amount > rest) throw state()
  await changeBooking(tx, row.id, { atPlace: row.atPlace + input.amount }, clock.now())
  return done(tx, row, 'paid_at_place', viewer.id, '', true)
}

/** The place cancels: all that orders paid comes back. */
export async function refund(tx: Tx, viewer: Viewer, input: Input<'POST /bookings/:id/refund'>): Promise<Booking> {
  const row = await readBooking(tx, input.id)
  if (row === undefined || row.kind === 'block') throw fault('not_found')
  if (!(await mayEditPage(tx, viewer, row.page))) throw row.person === viewer.id ? fault('forbidden', 'own_page_only') : fault('not_found')
  if (row.state === 'cancelled') return showBooking(tx, row, true)
  if (!can.refund(row)) throw state()
  const backs = (await paidLines(tx, row.id)).map(({ line, left }) => ({ line, amount: left }))
  await giveUp(tx, row, { backs, by: viewer.id, note: input.reason, may: can.refund })
  return showBooking(tx, (await readBooking(tx, row.id))!, true)
}
