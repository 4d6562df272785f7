/** A guest’s times through the door: which ones their booking could have, moving it there, races for them; days off as they are kept. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { checks as shopChecks, type SoldLine } from '../shop/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './index.ts'
import { booking } from './selling.ts'
import { mine, on, openPlace, openRoom, order, pay, refused, slot, type BookingJson, type Place, type Room } from './bookings.testing.ts'

let planet: TestPlanet
let place: Place
let guest: Person
let other: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  place = await openPlace(planet)
  guest = await planet.signUp('Guest')
  other = await planet.signUp('Other')
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
afterEach(async () => {
  clock.shift(0)
  const found = await runChecks(planet.db.read, [...checks, ...shopChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})
type Mine = BookingJson & { moveUntil: string | null; events: { what: string }[] }
const get = (who: Person, id: string) => who.call<Mine>('GET', `/bookings/${id}`)
const bookedBy = async (who: Person, room: Room, days: number, from: number, to: number): Promise<string> =>
  (await mine(who, await pay(who, await order(who, [{ room, choice: slot(days, from, to) }]))))[0]!.id
const moveTo = (who: Person, id: string, start: string) => who.call<Mine>('PUT', `/bookings/${id}/time`, { start })
type Times = { items: { day: string; times: { start: string; state: string; amount: string }[] }[] }

test('a booking is moved to a free time of its room that costs no more, by its guest alone, once', async () => {
  const room = await openRoom(place)
  const id = await bookedBy(guest, room, 6, 14, 16)
  await bookedBy(other, room, 7, 12, 14)
  expect([(await get(guest, id)).can['move'], (await get(guest, id)).moveUntil]).toEqual([true, on(5, 14)])
  expect((await get(place.host, id)).can['move']).toBe(false)

  const times = await guest.call<Times>('GET', `/bookings/${id}/times?from=${on(6, 12).slice(0, 10)}&days=2`)
  const stateOf = (start: string) => times.items.flatMap(one => one.times).find(one => one.start === start)
  // Its own time does not stand in its way; fifteen minutes are cleaned after the other one.
  expect([15, 13, 14, 17].map(hour => stateOf(on(6, hour))?.state)).toEqual(['free', 'free', 'own', 'dearer'])
  expect([10, 12, 13, 14, 15].map(hour => stateOf(on(7, hour))?.state)).toEqual(['taken', 'taken', 'taken', 'taken', 'free'])
  expect([stateOf(on(6, 17))!.amount, stateOf(on(7, 15))!.amount]).toEqual(['30000', '20000'])
  for (const who of [other, place.host]) {
    expect(await refused(who.call('GET', `/bookings/${id}/times`))).toBe('404 not_found')
    expect(await refused(moveTo(who, id, on(7, 15)))).toBe('404 not_found')
  }
  expect(await refused(moveTo(planet.stranger, id, on(7, 15)))).toBe('401 unauthenticated')

  expect(await refused(moveTo(guest, id, on(6, 17)))).toBe('409 move_dearer')
  expect(await refused(moveTo(guest, id, on(7, 13)))).toBe('409 slot_taken')
  expect(await refused(moveTo(guest, id, on(7, 3)))).toBe('422 slot_closed')
  expect(await refused(moveTo(guest, id, on(7, 15.25)))).toBe('422 slot_shape')
  expect(await refused(moveTo(guest, id, on(-1, 15)))).toBe('422 slot_soon')
  expect(await refused(moveTo(guest, id, on(95, 15)))).toBe('422 slot_far')
  const moved = await Promise.all([1, 2, 3].map(() => moveTo(guest, id, on(7, 15))))
  for (const one of moved)
    expect([one.startsAt, one.endsAt, one.amount.amount, one.paid.amount]).toEqual([on(7, 15), on(7, 17), '20000', '20000'])
  expect((await get(guest, id)).events.filter(one => one.what === 'moved').length).toBe(1)
  // The time it had is free, the one it has is not; its money goes on when that is over.
  expect(await refused(order(other, [{ room, choice: slot(7, 16, 18) }]))).toBe('409 slot_taken')
  await bookedBy(other, room, 6, 14, 16)
  const { rows } = await planet.db.pool.query<{ at: Date }>(
    `select l.due_at as at from bookings.charge c join shop.line l on l.id = c.line where c.booking = $1`,
    [id],
  )
  expect(rows.map(one => one.at.toISOString())).toEqual([on(7, 17)])
  for (const [who, link] of [[place.host, `/studio/bookings/${place.page}`], [guest, `/bookings/${id}`]] as const) // prettier-ignore
    await until(async () => (await who.call<{ items: { what: string; link: string }[] }>('GET', '/me/notices')).items.filter(one => one.what === 'booking_moved' && one.link === link).length === 1, 'both sides are told of the move, once') // prettier-ignore
})

test('a longer stay that was let go is not had again once the booking has moved; what is paid for it goes back', async () => {
  const room = await openRoom(place)
  const id = await bookedBy(guest, room, 8, 14, 16)
  const longer = await order(guest, [{ room, choice: { booking: id, until: on(8, 17) } }])
  await guest.call('POST', `/orders/${longer.id}/cancel`)
  /** Whether it could be had again; nothing of it stays. */
  const again = async (): Promise<boolean | undefined> => {
    let could: boolean | undefined
    const undone = new Error('undone')
    const asked = planet.db.transaction(async tx => {
      could = await booking.reserveAgain(tx, [{ id: longer.lines[0]!.id } as SoldLine])
      throw undone
    })
    await expect(asked).rejects.toBe(undone)
    return could
  }
  expect(await again()).toBe(true)
  await moveTo(guest, id, on(7, 15))
  expect(await again()).toBe(false)
  await moveTo(guest, id, on(8, 15))
  expect(await again()).toBe(false)
  expect([(await get(guest, id)).startsAt, (await get(guest, id)).endsAt]).toEqual([on(8, 15), on(8, 17)])
})

