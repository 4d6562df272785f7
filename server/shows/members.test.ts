/** Members of a page first: when they may, who is refused with which sentence, and everybody from the start of the sale. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { refused } from '../rewards/rewards.testing.ts'
import { isMember } from '../services/index.ts'
import { decide, orderIs, type OrderJson } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { earlyFor, firstAt, membersAt, tierState } from './policy.ts'
import { buy, makeShow, take, type ShowJson } from './shows.testing.ts'

const hourMs = 3_600_000
let planet: TestPlanet
let host: Person
let fan: Person
let other: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[host, fan, other] = (await Promise.all(['Host', 'Fan', 'Other'].map(name => planet.signUp(name)))) as [Person, Person, Person]
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})

test('who may when: members so many hours before, groups from their own moment, everybody from the start', () => {
  const opensAt = new Date('2030-05-01T10:00:00Z')
  const tier = { opensAt, earlyAt: new Date('2030-05-01T04:00:00Z'), earlyGroups: ['grp_a'], memberHours: 3 }
  const at = new Date('2030-05-01T07:00:00Z')
  expect([membersAt(tier), firstAt(tier)]).toEqual([at, tier.earlyAt])
  expect(membersAt({ ...tier, memberHours: 0 })).toBe(null)
  expect(membersAt({ ...tier, opensAt: null })).toBe(null)
  expect(firstAt({ ...tier, earlyAt: null })).toEqual(at)
  expect(earlyFor(tier, new Set(), false)).toBe(null)
  expect(earlyFor(tier, new Set(), true)).toEqual(at)
  expect(earlyFor(tier, new Set(['grp_a']), true)).toEqual(tier.earlyAt)
  const show = { state: 'on_sale' as const, sale: 'direct' as const, startsAt: opensAt, endsAt: new Date('2030-06-01T00:00:00Z') }
  const now = (text: string, early: Date | null) =>
    tierState(show, { ...tier, state: 'open', closesAt: null, free: 5, wait: null }, early, new Date(text))
  expect(now('2030-05-01T06:59:59Z', at)).toBe('soon')
  expect(now('2030-05-01T07:00:00Z', at)).toBe('early')
  expect(now('2030-05-01T07:00:00Z', null)).toBe('soon')
  expect(now('2030-05-01T10:00:00Z', null)).toBe('open')
})

type Tiers = Omit<ShowJson, 'tiers'> & { tiers: { state: string; membersAt: string | null }[]; membership: { id: string } | null }
const page = (who: Person, show: string): Promise<Tiers> => who.call<Tiers>('GET', `/shows/${show}`)

test('a member buys before the others, who are told to wait or to become one; a membership that ended is none', async () => {
  const opensAt = new Date(Date.now() + 10 * hourMs)
  const made = await makeShow(planet, host, { floor: { places: 10, opensAt: opensAt.toISOString(), memberHours: 24 } })
  const floor = made.tiers['floor']!
  const club = newId('mbs')
  await host.call('PUT', `/services/${club}`, {
    page: made.page,
    title: 'Club',
    about: '',
    period: 'month',
    price: { amount: '1500', currency: 'CNY' },
    perks: ['First'],
    earlyHours: 24,
    state: 'open',
  })
  const seen = await page(fan, made.show)
  expect([seen.tiers[0]!.state, seen.membership?.id]).toEqual(['soon', club])
  expect(new Date(seen.tiers[0]!.membersAt!).getTime()).toBe(opensAt.getTime() - 24 * hourMs)
  expect(await refused(take(fan, made.show, floor, 1))).toBe('403 members_first')
  expect(
    await refused(planet.stranger.call('POST', `/shows/${made.show}/holds`, { hold: newId('sth'), wants: [{ tier: floor, count: 1 }] })),
  ).toBe('401 unauthenticated')
  const { offer } = await fan.call<{ offer: string }>('GET', `/services/${club}`)
  const order = await fan.call<OrderJson>('POST', '/orders', { lines: [{ offer, quantity: 1, choice: {} }] })
  await decide(fan, order)
  await orderIs(fan, order.id, 'paid', 'settled')
  await until(async () => ((await isMember(planet.db.read, fan.id, made.page)) ? true : undefined), 'a member')
  expect((await page(fan, made.show)).tiers[0]!.state).toBe('early')
  expect((await page(other, made.show)).tiers[0]!.state).toBe('soon')
  const bought = await buy(fan, made.show, floor, 2)
  expect(bought.lines[0]!.state).toBe('held')
  // Nobody else gets in with an offer's id alone.
  const ticket = (bought.lines[0] as unknown as { offer: string }).offer
  expect(await refused(other.call('POST', '/orders', { lines: [{ offer: ticket, quantity: 1 }] }))).toBe('409 hold_missing')
  clock.shift(11 * hourMs)
  expect((await page(other, made.show)).tiers[0]!.state).toBe('open')
  expect((await take(other, made.show, floor, 1)).state).toBe('held')
  clock.shift(0)
  await planet.db.pool.query('update services.member set until = now() where person = $1', [fan.id])
  expect((await page(fan, made.show)).tiers[0]!.state).toBe('soon')
})

test('hours need a start of the sale, and only those who put the show on set them', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 10 } }, { open: false })
  const tier = { id: tiers['floor'], name: 'floor', price: '10000', capacity: 10 }
  const put = (who: Person, more: object) => refused(who.call('PUT', `/shows/${show}/tiers`, { tiers: [{ ...tier, ...more }] }))
  expect(await put(host, { memberHours: 24 })).toBe('422 show_times')
  expect(await put(other, { memberHours: 24 })).toBe('404 not_found')
  const opensAt = new Date(Date.now() + hourMs).toISOString()
  expect(await put(host, { memberHours: 24, opensAt })).toBe('done')
  const desk = await host.call<{ tiers: { memberHours: number }[] }>('GET', `/shows/${show}/desk`)
  expect(desk.tiers[0]!.memberHours).toBe(24)
})
