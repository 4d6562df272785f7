/** Shows where it is tight: places given back beside other refunds, sold on under a dispute, limits whichever way tickets come, a lottery entered again. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { checks as refundChecks } from '../refunds/index.ts'
import { refused } from '../rewards/rewards.testing.ts'
import { checks as shopChecks, settleAll } from '../shop/index.ts'
import { chargeOf, decide, orderIs, place } from '../shop/shop.testing.ts'
import { checks as ticketChecks, jobs as ticketJobs } from '../tickets/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './index.ts'
import { buy, dayMs, handed, makeShow, orderOf, take } from './shows.testing.ts'

let planet: TestPlanet
let host: Person
let fan: Person
let other: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true, config: { logLevel: 'error' } })
  ;[host, fan, other] = (await Promise.all(['Host', 'Fan', 'Other'].map(name => planet.signUp(name)))) as [Person, Person, Person]
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
afterEach(async () => {
  clock.shift(0)
  await settleAll(planet.db.transaction, makeLog('fatal'))
  const found = await runChecks(planet.db.read, [...checks, ...ticketChecks, ...shopChecks, ...refundChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})
type Mine = { items: { ticket: string; refund: { amount: string } }[] }
const mine = (who: Person, show: string): Promise<Mine> => who.call<Mine>('GET', `/shows/${show}/mine`)
const refundedOf = async (who: Person, order: string): Promise<string> =>
  (await who.call<{ lines: { refunded: { amount: string } }[] }>('GET', `/orders/${order}`)).lines[0]!.refunded.amount

test('what was given back of a line before is not asked for again: the last ticket brings what is left, an answer gives all of them', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 9, price: 10_000 } }, { ladder: [{ days: 1, percent: 100 }] })
  const [one, two] = [await buy(fan, show, tiers['floor']!, 2), await buy(other, show, tiers['floor']!, 2)]
  for (const order of [one, two]) await host.call('POST', `/lines/${order.lines[0]!.id}/refund`, { amount: '1500', reason: 'goodwill' })
  const { items } = await mine(fan, show)
  expect(items.map(item => item.refund.amount)).toEqual(['10000', '10000'])
  for (const { ticket } of items) await fan.call('POST', `/show-tickets/${ticket}/refund`)
  expect(await refundedOf(fan, one.id)).toBe('20000')
  await orderIs(fan, one.id, 'refunded')
  const starts = Date.now() + 90 * dayMs
  const to = { startsAt: new Date(starts).toISOString(), endsAt: new Date(starts + 3_600_000).toISOString(), reason: 'Later' }
  await host.call('POST', `/shows/${show}/postpone`, to)
  expect(await other.call('POST', `/shows/${show}/answer`, { keep: false })).toMatchObject({ refunded: 2 })
  expect(await refundedOf(other, two.id)).toBe('20000')
})

test('a lottery: who took their entry back enters again, from another device too; another one’s entry is not theirs', async () => {
  const { show, tiers } = await makeShow(planet, host, { front: { places: 3 } }, { sale: 'lottery', open: false })
  const [opensAt, closesAt] = [-1000, 3_600_000].map(ms => new Date(Date.now() + ms).toISOString())
  await host.call('PUT', `/shows/${show}/lottery`, { opensAt, closesAt, hours: 24 })
  await host.call('PUT', `/shows/${show}/state`, { state: 'on_sale' })
  const enter = (who: Person, entry: string, count = 1): Promise<{ entrants: number; me: { id: string; count: number } }> =>
    who.call('PUT', `/shows/${show}/lottery/entry`, { entry, count, tiers: [tiers['front']] })
  const [first, again] = [newId('ltn'), newId('ltn')]
  await enter(fan, first)
  expect(await refused(enter(fan, again))).toBe('409 key_reused')
  await fan.call('DELETE', `/shows/${show}/lottery/entry`)
  expect(await enter(fan, again, 2)).toMatchObject({ entrants: 1, me: { id: again, count: 2 } })
  expect(await enter(fan, again, 2)).toMatchObject({ entrants: 1, me: { id: again, count: 2 } })
  expect(await refused(enter(other, again))).toBe('409 key_reused')
})

/** Offers the only ticket of this line for as much, and gives the offer. */
async function offered(seller: Person, show: string, price = '10000'): Promise<string> {
  const { items } = await mine(seller, show)
  await seller.call('POST', `/tickets/${items[0]!.ticket}/resale`, { price: { amount: price, currency: 'CNY' } })
  const list = await planet.stranger.call<{ items: { offer: string }[] }>('GET', `/shows/${show}/resale`)
  return list.items[0]!.offer
}
const resaleOf = async (offer: string): Promise<string> =>
  (await planet.db.pool.query<{ id: string }>('select id from tickets.resale where offer = $1', [offer])).rows[0]!.id
