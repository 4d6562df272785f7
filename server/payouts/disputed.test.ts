/** The whole way: a sale is paid out, then the buyer's bank wants it back while the payee changes the account (trap 22); payouts while a job runner works. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { until } from '../foundation/testing.ts'
import { bank as bankSays, bought, sellShared } from '../refunds/refunds.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { bank, books, cooledMethod, has, runBatch } from './payouts.testing.ts'

let planet: TestPlanet
let seller: Person
let fan: Person
let one: Person
let two: Person
let offer: string
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, fan] = [await planet.signUp('Seller'), await planet.signUp('Fan')]
  ;[one, two] = [await planet.staff('finance'), await planet.staff('finance')]
  offer = (await sellShared(planet, seller, [[seller.id, 10_000]])).offer
})
afterAll(() => planet.close())
afterEach(() => books(planet))

const change = (account: string) => seller.call<{ id: string; state: string }>('POST', '/me/payout-methods', bank({ account }))

test('a dispute with nothing left to hold still stops a change of the account', async () => {
  await cooledMethod(planet, seller, { route: 'sandbox', account: 'seller@sandbox' })
  const sale = await bought(fan, [[offer, 30_000n]])
  const available = await has(planet, seller.id, 'available')
  const batch = await runBatch(one, two)
  const id = batch.items[0]!.id
  // The job of the approval does it by itself.
  await until(async () => (await seller.call<{ state: string }>('GET', `/payouts/${id}`)).state === 'paid', 'the payout')
  expect(await has(planet, seller.id, 'available')).toBe(0)
  const { covers } = await seller.call<{ covers: { cause: string; covered: { amount: string } }[] }>('GET', `/payouts/${id}`)
  expect(covers).toMatchObject([{ cause: `line:${sale.line}`, covered: { amount: String(available) } }])
  expect(await change('6222000000000001')).toMatchObject({ state: 'active' })

  await bankSays(fan, sale.charge, 'dispute')
  await until(async () => (await planet.db.pool.query(`select 1 from payments.dispute where state = 'open'`)).rowCount === 1, 'the dispute')
  expect(await change('6222000000000002')).toMatchObject({ state: 'asked' })
  await bankSays(fan, sale.charge, 'dispute_won')
  await until(async () => (await planet.db.pool.query(`select 1 from payments.dispute where state = 'won'`)).rowCount === 1, 'it is won')
  expect(await change('6222000000000003')).toMatchObject({ state: 'active' })
  const { items } = await seller.call<{ items: { state: string; account: string }[] }>('GET', '/me/payout-methods')
  expect(items.map(item => [item.account, item.state])).toEqual([
    ['•••• 0003', 'active'],
    ['•••• 0002', 'closed'],
    ['•••• 0001', 'closed'],
    ['•••• dbox', 'closed'],
  ])
})
