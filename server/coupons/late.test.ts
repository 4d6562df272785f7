/** Coupons where it is tight: in whose money they are, and orders that had ended and are paid after all, in races for the last use. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { newId } from '../foundation/clock.ts'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { address, openShop, refused, sellGoods, wayOf, type Shop } from '../goods/goods.testing.ts'
import { checks as goodsChecks } from '../goods/index.ts'
import { checks as refundChecks } from '../refunds/index.ts'
import { checks as shopChecks, settleAll } from '../shop/index.ts'
import { chargeOf, decide, orderIs, place, sell, type OrderJson, type Sold } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './index.ts'

let planet: TestPlanet
let seller: Person
let fans: Person[]
beforeAll(async () => {
  planet = await startPlanet({ work: true, config: { logLevel: 'error' } })
  const [first, ...others] = await Promise.all(['Seller', ...'ABCDEF'].map(name => planet.signUp(name)))
  seller = first!
  fans = others
})
afterAll(() => planet.close())
afterEach(async () => {
  await settleAll(planet.db.transaction, makeLog('fatal'))
  const found = await runChecks(planet.db.read, [...checks, ...shopChecks, ...goodsChecks, ...refundChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})
type Shown = { id: string; currency: string; used: number; codes: number; free: number }
const put = (page: string, given: object, id = newId('cpn')): Promise<Shown> =>
  seller.call<Shown>('PUT', `/coupons/${id}`, { page, name: 'A coupon', ...given })
const seen = (id: string): Promise<Shown> => seller.call<Shown>('GET', `/coupons/${id}`)
type Late = { who: Person; id: string; pay: () => Promise<unknown> }
/** Ordered with this code and given up, while the provider’s page is still open. */
async function given(who: Person, ask: () => Promise<OrderJson>): Promise<Late> {
  const order = await ask()
  const charge = await chargeOf(who, order)
  await who.call('POST', `/orders/${order.id}/cancel`)
  return { who, id: order.id, pay: () => who.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome: 'pay' } }) }
}
const givenUp = (who: Person, album: Sold, codes: readonly string[]): Promise<Late> =>
  given(who, () => place(who, [album.offer], { codes }))
/** Taken after all, or sent back by itself. */
const outcome = async ({ who, id }: Late): Promise<string> => {
  const order = await orderIs(who, id, 'paid', 'settled', 'refunded')
  return order.problem ?? 'taken'
}

test('a new coupon is in the money its page sells in, or in the one chosen; other money has nothing of it', async () => {
  const dollars = await sell(planet, seller, { currency: 'USD', price: 2000n })
  const list = () => seller.call<{ currency: string }>('GET', `/pages/${dollars.page}/coupons`)
  expect((await list()).currency).toBe('USD')
  const first = await put(dollars.page, { code: 'DOLLARS', amount: '500' })
  expect(first.currency).toBe('USD')
  expect((await place(fans[0]!, [dollars.offer], { codes: ['DOLLARS'] })).total).toEqual({ amount: '1500', currency: 'USD' })
  // Sent again without it, a coupon keeps its money; a used one cannot be in another.
  expect((await put(dollars.page, { code: 'DOLLARS', amount: '500' }, first.id)).currency).toBe('USD')
  expect(await refused(put(dollars.page, { code: 'DOLLARS', amount: '500', currency: 'EUR' }, first.id))).toBe('409 coupon_fixed')
  const yuan = await put(dollars.page, { code: 'YUAN', amount: '500', currency: 'CNY' })
  expect(yuan.currency).toBe('CNY')
  expect(await refused(place(fans[1]!, [dollars.offer], { codes: ['YUAN'] }))).toBe('422 coupon_not_for')
  expect(await refused(put(dollars.page, { code: 'GOLD', amount: '500', currency: 'XAU' }))).toBe('400 invalid')
  // A page that offers nothing yet.
  const empty = await sell(planet, seller, { price: null })
  expect((await put(empty.page, { code: 'FIRST', amount: '500' })).currency).toBe('CNY')
})

