/** What can be done with a booking, by its state and the time. Pure. */
import type { BookingRow } from './store-bookings.ts'

type Row = Pick<BookingRow, 'state' | 'startsAt' | 'endsAt' | 'kind'>
type Movable = Row & Pick<BookingRow, 'ladder' | 'offer'>
const hourMs = 3600_000
/** Guests are let in so long before the start. */
export const earlyMs = 2 * hourMs

/**
 * Until when a guest moves it: as long as cancelling would bring back the most its ladder gives, so that moving never turns a lower rung into a higher one. Where
 * nothing ever comes back, a day before.
 */
export function moveUntil({ startsAt, ladder }: Pick<Movable, 'startsAt' | 'ladder'>): Date {
  const most = Math.max(0, ...ladder.map(({ bp }) => bp))
  const hours = most === 0 ? 24 : Math.min(...ladder.filter(({ bp }) => bp === most).map(one => one.hours))
  return new Date(startsAt.getTime() - hours * hourMs)
}

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
  /** A guest moves it: booked and paid at the room's price (what was asked for is agreed with the other side), while its room is open for booking. */
  moveOwn: (row: Movable, now: Date): boolean =>
    row.kind === 'order' && row.state === 'confirmed' && row.offer !== null && row.startsAt > now && moveUntil(row) >= now,
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
