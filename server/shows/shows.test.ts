/** Shows through the door: buying, limits, giving back by the ladder, putting off, cancelling, the waiting list, lotteries, desk and strangers. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { verifyRaffle } from '../../shared/raffle-draw.ts'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { openDb } from '../foundation/db.ts'
import { until } from '../foundation/testing.ts'
import { hashes } from '../raffles/index.ts'
import { refused } from '../rewards/rewards.testing.ts'
import { checks as seatingChecks, sweepHolds } from '../seating/index.ts'
import { checks as shopChecks, placeOrder, settleDue } from '../shop/index.ts'
import { chargeOf, decide, held, orderIs, type OrderJson } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { tick } from './jobs.ts'
import { checks, drawLottery, refundShow, serveWaiting } from './index.ts'
import { buy, dayMs, handed, makeShow, numbers, orderOf, take, type HoldJson, type ShowJson } from './shows.testing.ts'

let planet: TestPlanet
let host: Person
let fan: Person
let other: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[host, fan, other] = (await Promise.all(['Host', 'Fan', 'Other'].map(name => planet.signUp(name)))) as [Person, Person, Person]
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
afterEach(async () => {
  clock.shift(0)
  const found = await runChecks(planet.db.read, [...checks, ...seatingChecks, ...shopChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})
const page = (who: Person, show: string, code?: string): Promise<ShowJson> =>
  who.call<ShowJson>('GET', `/shows/${show}${code === undefined ? '' : `?code=${code}`}`)
type Mine = { items: { ticket: string; percent: number; refund: { amount: string }; can: boolean }[] }
const mine = (who: Person, show: string): Promise<Mine> => who.call<Mine>('GET', `/shows/${show}/mine`)
/** Serves a waiting list as its job would. */
const serve = (tier: string): Promise<number> => serveWaiting(planet.db, tier)

test('a ticket: held, ordered, paid, issued; the same hold again is the same, another order on it is refused; the money waits for the show', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 10 } })
  const floor = tiers['floor']!
  const id = newId('sth')
  const ask = { hold: id, wants: [{ tier: floor, count: 2 }] }
  const hold = await fan.call<HoldJson>('POST', `/shows/${show}/holds`, ask)
  expect([hold.state, hold.lines[0]!.quantity, hold.total.amount]).toEqual(['held', 2, '20000'])
  expect((await fan.call<HoldJson>('POST', `/shows/${show}/holds`, ask)).until).toBe(hold.until)
  expect(await refused(fan.call('POST', `/shows/${show}/holds`, { ...ask, wants: [{ tier: floor, count: 3 }] }))).toBe('409 key_reused')
  expect(await refused(other.call('GET', `/show-holds/${id}`))).toBe('404 not_found')
  expect(await numbers(planet, floor)).toEqual([10, 0, 2, 8])
  expect((await page(fan, show)).mine.hold).toBe(id)
  // A stranger to the hold cannot order it, nor in another number.
  expect(await refused(orderOf(other, hold))).toBe('409 hold_over')
  expect(await refused(fan.call('POST', '/orders', { lines: [{ offer: hold.lines[0]!.offer, quantity: 1, choice: { hold: id } }] }))).toBe(
    '409 hold_differs',
  )
  expect(await refused(fan.call('POST', '/orders', { lines: [{ offer: hold.lines[0]!.offer, quantity: 2 }] }))).toBe('409 hold_missing')
  const orders = await Promise.all([1, 2, 3].map(() => refused(orderOf(fan, hold))))
  expect(orders.toSorted()).toEqual(['409 hold_used', '409 hold_used', 'done'])
  // The same order at two processes at once is one order: neither hears of a hold that it uses itself.
  const [here, there] = [planet.db, openDb({ url: planet.db.url, max: 2 })]
  const second = await take(other, show, floor, 1)
  const input = {
    id: newId('ord'),
    lines: second.lines.map(line => ({ offer: line.offer, quantity: line.quantity, choice: { hold: second.id } })),
  }
  const same = await Promise.all(
    [here, there].map(db => placeOrder(db, { id: other.id, name: '', email: '', locale: 'en', roles: [], session: '' }, input)),
  )
  await there.close()
  expect(same.map(one => [one.id, one.number])).toEqual([0, 1].map(() => [input.id, same[0]!.number]))
  await other.call('POST', `/orders/${input.id}/cancel`)
  const { items } = await fan.call<{ items: OrderJson[] }>('GET', '/me/orders')
  await decide(fan, items[0]!)
  const order = await handed(fan, items[0]!.id)
  expect(order.lines[0]!.state).toBe('held')
  // What happens next is told as the clocks of the place show it.
  expect(order.lines[0]).toMatchObject({
    progress: [
      { code: 'tickets_ready', zone: null },
      { code: 'show_at', zone: 'Asia/Shanghai' },
    ],
  })
  expect(await numbers(planet, floor)).toEqual([10, 2, 0, 8])
  const seen = await page(fan, show)
  expect([seen.mine.tickets, seen.mine.more, seen.mine.hold]).toEqual([2, 4, null])
  expect((await fan.call<{ items: unknown[] }>('GET', '/me/tickets')).items).toHaveLength(2)
  // The day after, the money of the show goes where deals find it.
  clock.shift(62 * dayMs)
  await until(
    async () =>
      (await planet.db.transaction(tx => settleDue(tx))) >= 0 && (await held(planet, `show:${show}`, 'available')) > 0n ? true : undefined,
    'settled',
  )
  clock.shift(0)
})

