import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock } from '../foundation/clock.ts'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { orderIs } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { round } from './index.ts'
import { allHolds, balance, balances, bank, books, bought, refusal, sellShared, spend, type Bought, payLater } from './refunds.testing.ts'

let planet: TestPlanet
let seller: Person
let second: Person
let finance: Person
let other: Person
let offer: string
let receivers: string[]
const log = makeLog('fatal')
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, second] = await Promise.all([planet.signUp('Seller'), planet.signUp('Second')])
  ;[finance, other] = await Promise.all([planet.staff('finance'), planet.staff('finance')])
  receivers = [seller.id, second.id]
  offer = (await sellShared(planet, seller, [[seller.id, 6000], [second.id, 4000]])).offer // prettier-ignore
  // The planet's own money, so that it can front something.
  for (let n = 0; n < 2; n++) await bought(await planet.signUp('Fan'), [[offer, 1_000_000n]])
})
afterEach(async () => {
  clock.shift(0)
  await allHolds(planet)
})
afterAll(() => planet.close())

const buy = async (price = 10_000n, state?: string): Promise<Bought & { fan: Person }> => {
  const fan = await planet.signUp('Fan')
  return { fan, ...(await bought(fan, [[offer, price]], state)) }
}
const disputeIs = (payment: string, state: string): Promise<unknown> =>
  until(async () => {
    const { rows } = await planet.db.pool.query<{ state: string }>('select state from refunds.dispute where payment = $1', [payment])
    return rows[0]?.state === state
  }, `the dispute is ${state}`)
const dispute = async (
  { fan, charge, payment }: Bought & { fan: Person },
  outcome: 'dispute' | 'dispute_won' | 'dispute_lost',
  amount?: bigint,
) => {
  await bank(fan, charge, outcome, amount)
  await disputeIs(payment, { dispute: 'open', dispute_won: 'won', dispute_lost: 'lost' }[outcome])
}
type Shortfalls = { items: { id: string; state: string; amount: { amount: string }; party: { id: string }; kind: string; own: { before: { amount: string }; after: { amount: string } } }[] } // prettier-ignore
const shortfalls = (): Promise<Shortfalls> => finance.call('GET', '/console/shortfalls?state=open')
const everything = async () => [
  ...(await balances(planet, receivers)),
  ...(await balances(planet, receivers, 'held')),
  await balance(planet, 'planet', 'commission'),
]

test('opened: each receiver’s part of what is disputed is on hold with its reason; won: all as before', async () => {
  const one = await buy()
  const before = await everything()
  await dispute(one, 'dispute', 2500n)
  // 10000 − 60 − 497 → 9443, of which 5666 and 3777; a quarter of each.
  const held = await balances(planet, receivers, 'held')
  expect(held).toEqual([before[2]! + 1417n, before[3]! + 944n])
  expect(await balances(planet, receivers)).toEqual([before[0]! - 1417n, before[1]! - 944n])
  const { items } = await second.call<{ items: { reason: string; open: { amount: string }; cause: string; note: string }[] }>(
    'GET',
    '/me/holds?open=true',
  )
  expect(items).toMatchObject([{ reason: 'dispute', open: { amount: '944' }, note: 'Slow Star' }])
  expect(await refusal(one.fan.call('POST', '/refunds', { line: one.line, reason: 'mistake' }))).toBe('dispute_open')
  expect(await refusal(seller.call('POST', `/lines/${one.line}/refund`, { reason: 'goodwill' }))).toBe('dispute_open')
  await allHolds(planet)
  const listed = await finance.call<{
    items: { id: string; lines: { amount: { amount: string }; holds: unknown[] }[]; respondBy: string | null }[]
  }>('GET', '/console/disputes?state=open')
  expect(listed.items).toMatchObject([
    { amount: { amount: '2500' }, lines: [{ amount: { amount: '2500' }, mode: 'given', holds: [{}, {}] }] },
  ])
  const evidence = `/console/disputes/${listed.items[0]!.id}/evidence`
  expect(await refusal(second.call('POST', evidence, { text: 'Mine' }))).toBe('forbidden')
  await finance.call('POST', evidence, { text: 'It was downloaded twice' })
  const noted = await finance.call<{ evidence: { text: string }[] }>('POST', evidence, { text: 'It was downloaded twice' })
  expect(noted.evidence.map(one => one.text)).toEqual(['It was downloaded twice'])
  await dispute(one, 'dispute_won')
  expect(await everything()).toEqual(before)
  expect(await refusal(finance.call('POST', evidence, { text: 'Late' }))).toBe('already_decided')
})

