import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../foundation/testing.ts'
import { clock } from '../foundation/clock.ts'
import { checks as paymentChecks } from '../payments/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { setTerm } from '../settlement/index.ts'
import { checks, expireOrders, recordPastOrder, settleDue } from './index.ts'
import { chargeOf, decide, held, orderIs, place, sell, type OrderJson } from './shop.testing.ts'

let planet: TestPlanet
let seller: Person
let buyer: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, buyer] = await Promise.all([planet.signUp('Seller'), planet.signUp('Buyer')])
})
afterAll(async () => {
  for (const check of [...checks, ...paymentChecks]) expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
  await planet.close()
})

const refused = async (work: Promise<unknown>): Promise<string> => {
  const error = (await work.then(
    () => undefined,
    (problem: unknown) => problem,
  )) as { status: number; problem: { code: string } } | undefined
  return error === undefined ? 'ok' : `${error.status} ${error.problem.code}`
}
const ids = (n: number): string => `ord_${String(n).padStart(26, '0')}`

test('an album for ¥38.00 over the sandbox reaches three parties to the fen', async () => {
  const [first, second, third, commission] = [
    await planet.signUp('One'),
    await planet.signUp('Two'),
    await planet.signUp('Three'),
    await held(planet, 'planet', 'commission'),
  ]
  const { release } = await sell(planet, first, { price: null, tracks: 12 })
  const parties = [first, second, third].map((one, index) => ({ party: one.id, role: 'artist', shareBp: index === 2 ? 3334 : 3333 }))
  const sheet = await first.call<{ id: string; hash: string }>('POST', '/split-sheets', { subject: release, kind: 'master', parties })
  for (const one of [second, third]) await one.call('POST', `/split-sheets/${sheet.id}/sign`, { hash: sheet.hash })
  const offer = await first.call<{ id: string }>('POST', '/offers', {
    release,
    pricing: 'fixed',
    price: { amount: '3800', currency: 'CNY' },
  })
  const preview = await first.call<{ steps: { receiverId: string; amount: { amount: string } }[] }>(
    'GET',
    `/waterfall?release=${release}&amount=3800`,
  )

  const placed = await place(buyer, [offer.id])
  expect(placed).toMatchObject({
    state: 'placed',
    total: { amount: '3800', currency: 'CNY' },
    lines: [{ state: 'waiting', title: 'Slow Star' }],
    payUrl: expect.stringMatching(/^\/pay\/pay_/),
  })
  expect(placed.number).toMatch(/^\d{4}-\d{4}$/)
  expect(await buyer.call('GET', `/orders/${placed.id}`)).toEqual(placed)
  await decide(buyer, placed)
  const settled = await orderIs(buyer, placed.id, 'settled')
  expect(settled).toMatchObject({ payUrl: null, lines: [{ state: 'settled' }] })
  expect(await Promise.all([first, second, third].map(one => held(planet, one.id, 'available')))).toEqual([1196n, 1196n, 1196n])
  expect((await held(planet, 'planet', 'commission')) - commission).toBe(189n)
  expect(preview.steps.map(step => step.amount.amount)).toEqual(['23', '189', '1196', '1196', '1196'])
  expect(await held(planet, `escrow:${placed.lines[0]!.id}`, 'escrow')).toBe(0n)
  const purchases = await buyer.call<{ items: { id: string; line: string }[] }>('GET', '/me/purchases')
  expect(purchases.items[0]).toMatchObject({ id: release, line: placed.lines[0]!.id })
  expect(await refused(place(buyer, [offer.id]))).toBe('409 already_owned')
  expect((await first.call<{ items: { state: string }[] }>('GET', '/me/sales')).items).toMatchObject([
    { state: 'settled', amount: { amount: '3800' } },
  ])
  expect((await first.call<{ sold: number }>('GET', `/offers/${offer.id}`)).sold).toBe(1)
})

test('one id is one order, also twenty times at once; with other lines it is refused', async () => {
  const [one, other] = [await sell(planet, seller), await sell(planet, seller)]
  const orders = await Promise.all(Array.from({ length: 20 }, () => place(buyer, [one.offer], { id: ids(1) })))
  expect(new Set(orders.map(order => JSON.stringify(order))).size).toBe(1)
  expect(await refused(place(buyer, [other.offer], { id: ids(1) }))).toBe('409 key_reused')
  expect(await refused(place(seller, [one.offer], { id: ids(1) }))).toBe('409 key_reused')
  await decide(buyer, orders[0]!)
  await orderIs(buyer, ids(1), 'settled')
  // Owned by now, yet a repeat is a repeat.
  expect((await place(buyer, [one.offer], { id: ids(1) })).state).toBe('settled')
})

