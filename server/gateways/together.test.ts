/** Two providers at once for one order: whoever comes first is taken, the other goes back; nothing is lost, paid or settled twice. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../foundation/testing.ts'
import { chargeOf, orderIs, type OrderJson } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { startAlipay, type LocalAlipay } from './alipay.testing.ts'
import { audit, notify, order as newOrder, paymentOf, round, story } from './gateways.testing.ts'
import { startStripe, type LocalStripe } from './stripe.testing.ts'

let stripe: LocalStripe
let alipay: LocalAlipay
let planet: TestPlanet
let seller: Person
let buyer: Person
beforeAll(async () => {
  ;[stripe, alipay] = await Promise.all([startStripe(), startAlipay()])
  const contracts = { stripe: { secretKey: stripe.key, webhookSecret: stripe.secret, apiUrl: stripe.url }, alipay: alipay.contract }
  planet = await startPlanet({ work: true, config: { ...contracts, sandbox: true } })
  ;[seller, buyer] = await Promise.all([planet.signUp('Seller'), planet.signUp('Buyer')])
})
afterAll(async () => {
  await audit(planet)
  await planet.close()
  await Promise.all([stripe.close(), alipay.close()])
})

type Chosen = { payment: string; payUrl: string }
const choose = (one: OrderJson, provider: string): Promise<Chosen> => buyer.call('POST', `/orders/${one.id}/pay`, { provider })
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const countOf = async (text: string, order: string): Promise<number> =>
  (await planet.db.pool.query<{ n: number }>(text, [order])).rows[0]!.n

test('six orders, each paid at three providers in the same moment', async () => {
  const orders = await Promise.all(Array.from({ length: 6 }, () => newOrder(planet, seller, buyer, 'stripe', { price: 5000n })))
  const sends: (() => Promise<unknown>)[] = []
  for (const one of orders) {
    await buyer.fetch(one.payUrl!)
    const paid = stripe.pay(stripe.session(paymentOf(one)))
    const second = await choose(one, 'alipay')
    const page = (await buyer.fetch(second.payUrl)).headers.get('location')!
    await fetch(page)
    const trade = alipay.pay(second.payment)
    const third = await choose(one, 'sandbox')
    const charge = await chargeOf(buyer, { ...one, payUrl: third.payUrl })
    sends.push(
      () => notify(planet, 'stripe', paid.session.body, stripe.sign(paid.session.body)),
      () => notify(planet, 'stripe', paid.session.body, stripe.sign(paid.session.body)),
      () => notify(planet, 'alipay', alipay.notification(trade), form),
      () => buyer.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome: 'pay' } }),
    )
  }
  await Promise.all(sends.map(send => send()))
  for (const one of orders) {
    await orderIs(buyer, one.id, 'settled')
    const back = `select count(*)::int as n from payments.refund r join payments.payment p on p.id = r.payment where p.subject = $1 and r.state = 'done'`
    await until(async () => (await countOf(back, one.id)) === 2, 'two of three went back')
    expect(await story(planet, one.id)).toMatchObject({ pay: 1, settle: 1, refund: 2 })
    expect(await countOf(`select count(*)::int as n from payments.payment where subject = $1 and state = 'paid'`, one.id)).toBe(3)
    // Refunded in each currency of proof: at the providers too.
    expect(
      await countOf(
        `select sum(amount)::int as n from payments.refund r where r.payment in (select id from payments.payment where subject = $1)`,
        one.id,
      ),
    ).toBe(10_000)
  }
})

test('the second payment cannot go back: it stays on its way until it does', async () => {
  const one = await newOrder(planet, seller, buyer, 'sandbox', { price: 1013n })
  const charge = await chargeOf(buyer, one)
  const chosen = await choose(one, 'stripe')
  await buyer.fetch(chosen.payUrl)
  const paid = stripe.pay(stripe.session(chosen.payment)).session.body
  await notify(planet, 'stripe', paid, stripe.sign(paid))
  await orderIs(buyer, one.id, 'settled')
  await buyer.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome: 'pay' } })
  const failed = `select count(*)::int as n from payments.refund where payment in (select id from payments.payment where subject = $1) and state = 'failed'`
  await until(async () => (await countOf(failed, one.id)) === 1, 'the sandbox refuses amounts like this one')
  expect(await story(planet, one.id)).toMatchObject({ pay: 1, settle: 1, refund: 1 })
})

test('choosing at the same time is choosing once; a paid or ended order chooses no more', async () => {
  const one = await newOrder(planet, seller, buyer, 'stripe')
  const chosen = await Promise.all(Array.from({ length: 8 }, () => choose(one, 'alipay')))
  expect(new Set(chosen.map(({ payment }) => payment)).size).toBe(1)
  expect(await countOf('select count(*)::int as n from payments.payment where subject = $1', one.id)).toBe(2)
  const mixed = await Promise.all(['stripe', 'alipay', 'sandbox', 'stripe', 'alipay'].map(provider => choose(one, provider)))
  const open = await planet.db.pool.query<{ id: string }>(
    `select id from payments.payment where subject = $1 and state in ('asked', 'failed')`,
    [one.id],
  )
  const now = await buyer.call<OrderJson>('GET', `/orders/${one.id}`)
  // One is open, and it is the order's.
  expect(open.rows.map(row => `/pay/${row.id}`)).toEqual([now.payUrl])
  expect(mixed.map(({ payUrl }) => payUrl)).toContain(now.payUrl)
  await buyer.call('POST', `/orders/${one.id}/cancel`)
  await expect(choose(one, 'alipay')).rejects.toMatchObject({ problem: { code: 'order_closed' } })
})

test('two workers ask at the same time: each payment once', async () => {
  const orders = await Promise.all(Array.from({ length: 4 }, () => newOrder(planet, seller, buyer, 'stripe')))
  for (const one of orders) {
    await buyer.fetch(one.payUrl!)
    stripe.pay(stripe.session(paymentOf(one)))
  }
  await planet.db.pool.query("update payments.watch set due_at = now() - interval '1 minute'")
  stripe.calls.length = 0
  await Promise.all([round(planet), round(planet), round(planet)])
  expect(stripe.calls.filter(call => call.startsWith('GET /v1/checkout/sessions/')).length).toBe(4)
  for (const one of orders) {
    await orderIs(buyer, one.id, 'settled')
    expect((await story(planet, one.id)).outcomes).toEqual(['paid'])
  }
})

test('evidence and tries again belong to the finance desk, once', async () => {
  const one = await newOrder(planet, seller, buyer, 'sandbox', { price: 2600n })
  const charge = await chargeOf(buyer, one)
  const decide = (outcome: string) => buyer.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome } })
  await decide('pay')
  await orderIs(buyer, one.id, 'settled')
  await Promise.all([decide('dispute'), decide('dispute')])
  const finance = await planet.staff('finance')
  type Listed = { items: { id: string; order: string; state: string; evidence: string }[]; next: string | null }
  const found = await until(
    async () => (await finance.call<Listed>('GET', '/payments/disputes?state=open')).items.find(({ order }) => order === one.id),
    'the desk sees it',
  )
  const entry = `/payments/disputes/${found.id}/evidence`
  await expect(buyer.call('PUT', entry, { evidence: 'mine' })).rejects.toMatchObject({ status: 403 })
  const written = await Promise.all(
    ['downloaded twice', 'downloaded twice'].map(evidence => finance.call<{ evidence: string }>('PUT', entry, { evidence })),
  )
  expect(written.map(({ evidence }) => evidence)).toEqual(['downloaded twice', 'downloaded twice'])
  await decide('dispute_won')
  await until(
    async () => (await finance.call<Listed>('GET', '/payments/disputes?state=won')).items.some(({ id }) => id === found.id),
    'won',
  )
  await expect(finance.call('PUT', `/payments/disputes/dsp_${'0'.repeat(26)}/evidence`, { evidence: '' })).rejects.toMatchObject({
    status: 404,
  })
})

test('a page of the sandbox that is still open when it is switched off makes no money', async () => {
  const one = await newOrder(planet, seller, buyer, 'sandbox')
  const charge = await chargeOf(buyer, one)
  const pay = async (path: string) => (await buyer.fetch(`/sandbox/${path}/${charge}`, { method: 'POST', json: { outcome: 'pay' } })).status
  planet.config.sandbox = false
  try {
    expect([await pay('api/charges'), await pay('pay')]).toEqual([404, 404])
  } finally {
    planet.config.sandbox = true
  }
  expect(await (await buyer.fetch(`/sandbox/api/charges/${charge}`)).json()).toMatchObject({ state: 'open' })
})
