/** Goods through the door: products, stock that is never sold twice, sending, confirming, returns. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { expireOrders } from '../shop/index.ts'
import { checks as shippingChecks } from '../shipping/index.ts'
import { checks as shopChecks, settleAll } from '../shop/index.ts'
import { chargeOf, held, orderIs } from '../shop/shop.testing.ts'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { address, handedOver, openShop, order, refused, sellGoods, wayOf, type Made, type Shop } from './goods.testing.ts'
import { checks, jobs } from './index.ts'

let planet: TestPlanet
let seller: Person
let buyer: Person
let other: Person
let shop: Shop
const log = makeLog('fatal')
const dayMs = 86_400_000
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, buyer, other] = (await Promise.all(['Seller', 'Buyer', 'Other'].map(name => planet.signUp(name)))) as [Person, Person, Person]
  shop = await openShop(planet, seller)
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
afterEach(async () => {
  clock.shift(0)
  const found = await runChecks(planet.db.read, [...checks, ...shippingChecks, ...shopChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})

const product = (id: string): Promise<Made> => seller.call<Made>('GET', `/goods/${id}`)
type Sending = { id: string; parcel: string; state: string; lines: { line: string; quantity: number; parts: unknown[] }[] }
const sendings = async (state: string): Promise<Sending[]> =>
  (await seller.call<{ items: Sending[] }>('GET', `/pages/${shop.page}/sendings?state=${state}`)).items
const sendingOf = async (line: string): Promise<Sending> => (await sendings('to_pack')).find(one => one.lines.some(l => l.line === line))!
const sendOff = (one: Sending): Promise<unknown> =>
  seller.call('POST', `/senders/${shop.page}/parcels/send`, { parcels: [{ id: one.parcel, carrier: '顺丰', tracking: 'SF1' }] })
const night = async (): Promise<void> =>
  jobs['goods.nightly']({ db: planet.db, read: planet.db.read, write: planet.db.transaction, log } as never)
const settle = (): Promise<number> => settleAll(planet.db.transaction, log)
const goodsJob = async (name: 'goods.carriage', orderId: string): Promise<void> =>
  jobs[name]({ db: planet.db, write: planet.db.transaction, log } as never, { order: orderId, page: shop.page })
/** The settler may be quicker than `settle`. */
const settled = (id: string): Promise<true> =>
  until(async () => ((await line(id)).state === 'settled' ? (true as const) : undefined), `line ${id} is settled`)
const line = async (id: string): Promise<{ state: string; progress: { code: string; url: string | null }[] }> => {
  const { rows } = await planet.db.pool.query<{ order: string }>('select "order" from shop.line where id = $1', [id])
  const found = await buyer.call<{ lines: { id: string; state: string; progress: { code: string; url: string | null }[] }[] }>(
    'GET',
    `/orders/${rows[0]!.order}`,
  )
  return found.lines.find(one => one.id === id)!
}

