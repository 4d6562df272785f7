/** For tests of bookings: a page that lets rooms, orders of their times, days that are always ahead. */
import { newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { openPage } from '../people/index.ts'
import { decide, orderIs, type OrderJson } from '../shop/shop.testing.ts'
import type { Person, TestPlanet } from '../testing.ts'
import { addDays, momentOf } from './time.ts'

const all = [1, 2, 3, 4, 5, 6, 7]
export const ladder = [
  { hours: 24, bp: 10_000 },
  { hours: 2, bp: 5000 },
]
export const room = (more: object = {}): Record<string, unknown> => ({
  kind: 'ktv',
  title: 'Moon room',
  city: '上海',
  zone: 'Asia/Shanghai',
  capacity: 8,
  step: 60,
  shortest: 60,
  longest: 360,
  after: 15,
  before: 0,
  ahead: 90,
  ladder,
  hours: all.map(weekday => ({ weekday, opens: 600, closes: 1560 })),
  bands: [
    {
      title: 'Day',
      priority: 0,
      weekdays: all,
      holidays: 'same',
      opens: 600,
      closes: 1560,
      fromDay: null,
      toDay: null,
      unit: 60,
      amount: '10000',
    },
    {
      title: 'Night',
      priority: 1,
      weekdays: all,
      holidays: 'same',
      opens: 1080,
      closes: 1560,
      fromDay: null,
      toDay: null,
      unit: 60,
      amount: '20000',
    },
  ],
  ...more,
})
export type Place = { page: string; host: Person }
export async function openPlace(planet: TestPlanet, name = 'Host'): Promise<Place> {
  const host = await planet.signUp(name)
  const page = await planet.db.transaction(tx => openPage(tx, { kind: 'business', name: `Page of ${name}`, owner: host.id }))
  return { page, host }
}
export type Room = { id: string; offer: string }
export async function openRoom(place: Place, more: object = {}): Promise<Room> {
  const id = newId('res')
  await place.host.call('PUT', `/pages/${place.page}/resources/${id}`, room(more))
  const made = await place.host.call<{ offer: string }>('PUT', `/resources/${id}/state`, { state: 'open' })
  return { id, offer: made.offer }
}
/** Asked once: a day that ends meanwhile would move all that is booked. */
const today = new Date().toISOString().slice(0, 10)
/** A moment in Shanghai: so many days from today, at an hour. */
export const on = (days: number, hour: number): string =>
  momentOf('Asia/Shanghai', addDays(today, days), Math.round(hour * 60)).toISOString()
export const slot = (days: number, from: number, to: number, more: object = {}) => ({
  start: on(days, from),
  end: on(days, to),
  people: 2,
  ...more,
})
export const order = (buyer: Person, lines: readonly { room: Room; choice: object }[], more: object = {}): Promise<OrderJson> =>
  buyer.call<OrderJson>('POST', '/orders', { lines: lines.map(({ room: { offer }, choice }) => ({ offer, quantity: 1, choice })), ...more })
export async function pay(buyer: Person, made: OrderJson): Promise<OrderJson> {
  await decide(buyer, made)
  const paid = await orderIs(buyer, made.id, 'paid', 'settled', 'refunded')
  await until(async () => (await mine(buyer, made)).every(({ state }) => state !== 'pending'), 'what was paid is confirmed')
  return paid
}
export type BookingJson = {
  id: string
  state: string
  code: string
  resource: string
  startsAt: string
  endsAt: string
  amount: { amount: string }
  paid: { amount: string }
  rest: { amount: string }
  back: { amount: string; currency: string } | null
  order: string | null
  offer: string
  longer: { until: string; amount: { amount: string } }[]
  together: { id: string }[]
  can: Record<string, boolean>
  again?: boolean
}
export const mine = async (buyer: Person, of: OrderJson): Promise<BookingJson[]> => {
  const pages = await Promise.all(
    (['coming', 'past'] as const).map(when => buyer.call<{ items: BookingJson[] }>('GET', `/me/bookings?when=${when}&limit=100`)),
  )
  const ids = pages.flatMap(({ items }) => items).filter(one => one.order === of.id)
  return Promise.all(ids.map(({ id }) => buyer.call<BookingJson>('GET', `/bookings/${id}`)))
}
/** How a call was refused: `409 slot_taken`; `done` when it was not. */
export const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status?: number; problem?: { code: string }; message?: string }) =>
      error.problem === undefined ? `broken ${error.message}` : `${error.status} ${error.problem.code}`,
  )