test('name your price, free, and what cannot be sold', async () => {
  const named = await sell(planet, seller, { price: 500n, pricing: 'name_your_price' })
  const free = await sell(planet, seller, { price: 0n, pricing: 'free' })
  const yen = await sell(planet, seller, { price: 900n, currency: 'JPY' })
  const price = (amount: string, currency = 'CNY') =>
    buyer.call<OrderJson>('POST', '/orders', { lines: [{ offer: named.offer, price: { amount, currency } }] })
  expect(await refused(price('499'))).toBe('422 price_too_low')
  expect(await refused(price('-1'))).toBe('422 price_too_low')
  expect(await refused(price('900', 'USD'))).toBe('400 currency_mixed')
  expect(await refused(price('2000000000000'))).toBe('400 invalid')
  expect((await price('901')).total).toEqual({ amount: '901', currency: 'CNY' })
  expect(await refused(place(buyer, [named.offer, yen.offer]))).toBe('400 currency_mixed')
  expect(await refused(place(buyer, [named.offer, named.offer]))).toBe('409 already_owned')
  expect(await refused(buyer.call('POST', '/orders', { lines: [{ offer: named.offer, quantity: 2 }] }))).toBe('400 invalid')
  expect(await refused(place(buyer, ['off_00000000000000000000000000']))).toBe('404 not_found')
  expect(await refused(place(planet.stranger, [named.offer]))).toBe('401 unauthenticated')
  const order = await place(buyer, [free.offer])
  expect(order).toMatchObject({ state: 'settled', payUrl: null, total: { amount: '0' }, lines: [{ state: 'settled' }] })
  expect(await buyer.call('GET', `/orders/${order.id}`)).toEqual(order)
  expect((await buyer.call<{ items: unknown[] }>('GET', `/orders/${order.id}/payments`)).items).toEqual([])
  await seller.call('PATCH', `/offers/${named.offer}`, { state: 'closed' })
  expect(await refused(place(buyer, [named.offer]))).toBe('409 offer_closed')
  expect(await refused(buyer.call('PATCH', `/offers/${named.offer}`, { state: 'open' }))).toBe('403 own_page_only')
  expect(await refused(seller.call('GET', `/orders/${order.id}`))).toBe('404 not_found')
  expect(await refused(seller.call('POST', `/orders/${order.id}/cancel`, {}))).toBe('404 not_found')
})

test('a release is sold from its day to its day: the checkout obeys, the page says when, orders before it comes out wait all the same', async () => {
  const hour = 3_600_000
  const at = (hours: number): string => new Date(clock.now().getTime() + hours * hour).toISOString()
  type Seen = { opensAt: string | null; closesAt: string | null }
  const { release } = await sell(planet, seller, { price: null })
  const given = {
    id: 'off_00000000000000000000000901',
    release,
    pricing: 'fixed',
    price: { amount: '3800', currency: 'CNY' },
    opensAt: at(1),
    closesAt: at(2),
  }
  const post = (who: Person, more: object = {}) => who.call<Seen>('POST', '/offers', { ...given, ...more })
  const set = (change: object, who = seller) => who.call<Seen>('PATCH', `/offers/${given.id}`, change)
  const shown = async (): Promise<Seen[]> => (await buyer.call<{ offers: Seen[] }>('GET', `/releases/${release}`)).offers
  expect(await refused(post(buyer))).toBe('403 own_page_only')
  expect(await refused(post(planet.stranger))).toBe('401 unauthenticated')
  expect(await refused(post(seller, { closesAt: given.opensAt }))).toBe('422 sale_window')
  expect(await refused(post(seller, { opensAt: 'soon' }))).toBe('400 invalid')
  const made = await post(seller)
  expect(made).toMatchObject({ opensAt: given.opensAt, closesAt: given.closesAt })
  expect(await post(seller)).toEqual(made)
  expect(await refused(post(seller, { opensAt: null }))).toBe('409 key_reused')
  // Before.
  expect(await refused(place(buyer, [given.id]))).toBe('409 not_on_sale_yet')
  expect(await shown()).toMatchObject([{ opensAt: given.opensAt, closesAt: given.closesAt }])
  expect(await refused(set({ opensAt: null }, buyer))).toBe('403 own_page_only')
  expect(await refused(set({ closesAt: at(0.5) }))).toBe('422 sale_window')
  // In it; what is not named stays.
  const from = at(-1)
  expect(await set({ opensAt: from })).toMatchObject({ opensAt: from, closesAt: given.closesAt })
  expect(await set({ opensAt: from })).toMatchObject({ opensAt: from, closesAt: given.closesAt })
  expect(await shown()).toMatchObject([{ opensAt: null, closesAt: given.closesAt }])
  await planet.db.pool.query(`update catalogue.release set released_on = current_date + 9 where id = $1`, [release])
  const early = await place(buyer, [given.id])
  // After: what was placed is paid and waits for the day the release comes out.
  await set({ closesAt: at(-0.5) })
  expect(await shown()).toEqual([])
  const late = await planet.signUp('Late')
  expect(await refused(place(late, [given.id]))).toBe('409 sale_over')
  await decide(buyer, early)
  expect((await orderIs(buyer, early.id, 'paid')).lines[0]).toMatchObject({ state: 'held', progress: [{ code: 'out_on' }] })
  expect(await set({ opensAt: null, closesAt: null })).toMatchObject({ opensAt: null, closesAt: null })
  expect((await place(late, [given.id])).state).toBe('placed')
})

