/** The planet is killed in the middle of 1,000 purchases and started again: what was paid is settled once, what was not is not, and the books are whole. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../server/foundation/testing.ts'
import { ownPlanet, type OwnPlanet } from './planet.ts'

type Order = { id: string; state: string; payUrl: string | null; total: { amount: string } }
type Offer = { id: string; pricing: string; price: { amount: string; currency: string } }

let planet: OwnPlanet
beforeAll(async () => {
  planet = await ownPlanet({ PLANET_DEMO_TRACKS: '0' })
})
afterAll(() => planet.remove())

const buyers = 50
const purchases = 1000

test('kill -9 during 1,000 purchases loses nothing and settles nothing twice', async () => {
  let running = await planet.start()
  const call = async <T>(cookie: string, method: string, path: string, json?: unknown): Promise<T> => {
    const answer = await fetch(running.url + path, {
      method,
      headers: { cookie, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(30_000),
    })
    if (answer.status === 302 || answer.status === 303) return answer.headers.get('location') as T
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const { items: offers } = await call<{ items: Offer[] }>('', 'GET', '/api/v1/offers?limit=100')
  expect(offers.length).toBe(20)
  const cookies: string[] = []
  for (let i = 0; i < buyers; i++) {
    const answer = await fetch(`${running.url}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: running.url },
      body: JSON.stringify({ name: `Buyer ${i}`, email: `buyer${i}@test.example`, password: 'a-long-test-password' }),
    })
    cookies.push(
      answer.headers
        .getSetCookie()
        .map(line => line.split(';')[0])
        .join('; '),
    )
  }

  // Each buyer wants each release; every fifth order is never paid.
  const wishes = Array.from({ length: purchases }, (_, i) => ({
    cookie: cookies[i % buyers]!,
    offer: offers[Math.floor(i / buyers)]!,
    pays: i % 5 !== 4,
  }))
  const placed = new Map<number, { order: Order; charge: string | null }>()
  let next = 0
  let paid = 0
  let dead = false
  const shop = async (): Promise<void> => {
    for (let i = next++; i < wishes.length; i = next++) {
      const { cookie, offer, pays } = wishes[i]!
      const price = offer.pricing === 'name_your_price' ? { amount: '500', currency: 'CNY' } : undefined
      try {
        const order = await call<Order>(cookie, 'POST', '/api/v1/orders', {
          lines: [{ offer: offer.id, quantity: 1, ...(price ? { price } : {}) }],
        })
        placed.set(i, { order, charge: null })
        const page = await call<string>(cookie, 'GET', new URL(order.payUrl!, running.url).pathname)
        const charge = page.split('/').at(-1)!
        placed.set(i, { order, charge })
        if (!pays) continue
        await call(cookie, 'POST', `/sandbox/api/charges/${charge}`, { outcome: 'pay' })
        paid += 1
      } catch (error) {
        if (!dead) throw error
        return
      }
    }
  }
  const crowd = Promise.all(Array.from({ length: 32 }, shop))
  await until(() => paid >= 350, '350 paid orders', 120_000)
  dead = true
  await running.kill()
  await crowd
  expect(placed.size).toBeLessThan(purchases)

  running = await planet.start()
  dead = false
  const again = await call<{ items: Offer[] }>('', 'GET', '/api/v1/offers?limit=100')
  expect(again.items.length).toBe(20)
  const seen = { settled: 0, unpaid: 0 }
  for (const [i, { order, charge }] of placed) {
    const { cookie } = wishes[i]!
    const truth = charge === null ? 'open' : (await call<{ state: string }>(cookie, 'GET', `/sandbox/api/charges/${charge}`)).state
    if (truth === 'paid') {
      await until(
        async () => (await call<Order>(cookie, 'GET', `/api/v1/orders/${order.id}`)).state === 'settled',
        `order ${order.id} to be settled`,
        60_000,
      )
      seen.settled += 1
    } else {
      expect((await call<Order>(cookie, 'GET', `/api/v1/orders/${order.id}`)).state).toBe('placed')
      seen.unpaid += 1
    }
  }
  expect(seen.settled).toBeGreaterThanOrEqual(350)
  expect(seen.unpaid).toBeGreaterThan(50)
  const audit = await planet.run('audit')
  expect(audit.err).toBe('')
  expect(audit.code).toBe(0)
  expect(audit.out).toContain('The books are whole')
  expect(await running.stop()).toBe(0)
})