test('paid after it was given up: its coupon is used again if it still can be, else the money goes back', async () => {
  const album = await sell(planet, seller)
  const [a, b] = [fans[0]!, fans[1]!]
  const one = await put(album.page, { code: 'ONCE', percentBp: 1000, usesMost: 1, eachMost: 1 })
  const [early, late] = [await givenUp(a, album, ['ONCE']), await givenUp(b, album, ['ONCE'])]
  expect((await seen(one.id)).used).toBe(0)
  // Closed meanwhile: what was ordered before keeps its price.
  await put(album.page, { code: 'ONCE', percentBp: 1000, usesMost: 1, eachMost: 1, state: 'closed' }, one.id)
  await early.pay()
  expect([await outcome(early), (await seen(one.id)).used]).toEqual(['taken', 1])
  await late.pay()
  expect([await outcome(late), (await seen(one.id)).used]).toEqual(['too_late', 1])
  expect((await b.call<{ items: object[] }>('GET', '/me/purchases')).items.length).toBe(0)

  // The same for a code of a series, and for how often one person may.
  const [second, third] = [await sell(planet, seller), await sell(planet, seller)]
  await planet.db.pool.query('update shop.offer set page = $1 where id = $2', [second.page, third.offer])
  const series = await put(second.page, { code: null, amount: '100', eachMost: 1 })
  await seller.call('POST', `/coupons/${series.id}/codes`, { total: 2 })
  const codes = (await (await seller.fetch(`/api/v1/coupons/${series.id}/codes.csv`)).text())
    .split('\r\n')
    .slice(1, -1)
    .map(line => line.split(',')[0]!)
  const [mine, theirs] = [await givenUp(a, second, [codes[0]!]), await givenUp(b, second, [codes[0]!])]
  await mine.pay()
  expect([await outcome(mine), (await seen(series.id)).free]).toEqual(['taken', 1])
  await theirs.pay()
  expect([await outcome(theirs), (await seen(series.id)).free]).toEqual(['too_late', 1])
  const [left, right] = [await givenUp(b, second, [codes[1]!]), await place(b, [third.offer], { codes: [codes[1]!] })]
  await left.pay()
  expect(await outcome(left)).toBe('too_late')
  await decide(b, right)
  await orderIs(b, right.id, 'paid', 'settled')
  expect(await seen(series.id)).toMatchObject({ used: 2, free: 0 })
})

test('nothing of an order that cannot be had after all stays taken: neither its coupon nor its other things', async () => {
  const shop: Shop = await openShop(planet, seller, 'Mixed')
  const shirt = await sellGoods(seller, shop.page, [{ price: '5000', stock: 1 }])
  const service = newId('svc')
  await seller.call('PUT', `/services/${service}`, {
    page: shop.page,
    title: 'Mixing',
    price: { amount: '10000', currency: 'CNY' },
    state: 'open',
    most: 1,
  })
  const { offer } = await seller.call<{ offer: string }>('GET', `/services/${service}`)
  const coupon = await put(shop.page, { code: 'BOTH', amount: '1000', usesMost: 5 })
  const way = await wayOf(planet, shop.rate)
  const both = { lines: [shirt.variants[0]!.offer, offer, way].map(of => ({ offer: of, quantity: 1 })), address, codes: ['BOTH'] }
  const late = await given(fans[0]!, () => fans[0]!.call<OrderJson>('POST', '/orders', both))
  // The only place of the service goes to somebody else.
  await place(fans[1]!, [offer])
  await late.pay()
  expect([await outcome(late), (await seen(coupon.id)).used]).toEqual(['too_late', 0])
  expect((await seller.call<typeof shirt>('GET', `/goods/${shirt.id}`)).variants[0]).toMatchObject({ stock: 1, reserved: 0 })
})

test('a coupon for a first order only: paid late is too late once something else was bought there', async () => {
  const [album, other] = [await sell(planet, seller), await sell(planet, seller)]
  await planet.db.pool.query('update shop.offer set page = $1 where id = $2', [album.page, other.offer])
  const [a, b] = [fans[2]!, fans[3]!]
  const first = await put(album.page, { code: 'HELLO', amount: '1000', firstOnly: true })
  const [early, late] = [await givenUp(a, album, ['HELLO']), await givenUp(b, album, ['HELLO'])]
  const bought = await place(b, [other.offer])
  await decide(b, bought)
  await orderIs(b, bought.id, 'paid', 'settled')
  await late.pay()
  expect([await outcome(late), (await seen(first.id)).used]).toEqual(['too_late', 0])
  await early.pay()
  expect([await outcome(early), (await seen(first.id)).used]).toEqual(['taken', 1])
})