test('one free release, many orders at once: owned once', async () => {
  const fan = await planet.signUp('Fan')
  const free = await sell(planet, seller, { price: 0n, pricing: 'free' })
  const answers = await Promise.all(Array.from({ length: 8 }, () => refused(place(fan, [free.offer]))))
  expect(answers.filter(answer => answer === 'ok')).toHaveLength(1)
  expect(new Set(answers)).toEqual(new Set(['ok', '409 already_owned']))
})

test('a basket of several sellers: each line has its own escrow; one stopped line does not hold up the others', async () => {
  const others = await Promise.all([1, 2, 3].map(n => planet.signUp(`Seller ${n}`)))
  const things = await Promise.all(others.map((other, index) => sell(planet, other, { price: BigInt(1000 * (index + 1)) })))
  // The second release loses its page's owner between order and payment: its line cannot be settled.
  const order = await place(
    buyer,
    things.map(thing => thing.offer),
  )
  await planet.db.pool.query('update people.page set owner_person = null where id = $1', [things[1]!.page])
  await decide(buyer, order)
  for (const n of [0, 2]) await until(async () => (await held(planet, others[n]!.id, 'available')) > 0n, 'the other sellers have been paid')
  await until(
    async () => (await planet.db.pool.query(`select 1 from shop.line where "order" = $1 and problem is not null`, [order.id])).rowCount,
    'the trouble is noted',
  )
  const state = await orderIs(buyer, order.id, 'paid')
  expect(state.lines.map(line => line.state)).toEqual(['settled', 'held', 'settled'])
  expect(await held(planet, `escrow:${order.lines[1]!.id}`, 'escrow')).toBe(2000n)
  await planet.db.pool.query('update people.page set owner_person = $2 where id = $1', [things[1]!.page, others[1]!.id])
  await planet.db.pool
    .query(`with moved as (update shop.line set due_at = now() - interval '1 minute' where state = 'held' returning id, due_at, old.due_at as before)
    update shop.due q set due_at = m.due_at from moved m where q.due_at = m.before and q.line = m.id`)
  await planet.db.pool.query(`select graphile_worker.add_job('shop.settle')`)
  await orderIs(buyer, order.id, 'settled')
  // 0.60 % of the whole payment is 36 fen, shared 6/12/18.
  expect(await Promise.all(others.map(other => held(planet, other.id, 'available')))).toEqual([944n, 1889n, 2833n])
})

test('paid twice by two orders: the second is refunded by itself', async () => {
  const { offer } = await sell(planet, seller)
  const [first, second] = [await place(buyer, [offer]), await place(buyer, [offer])]
  await Promise.all([decide(buyer, first), decide(buyer, second)])
  const ends = await Promise.all([first, second].map(order => orderIs(buyer, order.id, 'settled', 'refunded')))
  expect(ends.map(order => order.state).sort()).toEqual(['refunded', 'settled'])
  const refunded = ends.find(order => order.state === 'refunded')!
  expect(refunded).toMatchObject({ problem: 'already_owned', lines: [{ state: 'refunded' }] })
  await until(
    async () =>
      (await planet.db.pool.query(`select 1 from payments.refund where subject = $1 and state = 'done'`, [refunded.lines[0]!.id])).rowCount,
    'the money went back',
  )
  expect(await held(planet, 'provider:sandbox', 'refunding')).toBe(0n)
})