test('limits: of a tier and of the show over all its tiers, also in two orders at once; a refused basket leaves the hold to its buyer', async () => {
  const { show, tiers } = await makeShow(planet, host, { a: { places: 50, mostEach: 2 }, b: { places: 50 } }, { mostEach: 4 })
  expect(await refused(take(fan, show, tiers['a']!, 3))).toBe('422 too_many_each')
  expect(await refused(take(fan, show, tiers['b']!, 5))).toBe('422 too_many_each')
  const hold = await fan.call<HoldJson>('POST', `/shows/${show}/holds`, {
    hold: newId('sth'),
    wants: [
      { tier: tiers['a'], count: 2 },
      { tier: tiers['b'], count: 2 },
    ],
  })
  // Something else in the basket cannot be had: what was held stays held.
  const both = hold.lines.map(line => ({ offer: line.offer, quantity: line.quantity, choice: { hold: hold.id } }))
  expect(await refused(fan.call('POST', '/orders', { lines: [...both.slice(0, 1), { ...both[1]!, quantity: 1 }] }))).toBe(
    '409 hold_differs',
  )
  expect((await fan.call<HoldJson>('GET', `/show-holds/${hold.id}`)).state).toBe('held')
  await orderOf(fan, hold)
  expect(await refused(take(fan, show, tiers['b']!, 1))).toBe('422 too_many_each')
  // Two holds got by two windows at once: one at a time of a person and show, and the limit counts orders.
  const own = await Promise.allSettled([1, 2, 3, 4].map(() => take(other, show, tiers['b']!, 4)))
  const got = own.flatMap(one => (one.status === 'fulfilled' ? one.value : []))
  expect(got.length).toBeGreaterThan(0)
  const placed = await Promise.all(got.map(one => refused(orderOf(other, one))))
  expect(placed.filter(one => one === 'done')).toHaveLength(1)
  expect((await page(other, show)).mine.more).toBe(0)
})

test('twenty want the last five: five are sold, the others told; an order that ends gives its places back once', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 5 } })
  const floor = tiers['floor']!
  const people = await Promise.all(Array.from({ length: 8 }, (_, n) => planet.signUp(`B${n}`)))
  const answers = await Promise.all(
    people.map(who =>
      take(who, show, floor, 1).then(
        hold => ({ who, hold }),
        () => undefined,
      ),
    ),
  )
  const winners = answers.filter(one => one !== undefined)
  expect(winners).toHaveLength(5)
  expect(await numbers(planet, floor)).toEqual([5, 0, 5, 0])
  const [first, second] = winners as [(typeof winners)[0], (typeof winners)[0]]
  const order = await orderOf(first.who, first.hold)
  await Promise.all([1, 2].map(() => refused(first.who.call('POST', `/orders/${order.id}/cancel`))))
  await second.who.call('DELETE', `/show-holds/${second.hold.id}`)
  expect(await refused(people[0]!.call('DELETE', `/show-holds/${newId('sth')}`))).toBe('404 not_found')
  expect(await numbers(planet, floor)).toEqual([5, 0, 3, 2])
  clock.shift(9 * 60_000)
  await sweepHolds(planet.db)
  await sweepHolds(planet.db)
  expect(await numbers(planet, floor)).toEqual([5, 0, 0, 5])
})

