/** Resources and bookings as they are shown. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { bookings } from '../../shared/bookings.ts'
import type { Currency } from '../../shared/money.ts'
import { basisPointsOf } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { publish, registerTopic } from '../foundation/live.ts'
import { qrOf } from '../foundation/qr.ts'
import { coverUrl } from '../media/index.ts'
import { mayEditPage } from '../people/index.ts'
import { can, moveUntil } from './policy.ts'
import { longerBill, restOf, daysAround } from './planning.ts'
import { backOf, lowestPrice, refusalOf } from './prices.ts'
import { listEvents, paidLines, takenBetween, togetherWith, type BookingRow } from './store-bookings.ts'
import { readResources, type ResourceRow } from './store.ts'
import { isAgain, localOf, localText, minuteMs } from './time.ts'

type Entries = typeof bookings.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Booking = Ok<'GET /bookings/:id'>

export const pictureOf = (asset: string | null | undefined, size: 300 | 640 = 640): string | null => (asset ? coverUrl(asset, size) : null)
export const inCurrency = (amount: bigint, currency: string) => ({ amount, currency: currency as Currency })

export function showCard(row: ResourceRow): Ok<'GET /resources'>['items'][number] {
  const low = lowestPrice(row)
  return {
    id: row.id,
    page: { id: row.page, name: row.pageName, handle: row.pageHandle },
    kind: row.kind,
    title: row.title,
    place: row.place,
    city: row.city,
    zone: row.zone,
    capacity: row.capacity,
    picture: pictureOf(row.pictures[0]),
    accent: row.accent,
    from: low === null ? null : inCurrency(low, row.currency),
    asks: row.asks,
    state: row.state,
  }
}
export function showResource(row: ResourceRow, edit: boolean): Ok<'GET /resources/:id'> {
  const { about, address, country, equipment, step, shortest, longest, lead, ahead, deposit, least, noShow, ladder, authors } = row
  return {
    ...showCard(row),
    about,
    address,
    country,
    equipment,
    step,
    shortest,
    longest,
    lead,
    ahead,
    deposit,
    least,
    noShow,
    ladder,
    authors,
    pictures: row.pictures.flatMap(asset => pictureOf(asset) ?? []),
    currency: row.currency as Currency,
    hours: [...row.hours],
    bands: row.bands.map(band => ({ ...band, weekdays: [...band.weekdays] })),
    offer: row.state === 'open' ? row.offer : null,
    venue: row.venue,
    today: localOf(clock.now(), row.zone).day,
    can: { edit },
  }
}
/** What still has to be done before it can be opened. */
export const missingOf = (row: ResourceRow): ('hours' | 'prices' | 'city')[] => [
  ...(row.hours.length === 0 ? ['hours' as const] : []),
  ...(row.bands.length === 0 ? ['prices' as const] : []),
  ...(row.city === '' ? ['city' as const] : []),
]

/** A local time; the second of two that are called the same says so by its offset. */
export const localName = (at: Date, zone: string): string => {
  const text = localText(at, zone)
  if (!isAgain(at, zone)) return text
  const { offset } = localOf(at, zone)
  const sign = offset < 0 ? '-' : '+'
  return `${text} (UTC${sign}${String(Math.floor(Math.abs(offset) / 60))}${offset % 60 === 0 ? '' : `:${String(Math.abs(offset) % 60)}`})`
}

export const showBookingCard = (row: BookingRow): Ok<'GET /me/bookings'>['items'][number] => ({
  id: row.id,
  resource: row.resource,
  title: row.title,
  kind: row.resourceKind,
  place: row.place,
  city: row.city,
  zone: row.zone,
  picture: pictureOf(row.picture),
  accent: row.accent,
  seller: { id: row.page, name: row.pageName },
  state: row.state,
  startsAt: row.startsAt,
  endsAt: row.endsAt,
  localStart: localName(row.startsAt, row.zone),
  localEnd: localName(row.endsAt, row.zone),
  people: row.people,
  amount: inCurrency(row.amount, row.currency),
  paid: inCurrency(row.paid + row.atPlace, row.currency),
  order: row.order,
})