test('many want the same free time: one gets it, the others keep theirs', async () => {
  const room = await openRoom(place)
  const people = [guest, other, await planet.signUp('Third'), await planet.signUp('Fourth')]
  const ids: string[] = []
  for (const [n, who] of people.entries()) ids.push(await bookedBy(who, room, 8 + n, 12, 14))
  const results = await Promise.all([
    ...people.map((who, n) => refused(moveTo(who, ids[n]!, on(15, 12 + (n % 2))))),
    refused(order(other, [{ room, choice: slot(15, 13, 15) }])),
  ])
  expect(results.filter(one => one === 'done').length).toBe(1)
  expect(new Set(results)).toEqual(new Set(['done', '409 slot_taken']))
  const days = await Promise.all(people.map(async (who, n) => (await get(who, ids[n]!)).startsAt))
  expect(days.filter((at, n) => at === on(8 + n, 12)).length).toBe(results.at(-1) === 'done' ? 4 : 3)
})

test('too late, without a ladder, asked for or given up: not any more; a longer stay keeps its length', async () => {
  const [room, strict] = [await openRoom(place), await openRoom(place, { ladder: [] })]
  const [id, rigid] = [await bookedBy(guest, room, 16, 14, 16), await bookedBy(guest, strict, 16, 14, 16)]
  expect((await get(guest, rigid)).moveUntil).toBe(on(15, 14))
  const longer = await order(guest, [{ room, choice: { booking: id, until: on(16, 17) } }])
  expect(await refused(moveTo(guest, id, on(17, 12)))).toBe('409 booking_state')
  await pay(guest, longer)
  await until(async () => (await get(guest, id)).endsAt === on(16, 17), 'it is longer')
  expect((await moveTo(guest, id, on(17, 12))).endsAt).toBe(on(17, 15))
  await moveTo(guest, id, on(16, 14))
  // The highest rung is over: what would come back is less, and moving does not bring it back.
  clock.shift(Date.parse(on(15, 15)) - Date.now())
  for (const one of [id, rigid]) {
    expect([(await get(guest, one)).can['move'], (await get(guest, one)).moveUntil]).toEqual([false, null])
    expect(await refused(moveTo(guest, one, on(20, 12)))).toBe('409 move_late')
    expect(await refused(guest.call('GET', `/bookings/${one}/times`))).toBe('409 move_late')
  }
  clock.shift(0)
  await guest.call('POST', `/bookings/${rigid}/cancel`)
  expect(await refused(moveTo(guest, rigid, on(20, 12)))).toBe('409 booking_state')
  await place.host.call('PUT', `/resources/${room.id}/state`, { state: 'closed' })
  expect(await refused(moveTo(guest, id, on(20, 12)))).toBe('409 booking_state')
})