test('cancel, run out, and money that comes all the same', async () => {
  const fan = await planet.signUp('Late fan')
  const [one, two, three] = [await sell(planet, seller), await sell(planet, seller), await sell(planet, seller)]
  const [cancelled, lapsed, closed] = [await place(fan, [one.offer]), await place(fan, [two.offer]), await place(fan, [three.offer])]
  const pages = await Promise.all([cancelled, lapsed, closed].map(order => fan.fetch(order.payUrl!)))
  const refs = pages.map(page => page.headers.get('location')!.split('/').at(-1)!)
  const again = await Promise.all([1, 2].map(() => fan.call<OrderJson>('POST', `/orders/${cancelled.id}/cancel`, {})))
  expect(again.map(order => [order.state, order.payUrl, order.lines[0]!.state])).toEqual([
    ['cancelled', null, 'cancelled'],
    ['cancelled', null, 'cancelled'],
  ])
  clock.shift(31 * 60_000)
  try {
    expect(await planet.db.transaction(tx => expireOrders(tx))).toBeGreaterThanOrEqual(2)
    expect((await orderIs(fan, lapsed.id, 'expired')).payUrl).toBe(null)
    // Our own way to the provider is closed; the provider's page is not.
    expect((await fan.fetch(lapsed.payUrl!)).headers.get('location')).toBe(`/orders/${lapsed.id}`)
    await seller.call('PATCH', `/offers/${three.offer}`, { state: 'closed' })
    for (const ref of refs) await fan.fetch(`/sandbox/api/charges/${ref}`, { method: 'POST', json: { outcome: 'pay' } })
    expect((await orderIs(fan, cancelled.id, 'settled')).lines[0]!.state).toBe('settled')
    expect((await orderIs(fan, lapsed.id, 'settled')).lines[0]!.state).toBe('settled')
    expect(await orderIs(fan, closed.id, 'refunded')).toMatchObject({ problem: 'too_late', lines: [{ state: 'refunded' }] })
    expect(await refused(fan.call('POST', `/orders/${lapsed.id}/cancel`, {}))).toBe('409 already_paid')
  } finally {
    clock.shift(0)
  }
})

test('a cancel and a payment at the same moment: one of them, never half of both', async () => {
  const fan = await planet.signUp('Undecided')
  const things = await Promise.all(Array.from({ length: 6 }, () => sell(planet, seller)))
  const orders = await Promise.all(things.map(thing => place(fan, [thing.offer])))
  const refs = await Promise.all(orders.map(order => chargeOf(fan, order)))
  const pay = (ref: string) => fan.fetch(`/sandbox/api/charges/${ref}`, { method: 'POST', json: { outcome: 'pay' } })
  await Promise.all(orders.flatMap((order, index) => [pay(refs[index]!), refused(fan.call('POST', `/orders/${order.id}/cancel`, {}))]))
  // Cancelled first or not: the money came, and the thing can be had.
  for (const order of orders) await orderIs(fan, order.id, 'settled')
})

test('a partner’s terms count from their day on; strangers see no preview', async () => {
  const { offer, release } = await sell(planet, seller, { price: 10_000n })
  const preview = () =>
    seller.call<{ plan: { id: string; commissionBp: number }; steps: { step: string; amount: { amount: string } }[] }>(
      'GET',
      `/waterfall?release=${release}&amount=10000`,
    )
  expect((await preview()).plan).toMatchObject({ id: 'standard', commissionBp: 500 })
  expect(await refused(buyer.call('GET', `/waterfall?release=${release}&amount=10000`))).toBe('404 not_found')
  await planet.db.transaction(tx => setTerm(tx, seller.id, 'partner', new Date(Date.now() + 3600_000), null))
  expect((await preview()).plan.id).toBe('standard')
  await planet.db.transaction(tx => setTerm(tx, seller.id, 'partner', new Date(Date.now() - 1000), new Date(Date.now() + 600_000)))
  const promised = await preview()
  expect(promised.plan).toMatchObject({ id: 'partner', commissionBp: 300 })
  // 60 to the provider, 3 % of 9,940 = 298.2.
  expect(promised.steps.map(step => [step.step, step.amount.amount])).toEqual([
    ['provider_fee', '60'],
    ['commission', '298'],
    ['split:owner', '9642'],
  ])
  const before = await held(planet, seller.id, 'available')
  const order = await place(buyer, [offer])
  await decide(buyer, order)
  await orderIs(buyer, order.id, 'settled')
  expect((await held(planet, seller.id, 'available')) - before).toBe(9642n)
  expect((await planet.stranger.call<{ items: { id: string; commissionBp: number }[] }>('GET', '/commission-plans')).items).toContainEqual(
    expect.objectContaining({ id: 'standard', commissionBp: 500 }),
  )
})

