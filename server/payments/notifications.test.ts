import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { chargeOf, held, orderIs, place, sell, type OrderJson } from '../shop/shop.testing.ts'
import { checks as shopChecks } from '../shop/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, sandboxHeaders, sandboxMerchant } from './index.ts'

let planet: TestPlanet
let seller: Person
let buyer: Person
let offers: string[]
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, buyer] = await Promise.all([planet.signUp('Seller'), planet.signUp('Buyer')])
  offers = (await Promise.all(Array.from({ length: 14 }, () => sell(planet, seller, { price: 1000n })))).map(sold => sold.offer)
})
afterAll(async () => {
  for (const check of [...checks, ...shopChecks]) expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
  await planet.close()
})

type Change = { id?: string; type?: string; merchant?: string; data?: object }
let count = 0
/** A notification as the sandbox would send it. */
function notification(order: OrderJson, charge: string, change: Change = {}): { id: string; body: string } {
  const id = change.id ?? `ntc_test_${++count}`
  const payment = order.payUrl!.split('/').at(-1)!
  const data = {
    charge,
    reference: payment,
    amount: order.total.amount,
    currency: order.total.currency,
    fee: '6',
    problem: null,
    refund: null,
    ...change.data,
  }
  return {
    id,
    body: JSON.stringify({
      id,
      type: change.type ?? 'charge.paid',
      createdAt: clock.now(),
      merchant: change.merchant ?? sandboxMerchant(planet.config),
      data,
    }),
  }
}
async function send(
  given: { id: string; body: string },
  headers: Record<string, string> = sandboxHeaders(planet.config, given.id, given.body),
): Promise<string> {
  const answer = await fetch(`${planet.url}/api/v1/payments/notify/sandbox`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: given.body,
  })
  const body = (await answer.json()) as { code?: string; received?: true }
  return `${answer.status} ${body.received === true ? 'received' : body.code}`
}
const fresh = async (): Promise<{ order: OrderJson; charge: string }> => {
  const order = await place(buyer, [offers.pop()!])
  return { order, charge: await chargeOf(buyer, order) }
}

test('forged, altered, old or unsigned notifications change nothing', async () => {
  const { order, charge } = await fresh()
  const given = notification(order, charge)
  const right = sandboxHeaders(planet.config, given.id, given.body)
  expect(await send(given, {})).toBe('401 bad_signature')
  expect(await send(given, { ...right, 'webhook-signature': 'v1,AAAA' })).toBe('401 bad_signature')
  expect(await send(given, sandboxHeaders({ ...planet.config, secret: 'y'.repeat(40) }, given.id, given.body))).toBe('401 bad_signature')
  expect(await send({ ...given, body: given.body.replace('"1000"', '"1"') }, right)).toBe('401 bad_signature')
  expect(await send(given, { ...right, 'webhook-id': 'ntc_other' })).toBe('401 bad_signature')
  expect(await send(given, sandboxHeaders(planet.config, given.id, given.body, new Date(Date.now() - 301_000)))).toBe('401 bad_signature')
  expect(await send(given, sandboxHeaders(planet.config, given.id, given.body, new Date(Date.now() + 301_000)))).toBe('401 bad_signature')
  const elsewhere = await fetch(`${planet.url}/api/v1/payments/notify/nobody`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...right },
    body: given.body,
  })
  expect(elsewhere.status).toBe(404)
  const broken = { id: 'ntc_broken', body: '{"id":"ntc_broken"}' }
  expect(await send(broken)).toBe('400 invalid')
  expect(await send({ id: 'ntc_long', body: `"${'x'.repeat(70_000)}"` })).toBe('413 too_large')
  expect((await buyer.call<OrderJson>('GET', `/orders/${order.id}`)).state).toBe('placed')
})

test('thirty times the same, in parallel, and again later: paid once', async () => {
  const { order, charge } = await fresh()
  const before = await held(planet, seller.id, 'available')
  const given = notification(order, charge)
  expect(new Set(await Promise.all(Array.from({ length: 30 }, () => send(given))))).toEqual(new Set(['200 received']))
  await orderIs(buyer, order.id, 'settled')
  expect(await send(given)).toBe('200 received')
  // Another message of the same success.
  expect(await send(notification(order, charge))).toBe('200 received')
  // 1000 − 6 − 5 % of 994 = 944.
  expect((await held(planet, seller.id, 'available')) - before).toBe(944n)
  const events = await planet.db.pool.query<{ outcome: string }>('select outcome from payments.event where payment = $1 order by 1', [
    order.payUrl!.split('/').at(-1),
  ])
  expect(events.rows.map(row => row.outcome)).toEqual(['paid', 'repeat'])
})

test('wrong amount, wrong currency, another merchant, unknown payment or charge: kept for the desk, no effect', async () => {
  const { order, charge } = await fresh()
  expect(await send(notification(order, charge, { data: { amount: '999' } }))).toBe('422 wrong_amount')
  expect(await send(notification(order, charge, { data: { currency: 'JPY' } }))).toBe('422 wrong_amount')
  expect(await send(notification(order, charge, { data: { fee: '1001' } }))).toBe('422 wrong_amount')
  expect(await send(notification(order, 'ch_other'))).toBe('422 wrong_amount')
  expect(await send(notification(order, charge, { merchant: 'mer_other' }))).toBe('404 not_found')
  const unknown = notification(order, charge, { id: 'ntc_unknown', data: { reference: 'pay_00000000000000000000000000' } })
  expect(await send(unknown)).toBe('404 not_found')
  expect(await send(unknown)).toBe('404 not_found')
  expect(await send(notification(order, charge, { type: 'charge.smiled' }))).toBe('200 received')
  expect((await buyer.call<OrderJson>('GET', `/orders/${order.id}`)).state).toBe('placed')
  expect(await send(notification(order, charge))).toBe('200 received')
  await orderIs(buyer, order.id, 'settled')
})