test('a product is made whole, changed whole, and only by who may; skus and options are unique', async () => {
  const id = newId('prd')
  const [s, m] = [newId('var'), newId('var')]
  const body = {
    page: shop.page,
    title: 'Hoodie',
    options: ['Size'],
    variants: [
      { id: s, options: ['S'], sku: 'H-S', price: '19900', stock: 3 },
      { id: m, options: ['M'], sku: 'H-M', price: '19900', stock: null },
    ],
  }
  expect(await refused(planet.stranger.call('PUT', `/goods/${id}`, body))).toBe('401 unauthenticated')
  expect(await refused(other.call('PUT', `/goods/${id}`, body))).toBe('404 not_found')
  await seller.call('PUT', `/goods/${id}`, body)
  await seller.call('PUT', `/goods/${id}`, body)
  expect((await product(id)).variants.map(v => [v.stock, v.offer])).toEqual([
    [3, null],
    [null, null],
  ])
  expect(await refused(other.call('GET', `/goods/${id}`))).toBe('404 not_found')
  // The two swap their skus at once.
  await seller.call('PUT', `/goods/${id}`, { ...body, variants: body.variants.map((v, n) => ({ ...v, sku: body.variants[1 - n]!.sku })) })
  const twice = { ...body, variants: body.variants.map(v => ({ ...v, options: ['S'] })) }
  expect(await refused(seller.call('PUT', `/goods/${id}`, twice))).toBe('422 product_invalid')
  expect(
    await refused(seller.call('PUT', `/goods/${newId('prd')}`, { ...body, variants: [{ ...body.variants[0], id: newId('var') }] })),
  ).toBe('409 sku_taken')
  const page = (await openShop(planet, other)).page
  expect(await refused(other.call('PUT', `/goods/${id}`, { ...body, page }))).toBe('409 key_reused')
  expect(await refused(other.call('PUT', `/goods/${newId('prd')}`, { ...body, page }))).toBe('409 key_reused')
  const open = await seller.call<Made>('PUT', `/goods/${id}/state`, { state: 'open' })
  expect(open.variants.every(v => v.offer !== null)).toBe(true)
  // A variant left out is gone, and cannot be ordered.
  await seller.call('PUT', `/goods/${id}`, { ...body, variants: body.variants.slice(0, 1) })
  expect(await refused(order(planet, buyer, shop, [{ offer: open.variants[1]!.offer }]))).toBe('409 offer_closed')

  // Movements: by a difference, by counting; the same id is the same movement.
  const move = { id: newId('stk'), change: 5, cause: 'received', note: 'From the printer' }
  await Promise.all([1, 2, 3].map(() => seller.call('POST', `/variants/${s}/movements`, move)))
  expect(await refused(seller.call('POST', `/variants/${s}/movements`, { ...move, change: 6 }))).toBe('409 key_reused')
  expect(await refused(other.call('POST', `/variants/${s}/movements`, { ...move, id: newId('stk') }))).toBe('404 not_found')
  await seller.call('POST', `/variants/${s}/movements`, { id: newId('stk'), count: 6, cause: 'counted' })
  expect(await refused(seller.call('POST', `/variants/${s}/movements`, { id: newId('stk'), change: -7, cause: 'lost' }))).toBe(
    '409 stock_spoken_for',
  )
  const { items } = await seller.call<{ items: { change: number; after: number; cause: string; by: string }[] }>(
    'GET',
    `/variants/${s}/movements`,
  )
  expect(items.map(one => [one.change, one.after, one.cause, one.by])).toEqual([
    [-2, 6, 'counted', 'Seller'],
    [5, 8, 'received', 'Seller'],
    [3, 3, 'received', 'Seller'],
  ])
})