const bank = async (charge: string, outcome: string): Promise<void> => {
  const answer = await fan.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome } })
  expect(answer.status).toBe(200)
}
const disputed = async (order: string, state: string): Promise<void> => {
  const found = (): Promise<{ rowCount: number | null }> =>
    planet.db.pool.query('select from refunds.dispute where "order" = $1 and state = $2', [order, state])
  await until(async () => (await found()).rowCount === 1, `the dispute to be ${state}`)
}

test('sold on while its first payment is disputed: nothing goes back until the bank has decided, and never twice', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 9, price: 10_000 } })
  for (const end of ['dispute_lost', 'dispute_won'] as const) {
    const [seller, buyer] = await Promise.all(['Seller', 'Buyer'].map(name => planet.signUp(name)))
    const order = await orderOf(seller!, await take(seller!, show, tiers['floor']!, 1))
    const charge = await chargeOf(seller!, order)
    await bank(charge, 'pay')
    await handed(seller!, order.id)
    const offer = await offered(seller!, show)
    await bank(charge, 'dispute')
    await disputed(order.id, 'open')
    const second = await place(buyer!, [offer])
    await decide(buyer!, second)
    await until(async () => (await mine(buyer!, show)).items.length === 1, 'the ticket to be theirs')
    await ticketJobs['tickets.pay_back']({ write: planet.db.transaction }, { resale: await resaleOf(offer) })
    expect(await refundedOf(seller!, order.id)).toBe('0')
    await bank(charge, end)
    await disputed(order.id, end === 'dispute_lost' ? 'lost' : 'won')
    for (const resale of [await resaleOf(offer), await resaleOf(offer)])
      await ticketJobs['tickets.pay_back']({ write: planet.db.transaction }, { resale })
    // Either the bank has it, or it was sent back.
    expect(await refundedOf(seller!, order.id)).toBe('10000')
    await orderIs(seller!, order.id, 'refunded')
  }
})

test('the limit per person counts what is bought from others, either way round; who sold one on may have another', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 20, price: 10_000 } }, { mostEach: 2 })
  const floor = tiers['floor']!
  const [full, a, b, c, d] = (await Promise.all(['Full', 'A', 'B', 'C', 'D'].map(name => planet.signUp(name)))) as [Person, Person, Person, Person, Person] // prettier-ignore
  await buy(full, show, floor, 2)
  for (const one of [a, b, c]) await buy(one, show, floor, 1)
  const more = async (who: Person): Promise<number> => (await who.call<{ mine: { more: number } }>('GET', `/shows/${show}`)).mine.more
  /** Who has as many as one may is refused; the other has the ticket. */
  const sellsTo = async (seller: Person, who: Person, refusing: Person): Promise<void> => {
    const before = (await mine(seller, show)).items.length
    const offer = await offered(seller, show)
    expect(await refused(place(refusing, [offer]))).toBe('409 too_many_each')
    const order = await place(who, [offer])
    await decide(who, order)
    await until(async () => (await mine(seller, show)).items.length === before - 1, 'it to be sold')
  }
  await sellsTo(a, d, full)
  expect([await more(a), await more(d), await more(full)]).toEqual([2, 1, 0])
  // One from another, one of the show: then no more of either.
  expect(await refused(take(d, show, floor, 2))).toBe('422 too_many_each')
  await buy(d, show, floor, 1)
  expect(await refused(take(d, show, floor, 1))).toBe('422 too_many_each')
  await sellsTo(b, a, d)
  await sellsTo(full, c, d)
  expect([await more(full), await more(c)]).toEqual([1, 0])
  // Two tabs: the place that is left is had once, from others or of the show.
  const offer = await offered(d, show)
  const hold = await take(full, show, floor, 1)
  const both = await Promise.all([refused(place(full, [offer])), refused(orderOf(full, hold))])
  expect(both.toSorted()).toEqual(['409 too_many_each', 'done'])
})

test('who is too young for a show has no ticket of it from others either, and does not wait for one', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 1, price: 10_000 } }, { minAge: 18 })
  const [grown, young] = (await Promise.all(['Grown', 'Young'].map(name => planet.signUp(name)))) as [Person, Person]
  const born = (years: number): string => `${new Date().getUTCFullYear() - years}-01-01`
  await grown.call('PUT', '/me/declared', { bornOn: born(30) })
  await buy(grown, show, tiers['floor']!, 1)
  const wait = (who: Person): Promise<unknown> =>
    who.call('POST', `/shows/${show}/waiting`, { waiting: newId('wtl'), tier: tiers['floor'], count: 1 })
  expect(await refused(wait(young))).toBe('403 age_unknown')
  await young.call('PUT', '/me/declared', { bornOn: born(15) })
  expect(await refused(wait(young))).toBe('403 too_young')
  const offer = await offered(grown, show)
  expect(await refused(place(young, [offer]))).toBe('403 too_young')
  const other = await planet.signUp('Other')
  await other.call('PUT', '/me/declared', { bornOn: born(20) })
  expect(await refused(place(other, [offer]))).toBe('done')
})
