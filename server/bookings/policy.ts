/** What can be done with a booking, by its state and the time. Pure. */
import type { BookingRow } from './store-bookings.ts'

type Row = Pick<BookingRow, 'state' | 'startsAt' | 'endsAt' | 'kind'>
const hourMs = 3600_000
/** Guests are let in so long before the start. */
export const earlyMs = 2 * hourMs

export const can = {
  /** A guest gives it up before it begins. */
  cancel: (row: Row, now: Date): boolean =>
    row.state === 'asked' || row.state === 'accepted' || (row.state === 'confirmed' && row.startsAt > now),
  extend: (row: Row, now: Date): boolean =>
    (row.state === 'confirmed' || row.state === 'arrived') && row.endsAt > now && row.kind !== 'block',
  payRest: (row: Row): boolean => row.state === 'confirmed' || row.state === 'arrived' || row.state === 'done',
  /** The code is worth showing. */
  show: (row: Row): boolean => row.state === 'confirmed' || row.state === 'arrived',
  arrive: (row: Row): boolean => row.state === 'confirmed',
  early: (row: Row, now: Date): boolean => row.startsAt.getTime() - now.getTime() > earlyMs,
  noShow: (row: Row, now: Date): boolean => row.state === 'confirmed' && row.startsAt <= now && row.endsAt > now,
  finish: (row: Row, now: Date): boolean => row.state === 'arrived' && row.startsAt < now,
  move: (row: Row, now: Date): boolean =>
    (row.state === 'confirmed' || row.state === 'arrived') && row.endsAt > now && row.kind !== 'block',
  /** Songs are put in while the room is in use. */
  sing: (row: Row, now: Date): boolean => row.state === 'arrived' && row.endsAt > now,
  refund: (row: Row): boolean =>
    row.state === 'asked' ||
    row.state === 'accepted' ||
    row.state === 'confirmed' ||
    row.state === 'arrived' ||
    row.state === 'no_show' ||
    row.state === 'done',
}