/** How far it could be made longer, step by step, until somebody comes or it closes; at most six. */
async function longerOf(db: Read | Tx, row: BookingRow, now: Date): Promise<Booking['longer']> {
  if (!can.extend(row, now)) return []
  const far = new Date(row.endsAt.getTime() + 24 * 3600_000)
  const resource = (await readResources(db, [row.resource], daysAround(row.startsAt, far))).get(row.resource)
  if (resource === undefined) return []
  const taken = await takenBetween(db, [row.resource], row.endsAt, far, [row.id])
  const next = Math.min(...taken.map(one => one.from.getTime()), Number.POSITIVE_INFINITY)
  const found: Booking['longer'] = []
  const step = Math.min(resource.step, 60) * minuteMs
  for (let until = row.endsAt.getTime() + step; found.length < 6; until += step) {
    if (until + resource.after * minuteMs > next) break
    if (refusalOf(resource, { from: row.startsAt.getTime(), to: until }, 1, now, 'longer') !== null) break
    const bill = longerBill(resource, row, new Date(until))
    if (bill === null) break
    found.push({
      until: new Date(until),
      local: localName(new Date(until), row.zone).slice(11),
      amount: inCurrency(bill.adds, row.currency),
    })
  }
  return found
}

/** What would come back of what orders paid, line by line, if it were cancelled now. */
export const backsOf = async (db: Read | Tx, row: BookingRow, now: Date): Promise<{ line: string; amount: bigint }[]> =>
  (await paidLines(db, row.id)).map(({ line, left }) => ({ line, amount: backOf(row.ladder, left, row.startsAt, now) }))
export const totalOf = (backs: readonly { amount: bigint }[]): bigint => backs.reduce((all, { amount }) => all + amount, 0n)

export async function showBooking(db: Read | Tx, row: BookingRow, host: boolean): Promise<Booking> {
  const now = clock.now()
  const [events, together, longer] = [await listEvents(db, row.id), await togetherWith(db, row), await longerOf(db, row, now)]
  const rest = restOf(row)
  const asGuest = row.person !== null
  const movable = asGuest && !host && can.moveOwn(row, now)
  return {
    ...showBookingCard(row),
    address: row.address,
    note: row.note,
    name: host ? row.name || (row.personName ?? '') : row.name,
    answer: row.answer,
    code: row.code,
    qr: can.show(row) ? qrOf(row.code) : null,
    until: row.until,
    bill: row.bill.map(line => ({ ...line, amount: BigInt(line.amount) })),
    rest: inCurrency(rest, row.currency),
    deposit: inCurrency(basisPointsOf(row.amount, row.deposit), row.currency),
    offer: row.offer,
    authors: row.authors,
    ladder: row.ladder,
    back: can.cancel(row, now) ? inCurrency(totalOf(await backsOf(db, row, now)), row.currency) : null,
    noShowAt: row.noShow !== null && row.state === 'confirmed' ? new Date(row.startsAt.getTime() + row.noShow * minuteMs) : null,
    moveUntil: movable ? moveUntil(row) : null,
    longer,
    together,
    events,
    songs: row.songs,
    can: {
      cancel: asGuest && can.cancel(row, now),
      pay: asGuest && row.state === 'accepted' && row.until !== null && row.until > now,
      payRest: asGuest && can.payRest(row) && rest > 0n,
      extend: longer.length > 0,
      move: movable,
      sing: can.sing(row, now),
      host,
    },
  }
}

// Open calendars hear that something of a page changed; they read anew what they may see.

registerTopic('place', (read, viewer, page) => mayEditPage(read, viewer, page))

export const livePages = (tx: Tx, pages: readonly string[]): void => {
  for (const page of new Set(pages)) publish(tx, `place:${page}`, { kind: 'bookings' })
}