test('lost: taken out of the holds; the fee and the commission too; the line counts as refunded', async () => {
  const before = await everything()
  const one = await buy()
  await dispute(one, 'dispute')
  await dispute(one, 'dispute_lost')
  expect(await everything()).toEqual(before)
  expect(await one.fan.call('GET', `/orders/${one.order.id}`)).toMatchObject({
    state: 'refunded',
    lines: [{ refunded: { amount: '10000' } }],
  })
  expect((await shortfalls()).items).toEqual([])
})

test('refunded in part, then disputed: never deducted twice (trap 10)', async () => {
  const before = await everything()
  const one = await buy()
  await seller.call('POST', `/lines/${one.line}/refund`, { reason: 'goodwill', amount: '4000' })
  await dispute(one, 'dispute')
  const { rows } = await planet.db.pool.query<{ amount: bigint }>('select amount from refunds.dispute where payment = $1', [one.payment])
  expect(rows[0]!.amount).toBe(6000n)
  await dispute(one, 'dispute_lost')
  expect(await everything()).toEqual(before)
})

test('a refund and a dispute at the same moment: together never more than was paid (traps 9, 10)', async () => {
  for (let round = 0; round < 4; round++) {
    const before = await everything()
    const one = await buy()
    await Promise.all([
      refusal(seller.call('POST', `/lines/${one.line}/refund`, { reason: 'goodwill', amount: '7000' })),
      bank(one.fan, one.charge, 'dispute', 8000n),
      refusal(seller.call('POST', `/lines/${one.line}/refund`, { reason: 'goodwill', amount: '7000' })),
    ])
    await disputeIs(one.payment, 'open')
    await allHolds(planet)
    await dispute(one, 'dispute_lost')
    const { rows } = await planet.db.pool.query<{ refunded: bigint }>('select refunded from shop.line where id = $1', [one.line])
    expect([8000n, 10_000n]).toContain(rows[0]!.refunded)
    if (rows[0]!.refunded < 10_000n) await seller.call('POST', `/lines/${one.line}/refund`, { reason: 'goodwill' })
    expect(await everything()).toEqual(before)
  }
})

test('a request that waits ends when a dispute begins', async () => {
  const one = await buy()
  const asked = await one.fan.call<{ id: string }>('POST', '/refunds', { line: one.line, reason: 'mistake' })
  await dispute(one, 'dispute', 100n)
  expect(await one.fan.call('GET', `/refunds/${asked.id}`)).toMatchObject({ state: 'declined', answerCode: 'dispute' })
  await dispute(one, 'dispute_won')
  await seller.call('POST', `/lines/${one.line}/refund`, { reason: 'goodwill' })
})

test('not settled yet: the line is frozen; when due the undisputed share reaches its receivers', async () => {
  const one = await payLater(planet, () => buy(10_000n, 'paid'))
  const before = await everything()
  await dispute(one, 'dispute', 2500n)
  const frozen = async () =>
    (await planet.db.pool.query<{ frozen: boolean }>('select frozen from shop.line where id = $1', [one.line])).rows[0]!.frozen
  expect([await frozen(), ...(await everything())]).toEqual([true, ...before])
  await allHolds(planet)
  await planet.db.pool.query(`update shop.line set due_at = now() - interval '1 minute' where id = $1`, [one.line])
  await round(planet.db, log)
  await orderIs(one.fan, one.order.id, 'settled')
  expect(await frozen()).toBe(false)
  expect(await everything()).toEqual([
    before[0]! + 5666n - 1417n,
    before[1]! + 3777n - 944n,
    before[2]! + 1417n,
    before[3]! + 944n,
    before[4]! + 497n,
  ])
  await dispute(one, 'dispute_lost')
  await seller.call('POST', `/lines/${one.line}/refund`, { reason: 'goodwill' })
  expect(await everything()).toEqual(before)
})

