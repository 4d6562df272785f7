import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { providerOf, refundPayment } from '../payments/index.ts'
import { decide, held, orderIs, type OrderJson } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { billRows, unzip } from './alipay-bill.ts'
import { beijing, beijingTime, minorOf } from './alipay-text.ts'
import { startAlipay, toGbk, zipOf, type LocalAlipay, type Trade } from './alipay.testing.ts'
import { audit, notify, order as newOrder, paymentOf, round, story } from './gateways.testing.ts'

let alipay: LocalAlipay
let planet: TestPlanet
let seller: Person
let buyer: Person
beforeAll(async () => {
  alipay = await startAlipay()
  planet = await startPlanet({ work: true, config: { alipay: alipay.contract, sandbox: true } })
  ;[seller, buyer] = await Promise.all([planet.signUp('Seller'), planet.signUp('Buyer')])
})
afterEach(() => clock.shift(0))
afterAll(async () => {
  clock.shift(0)
  await audit(planet)
  await planet.close()
  await alipay.close()
})

const order = (price = 3800n) => newOrder(planet, seller, buyer, 'alipay', { price })
const send = (body: string): Promise<string> =>
  notify(planet, 'alipay', body, { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' })
/** The payer goes to Alipay's page, which makes the trade. */
async function visit(one: { payUrl: string | null }, agent = 'Mozilla/5.0 (X11; Linux x86_64)'): Promise<Trade> {
  const answer = await buyer.fetch(one.payUrl!, { headers: { 'user-agent': agent } })
  expect(answer.status).toBe(303)
  expect(await (await fetch(answer.headers.get('location')!)).text()).toMatch(/^<p>Planet /)
  return alipay.trades.get(paymentOf(one))!
}
const paid = (trade: Trade): Trade => alipay.pay(trade.out)

test('how Alipay writes moments and amounts', () => {
  expect(beijing(new Date('2026-11-20T16:30:05Z'))).toBe('2026-11-21 00:30:05')
  expect(beijingTime('2026-11-21 00:30:05')?.toISOString()).toBe('2026-11-20T16:30:05.000Z')
  expect(['38.00', '-38.5', '0.01', '7', '1e3', '1.234', ''].map(minorOf)).toEqual([
    3800n,
    -3850n,
    1n,
    700n,
    undefined,
    undefined,
    undefined,
  ])
})

test('paid on a computer or a phone; told often, at once, late: once, and the answer is success', async () => {
  const [one, two] = [await order(), await order()]
  const before = await held(planet, seller.id, 'available')
  const trade = await visit(one)
  expect([trade.total, trade.phone]).toEqual(['38.00', false])
  expect((await visit(two, 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148')).phone).toBe(true)
  const body = alipay.notification(paid(trade))
  expect(new Set(await Promise.all(Array.from({ length: 10 }, () => send(body))))).toEqual(new Set(['200 success']))
  await orderIs(buyer, one.id, 'settled')
  expect(await send(body)).toBe('200 success')
  // A year later the trade is finished: the same success in other words.
  expect(await send(alipay.notification({ ...trade, status: 'TRADE_FINISHED' }))).toBe('200 success')
  expect(await story(planet, one.id)).toEqual({ pay: 1, settle: 1, refund: 0, outcomes: ['paid', 'repeat'] })
  // 38.00 − 0.23 (0.60 %) − 5 % of 37.77 (1.89).
  expect((await held(planet, seller.id, 'available')) - before).toBe(3588n)
})

test('forged, altered, weakly signed, of another amount, application or seller: nothing happens', async () => {
  const one = await order()
  const trade = paid(await visit(one))
  const right = alipay.notification(trade)
  expect(await send(alipay.notification(trade, {}, { key: alipay.forger }))).toBe('401 bad_signature')
  expect(await send(right.replace('total_amount=38.00', 'total_amount=0.01'))).toBe('401 bad_signature')
  expect(await send(right.replace(/&sign=.*/, ''))).toBe('401 bad_signature')
  // Alipay's own key, but SHA-1.
  expect(await send(alipay.notification(trade, {}, { sha1: true }))).toBe('401 bad_signature')
  expect(await send('')).toBe('401 bad_signature')
  expect(await send(alipay.notification(trade, { total_amount: '37.99' }))).toBe('422 wrong_amount')
  expect(await send(alipay.notification(trade, { app_id: '2021000000000009' }))).toBe('404 not_found')
  expect(await send(alipay.notification(trade, { seller_id: '2088000000000009' }))).toBe('404 not_found')
  expect(await send(alipay.notification(trade, { out_trade_no: `pay_${'0'.repeat(26)}` }))).toBe('404 not_found')
  // Other shops on the same account, states that are no news, amounts that are none.
  expect(await send(alipay.notification(trade, { out_trade_no: 'T17' }))).toBe('200 success')
  expect(await send(alipay.notification(trade, { trade_status: 'WAIT_BUYER_PAY' }))).toBe('200 success')
  expect(await send(alipay.notification(trade, { total_amount: 'many' }))).toBe('200 success')
  expect((await story(planet, one.id)).pay).toBe(0)
  expect(await send(right)).toBe('200 success')
  await orderIs(buyer, one.id, 'settled')
})

test('a form is taken for notifications alone', async () => {
  const answer = await buyer.fetch('/api/v1/orders', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'lines=1',
  })
  expect(answer.status).toBe(415)
})

test('never told, Alipay away for an hour: the round finds out; the order that ran out is taken all the same', async () => {
  const one = await order()
  paid(await visit(one))
  alipay.setDown(true)
  clock.shift(6 * 60_000)
  await round(planet)
  clock.shift(66 * 60_000)
  await round(planet)
  await orderIs(buyer, one.id, 'expired')
  const { rows } = await planet.db.pool.query<{ problem: string }>('select problem from payments.watch where id = $1', [paymentOf(one)])
  expect(rows[0]!.problem).toMatch(/HttpClient Request error/)
  alipay.setDown(false)
  clock.shift(200 * 60_000)
  await round(planet)
  await orderIs(buyer, one.id, 'settled')
  expect(await story(planet, one.id)).toMatchObject({ pay: 1, settle: 1, refund: 0 })
})

test('an order that ends closes its trade; one the payer never visited is unknown there', async () => {
  const [one, never] = [await order(), await order()]
  const trade = await visit(one)
  expect((await buyer.fetch(never.payUrl!)).status).toBe(303)
  for (const each of [one, never]) await buyer.call('POST', `/orders/${each.id}/cancel`)
  await round(planet)
  expect(trade.status).toBe('TRADE_CLOSED')
  expect((await planet.db.pool.query('select 1 from payments.watch where id = any($1)', [[one, never].map(paymentOf)])).rows).toEqual([])
  // It says so itself; the payment is closed already.
  expect(await send(alipay.notification(trade))).toBe('200 success')
})

test('paid at two providers: the second goes back at once, its fee too; the notification of it is no news', async () => {
  const one = await order(5000n)
  const trade = await visit(one)
  const chosen = await buyer.call<{ payUrl: string }>('POST', `/orders/${one.id}/pay`, { provider: 'sandbox' })
  await decide(buyer, { ...one, payUrl: chosen.payUrl } as OrderJson)
  await orderIs(buyer, one.id, 'settled')
  expect(await send(alipay.notification(paid(trade)))).toBe('200 success')
  await until(() => trade.status === 'TRADE_CLOSED' && trade.refunds.size === 1, 'it is back')
  const [key] = trade.refunds.keys()
  await until(
    async () => (await planet.db.pool.query(`select 1 from payments.refund where id = $1 and state = 'done'`, [key])).rows.length === 1,
    'it is booked',
  )
  const told = { gmt_refund: beijing(clock.now()), refund_fee: '50.00', out_biz_no: key! }
  expect(await send(alipay.notification(trade, told))).toBe('200 success')
  expect(await story(planet, one.id)).toMatchObject({ pay: 1, settle: 1, refund: 1 })
  expect(await held(planet, 'provider:alipay', 'refunding')).toBe(0n)
})

test('refunds: in part, an answer that was lost, a refusal', async () => {
  const one = await order(2000n)
  const trade = await visit(one)
  await send(alipay.notification(paid(trade)))
  await orderIs(buyer, one.id, 'settled')
  const back = (key: string, amount: bigint): Promise<void> =>
    planet.db.transaction(tx =>
      refundPayment(tx, {
        key,
        payment: paymentOf(one),
        provider: 'alipay',
        subject: 'lin_test',
        release: null,
        cause: 'test:refund',
        amount,
        currency: 'CNY',
        reason: 'test',
        from: { owner: 'planet', purpose: 'costs', asset: 'CNY', floor: null },
      }),
    )
  const state = async (key: string) =>
    (
      await planet.db.pool.query<{ id: string; state: string; problem: string | null }>(
        'select id, state, problem from payments.refund where key = $1',
        [key],
      )
    ).rows[0]!
  await back('part', 500n)
  await until(async () => (await state('part')).state === 'done', 'the part is back')
  // Its answer is asked for again: N, and the query says that it was done.
  const { id } = await state('part')
  expect(
    await providerOf('alipay').refund(
      { db: planet.db, config: planet.config },
      { key: id, charge: trade.out, amount: 500n, currency: 'CNY' },
    ),
  ).toBe(true)
  expect(trade.refunds.size).toBe(1)
  // Somebody gave the rest back by hand, in Alipay's console.
  trade.refunds.set('by-hand', { fen: 1500n, at: clock.now() })
  await back('rest', 1500n)
  await until(async () => (await state('rest')).state === 'failed', 'refused')
  expect((await state('rest')).problem).toBe('refund_too_much')
})

test('the bill of a day: a zip of GBK tables, fees and refunds in it', async () => {
  const door = { db: planet.db, config: planet.config }
  const report = await providerOf('alipay').report!(door, beijing(clock.now()).slice(0, 10))
  const payments = report.rows.filter(row => row.type === 'payment')
  expect(payments).toHaveLength(
    [...alipay.trades.values()].filter(
      ({ paidAt }) => paidAt !== null && beijing(paidAt).slice(0, 10) === beijing(clock.now()).slice(0, 10),
    ).length,
  )
  expect(payments[0]).toMatchObject({ reference: expect.stringMatching(/^pay_/), amount: 3800n, fee: 23n, currency: 'CNY' })
  expect(report.rows.find(row => row.type === 'refund')).toMatchObject({
    reference: expect.stringMatching(/^rfd_/),
    amount: -5000n,
    fee: -30n,
  })
  expect(await providerOf('alipay').report!(door, '2020-01-01')).toEqual({ rows: [], closing: [] })
})

test('zips that lie or are none are refused', () => {
  const good = zipOf([{ name: '业务明细.csv', bytes: toGbk('支付宝') }])
  expect(new TextDecoder('gbk').decode(unzip(good)[0])).toBe('支付宝')
  expect(() => unzip(Buffer.from('nothing'))).toThrow('no end')
  expect(() => billRows(good)).toThrow('no file of trades')
  const bomb = zipOf([{ name: 'a', bytes: Buffer.alloc(1_000_000) }])
  bomb.writeUInt32LE(10, bomb.lastIndexOf('PK\u0001\u0002') + 24)
  expect(() => unzip(bomb)).toThrow()
  const method = Buffer.from(good)
  method.writeUInt16LE(99, method.lastIndexOf('PK\u0001\u0002') + 10)
  expect(() => unzip(method)).toThrow('method 99')
})

test('transfers: sent, on their way, refused; the same key is the same transfer', async () => {
  const [door, provider] = [{ db: planet.db, config: planet.config }, providerOf('alipay')]
  const payout = { key: 'pyo_1', amount: 12_345n, currency: 'CNY', account: 'artist@example.com', name: '歌手', note: '十一月' }
  const sent = await provider.payOut!(door, payout)
  expect(sent).toMatchObject({ state: 'paid', problem: null })
  expect(await provider.payOut!(door, payout)).toEqual(sent)
  expect(await provider.payOut!(door, { ...payout, key: 'pyo_2', account: 'nobody@example.com' })).toMatchObject({
    state: 'failed',
    problem: 'PAYEE_NOT_EXIST',
  })
  expect(await provider.payOut!(door, { ...payout, key: 'pyo_3', account: 'slow@example.com' })).toMatchObject({ state: 'sent' })
  expect(await provider.payOutState!(door, 'pyo_3')).toMatchObject({ state: 'paid' })
  expect(await provider.payOutState!(door, 'pyo_4')).toMatchObject({ state: 'failed', problem: 'unknown' })
})

test('how one can pay depends on the currency; the sandbox is the last choice', async () => {
  const ways = async (currency: string) =>
    (await planet.stranger.call<{ items: { id: string }[] }>('GET', `/payments/providers?currency=${currency}`)).items.map(({ id }) => id)
  expect([await ways('CNY'), await ways('JPY')]).toEqual([['alipay', 'sandbox'], ['sandbox']])
  await expect(newOrder(planet, seller, buyer, 'alipay', { currency: 'JPY' })).rejects.toMatchObject({
    problem: { code: 'provider_closed' },
  })
  await expect(newOrder(planet, seller, buyer, 'stripe')).rejects.toMatchObject({ problem: { code: 'provider_closed' } })
})