test('days off of China: 2026 as announced, 2027 by law; a Saturday that is worked costs what a Monday does', async () => {
  const list = async (year: number) =>
    (await planet.stranger.call<{ items: { day: string; kind: string }[] }>('GET', `/holidays?country=CN&year=${year}`)).items
  const runs = (items: readonly { day: string; kind: string }[], kind: string) => items.filter(one => one.kind === kind).map(one => one.day.slice(5)).join(' ') // prettier-ignore
  const year = await list(2026)
  expect(runs(year, 'off')).toBe(
    '01-01 01-02 01-03 02-15 02-16 02-17 02-18 02-19 02-20 02-21 02-22 02-23 04-04 04-05 04-06 05-01 05-02 05-03 05-04 05-05 06-19 06-20 06-21 09-25 09-26 09-27 10-01 10-02 10-03 10-04 10-05 10-06 10-07',
  )
  expect(runs(year, 'work')).toBe('01-04 02-14 02-28 05-09 09-20 10-10')
  const next = await list(2027)
  expect([runs(next, 'off'), runs(next, 'work')]).toEqual([
    '01-01 02-05 02-06 02-07 02-08 04-05 05-01 05-02 06-09 09-15 10-01 10-02 10-03',
    '',
  ])
  const band = (title: string, priority: number, weekdays: number[], holidays: string, amount: string) => ({ title, priority, weekdays, holidays, amount, opens: 600, closes: 1560, fromDay: null, toDay: null, unit: 60 }) // prettier-ignore
  const room = await openRoom(place, {
    bands: [band('Week', 0, [1, 2, 3, 4, 5, 6, 7], 'same', '10000'), band('Weekend', 1, [6, 7], 'also', '30000')],
  })
  clock.shift(Date.parse('2026-10-01T02:00:00Z') - Date.now())
  const price = async (day: string): Promise<string> =>
    (await planet.stranger.call<{ amount: { amount: string } }>('GET', `/resources/${room.id}/price?start=${day}T06:00:00.000Z&end=${day}T07:00:00.000Z`)).amount.amount // prettier-ignore
  // A Wednesday off, a Thursday, the Saturday that is worked, the Sunday after it.
  expect(await Promise.all(['2026-10-07', '2026-10-08', '2026-10-10', '2026-10-11'].map(price))).toEqual([
    '30000',
    '10000',
    '10000',
    '30000',
  ])
})

test('the desk takes money and lets people stay longer once for each thing it asked, however often and from however many desks it is sent', async () => {
  const { host } = place
  const room = await openRoom(place)
  const [id, next] = [newId('bkg'), newId('bkg')]
  for (const [booking, day] of [
    [id, 9],
    [next, 10],
  ] as const)
    await host.call('POST', `/resources/${room.id}/walk-ins`, { booking, start: on(day, 14), end: on(day, 16), name: 'Wang' })
  const paid = (who: Person, key: string, amount: string, of = id) => who.call<Mine>('POST', `/bookings/${of}/paid`, { key, amount })
  const key = newId('evt')
  expect(await refused(paid(planet.stranger, key, '5000'))).toBe('401 unauthenticated')
  expect(await refused(paid(other, key, '5000'))).toBe('404 not_found')
  expect(await refused(paid(host, '', '5000'))).toBe('400 invalid')
  // Pressed three times at once, and again later: once.
  await Promise.all([1, 2, 3].map(() => paid(host, key, '5000')))
  expect((await paid(host, key, '5000')).rest.amount).toBe('15000')
  expect(await refused(paid(host, key, '6000'))).toBe('409 key_reused')
  expect(await refused(paid(host, key, '5000', next))).toBe('409 key_reused')
  // Two desks take the rest at once: one of them has it.
  expect((await Promise.all([1, 2].map(() => refused(paid(host, newId('evt'), '15000'))))).toSorted()).toEqual([
    '409 booking_state',
    'done',
  ])
  expect((await get(host, id)).rest.amount).toBe('0')

  const longer = (who: Person, asked: string, end: number) =>
    who.call<Mine>('POST', `/bookings/${id}/extend`, { key: asked, until: on(9, end) })
  const hour = newId('evt')
  expect(await refused(longer(planet.stranger, hour, 17))).toBe('401 unauthenticated')
  expect(await refused(longer(other, hour, 17))).toBe('404 not_found')
  await Promise.all([1, 2, 3].map(() => longer(host, hour, 17)))
  expect((await get(host, id)).rest.amount).toBe('10000')
  expect(await refused(longer(host, hour, 18))).toBe('409 key_reused')
  expect(await refused(longer(host, key, 17))).toBe('409 key_reused')
  // Two desks: the same hour is one hour; of two lengths the longer one stands, whichever came first.
  await Promise.all([1, 2].map(() => longer(host, newId('evt'), 18)))
  expect((await get(host, id)).rest.amount).toBe('20000')
  expect(await Promise.all([19, 20].map(end => refused(longer(host, newId('evt'), end))))).toContain('done')
  // 14 to 18 by day, 18 to 20 by night; what was asked long ago is answered as it is now.
  for (const row of [await get(host, id), await longer(host, hour, 17)])
    expect([row.endsAt, row.amount.amount]).toEqual([on(9, 20), '80000'])
  const many = (await get(host, id)).events.filter(({ what }) => what === 'paid_at_place').length
  expect(many).toBe(2)
})
