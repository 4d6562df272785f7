/** The rule of partner terms: read and set by finance, previewed, one version after the other in any race. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { sell } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { refused, type Terms } from './storefront.testing.ts'

let planet: TestPlanet
let finance: Person
let seller: Person
beforeAll(async () => {
  planet = await startPlanet({ config: { logLevel: 'error' } })
  ;[finance, seller] = [await planet.staff('finance'), await planet.signUp('Seller')]
})
afterAll(() => planet.close())

type Rule = { plan: string; months: number; turnover: { amount: string }; termMonths: number | null; since: string; by: string | null }
type Rules = { rule: Rule | null; past: Rule[]; plans: { id: string }[] }
const read = (): Promise<Rules> => finance.call<Rules>('GET', '/console/partner-rule')
const body = (since: string | null, more: object = {}) => ({
  since,
  plan: 'partner',
  months: 3,
  turnover: '500000',
  termMonths: null,
  reason: 'More shops should have it',
  ...more,
})
const put = (who: Person, given: object, id = newId('ptr')) => who.call<Rule>('PUT', `/console/partner-rule/${id}`, given)

test('only finance reads and sets it; the same again is the same; of two at once one is told to look again', async () => {
  const first = await read()
  expect(first).toMatchObject({ rule: { plan: 'partner', months: 6, by: null }, past: [] })
  const { since } = first.rule!
  for (const path of ['', '/preview?months=1&turnover=1']) {
    expect(await refused(planet.stranger.call('GET', `/console/partner-rule${path}`))).toBe('401 unauthenticated')
    expect(await refused(seller.call('GET', `/console/partner-rule${path}`))).toBe('403 forbidden')
  }
  expect(await refused(put(planet.stranger, body(since)))).toBe('401 unauthenticated')
  expect(await refused(put(seller, body(since)))).toBe('403 forbidden')
  expect(await refused(put(finance, body(since, { reason: '' })))).toBe('400 invalid')
  expect(await refused(put(finance, body(since, { plan: 'nobodys' })))).toBe('422 no_such_plan')
  expect(await refused(put(finance, body(null)))).toBe('409 changed_meanwhile')
  const id = newId('ptr')
  const answers = await Promise.all([
    ...[1, 2, 3].map(() => refused(put(finance, body(since), id))),
    ...[4, 5].map(months => refused(put(finance, body(since, { months })))),
  ])
  expect(answers.filter(one => one === '409 changed_meanwhile').length).toBeGreaterThanOrEqual(2)
  const now = await read()
  expect([now.past.length, now.past[0]!.since]).toEqual([1, since])
  // Whichever was first holds; said again by its own id it is itself.
  const mine = await put(finance, body(now.rule!.since, { months: 7 }), newId('ptr'))
  expect([mine.months, mine.by === null]).toEqual([7, false])
  const last = newId('ptr')
  const given = body(mine.since, { months: 2, turnover: '100' })
  const twice = [await put(finance, given, last), await put(finance, given, last)]
  expect(twice[0]).toEqual(twice[1])
  expect(await refused(put(finance, { ...given, months: 9 }, last))).toBe('409 key_reused')
  expect((await seller.call<Terms>('GET', '/selling-terms')).partner).toMatchObject({ months: 2 })
})

test('the preview counts who could ask now and by another rule, and changes nothing', async () => {
  const before = await read()
  const { page } = await sell(planet, seller, { price: null })
  const { digest } = await seller.call<Terms>('GET', '/selling-terms')
  await seller.call('POST', '/shops', { page, name: 'Young shop', terms: digest })
  const look = (query: string) => finance.call<object>('GET', `/console/partner-rule/preview?${query}`)
  expect(await look('months=0&turnover=0')).toEqual({ shops: 1, now: 0, would: 1, new: [{ page, name: 'Young shop' }] })
  expect(await look('months=0&turnover=1')).toMatchObject({ would: 0, new: [] })
  expect(await look('months=1&turnover=0')).toMatchObject({ would: 0 })
  await planet.db.pool.query(`update storefront.store set opened_at = opened_at - interval '70 days' where page = $1`, [page])
  expect(await look('months=1&turnover=0')).toMatchObject({ would: 1 })
  expect(await read()).toEqual(before)
})
