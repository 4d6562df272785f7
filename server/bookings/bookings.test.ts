/** Bookings through the door: exact prices, never two at once, deposits, cancelling, moving, longer stays, nobody comes, asks, calendars. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { checks as shopChecks } from '../shop/index.ts'
import { held, orderIs, settleNow } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, turnClock } from './index.ts'
import { mine, on, openPlace, openRoom, order, pay, refused, room, slot, type BookingJson, type Place } from './bookings.testing.ts'

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
  const found = await runChecks(planet.db.read, [...checks, ...shopChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})
const settle = () => settleNow(planet)
const get = (who: Person, id: string) => who.call<BookingJson>('GET', `/bookings/${id}`)

test('a room: made, opened, seen; its price is exact; drafts and desks of others stay closed', async () => {
  const { host, page } = place
  const id = newId('res')
  expect(await refused(guest.call('PUT', `/pages/${page}/resources/${id}`, room()))).toBe('403 own_page_only')
  expect(await refused(planet.stranger.call('PUT', `/pages/${page}/resources/${id}`, room()))).toBe('401 unauthenticated')
  expect(await refused(host.call('PUT', `/pages/${page}/resources/${id}`, room({ longest: 90, step: 60 })))).toBe('422 resource_wrong')
  expect(await refused(host.call('PUT', `/pages/${page}/resources/${id}`, room({ zone: 'Moon/Base' })))).toBe('422 resource_wrong')
  const lapping = [
    { weekday: 7, opens: 600, closes: 1560 },
    { weekday: 1, opens: 60, closes: 300 },
  ]
  expect(await refused(host.call('PUT', `/pages/${page}/resources/${id}`, room({ hours: lapping })))).toBe('422 resource_wrong')
  await host.call('PUT', `/pages/${page}/resources/${id}`, room({ bands: [] }))
  expect(await refused(guest.call('GET', `/resources/${id}`))).toBe('404 not_found')
  expect(await refused(host.call('PUT', `/resources/${id}/state`, { state: 'open' }))).toBe('409 resource_unready')
  await host.call('PUT', `/pages/${page}/resources/${id}`, room({ deposit: 3000 }))
  const { offer } = await host.call<{ offer: string }>('PUT', `/resources/${id}/state`, { state: 'open' })
  expect(await refused(host.call('PUT', `/pages/${page}/resources/${id}`, room({ zone: 'UTC' })))).toBe('409 resource_fixed')
  const seen = await guest.call<{ offer: string; from: { amount: string } }>('GET', `/resources/${id}`)
  expect([seen.offer, seen.from.amount]).toEqual([offer, '10000'])
  const { start, end } = slot(3, 17, 19)
  const price = await planet.stranger.call<{ amount: { amount: string }; deposit: { amount: string }; lines: unknown[] }>(
    'GET',
    `/resources/${id}/price?start=${start}&end=${end}&people=2`,
  )
  expect([price.amount.amount, price.deposit.amount, price.lines.length]).toEqual(['30000', '9000', 2])
  expect(await refused(guest.call('GET', `/resources/${id}/price?start=${start}&end=${end}&people=9`))).toBe('422 people_many')
  const days = await planet.stranger.call<{ items: { slots: { state: string }[] }[] }>('GET', `/resources/${id}/days?days=3`)
  expect(days.items.map(({ slots }) => slots.length)).toEqual([16, 16, 16])
  const found = await planet.stranger.call<{ items: { id: string }[]; cities: string[] }>(
    'GET',
    `/resources?kind=ktv&city=${encodeURIComponent('上海')}&people=4`,
  )
  expect([found.items.map(one => one.id), found.cities]).toEqual([[id], ['上海']])
  await host.call('PUT', `/resources/${id}/state`, { state: 'closed' })
  expect(await refused(order(guest, [{ room: { id, offer }, choice: slot(3, 17, 19) }]))).toBe('409 offer_closed')
})

test('booking: paid for what it costs, held while it waits, never twice, the money is the place’s when it is over', async () => {
  const moon = await openRoom(place)
  expect(await refused(order(guest, [{ room: moon, choice: {} }]))).toBe('400 slot_shape')
  expect(await refused(order(guest, [{ room: moon, choice: slot(3, 3, 5) }]))).toBe('422 slot_closed')
  const made = await order(guest, [{ room: moon, choice: slot(3, 17, 19) }])
  expect(made.total.amount).toBe('30000')
  // Fifteen minutes are cleaned after it: neither its hours nor the next one.
  for (const choice of [slot(3, 17, 19), slot(3, 18, 20), slot(3, 16, 18), slot(3, 19, 20)])
    expect(await refused(order(other, [{ room: moon, choice }]))).toBe('409 slot_taken')
  const [waiting] = await mine(guest, made)
  expect([waiting!.state, waiting!.amount.amount]).toEqual(['pending', '30000'])
  expect(await refused(get(other, waiting!.id))).toBe('404 not_found')
  const paid = await pay(guest, made)
  expect((await get(guest, waiting!.id)).state).toBe('confirmed')
  expect(paid.lines[0]!.state).toBe('held')
  expect(paid.lines[0]).toMatchObject({ progress: [{ zone: 'Asia/Shanghai' }] })
  // An order that is cancelled frees its time, once.
  const second = await order(other, [{ room: moon, choice: slot(4, 12, 14) }])
  await Promise.all([1, 2, 3].map(() => other.call('POST', `/orders/${second.id}/cancel`).catch(() => undefined)))
  const third = await order(guest, [{ room: moon, choice: slot(4, 12, 14) }])
  await guest.call('POST', `/orders/${third.id}/cancel`)
  const before = await held(planet, place.host.id, 'available')
  clock.shift(Date.parse(on(3, 20)) - Date.now())
  await turnClock(planet.db)
  await settle()
  clock.shift(0)
  expect((await get(guest, waiting!.id)).state).toBe('done')
  expect((await held(planet, place.host.id, 'available')) > before).toBe(true)
})

test('times that nobody means are refused in a moment, and days beyond all calendars', async () => {
  const all = [1, 2, 3, 4, 5, 6, 7]
  const band = { title: 'Always', priority: 0, weekdays: all, holidays: 'same', opens: 0, closes: 1440, fromDay: null, toDay: null, unit: 60, amount: '10000' } // prettier-ignore
  const always = await openRoom(place, { hours: all.map(weekday => ({ weekday, opens: 0, closes: 1440 })), bands: [band] })
  const [start, end] = [on(3, 10), '9990-01-01T00:00:00.000Z']
  const { items } = await planet.stranger.call<{ items: { id: string; refusal?: unknown; free?: unknown }[] }>(
    'GET',
    `/places/${place.page}?start=${start}&end=${end}`,
  )
  expect(items.map(one => one.id)).toContain(always.id)
  expect(await refused(guest.call('GET', `/resources/${always.id}/price?start=${start}&end=${end}`))).toBe('422 slot_shape')
  const made = await order(guest, [{ room: always, choice: slot(3, 10, 12) }])
  await pay(guest, made)
  const { id } = (await mine(guest, made))[0]!
  expect(await refused(order(guest, [{ room: always, choice: { booking: id, until: end } }]))).toMatch(/^(409|422) slot_/)
  for (const path of ['days?from=9999-12-31', `price?start=0000-01-01T00:00:00.000Z&end=0000-01-01T01:00:00.000Z`])
    expect(await refused(planet.stranger.call('GET', `/resources/${always.id}/${path}`))).toBe('400 invalid')
})

test('random races: however many want times that overlap, those who get one never do', async () => {
  const rooms = await Promise.all([openRoom(place, { after: 0, step: 30, shortest: 30 }), openRoom(place, { after: 15 })])
  let seed = 42
  const chance = (most: number): number => ((seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) >> 16) % most
  const people = await Promise.all([1, 2, 3, 4].map(n => planet.signUp(`Racer ${n}`)))
  const tries = Array.from({ length: 60 }, () => {
    const one = rooms[chance(2)]!
    const from = 10 + chance(10)
    return {
      who: people[chance(4)]!,
      lines: [
        { room: one, choice: slot(5, from, from + 1 + chance(3)) },
        ...(chance(4) === 0 ? [{ room: rooms[chance(2)]!, choice: slot(5, from + 2, from + 4) }] : []),
      ],
    }
  })
  const results = await Promise.all(tries.map(({ who, lines }) => refused(order(who, lines))))
  expect(new Set(results)).toEqual(new Set(['done', '409 slot_taken']))
  const won = results.filter(one => one === 'done').length
  expect(won).toBeGreaterThan(2)
  const { rows } = await planet.db.pool.query<{ count: number }>(
    `select count(*)::int as count from bookings.booking a join bookings.booking b on a.resource = b.resource and a.id < b.id and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
     where a.state = 'pending' and b.state = 'pending'`,
  )
  expect(rows[0]!.count).toBe(0)
  // The database itself refuses, whoever writes.
  await expect(
    planet.db.pool.query(
      `insert into bookings.booking select ('bkg_' || substr(md5(id), 1, 26)), resource, no, page, kind, person, "order", 'confirmed', starts_at, ends_at, taken, people, name, note, answer, currency,
        amount, at_place, bill, ladder, authors, until, 'ZZZZZZZZZZ', request, version, created_at, changed_at, arrived_at, closed_at from bookings.booking where state = 'pending' limit 1`,
    ),
  ).rejects.toThrow(/never_twice/)
})

test('several rooms are had together or not at all; each is its own booking', async () => {
  const [a, b] = [await openRoom(place), await openRoom(place)]
  await pay(other, await order(other, [{ room: b, choice: slot(6, 14, 16) }]))
  expect(
    await refused(
      order(guest, [
        { room: a, choice: slot(6, 14, 16) },
        { room: b, choice: slot(6, 15, 17) },
      ]),
    ),
  ).toBe('409 slot_taken')
  const free = await planet.stranger.call<{ items: { id: string; problem: string | null; price: { amount: string } | null }[] }>(
    'GET',
    `/places/${place.page}?start=${on(6, 14)}&end=${on(6, 16)}&people=2`,
  )
  const problem = (id: string) => free.items.find(one => one.id === id)?.problem
  expect([problem(a.id), problem(b.id)]).toEqual([null, 'slot_taken'])
  const made = await pay(
    guest,
    await order(guest, [
      { room: a, choice: slot(6, 14, 16) },
      { room: b, choice: slot(6, 17, 19) },
    ]),
  )
  const both = await mine(guest, made)
  expect(both.map(one => [one.state, one.together.length])).toEqual([
    ['confirmed', 1],
    ['confirmed', 1],
  ])
})

test('deposit, the rest by another order, a longer stay; what the ladder says comes back', async () => {
  const moon = await openRoom(place, { deposit: 3000 })
  const made = await order(guest, [{ room: moon, choice: slot(7, 12, 14, { pay: 'deposit' }) }])
  expect(made.total.amount).toBe('6000')
  await pay(guest, made)
  const { id } = (await mine(guest, made))[0]!
  let row = await get(guest, id)
  expect([row.state, row.amount.amount, row.rest.amount, row.can['payRest']]).toEqual(['confirmed', '20000', '14000', true])
  expect(await refused(order(other, [{ room: moon, choice: { booking: id, pay: 'rest' } }]))).toBe('404 not_found')
  const rest = await order(guest, [{ room: moon, choice: { booking: id, pay: 'rest' } }])
  expect(rest.total.amount).toBe('14000')
  expect(await refused(order(guest, [{ room: moon, choice: { booking: id, pay: 'rest' } }]))).toBe('409 booking_state')
  await pay(guest, rest)
  row = await until(async () => [await get(guest, id)].find(one => one.rest.amount === '0'), 'the rest is paid')
  expect([row.paid.amount, row.rest.amount]).toEqual(['20000', '0'])
  // Longer: only until the next one begins, with the minutes between; at the difference.
  await pay(other, await order(other, [{ room: moon, choice: slot(7, 17, 18) }]))
  row = await get(guest, id)
  expect(row.longer.map(one => [one.until, one.amount.amount])).toEqual([
    [on(7, 15), '10000'],
    [on(7, 16), '20000'],
  ])
  expect(await refused(order(guest, [{ room: moon, choice: { booking: id, until: on(7, 17) } }]))).toBe('409 slot_taken')
  const longer = await order(guest, [{ room: moon, choice: { booking: id, until: on(7, 16) } }])
  expect(longer.total.amount).toBe('20000')
  // While it waits nobody else gets it; let go, they do.
  expect(await refused(order(other, [{ room: moon, choice: slot(7, 15, 16) }]))).toBe('409 slot_taken')
  await guest.call('POST', `/orders/${longer.id}/cancel`)
  const again = await order(guest, [{ room: moon, choice: { booking: id, until: on(7, 15) } }])
  await pay(guest, again)
  row = await until(async () => [await get(guest, id)].find(one => one.endsAt === on(7, 15)), 'it is longer')
  expect([row.amount.amount, row.paid.amount]).toEqual(['30000', '30000'])
  clock.shift(Date.parse(on(7, 8)) - Date.now())
  row = await get(guest, id)
  expect(row.back!.amount).toBe('15000')
  expect(await refused(guest.call('POST', `/bookings/${id}/cancel`, { back: { amount: '30000', currency: 'CNY' } }))).toBe(
    '409 changed_meanwhile',
  )
  expect(await refused(other.call('POST', `/bookings/${id}/cancel`))).toBe('404 not_found')
  await Promise.all([1, 2, 3].map(() => guest.call('POST', `/bookings/${id}/cancel`, { back: row.back })))
  row = await get(guest, id)
  expect([row.state, row.paid.amount]).toEqual(['cancelled', '15000'])
  await order(other, [{ room: moon, choice: slot(7, 12, 14) }]).then(one => other.call('POST', `/orders/${one.id}/cancel`))
  clock.shift(0)
})

test('the staff: walk-ins, blocks, arriving by code once, moving with the bill, nobody came, the place cancels', async () => {
  const { host, page } = place
  const [a, b] = [await openRoom(place, { noShow: 15, title: 'A' }), await openRoom(place, { title: 'B' })]
  const made = await pay(guest, await order(guest, [{ room: a, choice: slot(8, 14, 16) }]))
  const { id, code } = (await mine(guest, made))[0]!
  const walk = newId('bkg')
  const body = { booking: walk, start: on(8, 18.5), end: on(8, 19.5), people: 3, name: 'Wang' }
  expect(await refused(guest.call('POST', `/resources/${a.id}/walk-ins`, body))).toBe('403 own_page_only')
  expect(await refused(host.call('POST', `/resources/${a.id}/walk-ins`, { ...body, start: on(8, 15), end: on(8, 17) }))).toBe(
    '409 slot_taken',
  )
  await host.call('POST', `/resources/${a.id}/walk-ins`, body)
  await host.call('POST', `/resources/${a.id}/walk-ins`, body)
  expect(await refused(host.call('POST', `/resources/${a.id}/walk-ins`, { ...body, people: 4 }))).toBe('409 key_reused')
  await host.call('POST', `/bookings/${walk}/paid`, { key: newId('evt'), amount: '20000' })
  expect(await refused(host.call('POST', `/bookings/${walk}/paid`, { key: newId('evt'), amount: '1' }))).toBe('409 booking_state')
  const block = newId('blk')
  await host.call('POST', `/resources/${b.id}/blocks`, { block, start: on(8, 14), end: on(8, 16), note: 'cleaning' })
  expect(await refused(order(other, [{ room: b, choice: slot(8, 14, 15) }]))).toBe('409 slot_taken')
  expect(await refused(host.call('POST', `/bookings/${id}/move`, { resource: b.id, start: on(8, 14) }))).toBe('409 slot_taken')
  await host.call('DELETE', `/resources/${b.id}/blocks/${block}`)
  expect(await refused(guest.call('POST', `/bookings/${id}/move`, { resource: b.id, start: on(8, 14) }))).toBe('403 own_page_only')
  const moved = await host.call<BookingJson>('POST', `/bookings/${id}/move`, { resource: b.id, start: on(8, 14) })
  expect([moved.resource, moved.amount.amount, moved.paid.amount]).toEqual([b.id, '20000', '20000'])
  const calendar = await host.call<{ items: { resource: string; entries: { id: string }[] }[] }>(
    'GET',
    `/pages/${page}/calendar?from=${on(8, 12).slice(0, 10)}`,
  )
  expect(calendar.items.find(one => one.resource === b.id)!.entries.map(one => one.id)).toEqual([id])
  expect(await refused(guest.call('GET', `/pages/${page}/calendar`))).toBe('404 not_found')

  expect(await refused(host.call('POST', `/pages/${page}/check-in`, { code }))).toBe('409 too_early')
  clock.shift(Date.parse(on(8, 13.5)) - Date.now())
  expect(await refused(guest.call('POST', `/pages/${page}/check-in`, { code }))).toBe('403 own_page_only')
  const both = await Promise.all(
    [1, 2].map(() => host.call<BookingJson>('POST', `/pages/${page}/check-in`, { code: ` ${code.toLowerCase()}` })),
  )
  expect(both.map(one => [one.state, one.again]).toSorted()).toEqual([
    ['arrived', false],
    ['arrived', true],
  ])
  // Longer at the place: on the bill, for later.
  const longer = await host.call<BookingJson>('POST', `/bookings/${id}/extend`, { key: newId('evt'), until: on(8, 17) })
  expect([longer.endsAt, longer.rest.amount]).toEqual([on(8, 17), '10000'])
  // Nobody came to the walk-in's room in fifteen minutes: others can have it.
  clock.shift(Date.parse(on(8, 18.5)) + 16 * 60_000 - Date.now())
  expect((await turnClock(planet.db)).no_show).toBe(1)
  expect((await turnClock(planet.db)).no_show).toBe(0)
  expect((await get(host, walk)).state).toBe('no_show')
  await host.call('POST', `/resources/${a.id}/walk-ins`, {
    booking: newId('bkg'),
    start: on(8, 19),
    end: on(8, 20),
    name: 'next',
    arrived: true,
  })
  clock.shift(0)
  const late = await pay(other, await order(other, [{ room: a, choice: slot(9, 14, 16) }]))
  const [theirs] = await mine(other, late)
  expect(await refused(other.call('POST', `/bookings/${theirs!.id}/refund`, { reason: 'x' }))).toBe('403 own_page_only')
  await Promise.all([1, 2].map(() => host.call('POST', `/bookings/${theirs!.id}/refund`, { reason: 'water in the room' })))
  expect([(await get(other, theirs!.id)).state, (await orderIs(other, late.id, 'refunded')).state]).toEqual(['cancelled', 'refunded'])
  const list = await host.call<{ items: { id: string; guest: string }[] }>('GET', `/pages/${page}/bookings?q=Wang`)
  expect(list.items.map(one => one.id)).toEqual([walk])
})

test('asking: nothing is held until they accept; then it is paid, at their price, or runs out', async () => {
  const { host } = place
  const band = await openRoom(place, { kind: 'performer', asks: true, deposit: 5000 })
  expect(await refused(order(guest, [{ room: band, choice: slot(10, 18, 20) }]))).toBe('409 ask_first')
  const [one, two] = [newId('bkg'), newId('bkg')]
  const body = { ...slot(10, 18, 20), note: 'a wedding' }
  await guest.call('POST', `/resources/${band.id}/asks`, { ...body, booking: one })
  await guest.call('POST', `/resources/${band.id}/asks`, { ...body, booking: one })
  expect(await refused(guest.call('POST', `/resources/${band.id}/asks`, { ...body, booking: one, people: 3 }))).toBe('409 key_reused')
  await other.call('POST', `/resources/${band.id}/asks`, { ...body, booking: two })
  await until(async () => (await host.call<{ items: { what: string }[] }>('GET', '/me/notices')).items.filter(one => one.what === 'booking_asked').length === 2, 'the place to be told of both') // prettier-ignore
  expect(await refused(guest.call('POST', `/bookings/${one}/accept`))).toBe('403 own_page_only')
  expect(await refused(order(guest, [{ room: band, choice: { booking: one } }]))).toBe('409 booking_state')
  await host.call('POST', `/bookings/${one}/accept`, { amount: '50000', answer: 'with pleasure' })
  expect(await refused(host.call('POST', `/bookings/${two}/accept`))).toBe('409 slot_taken')
  await host.call('POST', `/bookings/${two}/decline`, { answer: 'taken' })
  expect((await get(other, two)).state).toBe('declined')
  const made = await order(guest, [{ room: band, choice: { booking: one, pay: 'deposit' } }])
  expect(made.total.amount).toBe('25000')
  await guest.call('POST', `/orders/${made.id}/cancel`)
  expect((await get(guest, one)).state).toBe('accepted')
  await pay(guest, await order(guest, [{ room: band, choice: { booking: one } }]))
  expect([(await get(guest, one)).state, (await get(guest, one)).paid.amount]).toEqual(['confirmed', '50000'])
  const three = newId('bkg')
  await guest.call('POST', `/resources/${band.id}/asks`, { ...slot(11, 18, 20), booking: three })
  clock.shift(4 * 86_400_000)
  expect((await turnClock(planet.db)).expired).toBe(1)
  clock.shift(0)
})

test('a booking moves to rooms of its money only: its bill stays as it is', async () => {
  const [yuan, dollars] = [await openRoom(place), await openRoom(place, { title: 'Dollar room', currency: 'USD' })]
  const [booked] = await mine(guest, await pay(guest, await order(guest, [{ room: yuan, choice: slot(9, 12, 13, { pay: 'deposit' }) }])))
  expect(await refused(place.host.call('POST', `/bookings/${booked!.id}/move`, { resource: dollars.id, start: on(9, 14) }))).toBe(
    '400 currency_mixed',
  )
})