test('many buyers, few pieces: exactly as many are sold; bundles take their parts together; what is not paid comes back once', async () => {
  const shirts = await sellGoods(seller, shop.page, [{ stock: 5, weightG: 200 }])
  const shirt = shirts.variants[0]!
  const buyers = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(n => planet.signUp(`B${n}`)))
  const tried = await Promise.all(buyers.map(one => refused(order(planet, one, shop, [{ offer: shirt.offer }], { pay: false }))))
  expect(tried.toSorted()).toEqual(['409 goods_gone', '409 goods_gone', '409 goods_gone', 'done', 'done', 'done', 'done', 'done'])
  expect((await product(shirts.id)).variants[0]).toMatchObject({ stock: 5, reserved: 5, available: 0 })
  expect(await refused(seller.call('POST', `/variants/${shirt.id}/movements`, { id: newId('stk'), count: 4, cause: 'counted' }))).toBe(
    '409 stock_spoken_for',
  )
  // Nobody pays: all five come back, once, however often that is tried.
  clock.shift(31 * 60_000)
  await Promise.all([1, 2, 3].map(() => planet.db.transaction(tx => expireOrders(tx))))
  clock.shift(0)
  expect((await product(shirts.id)).variants[0]).toMatchObject({ stock: 5, reserved: 0, available: 5 })

  // Two lines that share a part are summed (trap 2); a bundle is as many as its parts make.
  const mug = (await sellGoods(seller, shop.page, [{ stock: 3 }], { title: 'Mug' })).variants[0]!
  const set = await sellGoods(
    seller,
    shop.page,
    [
      {
        stock: null,
        price: '15000',
        parts: [
          { variant: shirt.id, quantity: 2 },
          { variant: mug.id, quantity: 1 },
        ],
      },
    ],
    { title: 'Set' },
  )
  expect(set.variants[0]!.available).toBe(2)
  const both = [
    { offer: set.variants[0]!.offer, quantity: 2 },
    { offer: shirt.offer, quantity: 2 },
  ]
  expect(await refused(order(planet, buyer, shop, both, { pay: false }))).toBe('409 goods_gone')
  expect((await product(shirts.id)).variants[0]).toMatchObject({ reserved: 0 })
  const id = newId('ord')
  const placed = await order(planet, buyer, shop, [both[0]!, { offer: shirt.offer, quantity: 1 }], { pay: false, id })
  expect((await product(shirts.id)).variants[0]).toMatchObject({ stock: 5, reserved: 5 })
  await Promise.all([1, 2, 3].map(() => buyer.call('POST', `/orders/${placed.id}/cancel`)))
  expect((await product(shirts.id)).variants[0]).toMatchObject({ stock: 5, reserved: 0 })

  // Paid too late, and somebody else had it meanwhile: the whole is sent back. Still there: it is taken.
  const slow = await order(planet, buyer, shop, [{ offer: shirt.offer, quantity: 4 }], { pay: false })
  const kept = await order(planet, buyer, shop, [{ offer: mug.offer, quantity: 1 }], { pay: false })
  const charges = [await chargeOf(buyer, slow), await chargeOf(buyer, kept)]
  clock.shift(31 * 60_000)
  await planet.db.transaction(tx => expireOrders(tx))
  clock.shift(0)
  await order(planet, other, shop, [{ offer: shirt.offer, quantity: 3 }])
  for (const [n, one] of [slow, kept].entries()) {
    await buyer.fetch(`/sandbox/api/charges/${charges[n]}`, { method: 'POST', json: { outcome: 'pay' } })
    await orderIs(buyer, one.id, 'refunded', 'paid')
    await handedOver(planet, one.id)
  }
  expect((await orderIs(buyer, slow.id, 'refunded', 'paid')).state).toBe('refunded')
  expect((await orderIs(buyer, kept.id, 'refunded', 'paid')).state).toBe('paid')
  expect((await product(shirts.id)).variants[0]).toMatchObject({ stock: 5, reserved: 3 })
})