test('paid too late: sold where the place is still free, sent back where it is not', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 1 } })
  const floor = tiers['floor']!
  const order = await orderOf(fan, await take(fan, show, floor, 1))
  const ref = await chargeOf(fan, order)
  await fan.call('POST', `/orders/${order.id}/cancel`)
  expect(await numbers(planet, floor)).toEqual([1, 0, 0, 1])
  const pay = (): Promise<Response> => fan.fetch(`/sandbox/api/charges/${ref}`, { method: 'POST', json: { outcome: 'pay' } })
  await pay()
  await handed(fan, order.id)
  expect(await numbers(planet, floor)).toEqual([1, 1, 0, 0])
  const late = await makeShow(planet, host, { floor: { places: 1 } })
  const two = await orderOf(fan, await take(fan, late.show, late.tiers['floor']!, 1))
  const charge = await chargeOf(fan, two)
  await fan.call('POST', `/orders/${two.id}/cancel`)
  await buy(other, late.show, late.tiers['floor']!, 1)
  await fan.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome: 'pay' } })
  await orderIs(fan, two.id, 'refunded', 'cancelled')
  expect(await numbers(planet, late.tiers['floor']!)).toEqual([1, 1, 0, 0])
})

test('given back by the ladder, ticket by ticket, once; the place goes to who waits, for a time, then to the next, then to everybody', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 2, price: 10_001 } }, { days: 20 })
  const floor = tiers['floor']!
  const order = await buy(fan, show, floor, 2)
  const [third, fourth] = (await Promise.all(['Third', 'Fourth'].map(name => planet.signUp(name)))) as [Person, Person]
  const wait = (
    who: Person,
    waiting = newId('wtl'),
    count = 1,
  ): Promise<{ id: string; state: string; hold: string; ahead: number; offered: number }> =>
    who.call('POST', `/shows/${show}/waiting`, { waiting, tier: floor, count, fewer: true })
  const id = newId('wtl')
  const first = await wait(other, id)
  expect([(await wait(other, id)).id, first.state, first.ahead]).toEqual([id, 'waiting', 0])
  expect(await refused(wait(other, id, 2))).toBe('409 key_reused')
  expect(await refused(wait(other))).toBe('409 waiting_already')
  expect(await refused(fan.call('GET', `/waiting/${id}`))).toBe('404 not_found')
  const second = await wait(third)
  expect(second.ahead).toBe(1)
  const tickets = (await mine(fan, show)).items
  // 20 days before: half, rounded down.
  expect(tickets.map(one => [one.percent, one.refund.amount, one.can])).toEqual([
    [50, '5000', true],
    [50, '5000', true],
  ])
  expect((await mine(other, show)).items).toEqual([])
  const give = (who: Person): Promise<unknown> => who.call('POST', `/show-tickets/${tickets[0]!.ticket}/refund`)
  expect(await refused(give(other))).toBe('404 not_found')
  const given = await Promise.all([1, 2, 3].map(() => refused(give(fan))))
  expect(given).toEqual(['done', 'done', 'done'])
  expect((await fan.call<{ lines: { refunded: { amount: string } }[] }>('GET', `/orders/${order.id}`)).lines[0]!.refunded.amount).toBe(
    '5000',
  )
  // Free or held for who waits, as quick as the worker is, and not for everybody.
  const [places, sold, held, free] = (await numbers(planet, floor)) as [number, number, number, number]
  expect([places, sold, held + free]).toEqual([2, 1, 1])
  expect(['queued', 'sold_out']).toContain((await page(fourth, show)).tiers[0]!.state)
  expect(await refused(take(fourth, show, floor, 1))).toBe('409 sold_out')
  await Promise.all([serve(floor), serve(floor)])
  const offered = await other.call<{ state: string; hold: string; until: string }>('GET', `/waiting/${id}`)
  await until(async () => (await other.call<{ items: { what: string }[] }>('GET', '/me/notices')).items.some(one => one.what === 'places_offered'), 'them to be told') // prettier-ignore
  expect([offered.state, await numbers(planet, floor)]).toEqual(['offered', [2, 1, 1, 0]])
  // Does not answer: the next has it, and buys.
  clock.shift(3 * 3_600_000)
  await serve(floor)
  clock.shift(0)
  expect((await other.call<{ state: string }>('GET', `/waiting/${id}`)).state).toBe('missed')
  const next = await third.call<{ state: string; hold: string }>('GET', `/waiting/${second.id}`)
  expect(next.state).toBe('offered')
  const bought = await orderOf(third, await third.call<HoldJson>('GET', `/show-holds/${next.hold}`))
  await decide(third, bought)
  await handed(third, bought.id)
  expect((await third.call<{ state: string }>('GET', `/waiting/${second.id}`)).state).toBe('bought')
  // Nobody waits: given back, it is on sale again.
  await fan.call('POST', `/show-tickets/${tickets[1]!.ticket}/refund`)
  expect((await page(fourth, show)).tiers[0]!.state).toBe('open')
  expect(await refused(wait(fourth))).toBe('409 waiting_not_needed')
  clock.shift(14 * dayMs)
  expect(await refused(third.call('POST', `/show-tickets/${(await mine(third, show)).items[0]!.ticket}/refund`))).toBe('409 not_refundable')
  clock.shift(0)
  expect(await refused(other.call('DELETE', `/waiting/${id}`))).toBe('409 waiting_over')
})

