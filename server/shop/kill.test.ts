/** A process dies between payment and settlement: what was paid is settled once by the next one, what was not is not. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checks as ledgerChecks } from '../ledger/index.ts'
import { makeLog } from '../foundation/log.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks as paymentChecks } from '../payments/index.ts'
import { checks, settleAll, settleDue } from './index.ts'
import { chargeOf, held, place, sell, type OrderJson } from './shop.testing.ts'

let planet: TestPlanet
let seller: Person
let fans: Person[]
beforeAll(async () => {
  // No worker: this planet takes payments and settles nothing, as one that is killed right after.
  planet = await startPlanet()
  seller = await planet.signUp('Seller')
  fans = await Promise.all(Array.from({ length: 8 }, (_, n) => planet.signUp(`Fan ${n}`)))
})
afterAll(() => planet.close())

class Killed extends Error {}

test('dies in the middle of settling, many settle at once: each paid order is settled once', async () => {
  const { offer } = await sell(planet, seller, { price: 1000n })
  const other = await sell(planet, seller, { price: 500n })
  const orders = await Promise.all(fans.map(fan => place(fan, [offer, other.offer])))
  const unpaid = await Promise.all(fans.slice(0, 3).map(async fan => place(fan, [(await sell(planet, seller, { price: 700n })).offer])))
  const { sandboxHeaders, sandboxMerchant } = await import('../payments/index.ts')
  const pay = async (fan: Person, order: OrderJson): Promise<number> => {
    const charge = await chargeOf(fan, order)
    const id = `ntc_${order.id}`
    const data = { charge, reference: order.payUrl!.split('/').at(-1), amount: order.total.amount, currency: 'CNY', fee: '9' }
    const body = JSON.stringify({ id, type: 'charge.paid', merchant: sandboxMerchant(planet.config), data })
    return (
      await fetch(`${planet.url}/api/v1/payments/notify/sandbox`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...sandboxHeaders(planet.config, id, body) },
        body,
      })
    ).status
  }
  // Every notification twice, all at once.
  const statuses = await Promise.all(fans.flatMap((fan, n) => [pay(fan, orders[n]!), pay(fan, orders[n]!)]))
  expect(new Set(statuses)).toEqual(new Set([200]))
  for (const order of orders)
    for (const line of order.lines) expect(await held(planet, `escrow:${line.id}`, 'escrow')).toBe(BigInt(line.amount.amount))

  // Everything of a batch is done but its commit.
  await expect(
    planet.db.transaction(async tx => {
      expect(await settleDue(tx)).toBe(16)
      throw new Killed()
    }),
  ).rejects.toThrow(Killed)
  expect(await held(planet, seller.id, 'available')).toBe(0n)

  const log = makeLog('silent')
  await Promise.all([1, 2, 3, 4].map(() => settleAll(planet.db.transaction, log)))
  await settleAll(planet.db.transaction, log)
  // 1500 − 9, 5 % of each line's rest: 6 and 3 of the fee, 50 and 25 commission.
  expect(await held(planet, seller.id, 'available')).toBe(8n * (944n + 472n))
  for (const [n, order] of orders.entries()) expect((await fans[n]!.call<OrderJson>('GET', `/orders/${order.id}`)).state).toBe('settled')
  for (const [n, order] of unpaid.entries()) expect((await fans[n]!.call<OrderJson>('GET', `/orders/${order.id}`)).state).toBe('placed')
  for (const check of [...checks, ...paymentChecks, ...ledgerChecks])
    expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
})
