/** A group in several rooms: found without its number, one order, each room its part of the people, deposit where there is one, one note; all or none. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { mine, on, openPlace, openRoom, order, pay, refused, slot, type BookingJson, type Place } from './bookings.testing.ts'
import { checks } from './index.ts'

let planet: TestPlanet
let place: Place
let guest: Person
let other: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true, max: 20 })
  place = await openPlace(planet)
  guest = await planet.signUp('Guest')
  other = await planet.signUp('Other')
})
afterAll(() => planet.close())
afterEach(async () => {
  for (const check of checks) expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
})

type Item = {
  id: string
  offer: string | null
  capacity: number
  asks: boolean
  price: { amount: string } | null
  deposit: { amount: string } | null
  problem: string | null
}

const found = async (days: number, from: number, to: number): Promise<Map<string, Item>> => {
  const { items } = await planet.stranger.call<{ items: Item[] }>(
    'GET',
    `/places/${place.page}?start=${on(days, from)}&end=${on(days, to)}`,
  )
  return new Map(items.map(item => [item.id, item]))
}

test('twenty people in three rooms of eight: one order, each its part, the deposit where one is taken, the note in each', async () => {
  const rooms = [await openRoom(place), await openRoom(place, { deposit: 3000 }), await openRoom(place, { title: 'Star room' })]
  const band = await openRoom(place, { kind: 'performer', asks: true })
  const free = await found(8, 14, 16)
  expect(rooms.map(({ id }) => free.get(id)).map(one => [one!.capacity, one!.problem, one!.price?.amount, one!.deposit?.amount])).toEqual([
    [8, null, '20000', '20000'],
    [8, null, '20000', '6000'],
    [8, null, '20000', '20000'],
  ])
  expect([free.get(band.id)!.asks, free.get(band.id)!.problem, free.get(band.id)!.deposit]).toEqual([true, 'ask_first', null])
  // All of them in one room is what it refuses.
  expect(await refused(order(guest, [{ room: rooms[0]!, choice: slot(8, 14, 16, { people: 20 }) }]))).toBe('422 people_many')
  const note = 'Twenty of us, together please'
  const made = await order(
    guest,
    [7, 7, 6].map((people, n) => ({ room: rooms[n]!, choice: slot(8, 14, 16, { people, pay: n === 1 ? 'deposit' : 'all', note }) })),
  )
  expect(made.total.amount).toBe('46000')
  await pay(guest, made)
  const own = (await mine(guest, made)) as (BookingJson & { people: number; note: string })[]
  expect(
    rooms.map(({ id }) => own.find(one => one.resource === id)!).map(one => [one.state, one.people, one.note, one.rest.amount]),
  ).toEqual([
    ['confirmed', 7, note, '0'],
    ['confirmed', 7, note, '14000'],
    ['confirmed', 6, note, '0'],
  ])
  expect(own.map(one => one.together.length)).toEqual([2, 2, 2])
})

test('two groups at once want rooms that overlap: one has all of its rooms, the other none', async () => {
  const [a, b, c] = [await openRoom(place), await openRoom(place), await openRoom(place)]
  const want = (who: Person, rooms: readonly (typeof a)[]) =>
    refused(
      order(
        who,
        rooms.map(room => ({ room, choice: slot(9, 14, 16, { people: 8 }) })),
      ),
    )
  const results = await Promise.all([want(guest, [a, b]), want(other, [c, b])])
  expect(results.toSorted()).toEqual(['409 slot_taken', 'done'])
  const free = await found(9, 14, 16)
  const [first, second] = results[0] === 'done' ? [a, c] : [c, a]
  expect([first, b, second].map(({ id }) => free.get(id)!.problem)).toEqual(['slot_taken', 'slot_taken', null])
})