test('put off: the money follows, holders answer, no gives all back; cancelled: everybody has it back, also when the run is cut short', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 6, price: 5000 }, free: { places: 5, price: 0 } }, { days: 5 })
  const floor = tiers['floor']!
  const [one, two] = [await buy(fan, show, floor, 2), await buy(other, show, floor, 1)]
  await buy(other, show, tiers['free']!, 1)
  expect(await refused(fan.call('POST', `/shows/${show}/answer`, { keep: true }))).toBe('409 not_asked')
  const starts = new Date(Date.now() + 40 * dayMs)
  const to = {
    startsAt: starts.toISOString(),
    endsAt: new Date(starts.getTime() + 3_600_000).toISOString(),
    askDays: 7,
    reason: '主唱生病',
  }
  expect(await refused(fan.call('POST', `/shows/${show}/postpone`, to))).toBe('403 own_page_only')
  await host.call('POST', `/shows/${show}/postpone`, to)
  expect(await refused(take(fan, show, floor, 1))).toBe('409 sale_over')
  expect([(await page(fan, show)).mine.asked, (await mine(fan, show)).items[0]!.percent]).toEqual([true, 100])
  await other.call('POST', `/shows/${show}/answer`, { keep: true })
  const answers = await Promise.all([1, 2].map(() => refused(fan.call('POST', `/shows/${show}/answer`, { keep: false }))))
  expect(answers).toContain('done')
  await orderIs(fan, one.id, 'refunded')
  expect(await numbers(planet, floor)).toEqual([6, 1, 0, 5])
  clock.shift(8 * dayMs)
  await tick(planet.db, show)
  expect((await page(other, show)).state).toBe('on_sale')
  clock.shift(0)
  expect(await refused(host.call('POST', `/shows/${show}/cancel`, { title: 'x', reason: 'no more' }))).toBe('422 title_differs')
  await host.call('POST', `/shows/${show}/cancel`, { title: '极夜巡演', reason: '场馆关闭' })
  await Promise.all([refundShow(planet.db, show), refundShow(planet.db, show)])
  await refundShow(planet.db, show)
  await orderIs(other, two.id, 'refunded')
  expect(await numbers(planet, floor)).toEqual([6, 0, 0, 6])
  expect(await numbers(planet, tiers['free']!)).toEqual([5, 0, 0, 5])
  expect(await refused(host.call('PUT', `/shows/${show}/state`, { state: 'on_sale' }))).toBe('409 show_state')
})