test('frozen whole and lost: out of escrow, nobody got it; won: it goes on', async () => {
  const [lost, won] = await payLater(planet, () => Promise.all([buy(10_000n, 'paid'), buy(10_000n, 'paid')]))
  const before = await everything()
  await dispute(lost, 'dispute')
  await dispute(won, 'dispute')
  await planet.db.pool.query(`update shop.line set due_at = now() - interval '1 minute' where id = any($1)`, [[lost.line, won.line]])
  await round(planet.db, log)
  expect(await everything()).toEqual(before)
  await dispute(lost, 'dispute_lost')
  await orderIs(lost.fan, lost.order.id, 'refunded')
  await dispute(won, 'dispute_won')
  await planet.db.pool.query(`insert into shop.due (due_at, line) select due_at, id from shop.line where id = $1`, [won.line])
  await planet.db.pool.query(`select graphile_worker.add_job('shop.settle')`)
  await orderIs(won.fan, won.order.id, 'settled')
  expect((await everything())[0]).toBe(before[0]! + 5666n)
})

test('spent meanwhile and refunded: it waits for the operator; owed, and later income pays first', async () => {
  const one = await buy()
  const mine = await balance(planet, second.id)
  await spend(planet, second.id, mine - 1000n)
  expect(await finance.call('GET', `/lines/${one.line}/refund-preview`)).toMatchObject({ waits: true, missing: [{ amount: '2777' }] })
  const refund = await seller.call<{ id: string; state: string }>('POST', `/lines/${one.line}/refund`, { reason: 'faulty' })
  expect(refund.state).toBe('short')
  expect([await balance(planet, second.id), await balance(planet, second.id, 'held')]).toEqual([0n, 1000n])
  await allHolds(planet)
  expect(await refusal(seller.call('POST', `/lines/${one.line}/refund`, { reason: 'faulty' }))).toBe('refund_waits')
  expect(await refusal(seller.call('GET', `/lines/${one.line}/refund-preview`))).toBe('refund_waits')
  const { items } = await shortfalls()
  expect(items).toMatchObject([{ amount: { amount: '2777' }, party: { id: second.id }, kind: 'refund' }])
  const [{ id, own }] = items as [Shortfalls['items'][number]]
  expect(BigInt(own.before.amount) - BigInt(own.after.amount)).toBe(2777n)
  const decide = `/console/shortfalls/${id}/decide`
  expect(await refusal(seller.call('POST', decide, { decision: 'borne', reason: 'No' }))).toBe('forbidden')
  expect(await refusal(finance.call('POST', decide, { decision: 'receivable' }))).toBe('invalid')
  const answers = await Promise.all([finance, other].flatMap(who => ['receivable', 'borne'].map(decision => refusal(who.call('POST', decide, { decision, reason: 'Paid out too early' }))))) // prettier-ignore
  expect(answers.filter(one => one === 'ok')).toHaveLength(1)
  await allHolds(planet)
  const { rows } = await planet.db.pool.query<{ state: string }>('select state from refunds.shortfall where id = $1', [id])
  expect(await one.fan.call('GET', `/orders/${one.order.id}`)).toMatchObject({ state: 'refunded' })
  if (rows[0]!.state === 'receivable') {
    const owed = await second.call<{ items: { amount: { amount: string }; reason: string }[] }>('GET', '/me/owed')
    expect(owed.items).toMatchObject([{ amount: { amount: '2777' }, reason: 'Paid out too early' }])
    await buy(5000n)
    await round(planet.db, log)
    expect([await balance(planet, second.id), await balance(planet, second.id, 'receivable')]).toEqual([0n, -2777n + 1888n])
    await buy(5000n)
    await round(planet.db, log)
    await round(planet.db, log)
    expect([await balance(planet, second.id), await balance(planet, second.id, 'receivable')]).toEqual([1888n * 2n - 2777n, 0n])
    expect((await second.call<{ items: unknown[] }>('GET', '/me/owed')).items).toEqual([])
  }
})

test('refused, and undecided for too long: what was set aside goes back', async () => {
  for (const refuse of [true, false]) {
    const one = await buy()
    await spend(planet, second.id, (await balance(planet, second.id)) - 1000n)
    const before = await everything()
    const refund = await seller.call<{ id: string; state: string }>('POST', `/lines/${one.line}/refund`, { reason: 'faulty' })
    expect(refund.state).toBe('short')
    if (refuse) {
      const [{ id }] = (await shortfalls()).items as [Shortfalls['items'][number]]
      await finance.call('POST', `/console/shortfalls/${id}/decide`, { decision: 'refuse', reason: 'Not ours to pay' })
      await finance.call('POST', `/console/shortfalls/${id}/decide`, { decision: 'refuse', reason: 'Not ours to pay' })
    } else {
      clock.shift(31 * 86_400_000)
      await round(planet.db, log)
      clock.shift(0)
    }
    expect(await one.fan.call('GET', `/refunds/${refund.id}`)).toMatchObject({
      state: 'declined',
      answerCode: refuse ? 'refused' : 'timeout',
    })
    expect(await everything()).toEqual(before)
    // It may be asked for again, and is there when the money is.
    const again = await seller.call<{ id: string; state: string }>('POST', `/lines/${one.line}/refund`, { reason: 'faulty' })
    expect(again.state).toBe('short')
    await buy(50_000n)
    await round(planet.db, log)
    expect(await one.fan.call('GET', `/refunds/${again.id}`)).toMatchObject({ state: 'done' })
    expect((await shortfalls()).items).toEqual([])
  }
})

