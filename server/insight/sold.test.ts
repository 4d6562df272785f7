/** Where the money of somebody who runs a shop came from: what is no release is told by what it was. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { openShop, order, sellGoods } from '../goods/goods.testing.ts'
import { sell, orderIs, place, decide } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
let seller: Person
let buyer: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, buyer] = [await planet.signUp('Shop'), await planet.signUp('Buyer')]
  const shop = await openShop(planet, seller)
  const shirt = await sellGoods(seller, shop.page, [{ price: '9900', stock: 3 }])
  const song = await place(buyer, [(await sell(planet, seller)).offer])
  await decide(buyer, song)
  await orderIs(buyer, song.id, 'settled')
  const parcel = await order(planet, buyer, shop, [{ offer: shirt.variants[0]!.offer }])
  const { items } = await seller.call<{ items: { parcel: string }[] }>('GET', `/pages/${shop.page}/sendings?state=to_pack`)
  await seller.call('POST', `/senders/${shop.page}/parcels/send`, {
    parcels: items.map(one => ({ id: one.parcel, carrier: '顺丰', tracking: 'SF1' })),
  })
  for (const { id } of parcel.lines) await buyer.call('POST', `/lines/${id}/received`).catch(() => undefined)
  // What lets a buyer send back what came, for so many days, is over.
  clock.shift(40 * 86_400_000)
  await until(async () => {
    const { rows } = await planet.db.pool.query<{ n: number }>(`select count(*)::int as n from shop.line where state <> 'settled'`)
    return rows[0]!.n === 0 ? true : undefined
  }, 'all is settled')
  clock.shift(0)
})
afterAll(() => planet.close())

type Amount = { amount: string }
type Flow = { links: { id: string; from: string; amount: string }[] }

test('earnings name the kind of what was sold, and its bands open to their postings', async () => {
  const { items } = await seller.call<{ items: { code: string; label: string | null; amount: Amount }[] }>('GET', '/me/earnings')
  const codes = new Map(items.map(item => [item.label ?? item.code, item.amount.amount]))
  expect([...codes.keys()].toSorted()).toEqual(['Slow Star', 'sold:merch', 'sold:shipping'])
  const { links } = await seller.call<Flow>('GET', '/me/money')
  for (const kind of ['sold:merch', 'sold:shipping']) {
    const bands = links.filter(link => link.from === `kind:${kind}`)
    expect(bands.map(band => band.amount)).toEqual([codes.get(kind)])
    const { items: postings } = await seller.call<{ items: { amount: Amount }[] }>(
      'GET',
      `/money/postings?link=${encodeURIComponent(bands[0]!.id)}`,
    )
    expect(postings.map(one => one.amount.amount)).toEqual([codes.get(kind)])
  }
  // Of all settlements without a release together there is no band any more.
  const none = await seller.call<{ items: unknown[] }>('GET', `/money/postings?link=${encodeURIComponent('kind:settle>step:split:owner')}`)
  expect(none.items).toEqual([])
})