test('what a ladder kept is given back when the show is cancelled, also of lines that have no other ticket left, once', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 6, price: 10_001 } }, { days: 20 })
  const floor = tiers['floor']!
  const [both, one, kept] = [await buy(fan, show, floor, 2), await buy(other, show, floor, 1), await buy(other, show, floor, 1)]
  const back = async (who: Person, id: string): Promise<string> =>
    (await who.call<{ lines: { refunded: { amount: string } }[] }>('GET', `/orders/${id}`)).lines[0]!.refunded.amount
  const tickets = (await mine(fan, show)).items
  for (const { ticket } of tickets) await fan.call('POST', `/show-tickets/${ticket}/refund`)
  const { rows } = await planet.db.pool.query<{ id: string }>('select id from tickets.ticket where line = $1', [
    (await other.call<{ lines: { id: string }[] }>('GET', `/orders/${one.id}`)).lines[0]!.id,
  ])
  await other.call('POST', `/show-tickets/${rows[0]!.id}/refund`)
  expect([await back(fan, both.id), await back(other, one.id), await back(other, kept.id)]).toEqual(['10000', '5000', '0'])
  await host.call('POST', `/shows/${show}/cancel`, { title: '极夜巡演', reason: '场馆关闭' })
  await Promise.all([refundShow(planet.db, show), refundShow(planet.db, show)])
  await refundShow(planet.db, show)
  for (const [who, id] of [[fan, both.id], [other, one.id], [other, kept.id]] as const) await orderIs(who, id, 'refunded') // prettier-ignore
  expect([await back(fan, both.id), await back(other, one.id), await back(other, kept.id)]).toEqual(['20002', '10001', '10001'])
  expect(await numbers(planet, floor)).toEqual([6, 0, 0, 6])
  expect((await host.call<{ refunding: unknown }>('GET', `/shows/${show}/desk`)).refunding).toEqual({ left: 0, done: 3 })
})

test('a lottery: committed before, entered once, drawn once, verified by anyone; winners have their places, the others wait in their order', async () => {
  const entering = {
    opensAt: new Date(Date.now() - 1000).toISOString(),
    closesAt: new Date(Date.now() + 3_600_000).toISOString(),
    hours: 24,
  }
  const { show, tiers } = await makeShow(planet, host, { front: { places: 3 }, back: { places: 2 } }, { sale: 'lottery', open: false })
  await host.call('PUT', `/shows/${show}/lottery`, entering)
  await host.call('PUT', `/shows/${show}/state`, { state: 'on_sale' })
  expect(await refused(host.call('PUT', `/shows/${show}/lottery`, entering))).toBe('409 show_fixed')
  expect(await refused(take(fan, show, tiers['front']!, 1))).toBe('409 lottery_only')
  const people = await Promise.all(Array.from({ length: 5 }, (_, n) => planet.signUp(`L${n}`)))
  const enter = (who: Person, entry = newId('ltn')): Promise<unknown> =>
    who.call('PUT', `/shows/${show}/lottery/entry`, { entry, count: 1, tiers: [tiers['front'], tiers['back']] })
  await Promise.all(people.map(who => enter(who)))
  expect(await refused(enter(people[0]!))).toBe('409 key_reused')
  await people[4]!.call('DELETE', `/shows/${show}/lottery/entry`)
  await enter(fan)
  await enter(other)
  const early = await verifyRaffle(await (await fan.fetch(`/api/v1/shows/${show}/raffle.json`)).text(), hashes)
  expect([early.ok, early.checks.every(check => check.ok)]).toEqual([false, true])
  clock.shift(2 * 3_600_000)
  await Promise.all([1, 2].map(() => drawLottery(planet.db, planet.config, show)))
  for (const tier of Object.values(tiers)) await serve(tier)
  clock.shift(0)
  const text = await (await fan.fetch(`/api/v1/shows/${show}/raffle.json`)).text()
  const drawn = await verifyRaffle(text, hashes)
  expect([drawn.ok, drawn.checks.filter(check => !check.ok)]).toEqual([true, []])
  expect([await numbers(planet, tiers['front']!), await numbers(planet, tiers['back']!)]).toEqual([
    [3, 0, 3, 0],
    [2, 0, 2, 0],
  ])
  const places = await Promise.all([...people, fan, other].map(async who => (await page(who, show)).lottery!.me))
  // Six asked for a place each, five places there are: one waits, who took it back has nothing.
  expect(places.filter(me => me?.tier != null)).toHaveLength(5)
  expect(places.filter(me => me === null)).toHaveLength(1)
})
