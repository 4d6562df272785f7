import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../foundation/testing.ts'
import { post } from '../ledger/index.ts'
import { checks as shopChecks } from '../shop/index.ts'
import { chargeOf, held, orderIs, place, sell, type OrderJson } from '../shop/shop.testing.ts'
import { farFromMidnight, startPlanet, type Person, type TestPlanet } from '../testing.ts'
import {
  checks,
  clearing,
  disputed,
  jobs,
  planetCosts,
  providerOf,
  refundPayment,
  retryRefund,
  takeDisputesFor,
  type Dispute,
} from './index.ts'

let planet: TestPlanet
let seller: Person
let buyer: Person
const told: [string, Dispute][] = []
beforeAll(async () => {
  await farFromMidnight()
  planet = await startPlanet({ work: true })
  ;[seller, buyer] = await Promise.all([planet.signUp('Seller'), planet.signUp('Buyer')])
  // Here nobody answers for orders but the planet itself; what the receivers answer for is told in server/refunds.
  takeDisputesFor('order', {
    opened: async (_tx, d) => void told.push(['opened', d]),
    won: async (_tx, d) => void told.push(['won', d]),
    lost: async (tx, { id, provider, currency, amount, at }) => {
      const entries = [
        { account: planetCosts(currency), amount: -amount },
        { account: disputed(provider, currency), amount },
      ]
      await post(tx, [{ key: `chargeback_lost:${id}`, kind: 'chargeback_lost', cause: `dispute:${id}`, at, entries }])
    },
  })
})
afterAll(async () => {
  for (const check of [...checks, ...shopChecks.filter(({ name }) => !['shop.escrow', 'shop.paid'].includes(name))])
    expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
  await planet.close()
})

const bank = async (charge: string, outcome: string, amount?: string): Promise<void> => {
  const answer = await buyer.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome, amount } })
  expect(answer.status).toBe(200)
}
const money = (purpose: string): Promise<bigint> => held(planet, 'provider:sandbox', purpose)
const costs = (): Promise<bigint> => held(planet, 'planet', 'costs')
type Paid = { order: OrderJson; charge: string; payment: string }
async function paid(price: bigint): Promise<Paid> {
  const { offer } = await sell(planet, seller, { price })
  const order = await place(buyer, [offer])
  const charge = await chargeOf(buyer, order)
  await bank(charge, 'pay')
  await orderIs(buyer, order.id, 'paid', 'settled')
  return { order, charge, payment: order.payUrl!.split('/').at(-1)! }
}
const disputes = async (payment: string) =>
  (
    await planet.db.pool.query<{ state: string; exposed: bigint; fee: bigint }>(
      'select state, exposed, fee from payments.dispute where payment = $1',
      [payment],
    )
  ).rows
const disputeIs = (payment: string, state: string): Promise<unknown> =>
  until(async () => (await disputes(payment))[0]?.state === state, `the dispute is ${state}`)
/** Sends back part of a settled payment, out of the planet's own pocket. */
const giveBack = (payment: string, amount: bigint, key: string): Promise<void> =>
  planet.db.transaction(tx =>
    refundPayment(tx, {
      key,
      payment,
      provider: 'sandbox',
      subject: 'lin_test',
      release: null,
      cause: 'test:refund',
      amount,
      currency: 'CNY',
      reason: 'test',
      from: { owner: 'planet', purpose: 'costs', asset: 'CNY', floor: null },
    }),
  )
const refundState = async (key: string) =>
  (
    await planet.db.pool.query<{ id: string; state: string; problem: string | null; covered: bigint }>(
      'select id, state, problem, covered from payments.refund where key = $1',
      [key],
    )
  ).rows[0]
const refundIs = (key: string, state: string) =>
  until(async () => ((await refundState(key))?.state === state ? refundState(key) : undefined), `the refund is ${state}`)

test('opened, told twice, won: what the provider took is back, its trouble is paid', async () => {
  const before = [await money('clearing'), await money('disputed'), await money('fee'), await costs()]
  const { charge, payment } = await paid(2000n)
  await bank(charge, 'dispute')
  await bank(charge, 'dispute')
  await disputeIs(payment, 'open')
  expect(await disputes(payment)).toEqual([{ state: 'open', exposed: 2000n, fee: 1500n }])
  expect(await money('disputed')).toBe(before[1]! - 2000n)
  // −2000 when paid, +2000 when taken back.
  expect(await money('clearing')).toBe(before[0])
  await bank(charge, 'dispute_won')
  await disputeIs(payment, 'won')
  expect([await money('clearing'), await money('disputed'), await money('fee'), await costs()]).toEqual([
    before[0]! - 2000n,
    before[1],
    before[2]! + 12n + 1500n,
    before[3]! - 1500n,
  ])
})

test('lost: nothing of it can be refunded too', async () => {
  const before = await costs()
  const { charge, payment } = await paid(2000n)
  await bank(charge, 'dispute')
  await disputeIs(payment, 'open')
  await expect(giveBack(payment, 1n, 'more')).rejects.toMatchObject({ code: 'disputed' })
  await bank(charge, 'dispute_lost')
  await disputeIs(payment, 'lost')
  expect(await money('disputed')).toBe(0n)
  expect(await costs()).toBe(before - 1500n - 2000n)
  await expect(giveBack(payment, 1n, 'more')).rejects.toMatchObject({ code: 'disputed' })
})

