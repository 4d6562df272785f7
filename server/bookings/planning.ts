/** What an order's line wants of a booking, and what that costs: worked out for many lines at once, before and after the locks. */
import type { z } from 'zod'
import { bookingChoice } from '../../shared/bookings.ts'
import { fault, Fault } from '../../shared/faults.ts'
import type { Tx } from '../foundation/db.ts'
import type { Wanted } from '../shop/index.ts'
import { basisPointsOf } from '../../shared/money.ts'
import { billOf, refusalOf, takenBy, type Bill, type BillLine, type Range, type Refusal } from './prices.ts'
import { readBookings, type BookingRow } from './store-bookings.ts'
import { readResources, type Days, type ResourceRow } from './store.ts'
import { addDays, clockText, localOf } from './time.ts'

type Choice = z.output<typeof bookingChoice>
export type Plan =
  | { purpose: 'slot'; wanted: Wanted; resource: ResourceRow; range: Range; people: number; bill: Bill; unit: bigint }
  | { purpose: 'ask'; wanted: Wanted; resource: ResourceRow; booking: BookingRow; unit: bigint }
  | { purpose: 'rest'; wanted: Wanted; resource: ResourceRow; booking: BookingRow; unit: bigint }
  | {
      purpose: 'extend'
      wanted: Wanted
      resource: ResourceRow
      booking: BookingRow
      until: Date
      adds: bigint
      lines: BillLine[]
      unit: bigint
    }

export const refusing = (code: Refusal | 'slot_taken'): Fault =>
  code === 'slot_taken' ? fault('conflict', code) : fault('unprocessable', code)
/** Days around some moments, wide enough for zones and nights. */
export function daysAround(from: Date, to: Date): Days {
  const utc = (at: Date): string => at.toISOString().slice(0, 10)
  return { from: addDays(utc(from), -2), to: addDays(utc(to), 2) }
}
/** `2026-11-21 18:00–20:00`, as it is there. */
export function slotText(zone: string, from: number, to: number): string {
  const start = localOf(from, zone)
  return `${start.day} ${clockText(start.minute)}–${clockText(localOf(to, zone).minute)}`
}
/** What a longer stay costs more: the difference of the two bills, so that two steps cost what one would. */
export function longerBill(
  resource: ResourceRow,
  booking: Pick<BookingRow, 'startsAt' | 'endsAt'>,
  until: Date,
): { adds: bigint; lines: BillLine[] } | null {
  const from = booking.startsAt.getTime()
  const before = billOf(resource, { from, to: booking.endsAt.getTime() })
  const after = billOf(resource, { from, to: until.getTime() })
  if (before === null || after === null) return null
  const adds = after.amount > before.amount ? after.amount - before.amount : 0n
  const minutes = (until.getTime() - booking.endsAt.getTime()) / 60_000
  return { adds, lines: [{ title: '+', minutes, units: 1, unit: minutes, amount: adds }] }
}
export const restOf = (row: Pick<BookingRow, 'amount' | 'covered' | 'atPlace'>): bigint => {
  const left = row.amount - row.covered - row.atPlace
  return left > 0n ? left : 0n
}

const read = (wanted: Wanted): Choice | Fault => {
  if (wanted.quantity !== 1) return fault('invalid', 'invalid', { fields: { [`lines.${wanted.index}.quantity`]: '1' } })
  const choice = bookingChoice.safeParse(wanted.choice ?? {})
  return choice.success ? choice.data : fault('invalid', 'slot_shape', { fields: { [`lines.${wanted.index}.choice`]: 'start, end' } })
}

function planSlot(wanted: Wanted, choice: Extract<Choice, { start: string }>, resource: ResourceRow): Plan | Fault {
  if (resource.asks) return fault('conflict', 'ask_first')
  const range = { from: Date.parse(choice.start), to: Date.parse(choice.end) }
  const refusal = refusalOf(resource, range, choice.people, wanted.basket.at)
  if (refusal !== null) return refusing(refusal)
  const bill = billOf(resource, range)
  if (bill === null) return refusing('slot_closed')
  return {
    purpose: 'slot',
    wanted,
    resource,
    range,
    people: choice.people,
    bill,
    unit: choice.pay === 'deposit' ? bill.deposit : bill.amount,
  }
}

function planMore(
  wanted: Wanted,
  choice: Exclude<Choice, { start: string }>,
  resource: ResourceRow,
  booking: BookingRow | undefined,
): Plan | Fault {
  if (booking === undefined || booking.person !== wanted.basket.buyer || booking.resource !== resource.id)
    return fault('not_found', 'not_found')
  const now = wanted.basket.at
  const state = fault('conflict', 'booking_state')
  if ('until' in choice) {
    const until = new Date(choice.until)
    if ((booking.state !== 'confirmed' && booking.state !== 'arrived') || booking.endsAt <= now || until <= booking.endsAt) return state
    const refusal = refusalOf(resource, { from: booking.startsAt.getTime(), to: until.getTime() }, 1, now, 'longer')
    const longer = longerBill(resource, booking, until)
    if (refusal !== null || longer === null) return refusing(refusal ?? 'slot_closed')
    return { purpose: 'extend', wanted, resource, booking, until, ...longer, unit: longer.adds }
  }
  if (choice.pay === 'rest') {
    const unit = restOf(booking)
    return (booking.state === 'confirmed' || booking.state === 'arrived' || booking.state === 'done') && unit > 0n
      ? { purpose: 'rest', wanted, resource, booking, unit }
      : state
  }
  if (booking.state !== 'accepted' || booking.until === null || booking.until <= now) return state
  return {
    purpose: 'ask',
    wanted,
    resource,
    booking,
    unit: choice.pay === 'deposit' ? basisPointsOf(booking.amount, resource.deposit) : booking.amount,
  }
}

/** In order; a Fault where it cannot be. Two statements, however many lines. */
export async function planLines(tx: Tx, wanted: readonly Wanted[]): Promise<(Plan | Fault)[]> {
  const choices = wanted.map(read)
  const times = choices.flatMap(one =>
    one instanceof Fault
      ? []
      : 'start' in one
        ? [Date.parse(one.start), Date.parse(one.end)]
        : 'until' in one
          ? [Date.parse(one.until)]
          : [],
  )
  const now = wanted[0]!.basket.at.getTime()
  const bookings = await readBookings(
    tx,
    choices.flatMap(one => (one instanceof Fault || 'start' in one ? [] : [one.booking])),
  )
  for (const { startsAt, endsAt } of bookings.values()) times.push(startsAt.getTime(), endsAt.getTime())
  const resources = await readResources(
    tx,
    [...new Set(wanted.map(one => one.offer.subject))],
    daysAround(new Date(Math.min(now, ...times)), new Date(Math.max(now, ...times))),
  )
  return wanted.map((one, n) => {
    const choice = choices[n]!
    if (choice instanceof Fault) return choice
    const resource = resources.get(one.offer.subject)
    if (resource === undefined) return fault('not_found', 'not_found')
    return 'start' in choice ? planSlot(one, choice, resource) : planMore(one, choice, resource, bookings.get(choice.booking))
  })
}

export const takenOf = (resource: Pick<ResourceRow, 'before' | 'after'>, range: Range): { takenFrom: Date; takenTo: Date } => {
  const { from, to } = takenBy(resource, range)
  return { takenFrom: new Date(from), takenTo: new Date(to) }
}
