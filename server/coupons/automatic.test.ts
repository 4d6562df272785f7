/** What is less by itself: the best for the buyer, the same sums, counts and races as codes, and given back. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { newId } from '../foundation/clock.ts'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { refused } from '../rewards/rewards.testing.ts'
import { checks as shopChecks, settleAll } from '../shop/index.ts'
import { decide, orderIs, place, sell, type OrderJson, type Sold } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './index.ts'

let planet: TestPlanet
let seller: Person
let fan: Person
let other: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true, config: { logLevel: 'error' } })
  ;[seller, fan, other] = (await Promise.all(['Seller', 'Fan', 'Other'].map(name => planet.signUp(name)))) as [Person, Person, Person]
})
afterAll(() => planet.close())
afterEach(async () => {
  const found = await runChecks(planet.db.read, [...checks, ...shopChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})

type Quote = { total: { amount: string }; lines: { discount: { amount: string }; discountCode: string | null }[] }
type Coupon = { id: string; used: number; automatic: boolean; given: { amount: string } }
const put = async (at: Sold, given: object, id = newId('cpn')): Promise<string> => {
  await seller.call('PUT', `/coupons/${id}`, { page: at.page, automatic: true, ...given })
  return id
}
const coupon = (id: string): Promise<Coupon> => seller.call<Coupon>('GET', `/coupons/${id}`)
const quote = (who: Person, offers: readonly string[], more: object = {}): Promise<Quote> =>
  who.call<Quote>('POST', '/orders/quote', { lines: offers.map(offer => ({ offer, quantity: 1 })), ...more })
const codeOf = (order: OrderJson): (string | null)[] =>
  (order.lines as unknown as { discountCode: string | null }[]).map(line => line.discountCode)

test('it needs no code and has none, only its page makes it, and buyers see its name before and after they buy', async () => {
  const album = await sell(planet, seller)
  const id = newId('cpn')
  const body = { page: album.page, name: '秋日九折', percentBp: 1000, automatic: true }
  expect(await refused(planet.stranger.call('PUT', `/coupons/${id}`, body))).toBe('401 unauthenticated')
  expect(await refused(fan.call('PUT', `/coupons/${id}`, body))).toBe('403 own_page_only')
  expect(await refused(seller.call('PUT', `/coupons/${id}`, { ...body, code: 'AUTUMN' }))).toBe('422 coupon_invalid')
  for (const answer of await Promise.all([1, 2].map(() => seller.call<Coupon>('PUT', `/coupons/${id}`, body))))
    expect(answer.automatic).toBe(true)
  expect(await refused(seller.call('POST', `/coupons/${id}/codes`, { total: 3 }))).toBe('422 coupon_invalid')
  // 38.00 less 10 %.
  const seen = await quote(fan, [album.offer])
  expect([seen.total.amount, seen.lines[0]!.discount.amount, seen.lines[0]!.discountCode]).toEqual(['3420', '380', '秋日九折'])
  expect((await coupon(id)).used).toBe(0)
  const order = await place(fan, [album.offer])
  expect([order.total.amount, codeOf(order)]).toEqual(['3420', ['秋日九折']])
  expect([(await coupon(id)).used, (await coupon(id)).given.amount]).toEqual([1, '380'])
  expect(await refused(seller.call('PUT', `/coupons/${id}`, { ...body, percentBp: 2000 }))).toBe('409 coupon_fixed')
  expect(await refused(seller.call('PUT', `/coupons/${id}`, { ...body, automatic: false, code: 'NOW' }))).toBe('409 coupon_fixed')
  await fan.call('POST', `/orders/${order.id}/cancel`)
  expect((await coupon(id)).used).toBe(0)
  await put(album, { name: '秋日九折', percentBp: 1000, state: 'closed' }, id)
  expect((await place(fan, [album.offer])).total.amount).toBe('3800')
})

test('so much money off is off that money: other currencies are not touched, a percentage is of any', async () => {
  const yen = await sell(planet, seller, { price: 3000n, currency: 'JPY' })
  const currency = 'CNY'
  const id = await put(yen, { name: 'Twenty off', amount: '2000', currency })
  expect((await quote(fan, [yen.offer])).total.amount).toBe('3000')
  await put(yen, { name: 'Twenty off', amount: '2000', currency, state: 'closed' }, id)
  await put(yen, { name: 'Half, five hundred at most', percentBp: 5000, mostOff: '500', currency })
  expect((await quote(fan, [yen.offer])).total.amount).toBe('3000')
  await put(yen, { name: 'A tenth', percentBp: 1000, currency })
  expect((await quote(fan, [yen.offer])).total.amount).toBe('2700')
  await seller.call('PUT', `/coupons/${newId('cpn')}`, {
    page: yen.page,
    code: 'YUAN',
    name: 'Yuan',
    amount: '100',
    currency,
    stacks: true,
  })
  expect(await refused(place(fan, [yen.offer], { codes: ['YUAN'] }))).toBe('422 coupon_not_for')
})

test('where two exclude each other the best for the buyer wins, a typed code too; what stacks goes together, percentages first', async () => {
  const album = await sell(planet, seller, { price: 10_000n })
  const ten = await put(album, { name: 'Ten', percentBp: 1000 })
  await put(album, { name: 'Rich', percentBp: 9000, least: '20000' })
  await put(album, { name: 'Late', percentBp: 9000, closesAt: '2020-01-01T00:00:00.000Z' })
  await put(album, { name: 'Club', percentBp: 9000, membersOnly: true })
  await put(album, { name: 'Posts', percentBp: 9000, kinds: ['shipping'] })
  const total = async (more: object = {}): Promise<[string, string | null]> => {
    const seen = await quote(fan, [album.offer], more)
    return [seen.total.amount, seen.lines[0]!.discountCode]
  }
  expect(await total()).toEqual(['9000', 'Ten'])
  await put(album, { name: 'A', amount: '700', stacks: true })
  const b = await put(album, { name: 'B', percentBp: 500, stacks: true })
  // 5 % and then 7.00: 88.00, better than 90.00.
  expect(await total()).toEqual(['8800', 'B + A'])
  await seller.call('PUT', `/coupons/${newId('cpn')}`, { page: album.page, name: 'Typed', code: 'TYPED', percentBp: 1100 })
  await seller.call('PUT', `/coupons/${newId('cpn')}`, { page: album.page, name: 'More', code: 'MORE', percentBp: 100, stacks: true })
  // 89.00 by the code alone, 88.00 by themselves: the code is kept for another day. One that stacks adds to them.
  expect(await total({ codes: ['TYPED'] })).toEqual(['8800', 'B + A'])
  expect((await total({ codes: ['MORE'] }))[0]).toBe('8705')
  expect(await refused(place(fan, [album.offer], { codes: ['NOBODYS'] }))).toBe('422 code_unknown')
  // As much by a code as by itself: what was typed. As much by two: the older one, however often one asks.
  await put(album, { name: 'B', percentBp: 500, stacks: true, state: 'closed' }, b)
  expect(await total({ codes: ['TYPED'] })).toEqual(['8900', 'TYPED'])
  await put(album, { name: 'Ten again', percentBp: 1000 })
  for (let n = 0; n < 3; n++) expect(await total()).toEqual(['9000', 'Ten'])
  const order = await place(fan, [album.offer])
  expect([order.total.amount, codeOf(order)]).toEqual(['9000', ['Ten']])
  expect((await coupon(ten)).used).toBe(1)
})

test('the last use goes to one of many, once a person, and a refund of the whole gives it back; others pay the price', async () => {
  const album = await sell(planet, seller, { price: 1001n })
  const last = await put(album, { name: 'First one', percentBp: 5000, usesMost: 1, firstOnly: true, eachMost: 1 })
  const people = [fan, other, ...(await Promise.all([1, 2, 3].map(n => planet.signUp(`Buyer ${n}`))))]
  const orders = await Promise.all(people.map(async who => ({ who, order: await place(who, [album.offer]) })))
  // 10.01 less half, 5.005, half up: 5.01.
  expect(orders.map(({ order }) => order.total.amount).toSorted()).toEqual(['1001', '1001', '1001', '1001', '500'])
  const lucky = orders.find(({ order }) => order.total.amount === '500')!
  expect((await coupon(last)).used).toBe(1)
  await decide(lucky.who, lucky.order)
  await until(
    async () => ((await lucky.who.call<OrderJson>('GET', `/orders/${lucky.order.id}`)).state === 'placed' ? undefined : true),
    'paid',
  )
  await settleAll(planet.db.transaction, makeLog('fatal'))
  const paid = await orderIs(lucky.who, lucky.order.id, 'settled')
  await seller.call('POST', `/orders/${paid.id}/refund`, { lines: [{ id: newId('rfq'), line: paid.lines[0]!.id }], reason: 'goodwill' })
  await until(async () => ((await coupon(last)).used === 0 ? true : undefined), 'given back')
})

test('the same order again is the same order, its use counted once; two pages of a basket have each their own', async () => {
  const [one, two] = [await sell(planet, seller, { price: 2000n }), await sell(planet, seller, { price: 3000n })]
  const [a, b] = [await put(one, { name: 'One', amount: '5000' }), await put(two, { name: 'Two', percentBp: 3333 })]
  const id = newId('ord')
  const ask = () => place(fan, [one.offer, two.offer], { id })
  const orders = await Promise.all([ask(), ask(), ask()])
  // Nothing below zero: 20.00 less 50.00 is nothing; 30.00 less 33.33 %: 10.00 (9.999 half up).
  expect(orders.map(order => [order.id, order.total.amount])).toEqual(orders.map(() => [id, '2000']))
  expect(codeOf(orders[0]!)).toEqual(['One', 'Two'])
  expect([(await coupon(a)).used, (await coupon(b)).used]).toEqual([1, 1])
})
