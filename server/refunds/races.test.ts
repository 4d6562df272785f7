/** What happens in the moment between looking and moving: another transaction is held open there. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { until } from '../foundation/testing.ts'
import { post } from '../ledger/index.ts'
import { lockLines } from '../shop/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { allHolds, balance, bought, refusal, sellShared, spend } from './refunds.testing.ts'

let planet: TestPlanet
let seller: Person
let offer: string
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  seller = await planet.signUp('Seller')
  offer = (await sellShared(planet, seller, [[seller.id, 10_000]])).offer // prettier-ignore
})
afterEach(() => allHolds(planet))
afterAll(() => planet.close())

/** Runs `act` while another transaction has done `first`; `between` happens once somebody waits for it. */
async function meanwhile<T>(first: [text: string, values: unknown[]][], act: () => Promise<T>, between?: () => Promise<void>): Promise<T> {
  const other = await planet.db.pool.connect()
  try {
    await other.query('begin')
    for (const [text, values] of first) await other.query(text, values)
    const result = act()
    // For this one: other tests' databases stand on the same server, and jobs wait for each other too.
    const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid')
    const waits = `select from pg_stat_activity where datname = current_database() and ${rows[0]!.pid} = any(pg_blocking_pids(pid))`
    await until(async () => (await planet.db.pool.query(waits)).rowCount! > 0, 'somebody waits for the other transaction')
    await between?.()
    await other.query('commit')
    return await result
  } finally {
    other.release()
  }
}

test('who waited for an order sees its lines as they are then, not as they were before waiting', async () => {
  const { line, order } = await bought(await planet.signUp('Fan'), [[offer, 1000n]])
  const locked = await meanwhile(
    [
      ['select 1 from shop."order" where id = $1 for no key update', [order.id]],
      ['update shop.line set fee = fee + 1 where id = $1', [line]],
    ],
    () => planet.db.transaction(tx => lockLines(tx, [line])),
  )
  expect(locked.get(line)).toMatchObject({ state: 'settled', fee: 7n })
})

test('income that comes between looking and setting aside: the refund is carried out, nothing waits without a decision', async () => {
  const { line } = await bought(await planet.signUp('Fan'), [[offer, 1000n]])
  await spend(planet, seller.id, await balance(planet, seller.id))
  const income = [
    { account: { owner: 'bank:main', purpose: 'clearing', asset: 'CNY' }, amount: -5000n },
    { account: { owner: seller.id, purpose: 'available', asset: 'CNY' }, amount: 5000n },
  ]
  const answer = await meanwhile(
    [['lock table refunds.give in share mode', []]],
    () => refusal(seller.call('POST', `/lines/${line}/refund`, { reason: 'goodwill' })),
    async () => {
      await planet.db.transaction(tx => post(tx, [{ key: 'income:1', kind: 'payout_returned', cause: 'test:income', entries: income }]))
    },
  )
  expect(answer).toBe('ok')
  const { rows } = await planet.db.pool.query<{ state: string }>('select state from refunds.request where line = $1', [line])
  expect(rows).toEqual([{ state: 'done' }])
})
