/** The kind `booking`: a time of a resource, the rest of its price, a longer stay, sold by the one checkout. */
import { randomBytes } from 'node:crypto'
import { fault, Fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { settleAt, type Kind, type Priced, type SoldLine } from '../shop/index.ts'
import { planLines, refusing, slotText, takenOf, type Plan } from './planning.ts'
import { livePages } from './showing.ts'
import { sharesOfSongs } from './songs.ts'
import {
  changeBooking,
  chargesOf,
  insertBookings,
  insertCharges,
  isFree,
  noteEvents,
  readBookings,
  readCharges,
  resourcesOfBookings,
  setCharges,
  type BookingRow,
  type ChargeRow,
} from './store-bookings.ts'
import { lockResources } from './store.ts'
import { localText } from './time.ts'

/** A code people can read out: no I, L, O, U. 10 signs of 32. */
const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
export const newCode = (): string => [...randomBytes(10)].map(byte => signs[byte % 32]!).join('')

const detailOf = (plan: Plan): string => {
  const { zone } = plan.resource
  if (plan.purpose === 'slot') return slotText(zone, plan.range.from, plan.range.to)
  const { startsAt, endsAt } = plan.booking
  const slot = slotText(zone, startsAt.getTime(), endsAt.getTime())
  return plan.purpose === 'extend' ? `${slot} → ${localText(plan.until, zone).slice(11)}` : slot
}
const pricedOf = (plan: Plan | Fault): Priced | Fault =>
  plan instanceof Fault ? plan : { unit: plan.unit, detail: detailOf(plan), choice: plan.wanted.choice }

/** Until when it takes its resource, were it to end then: with the minutes after it. */
const stretched = (booking: Pick<BookingRow, 'takenTo' | 'endsAt'>, until: Date): Date =>
  new Date(booking.takenTo.getTime() + until.getTime() - booking.endsAt.getTime())

/** Takes the times of these plans; the resources are locked. Gives the lines that came too late. */
async function take(tx: Tx, plans: readonly Plan[], at: Date): Promise<Map<string, Fault>> {
  const late = new Map<string, Fault>()
  const charges: Parameters<typeof insertCharges>[1][number][] = []
  const slots = plans.flatMap(plan =>
    plan.purpose === 'slot' ? [{ plan, row: { ...slotRow(plan), ...takenOf(plan.resource, plan.range) } }] : [],
  )
  const made = await insertBookings(
    tx,
    slots.map(({ row }) => row),
    at,
  )
  for (const { plan, row } of slots) {
    const { line } = plan.wanted
    if (made.has(row.id)) charges.push({ line, booking: row.id, purpose: 'first', amount: plan.unit, until: null, adds: 0n, bill: [] })
    else late.set(line, refusing('slot_taken'))
  }
  for (const plan of plans) {
    if (plan.purpose === 'slot') continue
    const { wanted, booking, unit } = plan
    if (plan.purpose === 'ask') {
      await changeBooking(tx, booking.id, { state: 'pending', order: wanted.basket.order }, at)
      charges.push({ line: wanted.line, booking: booking.id, purpose: 'first', amount: unit, until: null, adds: 0n, bill: [] })
    } else if (plan.purpose === 'rest')
      charges.push({ line: wanted.line, booking: booking.id, purpose: 'rest', amount: unit, until: null, adds: 0n, bill: [] })
    else if (await isFree(tx, booking.resource, booking.endsAt, stretched(booking, plan.until), booking.id))
      charges.push({
        line: wanted.line,
        booking: booking.id,
        purpose: 'extend',
        amount: unit,
        until: plan.until,
        adds: plan.adds,
        bill: plan.lines,
      })
    else late.set(wanted.line, refusing('slot_taken'))
  }
  const paid = await insertCharges(tx, charges, at)
  for (const { line } of charges) if (!paid.has(line)) late.set(line, fault('conflict', 'booking_state'))
  for (const plan of plans)
    if (plan.purpose === 'extend' && paid.has(plan.wanted.line))
      await changeBooking(tx, plan.booking.id, { takenFrom: plan.booking.takenFrom, takenTo: stretched(plan.booking, plan.until) }, at)
  return late
}
function slotRow({ wanted, resource, range, people, bill }: Extract<Plan, { purpose: 'slot' }>) {
  return {
    id: newId('bkg', wanted.basket.at),
    resource: resource.id,
    no: resource.no,
    page: resource.page,
    kind: 'order' as const,
    person: wanted.basket.buyer,
    order: wanted.basket.order,
    state: 'pending' as const,
    startsAt: new Date(range.from),
    endsAt: new Date(range.to),
    people,
    name: '',
    note: typeof wanted.choice?.['note'] === 'string' ? wanted.choice['note'].slice(0, 1000) : '',
    currency: resource.currency,
    amount: bill.amount,
    bill: bill.lines,
    ladder: resource.ladder,
    authors: resource.authors,
    until: null,
    code: newCode(),
    request: null,
  }
}

type Held = { line: SoldLine; charge: ChargeRow; booking: BookingRow }
/** What these lines pay, with the bookings' resources locked in order. */
async function held(tx: Tx, lines: readonly SoldLine[]): Promise<Held[]> {
  const known = await readCharges(
    tx,
    lines.map(line => line.id),
  )
  const ids = [...new Set([...known.values()].map(one => one.booking))]
  await lockResources(tx, await resourcesOfBookings(tx, ids))
  const [charges, bookings] = [await readCharges(tx, [...known.keys()]), await readBookings(tx, ids)]
  return lines.flatMap(line => {
    const charge = charges.get(line.id)
    const booking = charge && bookings.get(charge.booking)
    return charge && booking ? [{ line, charge, booking }] : []
  })
}
/** An extension that is not to be: the time after the booking is free again. */
const shorten = (tx: Tx, { charge, booking }: Held, at: Date): Promise<void> =>
  changeBooking(
    tx,
    booking.id,
    { takenFrom: booking.takenFrom, takenTo: new Date(booking.takenTo.getTime() - (charge.until!.getTime() - booking.endsAt.getTime())) },
    at,
  )
const minutesOf = ({ bill }: ChargeRow): number => bill.reduce((all, line) => all + line.minutes, 0)
const isOn = ({ state }: Pick<BookingRow, 'state'>): boolean => state === 'confirmed' || state === 'arrived'

/** What one line does to its booking once it is paid; `refused` when the booking is no more. */
async function fulfilOne(tx: Tx, one: Held, at: Date): Promise<Date | 'refused'> {
  const { charge, booking } = one
  const { purpose, state } = charge
  if (state === 'paid') return booking.endsAt
  if (purpose === 'first') {
    if (booking.state !== 'pending') return 'refused'
    await setCharges(tx, [charge.line], 'paid')
    await changeBooking(tx, booking.id, { state: 'confirmed', until: null }, at)
    await noteEvents(tx, [{ booking: booking.id, what: 'confirmed', by: booking.person }], at)
    await tell(tx, { type: 'booking_changed', booking: booking.id })
    return booking.endsAt
  }
  if (!isOn(booking) && !(purpose === 'rest' && booking.state === 'done')) {
    await setCharges(tx, [charge.line], 'refunded')
    return 'refused'
  }
  await setCharges(tx, [charge.line], 'paid')
  if (purpose === 'rest') {
    await noteEvents(tx, [{ booking: booking.id, what: 'rest_paid', by: booking.person }], at)
    return booking.endsAt
  }
  const until = charge.until!
  await changeBooking(
    tx,
    booking.id,
    {
      endsAt: until,
      amount: booking.amount + charge.adds,
      bill: [...booking.bill, ...charge.bill].map(line => ({ ...line, amount: BigInt(line.amount) })),
    },
    at,
  )
  await noteEvents(tx, [{ booking: booking.id, what: 'extended', by: booking.person }], at)
  const others = (await chargesOf(tx, booking.id)).filter(row => row.state === 'paid' && row.line !== charge.line)
  await settleAt(
    tx,
    others.map(({ line }) => ({ line, at: until })),
  )
  await tell(tx, { type: 'booking_changed', booking: booking.id })
  return until
}

async function freeOne(tx: Tx, one: Held, at: Date): Promise<void> {
  const { charge, booking } = one
  if (charge.state !== 'waiting') return
  await setCharges(tx, [charge.line], 'freed')
  if (charge.purpose === 'extend') return shorten(tx, one, at)
  if (charge.purpose === 'rest' || booking.state !== 'pending') return
  const again = booking.kind === 'ask' && booking.until !== null && booking.until > at
  await changeBooking(tx, booking.id, { state: again ? 'accepted' : 'expired' }, at)
}

async function undoOne(tx: Tx, one: Held, at: Date): Promise<void> {
  const { charge, booking } = one
  if (charge.state !== 'paid') return
  await setCharges(tx, [charge.line], 'refunded')
  if (charge.purpose === 'first' && isOn(booking)) {
    await changeBooking(tx, booking.id, { state: 'cancelled', closed: true }, at)
    await noteEvents(tx, [{ booking: booking.id, what: 'cancelled' }], at)
    await tell(tx, { type: 'booking_changed', booking: booking.id })
  }
  // A longer stay that was paid back and has not begun is given up again.
  if (charge.purpose === 'extend' && isOn(booking) && charge.until!.getTime() === booking.endsAt.getTime()) {
    const minutes = minutesOf(charge)
    const endsAt = new Date(booking.endsAt.getTime() - minutes * 60_000)
    if (endsAt > at)
      await changeBooking(
        tx,
        booking.id,
        {
          endsAt,
          takenFrom: booking.takenFrom,
          takenTo: new Date(booking.takenTo.getTime() - minutes * 60_000),
          amount: booking.amount - charge.adds,
        },
        at,
      )
  }
}

/** When each of these could be had again after all: checked for all before any is taken. */
async function again(tx: Tx, lines: readonly SoldLine[], at: Date): Promise<boolean> {
  const all = await held(tx, lines)
  if (all.length < lines.length) return false
  for (const { charge, booking } of all) {
    const { takenFrom, takenTo, id, resource } = booking
    if (charge.state !== 'freed') return false
    if (
      charge.purpose === 'first' &&
      !(
        booking.state === 'accepted' ||
        (booking.state === 'expired' && booking.endsAt > at && (await isFree(tx, resource, takenFrom, takenTo, id)))
      )
    )
      return false
    if (
      charge.purpose === 'extend' &&
      // It was asked of a stay that ended elsewhere, if the booking has been moved or made longer since.
      !(
        isOn(booking) &&
        charge.until!.getTime() - booking.endsAt.getTime() === minutesOf(charge) * 60_000 &&
        (await isFree(tx, resource, booking.endsAt, stretched(booking, charge.until!), id))
      )
    )
      return false
    if (
      charge.purpose === 'rest' &&
      (await chargesOf(tx, id)).some(row => row.purpose === 'rest' && (row.state === 'waiting' || row.state === 'paid'))
    )
      return false
  }
  for (const { charge, booking } of all) {
    if (charge.purpose === 'first') await changeBooking(tx, booking.id, { state: 'pending' }, at)
    if (charge.purpose === 'extend')
      await changeBooking(tx, booking.id, { takenFrom: booking.takenFrom, takenTo: stretched(booking, charge.until!) }, at)
  }
  await setCharges(
    tx,
    all.map(({ charge }) => charge.line),
    'waiting',
  )
  return true
}

export const booking: Kind = {
  kind: 'booking',
  price: async (tx, wanted) => (await planLines(tx, wanted)).map(pricedOf),
  async reserve(tx, wanted) {
    await lockResources(
      tx,
      wanted.map(one => one.offer.subject),
    )
    const plans = await planLines(tx, wanted)
    const refused = new Map<string, Fault>()
    const good: Plan[] = []
    plans.forEach((plan, n) => (plan instanceof Fault ? refused.set(wanted[n]!.line, plan) : good.push(plan)))
    const at = wanted[0]!.basket.at
    for (const [line, why] of await take(tx, good, at)) refused.set(line, why)
    livePages(
      tx,
      good.map(plan => plan.resource.page),
    )
    return refused
  },
  reserveAgain: (tx, lines) => again(tx, lines, clock.now()),
  async fulfil(tx, lines, at) {
    const answers = new Map<string, Date | 'refused'>()
    const all = await held(tx, lines)
    for (const line of lines) answers.set(line.id, 'refused')
    for (const one of all) answers.set(one.line.id, await fulfilOne(tx, one, at))
    livePages(
      tx,
      all.map(one => one.booking.page),
    )
    return answers
  },
  async release(tx, lines) {
    const all = await held(tx, lines)
    for (const one of all) await freeOne(tx, one, clock.now())
    livePages(
      tx,
      all.map(one => one.booking.page),
    )
  },
  async cancel(tx, lines) {
    const all = await held(tx, lines)
    for (const one of all) await undoOne(tx, one, clock.now())
    livePages(
      tx,
      all.map(one => one.booking.page),
    )
  },
  async follow(db, lines) {
    const charges = await readCharges(
      db,
      lines.map(line => line.id),
    )
    const bookings = await readBookings(db, [...new Set([...charges.values()].map(one => one.booking))])
    return new Map(
      [...charges.values()].flatMap(({ line, booking: id }) => {
        const row = bookings.get(id)
        if (row === undefined) return []
        return [
          [
            line,
            [
              {
                code: `booking_${row.state}`,
                at: row.startsAt,
                zone: row.zone,
                url: `/bookings/${row.id}`,
                text: slotText(row.zone, row.startsAt.getTime(), row.endsAt.getTime()),
              },
            ],
          ],
        ]
      }),
    )
  },
  shares: sharesOfSongs,
}