test('out of order: a failure told after the success changes nothing; a success after a failure counts', async () => {
  const [one, two] = [await fresh(), await fresh()]
  expect(await send(notification(one.order, one.charge))).toBe('200 received')
  expect(await send(notification(one.order, one.charge, { type: 'charge.failed', data: { problem: 'declined' } }))).toBe('200 received')
  expect((await orderIs(buyer, one.order.id, 'settled')).problem).toBe(null)
  expect(await send(notification(two.order, two.charge, { type: 'charge.failed', data: { problem: 'declined' } }))).toBe('200 received')
  expect(await buyer.call<OrderJson>('GET', `/orders/${two.order.id}`)).toMatchObject({
    state: 'placed',
    problem: 'declined',
    payUrl: two.order.payUrl,
  })
  expect(
    (await buyer.call<{ items: { state: string; problem: string }[] }>('GET', `/orders/${two.order.id}/payments`)).items,
  ).toMatchObject([{ state: 'failed', problem: 'declined' }])
  expect(await send(notification(two.order, two.charge))).toBe('200 received')
  expect((await orderIs(buyer, two.order.id, 'settled')).problem).toBe(null)
})

test('the sandbox’s page: pays, fails, cancels, is late, and never charges twice', async () => {
  const { order, charge } = await fresh()
  const page = await planet.stranger.fetch(`/sandbox/pay/${charge}`, { headers: { 'accept-language': 'zh-CN' } })
  const html = await page.text()
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  for (const text of ['lang="zh-Hans"', '¥10.00', order.number, 'Planet', 'value="delay"']) expect(html).toContain(text)
  const form = (outcome: string) =>
    planet.stranger.fetch(`/sandbox/pay/${charge}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `outcome=${outcome}`,
    })
  expect((await form('nonsense')).status).toBe(400)
  const failed = await form('fail')
  expect([failed.status, failed.headers.get('location')]).toEqual([303, `/orders/${order.id}`])
  await until(async () => (await buyer.call<OrderJson>('GET', `/orders/${order.id}`)).problem === 'declined', 'the order says why')
  // Back at the order before the notification: it still waits, and says nothing wrong.
  expect((await form('delay')).status).toBe(303)
  expect((await buyer.call<OrderJson>('GET', `/orders/${order.id}`)).state).toBe('placed')
  expect((await form('pay')).status).toBe(303)
  expect(await (await planet.stranger.fetch(`/sandbox/pay/${charge}`, { headers: { 'accept-language': 'en' } })).text()).toContain(
    'nothing is charged twice',
  )
  await orderIs(buyer, order.id, 'settled')
  expect(
    (
      await planet.db.pool.query(
        `select count(*)::int as n from payments.sandbox_notification where charge = $1 and type = 'charge.paid'`,
        [charge],
      )
    ).rows,
  ).toEqual([{ n: 1 }])
  expect((await buyer.fetch(order.payUrl!)).headers.get('location')).toBe(`/orders/${order.id}`)
  expect((await planet.stranger.fetch('/sandbox/pay/ch_00000000000000000')).status).toBe(404)
  expect((await planet.stranger.fetch('/pay/pay_00000000000000000000000000')).status).toBe(404)
  expect((await buyer.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome: 'steal' } })).status).toBe(400)
})

test('many go to pay at once: one charge', async () => {
  const order = await place(buyer, [offers.pop()!])
  const refs = await Promise.all(Array.from({ length: 10 }, () => chargeOf(buyer, order)))
  expect(new Set(refs).size).toBe(1)
  const choose = (outcome: string) => buyer.fetch(`/sandbox/api/charges/${refs[0]}`, { method: 'POST', json: { outcome } })
  await Promise.all(['pay', 'pay', 'fail', 'cancel', 'pay'].map(choose))
  await orderIs(buyer, order.id, 'settled')
})

test('the database itself refuses: refunds above the payment, impossible states, a second paid event', async () => {
  const { order, charge } = await fresh()
  await send(notification(order, charge))
  await orderIs(buyer, order.id, 'settled')
  const payment = order.payUrl!.split('/').at(-1)!
  const run = (text: string) => planet.db.pool.query(text, [payment])
  await expect(run('update payments.payment set refunded = amount + 1 where id = $1')).rejects.toThrow(/check constraint/)
  await expect(run(`update payments.payment set state = 'asked', paid_at = null where id = $1`)).rejects.toThrow(/cannot become/)
  await expect(planet.db.pool.query(`update shop."order" set state = 'placed' where id = $1`, [order.id])).rejects.toThrow(/cannot become/)
  await expect(planet.db.pool.query(`update shop.line set state = 'held', due_at = now() where "order" = $1`, [order.id])).rejects.toThrow(
    /cannot become/,
  )
})