test('an order that ends gives up its coupon before its things, in the order in which both are taken', async () => {
  const shop = await openShop(planet, seller, 'Order of locks')
  const shirt = await sellGoods(seller, shop.page, [{ price: '5000', stock: 5 }], { physical: false, handover: 'By link' })
  const coupon = await put(shop.page, { code: 'LOCKS', amount: '100' })
  const { offer, id } = shirt.variants[0]!
  const [a, b] = [fans[0]!, fans[1]!]
  const order = await place(a, [offer!], { codes: ['LOCKS'] })
  const shelf = await planet.db.pool.connect()
  const { pid } = (await shelf.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!
  /** Who waits for the shelf, and who waits for them: jobs wait for each other too. */
  const waiting = async (): Promise<number> => {
    const { rows } = await planet.db.pool.query<{ n: number }>(`
      with w as materialized (select pid, pg_blocking_pids(pid) as for from pg_stat_activity where datname = current_database()),
        first as (select pid from w where ${pid} = any(w.for))
      select count(*)::int as n from w where ${pid} = any(w.for) or exists (select from first where first.pid = any(w.for))`)
    return rows[0]!.n
  }
  const tried = async (): Promise<string> =>
    planet.db.pool.query('select from coupons.coupon where id = $1 for no key update nowait', [coupon.id]).then(
      () => 'free',
      (error: { code: string }) => error.code,
    )
  try {
    await shelf.query('begin')
    await shelf.query('select from goods.variant where id = $1 for no key update', [id])
    const cancelled = a.call('POST', `/orders/${order.id}/cancel`)
    await until(async () => (await waiting()) === 1, 'the cancelled order waits for the shelf')
    expect(await tried()).toBe('55P03')
    const placed = place(b, [offer!], { codes: ['LOCKS'] })
    await until(async () => (await waiting()) === 2, 'the next order waits')
    await shelf.query('commit')
    await Promise.all([cancelled, placed])
  } finally {
    await shelf.query('rollback')
    shelf.release()
  }
  expect((await seen(coupon.id)).used).toBe(1)
})

test('paid after it ended: limits per person and the end of the sale hold as when it was ordered', async () => {
  const shop = await openShop(planet, seller, 'Limits')
  const plain = { physical: false, handover: 'By link' }
  const shirt = await sellGoods(seller, shop.page, [{ price: '5000', stock: 9 }], { ...plain, mostEach: 1 })
  const again = (who: Person, offer: string): Promise<Late> => given(who, () => place(who, [offer]))
  const offer = shirt.variants[0]!.offer!
  const a = fans[4]!
  const late = await again(a, offer)
  const bought = await place(a, [offer])
  await decide(a, bought)
  await orderIs(a, bought.id, 'paid', 'settled')
  await late.pay()
  expect(await outcome(late)).toBe('too_late')

  // The same for an offer that counts by itself, and for one whose time is over.
  const album = await sell(planet, seller)
  await planet.db.pool.query('update shop.offer set most_each = 1 where id = $1', [album.offer])
  const pays = await sellGoods(seller, shop.page, [{ price: '3000', stock: 9 }], plain)
  await planet.db.pool.query('update shop.offer set most_each = 2 where id = $1', [pays.variants[0]!.offer])
  const b = fans[5]!
  const two = (): Promise<OrderJson> => b.call<OrderJson>('POST', '/orders', { lines: [{ offer: pays.variants[0]!.offer, quantity: 2 }] })
  const [first, second] = [await given(b, two), await given(b, two)]
  await Promise.all([first.pay(), second.pay()])
  expect([await outcome(first), await outcome(second)].toSorted()).toEqual(['taken', 'too_late'])
  const over = await again(b, album.offer)
  await planet.db.pool.query(`update shop.offer set closes_at = now() where id = $1`, [album.offer])
  await over.pay()
  expect(await outcome(over)).toBe('too_late')
})

test('random races: however many pay too late while others order, a coupon is never used more often than it may', async () => {
  let seed = 5
  const random = (most: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % most
  for (let round = 0; round < 4; round++) {
    const album = await sell(planet, seller)
    const usesMost = 1 + random(3)
    const coupon = await put(album.page, { code: 'RACE', percentBp: 1 + random(5000), usesMost, eachMost: 1 })
    const paying = fans.slice(0, 2 + random(3))
    const late: Late[] = []
    for (const who of paying) late.push(await givenUp(who, album, ['RACE']))
    const asking = fans.slice(paying.length)
    const [, placed] = await Promise.all([
      Promise.all(late.map(one => one.pay())),
      Promise.all(asking.map(who => refused(place(who, [album.offer], { codes: ['RACE'] })))),
    ])
    const ends = await Promise.all(late.map(outcome))
    expect(
      ends.every(end => end === 'taken' || end === 'too_late') && placed.every(end => end === 'done' || end === '422 coupon_used_up'),
    ).toBe(true)
    const got = ends.filter(end => end === 'taken').length + placed.filter(end => end === 'done').length
    expect([got, (await seen(coupon.id)).used]).toEqual([Math.min(usesMost, fans.length), Math.min(usesMost, fans.length)])
  }
})