test('limits per person count all variants of a product; the basket says what it lacks', async () => {
  const made = await sellGoods(seller, shop.page, [{ options: ['S'] }, { options: ['M'] }], { title: 'Scarf', mostEach: 2 })
  const [s, m] = made.variants.map(v => v.offer) as [string, string]
  const fan = await planet.signUp('Fan')
  expect(await refused(order(planet, fan, shop, [{ offer: s, quantity: 2 }, { offer: m }], { pay: false }))).toBe('409 too_many_each')
  const two = await Promise.all([s, m, s, m].map(offer => refused(order(planet, fan, shop, [{ offer }], { pay: false }))))
  expect(two.filter(one => one === 'done').length).toBe(2)
  const way = await wayOf(planet, shop.rate)
  const asked = (body: object): Promise<string> => refused(buyer.call('POST', '/orders', body))
  expect(
    await asked({
      lines: [
        { offer: s, quantity: 1 },
        { offer: way, quantity: 1 },
      ],
    }),
  ).toBe('400 address_missing')
  expect(await asked({ lines: [{ offer: s, quantity: 1 }], address })).toBe('400 shipping_missing')
  expect(await asked({ lines: [{ offer: way, quantity: 1 }], address })).toBe('409 offer_closed')
  expect(
    await asked({
      lines: [
        { offer: s, quantity: 1 },
        { offer: way, quantity: 1 },
      ],
      address: { ...address, country: 'DE' },
    }),
  ).toBe('422 not_shipped_there')
  const quote = await buyer.call<{
    needAddress: boolean
    needCarriage: string[]
    carriages: { offer: string; price: { amount: string } }[]
    lines: { problem: unknown }[]
    shipping: { amount: string }
    total: { amount: string }
  }>('POST', '/orders/quote', { lines: [{ offer: s, quantity: 2 }], address })
  expect([quote.needCarriage, quote.carriages.map(one => [one.offer, one.price.amount]), quote.lines[0]!.problem]).toEqual([
    [shop.page],
    [[way, '800']],
    null,
  ])
  const over = await buyer.call<typeof quote>('POST', '/orders/quote', {
    lines: [
      { offer: s, quantity: 2 },
      { offer: way, quantity: 1 },
    ],
    address,
  })
  expect([over.shipping.amount, over.total.amount, over.needCarriage]).toEqual(['800', '20600', []])
})

test('sent in parts, received, settled; silence settles too; nothing settles before all is sent', async () => {
  const shirt = await sellGoods(seller, shop.page, [{ stock: 10 }], { title: 'Tour shirt' })
  const paid = await order(planet, buyer, shop, [{ offer: shirt.variants[0]!.offer, quantity: 3 }])
  const [goodsLine, way] = paid.lines as unknown as [{ id: string }, { id: string }]
  expect(await held(planet, `escrow:${goodsLine.id}`, 'escrow')).toBe(29_700n)
  expect((await line(goodsLine.id)).progress.map(one => one.code)).toEqual(['to_pack'])
  expect(await refused(buyer.call('POST', `/lines/${goodsLine.id}/received`))).toBe('409 sending_state')
  const first = await sendingOf(goodsLine.id)
  const split = { sending: newId('snd'), lines: [{ line: goodsLine.id, quantity: 2 }] }
  expect(await refused(other.call('POST', `/sendings/${first.id}/split`, split))).toBe('404 not_found')
  expect(
    await refused(seller.call('POST', `/sendings/${first.id}/split`, { ...split, lines: [{ line: goodsLine.id, quantity: 3 }] })),
  ).toBe('422 sending_split')
  await Promise.all([1, 2].map(() => seller.call('POST', `/sendings/${first.id}/split`, split)))
  const [one, two] = (await sendings('to_pack'))
    .filter(s => s.lines.some(l => l.line === goodsLine.id))
    .map(s => [s, s.lines[0]!.quantity] as const)
  expect([one![1], two![1]].toSorted()).toEqual([1, 2])
  await sendOff(one![0])
  expect((await product(shirt.id)).variants[0]).toMatchObject({ stock: 10 - one![1], reserved: two![1] })
  // One of two parcels is there: its money still waits for the other.
  const received = await buyer.call<{ pieces: number }>('POST', `/lines/${goodsLine.id}/received`)
  expect(received.pieces).toBe(one![1])
  await settle()
  expect((await line(goodsLine.id)).state).toBe('held')
  await sendOff(two![0])
  expect(await refused(other.call('POST', `/lines/${goodsLine.id}/received`))).toBe('404 not_found')
  await Promise.all([1, 2, 3].map(() => buyer.call('POST', `/lines/${goodsLine.id}/received`)))
  await settle()
  await settled(goodsLine.id)
  await settled(way.id)
  expect((await line(goodsLine.id)).progress.map(p => p.code)).toEqual(['arrived', 'arrived', 'return_until'])
  expect((await product(shirt.id)).variants[0]).toMatchObject({ stock: 7, reserved: 0 })

  // Nobody says anything: 21 days after it was sent it is there and settled.
  const quiet = await order(planet, buyer, shop, [{ offer: shirt.variants[0]!.offer }])
  await sendOff(await sendingOf(quiet.lines[0]!.id))
  clock.shift(20 * dayMs)
  await settle()
  clock.shift(0)
  expect((await line(quiet.lines[0]!.id)).state).toBe('held')
  clock.shift(21 * dayMs + 60_000)
  await settle()
  clock.shift(0)
  await settled(quiet.lines[0]!.id)
})

