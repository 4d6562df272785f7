/** Codes of shows through the door: what a code was used for counts as long as the hold holds or its tickets are good, and comes back once. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { clock } from '../foundation/clock.ts'
import { refused } from '../rewards/rewards.testing.ts'
import { checks as seatingChecks, sweepHolds } from '../seating/index.ts'
import { chargeOf, decide, orderIs } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './index.ts'
import { handed, makeShow, orderOf, take, type HoldJson } from './shows.testing.ts'

let planet: TestPlanet
let host: Person
let fan: Person
let other: Person
let third: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[host, fan, other, third] = (await Promise.all(['Host', 'Fan', 'Other', 'Third'].map(name => planet.signUp(name)))) as [
    Person,
    Person,
    Person,
    Person,
  ]
})
afterAll(() => planet.close())
afterEach(async () => {
  clock.shift(0)
  const found = await runChecks(planet.db.read, [...checks, ...seatingChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})

const code = 'STAR2026'
type Made = {
  limit: (most: number) => Promise<unknown>
  with: (who: Person, count: number) => Promise<HoldJson>
  used: () => Promise<number>
}
async function make(most: number): Promise<Made> {
  const { show, tiers } = await makeShow(planet, host, { open: { places: 9 }, vip: { places: 9, secret: true } })
  const limit = (n: number): Promise<unknown> => host.call('PUT', `/shows/${show}/promos/${code}`, { tiers: [tiers['vip']], most: n })
  await limit(most)
  return {
    limit,
    with: (who, count) => take(who, show, tiers['vip']!, count, { code }),
    used: async () => (await host.call<{ promos: { used: number }[] }>('GET', `/shows/${show}/desk`)).promos[0]!.used,
  }
}

test('a hold that takes the place of another takes its uses along; one that is let go or runs out gives them back', async () => {
  const made = await make(2)
  await made.with(fan, 2)
  expect(await refused(made.with(other, 1))).toBe('409 promo_used')
  // Chosen anew, again and again: still two.
  await made.with(fan, 2)
  await made.with(fan, 2)
  expect(await made.used()).toBe(2)
  const one = await made.with(fan, 1)
  expect(await made.used()).toBe(1)
  const others = await made.with(other, 1)
  expect(await refused(made.with(third, 1))).toBe('409 promo_used')
  await Promise.all([1, 2].map(() => refused(other.call('DELETE', `/show-holds/${others.id}`))))
  expect(await made.used()).toBe(1)
  await made.with(third, 1)
  expect(await made.used()).toBe(2)
  clock.shift(9 * 60_000)
  // Over by its time, before the sweep and after it.
  expect(await made.used()).toBe(0)
  await sweepHolds(planet.db)
  expect(await made.used()).toBe(0)
  expect((await fan.call<HoldJson>('GET', `/show-holds/${one.id}`)).state).toBe('over')
  await made.with(fan, 2)
  expect(await made.used()).toBe(2)
  expect(await refused(made.limit(1))).toBe('409 promo_used')
  await made.limit(2)
})

test('an order keeps them while it waits and when it is paid; ended it gives them back once; paid too late it counts again while there is room', async () => {
  const made = await make(2)
  const order = await orderOf(fan, await made.with(fan, 2))
  expect(await made.used()).toBe(2)
  expect(await refused(made.with(other, 1))).toBe('409 promo_used')
  const ref = await chargeOf(fan, order)
  await Promise.all([1, 2].map(() => refused(fan.call('POST', `/orders/${order.id}/cancel`))))
  expect(await made.used()).toBe(0)
  // There is room again: the late payment is taken.
  await fan.fetch(`/sandbox/api/charges/${ref}`, { method: 'POST', json: { outcome: 'pay' } })
  await handed(fan, order.id)
  expect(await made.used()).toBe(2)

  const full = await make(1)
  const late = await orderOf(fan, await full.with(fan, 1))
  const charge = await chargeOf(fan, late)
  await fan.call('POST', `/orders/${late.id}/cancel`)
  const bought = await orderOf(other, await full.with(other, 1))
  await decide(other, bought)
  await handed(other, bought.id)
  // Somebody else has the last use by now, though places are free.
  await fan.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome: 'pay' } })
  await orderIs(fan, late.id, 'refunded', 'cancelled')
  expect(await full.used()).toBe(1)
})

test('many at once never get more than a code has', async () => {
  const made = await make(3)
  const people = await Promise.all(Array.from({ length: 6 }, (_, n) => planet.signUp(`C${n}`)))
  const got = await Promise.all(people.map(who => refused(made.with(who, 1))))
  expect(got.filter(one => one === 'done')).toHaveLength(3)
  expect(await made.used()).toBe(3)
})