test('spent meanwhile and disputed and lost: the planet pays at once, the operator decides; never more than the planet’s own', async () => {
  const one = await buy()
  await spend(planet, second.id, await balance(planet, second.id))
  const before = await books(planet)
  await dispute(one, 'dispute')
  await dispute(one, 'dispute_lost')
  const [short] = (await shortfalls()).items as [Shortfalls['items'][number]]
  expect(short).toMatchObject({ kind: 'dispute', amount: { amount: '3777' } })
  // The dispute's fee, its commission and its provider's fee too.
  expect((await books(planet)).own).toBe(before.own - 1500n - 3777n - 497n - 60n)
  expect(await refusal(finance.call('POST', `/console/shortfalls/${short.id}/decide`, { decision: 'refuse', reason: 'No' }))).toBe(
    'refuse_refunds_only',
  )
  await finance.call('POST', `/console/shortfalls/${short.id}/decide`, { decision: 'receivable', reason: 'Chargeback' })
  expect(await balance(planet, second.id, 'receivable')).toBe(-3777n)
  await buy(20_000n)
  await round(planet.db, log)
  expect(await balance(planet, second.id, 'receivable')).toBe(0n)
  // More than the planet has of its own.
  const big = await buy(1_000_000_000n)
  const own = (await books(planet)).own
  await spend(planet, second.id, await balance(planet, second.id))
  expect(await seller.call('POST', `/lines/${big.line}/refund`, { reason: 'faulty' })).toMatchObject({ state: 'short' })
  const [much] = (await shortfalls()).items as [Shortfalls['items'][number]]
  expect(BigInt(much.amount.amount)).toBeGreaterThan(own)
  for (const decision of ['receivable', 'borne'])
    expect(await refusal(finance.call('POST', `/console/shortfalls/${much.id}/decide`, { decision, reason: 'Try' }))).toBe(
      'own_money_short',
    )
  await finance.call('POST', `/console/shortfalls/${much.id}/decide`, { decision: 'refuse', reason: 'Too much' })
})

test('the rolling reserve: a share of income rests, exact and once; refunds take of it; the rest is freed', async () => {
  const third = await planet.signUp('Third')
  const sold = await sellShared(planet, seller, [[third.id, 10_000]])
  expect(await refusal(third.call('PUT', `/console/reserves/${third.id}`, { shareBp: 0, days: 1, reason: 'Me' }))).toBe('forbidden')
  const policy = { shareBp: 2500, days: 30, reason: 'New seller' }
  await finance.call('PUT', `/console/reserves/${third.id}`, policy)
  await finance.call('PUT', `/console/reserves/${third.id}`, policy)
  const one = await bought(await planet.signUp('Fan'), [[sold.offer, 10_000n]])
  await Promise.all([round(planet.db, log), round(planet.db, log)])
  await round(planet.db, log)
  expect([await balance(planet, third.id), await balance(planet, third.id, 'reserve')]).toEqual([9443n - 2360n, 2360n])
  const mine = await third.call<{ items: { reason: string; resting: { amount: string }[] }[] }>('GET', '/me/reserve')
  expect(mine.items).toMatchObject([{ reason: 'New seller', shareBp: 2500, resting: [{ amount: '2360' }] }])
  // Everything free is gone: the refund finds the rest in the reserve.
  await spend(planet, third.id, 9443n - 2360n)
  await seller.call('POST', `/lines/${one.line}/refund`, { reason: 'goodwill', amount: '2000' })
  expect(await balance(planet, third.id, 'reserve')).toBe(2360n - 1889n)
  await allHolds(planet)
  clock.shift(31 * 86_400_000)
  await round(planet.db, log)
  await round(planet.db, log)
  expect([await balance(planet, third.id), await balance(planet, third.id, 'reserve')]).toEqual([471n, 0n])
})