test('a refund under way and a dispute of the whole: deducted once (trap 10)', async () => {
  const { charge, payment } = await paid(3000n)
  // The provider is away: the refund is written down and cannot go out.
  const refund = providerOf('sandbox').refund
  providerOf('sandbox').refund = () => Promise.reject(new Error('away'))
  await giveBack(payment, 1000n, 'under-way')
  await bank(charge, 'dispute')
  await disputeIs(payment, 'open')
  providerOf('sandbox').refund = refund
  expect(await disputes(payment)).toMatchObject([{ exposed: 2000n }])
  const id = (await refundState('under-way'))!.id
  await jobs['payments.refund']({ db: planet.db, config: planet.config, write: planet.db.transaction } as never, { refund: id })
  expect((await refundState('under-way'))!.state).toBe('asked')
  await bank(charge, 'dispute_lost')
  await disputeIs(payment, 'lost')
  expect(await refundState('under-way')).toMatchObject({ state: 'done', covered: 1000n })
  expect([await money('disputed'), await money('refunding')]).toEqual([0n, 0n])
})

test('a refund that had gone out and a dispute of the whole: the planet bears what went out twice, nobody else', async () => {
  const { charge, payment } = await paid(3000n)
  await giveBack(payment, 1000n, 'gone')
  await refundIs('gone', 'done')
  const before = await costs()
  await bank(charge, 'dispute', '3000')
  await disputeIs(payment, 'open')
  expect(await disputes(payment)).toMatchObject([{ exposed: 2000n }])
  await bank(charge, 'dispute_lost')
  await disputeIs(payment, 'lost')
  expect([await costs(), await money('disputed')]).toEqual([before - 1500n - 3000n, 0n])
})

test('a refund that fails is back where it came from, and can be tried again by a person', async () => {
  const { payment } = await paid(2000n)
  const before = await costs()
  await giveBack(payment, 1013n, 'unlucky')
  const failed = await refundIs('unlucky', 'failed')
  expect(failed.problem).toBe('card_closed')
  expect([await costs(), await money('refunding')]).toEqual([before, 0n])
  await planet.db.transaction(tx => retryRefund(tx, failed.id, seller.id, 'the card is open again'))
  expect(await costs()).toBe(before - 1013n)
  await until(async () => (await refundState('unlucky'))!.state === 'failed', 'it failed again')
  // Nobody decides a dispute again, not even in the database.
  await expect(planet.db.pool.query(`update payments.dispute set state = 'lost' where state = 'won'`)).rejects.toThrow(/is decided/)
})

test('a line’s refund that fails: its escrow holds the money again until it goes back after all', async () => {
  const { offer } = await sell(planet, seller, { price: 1013n })
  const order = await place(buyer, [offer])
  const charge = await chargeOf(buyer, order)
  await buyer.call('POST', `/orders/${order.id}/cancel`)
  await seller.call('PATCH', `/offers/${offer}`, { state: 'closed' })
  await bank(charge, 'pay')
  await orderIs(buyer, order.id, 'refunded')
  const key = `line:${order.lines[0]!.id}`
  const one = async () =>
    (
      await planet.db.pool.query<{ id: string; state: string }>('select id, state from payments.refund where payment = $1', [
        order.payUrl!.split('/').at(-1),
      ])
    ).rows[0]!
  await until(async () => (await one()).state === 'failed', `${key} failed`)
  expect(await held(planet, `escrow:${order.lines[0]!.id}`, 'escrow')).toBe(1013n)
  for (const check of shopChecks) expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
  const id = (await one()).id
  // Asked again at the same time: once. The provider takes its time meanwhile.
  const refund = providerOf('sandbox').refund
  providerOf('sandbox').refund = async () => false
  const finance = await planet.staff('finance')
  const again = await Promise.allSettled(
    Array.from({ length: 4 }, () => finance.call('POST', `/payments/refunds/${id}/retry`, { reason: 'once more' })),
  )
  expect(again.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const watched = await until(
    async () => (await planet.db.pool.query<{ due_at: Date }>('select due_at from payments.watch where id = $1', [id])).rows[0],
    'it is asked for later',
  )
  expect(watched.due_at.getTime()).toBeGreaterThan(Date.now() + 3_000_000)
  providerOf('sandbox').refund = refund
  await jobs['payments.refund']({ db: planet.db, config: planet.config, write: planet.db.transaction } as never, { refund: id })
  await until(async () => (await one()).state === 'failed', 'it failed again')
})

test('the room of the purpose is asked with what is exposed, and must bring the money', async () => {
  told.length = 0
  const { charge, payment, order } = await paid(2500n)
  await giveBack(payment, 500n, 'part')
  await refundIs('part', 'done')
  await bank(charge, 'dispute')
  await disputeIs(payment, 'open')
  await bank(charge, 'dispute_won')
  await disputeIs(payment, 'won')
  expect(told.map(([what, d]) => [what, d.subject, d.amount])).toEqual([
    ['opened', order.id, 2000n],
    ['won', order.id, 2000n],
  ])
  expect(clearing('sandbox', 'CNY').owner).toBe('provider:sandbox')
})

test('the sandbox’s own books of a day and what it holds', async () => {
  const report = await providerOf('sandbox').report!({ db: planet.db, config: planet.config }, new Date().toISOString().slice(0, 10))
  const sum = report.rows.reduce((all, row) => all + row.amount - row.fee, 0n)
  expect(report.closing).toEqual([{ currency: 'CNY', amount: sum }])
  expect(new Set(report.rows.map(row => row.type))).toEqual(new Set(['payment', 'refund', 'chargeback', 'chargeback_won']))
  // What the journal says the provider holds: clearing, what it kept and what is under way.
  const ours = -((await money('clearing')) + (await money('fee')) + (await money('refunding')) + (await money('disputed')))
  const returned = report.rows.filter(row => row.type === 'refund').reduce((all, row) => all - row.fee, 0n)
  // And six fen that it kept of the line whose refund waits, which are booked when that is settled or sent back.
  expect(ours + returned - 6n).toBe(sum)
})