test('operators say when silence is a yes: for all, from now on', async () => {
  const finance = await planet.staff('finance')
  const put = (days: unknown, who = finance) => who.call<{ days: number }>('PUT', '/console/goods-policy', { days })
  expect(await refused(put(7, seller))).toBe('403 forbidden')
  expect(await refused(put(7, planet.stranger))).toBe('401 unauthenticated')
  expect(await refused(seller.call('GET', '/console/goods-policy'))).toBe('403 forbidden')
  for (const days of [2, 61, 7.5, '7', null]) expect(await refused(put(days))).toBe('400 invalid')
  expect(await finance.call('GET', '/console/goods-policy')).toEqual({ days: 15 })
  for (const answer of await Promise.all([1, 2].map(() => put(4)))) expect(answer).toEqual({ days: 4 })
  expect(await finance.call('GET', '/console/goods-policy')).toEqual({ days: 4 })
  const mug = await sellGoods(seller, shop.page, [{ stock: 2 }], { title: 'Mug' })
  const paid = await order(planet, buyer, shop, [{ offer: mug.variants[0]!.offer }])
  const mugLine = paid.lines[0]!.id
  const sending = await sendingOf(mugLine)
  await sendOff(sending)
  await buyer.call('POST', `/parcels/${sending.parcel}/arrived`)
  clock.shift(4 * dayMs - 60_000)
  await settle()
  clock.shift(0)
  expect((await line(mugLine)).state).toBe('held')
  clock.shift(4 * dayMs + 60_000)
  await settle()
  clock.shift(0)
  await settled(mugLine)
  await put(15)
})

test('refunded before it is sent: back on the shelf, out of the parcel, with its sending; never sent is refunded by itself', async () => {
  const cap = await sellGoods(seller, shop.page, [{ stock: 4, price: '500' }], { title: 'Cap' })
  const pin = await sellGoods(seller, shop.page, [{ stock: 4 }], { title: 'Pin' })
  const paid = await order(planet, buyer, shop, [{ offer: cap.variants[0]!.offer, quantity: 2 }, { offer: pin.variants[0]!.offer }])
  const [capLine, pinLine, way] = paid.lines.map(one => one.id) as [string, string, string]
  await seller.call('POST', `/lines/${capLine}/refund`, { id: newId('rfq'), reason: 'mistake' })
  expect((await product(cap.id)).variants[0]).toMatchObject({ stock: 4, reserved: 0 })
  const sending = await sendingOf(pinLine)
  expect(sending.lines.map(one => one.line)).toEqual([pinLine])
  await goodsJob('goods.carriage', paid.id)
  expect((await line(way)).state).toBe('held')
  clock.shift(31 * dayMs)
  await night()
  clock.shift(0)
  expect((await line(pinLine)).state).toBe('refunded')
  await goodsJob('goods.carriage', paid.id)
  await goodsJob('goods.carriage', paid.id)
  expect((await line(way)).state).toBe('refunded')
  expect((await product(pin.id)).variants[0]).toMatchObject({ stock: 4, reserved: 0 })
  expect((await sendings('cancelled')).map(one => one.id)).toContain(sending.id)
})

