import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { providerOf } from '../payments/index.ts'
import { decide, held, orderIs, type OrderJson } from '../shop/shop.testing.ts'
import { farFromMidnight, startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { audit, notify, order as newOrder, paymentOf, round, story } from './gateways.testing.ts'
import { startStripe, type LocalStripe, type StripeEvent, type Thing } from './stripe.testing.ts'

let stripe: LocalStripe
let planet: TestPlanet
let seller: Person
let buyer: Person
beforeAll(async () => {
  stripe = await startStripe()
  await farFromMidnight()
  planet = await startPlanet({
    work: true,
    config: { stripe: { secretKey: stripe.key, webhookSecret: stripe.secret, apiUrl: stripe.url }, sandbox: true },
  })
  ;[seller, buyer] = await Promise.all([planet.signUp('Seller'), planet.signUp('Buyer')])
})
afterEach(() => clock.shift(0))
afterAll(async () => {
  clock.shift(0)
  await audit(planet)
  await planet.close()
  await stripe.close()
})

const order = (about?: { price?: bigint; currency?: string }) => newOrder(planet, seller, buyer, 'stripe', about)
const send = ({ body }: { body: string }, headers = stripe.sign(body)): Promise<string> => notify(planet, 'stripe', body, headers)
/** The payer goes to pay: Stripe has a page for it. */
async function visit(one: { payUrl: string | null }): Promise<Thing> {
  const answer = await buyer.fetch(one.payUrl!)
  const session = stripe.session(paymentOf(one))
  expect([answer.status, answer.headers.get('location')]).toEqual([303, session['url']])
  return session
}
const changed = (event: StripeEvent, object: object, more: object = {}): { body: string } => {
  const given = JSON.parse(event.body) as { data: { object: object } }
  return { body: JSON.stringify({ ...given, id: `evt_${Math.random()}`, data: { object: { ...given.data.object, ...object } }, ...more }) }
}

test('paid: told before the payer is back, twice in two ways, five times at once and again later: once', async () => {
  const one = await order({ price: 10_000n })
  const before = await held(planet, seller.id, 'available')
  const session = await visit(one)
  // Back and forth: one page, one charge.
  await visit(one)
  expect(session).toMatchObject({ amount_total: 10_000, currency: 'cny', client_reference_id: paymentOf(one) })
  const told = stripe.pay(session)
  // The intent's event first, then its session's, which says the same.
  const answers = await Promise.all([send(told.intent), ...Array.from({ length: 5 }, () => send(told.session))])
  expect(new Set(answers)).toEqual(new Set(['200 received']))
  await orderIs(buyer, one.id, 'settled')
  expect(await send(told.session)).toBe('200 received')
  expect(await story(planet, one.id)).toMatchObject({ pay: 1, settle: 1, refund: 0, outcomes: ['paid', 'repeat'] })
  // 3.4 % and 2.35, as its books say: 100.00 − 5.75 − 5 % of 94.25 (4.71).
  expect((await held(planet, seller.id, 'available')) - before).toBe(10_000n - 575n - 471n)
  expect((await buyer.fetch(one.payUrl!)).headers.get('location')).toBe(`/orders/${one.id}`)
})

test('forged, old, of another amount, currency, account or world, unknown: nothing happens', async () => {
  const one = await order({ price: 5000n })
  const session = await visit(one)
  const told = stripe.pay(session)
  const event = told.session
  expect(await send(event, { 'content-type': 'application/json' })).toBe('401 bad_signature')
  expect(await send(event, stripe.sign(event.body, undefined, 'whsec_forged'))).toBe('401 bad_signature')
  expect(await send(event, stripe.sign(event.body, new Date(clock.now().getTime() - 301_000)))).toBe('401 bad_signature')
  expect(await send({ body: event.body.replace('5000', '5') }, stripe.sign(event.body))).toBe('401 bad_signature')
  expect(await send({ body: '"text"' })).toBe('400 invalid')
  expect(await send(changed(event, { amount_total: 4999 }))).toBe('422 wrong_amount')
  expect(await send(changed(event, { currency: 'usd' }))).toBe('422 wrong_amount')
  expect(await send(changed(event, { id: 'cs_other' }))).toBe('422 wrong_amount')
  expect(await send(changed(event, {}, { account: 'acct_other' }))).toBe('404 not_found')
  expect(await send(changed(event, {}, { livemode: true }))).toBe('404 not_found')
  expect(await send(changed(event, { client_reference_id: `pay_${'0'.repeat(26)}` }))).toBe('404 not_found')
  // Others may sell on the same account; new kinds of events come every year.
  expect(await send(changed(event, { client_reference_id: 'cart-17' }))).toBe('200 received')
  expect(await send(changed(event, {}, { type: 'checkout.session.smiled' }))).toBe('200 received')
  expect((await story(planet, one.id)).pay).toBe(0)
  // What was signed and did not fit is kept for the desk, in pages without gaps.
  const finance = await planet.staff('finance')
  type Strays = { items: { id: string; outcome: string }[]; next: string | null }
  const found: string[] = []
  for (let next: string | null = ''; next !== null;) {
    const { items, next: more }: Strays = await finance.call('GET', `/payments/strays?limit=2${next === '' ? '' : `&cursor=${next}`}`)
    found.push(...items.map(({ outcome }) => outcome))
    next = more
  }
  expect(found.sort()).toEqual(['foreign', 'foreign', 'other_charge', 'unknown', 'wrong_amount', 'wrong_currency'])
  expect(await send(event)).toBe('200 received')
  await orderIs(buyer, one.id, 'settled')
})

test('a card is declined and another works; a bank transfer completes first and is paid later', async () => {
  const one = await order()
  const session = await visit(one)
  const failed = stripe.tell('payment_intent.payment_failed', {
    ...session,
    object: 'payment_intent',
    id: 'pi_try',
    metadata: { payment: paymentOf(one) },
  })
  expect(await send(failed)).toBe('200 received')
  const told = stripe.pay(session, { async: true })
  expect(await send(told.session)).toBe('200 received')
  expect((await buyer.call<OrderJson>('GET', `/orders/${one.id}`)).state).toBe('placed')
  session['payment_status'] = 'paid'
  expect(await send(stripe.tell('checkout.session.async_payment_succeeded', session))).toBe('200 received')
  await orderIs(buyer, one.id, 'settled')
  expect(await story(planet, one.id)).toMatchObject({ pay: 1, settle: 1 })
})

test('a page that ran out: the next visit makes a new payment; its end is told late', async () => {
  const one = await order()
  const session = await visit(one)
  session['status'] = 'expired'
  const answer = await buyer.fetch(one.payUrl!)
  const now = await buyer.call<OrderJson>('GET', `/orders/${one.id}`)
  expect(now.payUrl).not.toBe(one.payUrl)
  const second = stripe.session(paymentOf(now))
  expect(answer.headers.get('location')).toBe(second['url'])
  expect(await send(stripe.tell('checkout.session.expired', session))).toBe('200 received')
  expect(await send(stripe.pay(second).session)).toBe('200 received')
  expect((await orderIs(buyer, one.id, 'settled')).problem).toBeNull()
})

test('Stripe is away: one cannot go there; what was paid and never told is found out, an hour later too', async () => {
  const one = await order({ price: 4000n })
  stripe.setDown(true)
  expect((await buyer.fetch(one.payUrl!)).status).toBe(503)
  // A person is led back to the order, which says so.
  const back = await buyer.fetch(one.payUrl!, { headers: { accept: 'text/html,*/*' } })
  expect([back.status, back.headers.get('location')]).toEqual([303, `/orders/${one.id}`])
  expect((await buyer.call<OrderJson>('GET', `/orders/${one.id}`)).problem).toBe('provider_away')
  stripe.setDown(false)
  const session = await visit(one)
  stripe.pay(session)
  stripe.setDown(true)
  // Its webhook came, but what it means could not be asked: to be told again.
  expect(await send(stripe.events.at(-1)!)).toBe('503 provider_away')
  clock.shift(10 * 60_000)
  await round(planet)
  expect((await story(planet, one.id)).pay).toBe(0)
  clock.shift(60 * 60_000)
  await round(planet)
  // The order ran out meanwhile.
  await orderIs(buyer, one.id, 'expired')
  stripe.setDown(false)
  clock.shift(3 * 60 * 60_000)
  await round(planet)
  await orderIs(buyer, one.id, 'settled')
  expect(await send(stripe.events.at(-1)!)).toBe('200 received')
  expect(await story(planet, one.id)).toMatchObject({ pay: 1, settle: 1, refund: 0 })
})

test('an order that ends closes its page: nobody can pay it any more', async () => {
  const [cancelled, late] = [await order(), await order()]
  const [session, other] = [await visit(cancelled), await visit(late)]
  await buyer.call('POST', `/orders/${cancelled.id}/cancel`)
  await round(planet)
  expect(session['status']).toBe('expired')
  clock.shift(31 * 60_000)
  await round(planet)
  expect(other['status']).toBe('expired')
  expect(() => stripe.pay(other)).toThrow('the page is expired')
  await orderIs(buyer, late.id, 'expired')
  expect((await planet.db.pool.query('select 1 from payments.watch where id = $1', [paymentOf(late)])).rows).toEqual([])
})

test('another provider in the middle: the first page is closed; when both were paid the second goes back, its fee lost', async () => {
  const one = await order({ price: 6000n })
  const session = await visit(one)
  const told = stripe.pay(session)
  const chosen = await buyer.call<{ payment: string; payUrl: string }>('POST', `/orders/${one.id}/pay`, { provider: 'sandbox' })
  expect(await buyer.call('POST', `/orders/${one.id}/pay`, { provider: 'sandbox' })).toEqual(chosen)
  const stranger = await planet.signUp('Stranger')
  await expect(stranger.call('POST', `/orders/${one.id}/pay`, { provider: 'sandbox' })).rejects.toMatchObject({ status: 404 })
  await expect(buyer.call('POST', `/orders/${one.id}/pay`, { provider: 'nobody' })).rejects.toMatchObject({
    problem: { code: 'provider_closed' },
  })
  await decide(buyer, { ...one, payUrl: chosen.payUrl })
  await orderIs(buyer, one.id, 'settled')
  const costs = await held(planet, 'planet', 'costs')
  expect(await send(told.session)).toBe('200 received')
  await until(
    async () =>
      (await planet.db.pool.query(`select 1 from payments.refund where payment = $1 and state = 'done'`, [paymentOf(one)])).rows.length ===
      1,
    'the second is back',
  )
  expect(await story(planet, one.id)).toMatchObject({ pay: 1, settle: 1, refund: 1 })
  expect(await held(planet, 'planet', 'costs')).toBe(costs - 439n)
  await expect(buyer.call('POST', `/orders/${one.id}/pay`, { provider: 'stripe' })).rejects.toMatchObject({
    problem: { code: 'already_paid' },
  })
})

test('refunds that are pending, succeed later or fail; disputes told out of order, and an inquiry', async () => {
  const one = await order({ price: 9000n })
  await decide(buyer, {
    ...one,
    payUrl: (await buyer.call<{ payUrl: string }>('POST', `/orders/${one.id}/pay`, { provider: 'sandbox' })).payUrl,
  })
  const again = await order({ price: 9000n })
  const session = await visit(again)
  const told = stripe.pay(session)
  await decide(buyer, {
    ...again,
    payUrl: (await buyer.call<{ payUrl: string }>('POST', `/orders/${again.id}/pay`, { provider: 'sandbox' })).payUrl,
  })
  await orderIs(buyer, again.id, 'settled')
  stripe.setRefunds('pending')
  await send(told.session)
  const refund = await until(
    () =>
      stripe.events
        .filter(({ type }) => type === 'refund.created')
        .map(event => (JSON.parse(event.body) as { data: { object: Thing } }).data.object)
        .find(({ payment_intent: intent }) => intent === session['payment_intent']),
    'Stripe was asked',
  )
  stripe.setRefunds(undefined)
  const state = async () =>
    (
      await planet.db.pool.query<{ state: string; problem: string | null }>(
        'select state, problem from payments.refund where payment = $1',
        [paymentOf(again)],
      )
    ).rows[0]
  expect(await state()).toEqual({ state: 'asked', problem: null })
  await send(stripe.tell('refund.updated', { ...refund, status: 'succeeded' }))
  expect(await state()).toEqual({ state: 'done', problem: null })
  // The payer's card was closed: the money came back days later.
  await send(stripe.tell('refund.failed', { ...refund, status: 'failed', failure_reason: 'lost_or_stolen_card' }))
  await send(stripe.tell('refund.updated', { ...refund, status: 'succeeded' }))
  expect(await state()).toEqual({ state: 'failed', problem: 'lost_or_stolen_card' })
  const finance = await planet.staff('finance')
  const { items } = await finance.call<{ items: { id: string; payment: string }[] }>('GET', '/payments/refunds?state=failed')
  const id = items.find(({ payment }) => payment === paymentOf(again))!.id
  await expect(buyer.call('POST', `/payments/refunds/${id}/retry`, { reason: 'me' })).rejects.toMatchObject({ status: 403 })
  stripe.find(refund['charge'])['amount_refunded'] = 0
  stripe.setRefunds('pending')
  await finance.call('POST', `/payments/refunds/${id}/retry`, { reason: 'a new card' })
  await expect(finance.call('POST', `/payments/refunds/${id}/retry`, { reason: 'a new card' })).rejects.toMatchObject({
    problem: { code: 'refund_not_failed' },
  })
  const second = await until(
    () =>
      stripe.events
        .map(event => (JSON.parse(event.body) as { data: { object: Thing } }).data.object)
        .find(({ metadata }) => (metadata as { refund?: string } | undefined)?.refund === `${id}-2`),
    'Stripe was asked again',
  )
  stripe.setRefunds(undefined)
  // Old news of the first try say nothing of the second.
  await send(stripe.tell('refund.updated', { ...refund, status: 'succeeded' }))
  await send(stripe.tell('refund.failed', { ...refund, status: 'failed' }))
  expect((await state())!.state).toBe('asked')
  // Its own news never come: it is asked an hour later.
  stripe.find((second as Thing).id)['status'] = 'succeeded'
  clock.shift(61 * 60_000)
  await round(planet)
  expect((await state())!.state).toBe('done')
})

test('a seller gives part of it back, then the rest: Stripe keeps its fee, the planet bears it', async () => {
  const one = await order({ price: 10_000n })
  const session = await visit(one)
  await send(stripe.pay(session).session)
  await orderIs(buyer, one.id, 'settled')
  const [mine, costs] = [await held(planet, seller.id, 'available'), await held(planet, 'planet', 'costs')]
  const line = one.lines[0]!.id
  const gone = async () =>
    (
      await planet.db.pool.query<{ sum: bigint | null }>(
        `select sum(amount)::bigint as sum from payments.refund where subject = $1 and state = 'done'`,
        [line],
      )
    ).rows[0]!.sum
  await seller.call('POST', `/lines/${line}/refund`, { amount: '4000', reason: 'mistake', note: 'half of it was silence' })
  await until(async () => (await gone()) === 4000n, 'a part is back')
  await seller.call('POST', `/lines/${line}/refund`, { reason: 'mistake' })
  await until(async () => (await gone()) === 10_000n, 'all is back')
  // Fee 575, commission 471, to the seller 8954: it gives all of it, the planet its commission and the fee.
  expect([await held(planet, seller.id, 'available'), await held(planet, 'planet', 'costs')]).toEqual([mine - 8954n, costs - 575n])
  expect(stripe.find(stripe.find(session['payment_intent'])['latest_charge'])['amount_refunded']).toBe(10_000)
})

test('disputes: an inquiry takes nothing; won before opened was told; lost', async () => {
  const one = await order({ price: 8000n })
  const session = await visit(one)
  const told = stripe.pay(session)
  stripe.dispute(session, 'warning_needs_response')
  expect(await send(stripe.events.at(-1)!)).toBe('200 received')
  const dispute = stripe.dispute(session, 'needs_response')
  const opened = stripe.events.at(-1)!
  // Told before the payment itself: to be told again.
  expect(await send(opened)).toBe('503 unavailable')
  await send(told.session)
  await orderIs(buyer, one.id, 'settled')
  stripe.dispute(session, 'won', dispute.id)
  expect(await send(stripe.events.at(-1)!)).toBe('200 received')
  expect(await send(opened)).toBe('200 received')
  const rows = async () =>
    (
      await planet.db.pool.query<{ state: string; amount: bigint; fee: bigint }>(
        'select state, amount, fee from payments.dispute where payment = $1',
        [paymentOf(one)],
      )
    ).rows
  expect(await rows()).toEqual([{ state: 'won', amount: 8000n, fee: 10_000n }])
  const finance = await planet.staff('finance')
  const { items } = await finance.call<{ items: { id: string; order: string }[] }>('GET', '/payments/disputes')
  expect(items[0]!.order).toBe(one.id)
  await finance.call('PUT', `/payments/disputes/${items[0]!.id}/evidence`, { evidence: 'The files were downloaded.' })
})

test('its books of a day, all pages of them; transfers', async () => {
  const door = { db: planet.db, config: planet.config }
  const provider = providerOf('stripe')
  for (let n = 0; n < 120; n++)
    stripe.books.push({ ...stripe.books[0]!, id: `txn_more_${n}`, reporting_category: 'fee', amount: -1, fee: 0, source: null })
  const report = await provider.report!(door, new Date().toISOString().slice(0, 10))
  expect(report.rows.length).toBe(stripe.books.length)
  expect(new Set(report.rows.map(row => row.ref)).size).toBe(report.rows.length)
  expect(report.rows.find(row => row.type === 'payment')).toMatchObject({
    reference: expect.stringMatching(/^pay_/),
    amount: 10_000n,
    fee: 575n,
    currency: 'CNY',
  })
  expect(report.rows.find(row => row.type === 'refund')).toMatchObject({
    reference: expect.stringMatching(/^rfd_/),
    amount: -6000n,
    fee: 0n,
  })
  expect(report.rows.find(row => row.type === 'chargeback')).toMatchObject({
    reference: expect.stringMatching(/^pay_/),
    amount: -8000n,
    fee: 10_000n,
  })
  const payout = { key: 'pyo_1', amount: 100n, currency: 'CNY', account: 'acct_1', name: 'A', note: 'November' }
  const sent = await provider.payOut!(door, payout)
  expect(sent).toMatchObject({ state: 'paid', problem: null })
  expect(await provider.payOut!(door, payout)).toEqual(sent)
  stripe.forgetKeys()
  expect(await provider.payOut!(door, payout)).toEqual(sent)
  expect(await provider.payOutState!(door, 'pyo_1')).toEqual(sent)
  stripe.find(sent.ref)['reversed'] = true
  expect(await provider.payOutState!(door, 'pyo_1')).toMatchObject({ state: 'failed', problem: 'reversed' })
  expect(await provider.payOut!(door, { ...payout, key: 'pyo_2', account: 'nobody' })).toMatchObject({
    state: 'failed',
    problem: 'resource_missing',
  })
})

test('currencies of no and of three decimals', async () => {
  const yen = await order({ price: 1500n, currency: 'JPY' })
  const session = await visit(yen)
  expect(session).toMatchObject({ amount_total: 1500, currency: 'jpy' })
  await send(stripe.pay(session).session)
  await orderIs(buyer, yen.id, 'settled')
  const dinar = await order({ price: 1230n, currency: 'KWD' })
  expect(await visit(dinar)).toMatchObject({ amount_total: 1230, currency: 'kwd' })
  expect((await buyer.fetch((await order({ price: 1234n, currency: 'KWD' })).payUrl!)).status).toBe(422)
})