test('orders and offers page by page without repeats', async () => {
  const all: string[] = []
  let next: string | null = null
  do {
    const page: { items: OrderJson[]; next: string | null } = await buyer.call(
      'GET',
      `/me/orders?limit=3${next === null ? '' : `&cursor=${next}`}`,
    )
    all.push(...page.items.map(order => order.id))
    next = page.next
  } while (next !== null)
  expect(new Set(all).size).toBe(all.length)
  const count = await planet.db.pool.query<{ n: string }>('select count(*) as n from shop."order" where buyer = $1', [buyer.id])
  expect(all.length).toBe(Number(count.rows[0]!.n))
  const offers = await planet.stranger.call<{ items: { seller: { id: string } }[]; next: string }>('GET', '/offers?sort=popular&limit=2')
  const more = await planet.stranger.call<{ items: { id: string }[] }>('GET', `/offers?sort=popular&limit=2&cursor=${offers.next}`)
  expect(more.items).toHaveLength(2)
  expect(await refused(planet.stranger.call('GET', '/offers?cursor=nonsense'))).toBe('400 invalid')
})

test('history can be written: an order of last spring is settled last spring', async () => {
  const fan = await planet.signUp('Old fan')
  const { offer } = await sell(planet, seller, { price: 2500n })
  const at = new Date('2026-03-01T20:00:00Z')
  const id = await planet.db.transaction(tx => recordPastOrder(tx, { buyer: fan.id, lines: [{ offer }], at }))
  const order = await fan.call<OrderJson & { createdAt: string }>('GET', `/orders/${id}`)
  expect(order).toMatchObject({ state: 'settled', createdAt: at.toISOString() })
  const entries = await planet.db.pool.query<{ at: Date }>(`select distinct at from ledger.transfer where key in ($1, 'settle:' || $2)`, [
    `settle:${order.lines[0]!.id}`,
    order.lines[0]!.id,
  ])
  expect(entries.rows[0]!.at.toISOString()).toBe('2026-03-01T20:00:45.000Z')
})

test('a release that is not out yet: paid now, handed over on its day', async () => {
  const fan = await planet.signUp('Early')
  const { release, offer } = await sell(planet, seller, { title: 'Not Yet' })
  const gift = await sell(planet, seller, { title: 'Not Yet, and free', pricing: 'free', price: 0n })
  await planet.db.pool.query(`update catalogue.release set released_on = current_date + 3 where id = any($1)`, [[release, gift.release]])
  const order = await place(fan, [offer])
  await decide(fan, order)
  const waits = await until(async () => {
    const seen = await fan.call<{ state: string; lines: { progress: { code: string }[] }[] }>('GET', `/orders/${order.id}`)
    return seen.state === 'paid' && seen.lines[0]!.progress[0]?.code === 'out_on' ? seen : undefined
  }, 'it to wait for its day')
  expect(waits.lines[0]).toMatchObject({ state: 'held' })
  const free = await place(fan, [gift.offer])
  expect(free).toMatchObject({ state: 'paid', payUrl: null })
  const owned = async () => (await fan.call<{ items: unknown[] }>('GET', '/me/purchases')).items.length
  expect(await owned()).toBe(0)
  clock.shift(3 * 86_400_000)
  try {
    await planet.db.transaction(tx => settleDue(tx))
    for (const id of [order.id, free.id]) await orderIs(fan, id, 'settled')
    expect(await owned()).toBe(2)
  } finally {
    clock.shift(0)
  }
})