test('a return: asked, answered, sent, received; money and pieces go back once; its money waits meanwhile', async () => {
  const bag = await sellGoods(seller, shop.page, [{ stock: 5, price: '10001' }], { title: 'Bag' })
  const paid = await order(planet, buyer, shop, [{ offer: bag.variants[0]!.offer, quantity: 3 }])
  const goodsLine = paid.lines[0]!.id
  const ask = { id: newId('ret'), line: goodsLine, quantity: 2, reason: 'changed_mind', words: 'Too small' }
  expect(await refused(buyer.call('POST', '/returns', ask))).toBe('422 return_nothing')
  const sending = await sendingOf(goodsLine)
  await sendOff(sending)
  await buyer.call('POST', `/parcels/${sending.parcel}/arrived`)
  expect(await refused(other.call('POST', '/returns', ask))).toBe('404 not_found')
  expect(await refused(buyer.call('POST', '/returns', { ...ask, quantity: 4 }))).toBe('422 return_nothing')
  await Promise.all([1, 2, 3].map(() => buyer.call('POST', '/returns', ask)))
  expect(await refused(buyer.call('POST', '/returns', { ...ask, quantity: 1 }))).toBe('409 key_reused')
  expect(await refused(buyer.call('POST', '/returns', { ...ask, id: newId('ret') }))).toBe('409 return_open')
  expect(await refused(other.call('GET', `/returns/${ask.id}`))).toBe('404 not_found')
  expect(await refused(buyer.call('POST', `/lines/${goodsLine}/received`))).toBe('409 return_open')
  expect(await refused(buyer.call('POST', `/returns/${ask.id}/accept`, {}))).toBe('404 not_found')
  await seller.call('POST', `/returns/${ask.id}/accept`, { answer: 'Of course' })
  // Long after it would have settled, it waits for the return.
  clock.shift(17 * dayMs)
  await settle()
  clock.shift(0)
  expect((await line(goodsLine)).state).toBe('held')
  await buyer.call('POST', `/returns/${ask.id}/sent`, { carrier: 'EMS', tracking: '9' })
  expect(await refused(seller.call('POST', `/returns/${ask.id}/received`, { restock: 3 }))).toBe('422 return_amount')
  expect(await refused(seller.call('POST', `/returns/${ask.id}/received`, { restock: 1, amount: '15000' }))).toBe('400 reason_needed')
  const done = await Promise.all(
    [1, 2].map(() => seller.call<{ state: string; amount: { amount: string } }>('POST', `/returns/${ask.id}/received`, { restock: 1 })),
  )
  expect(done.map(one => [one.state, one.amount.amount])).toEqual([
    ['refunded', '20002'],
    ['refunded', '20002'],
  ])
  expect((await product(bag.id)).variants[0]).toMatchObject({ stock: 3, reserved: 0 })
  expect(await held(planet, `escrow:${goodsLine}`, 'escrow')).toBe(10_001n)
  // The rest settles as it would have; then it is faulty, and the seller says nothing: 7 + 14 days for both, then it comes back by itself.
  await buyer.call('POST', `/lines/${goodsLine}/received`)
  await settle()
  await settled(goodsLine)
  const late = { id: newId('ret'), line: goodsLine, quantity: 1, reason: 'changed_mind' }
  clock.shift(20 * dayMs)
  expect(await refused(buyer.call('POST', '/returns', late))).toBe('422 return_too_late')
  await buyer.call('POST', '/returns', { ...late, reason: 'faulty' })
  clock.shift(28 * dayMs)
  await night()
  const state = async (): Promise<string> => (await buyer.call<{ state: string }>('GET', `/returns/${late.id}`)).state
  expect(await state()).toBe('accepted')
  await buyer.call('POST', `/returns/${late.id}/sent`, { carrier: 'EMS', tracking: '10' })
  clock.shift(50 * dayMs)
  await night()
  expect(await state()).toBe('refunded')
  expect((await line(goodsLine)).state).toBe('refunded')
})
