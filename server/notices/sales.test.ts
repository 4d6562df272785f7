/** What happens around a sale is told to whom it concerns: parcels, returns, reviews, papers of a show, tickets that change hands, lotteries. Each thing once. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { PlanetEvent } from '../../shared/events.ts'
import { clock, newId } from '../foundation/clock.ts'
import { tell } from '../foundation/events.ts'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { order, openShop, sellGoods, type Shop } from '../goods/goods.testing.ts'
import { openPage } from '../people/index.ts'
import { settleAll } from '../shop/index.ts'
import { decide, orderIs, place } from '../shop/shop.testing.ts'
import { drawLottery, serveWaiting } from '../shows/index.ts'
import { buy, dayMs, makeShow } from '../shows/shows.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { allDone, list, type Item } from './notices.testing.ts'

let planet: TestPlanet
let seller: Person
let buyer: Person
let shop: Shop
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, buyer] = (await Promise.all(['Seller', 'Buyer'].map(name => planet.signUp(name)))) as [Person, Person]
  shop = await openShop(planet, seller, 'Night Shop')
})
afterEach(() => clock.shift(0))
afterAll(() => planet.close())

type Told = Item & { kind: string; link: string }
/** What they were told of these whats, the oldest first. */
async function told(who: Person, pattern: RegExp): Promise<Told[]> {
  await allDone(planet)
  return ((await list(who, '?limit=50')) as Told[]).filter(one => pattern.test(one.what)).toReversed()
}
const whats = async (who: Person, pattern: RegExp): Promise<string[]> => (await told(who, pattern)).map(one => one.what)
const say = (event: PlanetEvent): Promise<void> => planet.db.transaction(tx => tell(tx, event))

test('a parcel and a return: each side hears of what the other did, once, and the money only as money; who muted it hears nothing', async () => {
  const bag = await sellGoods(seller, shop.page, [{ stock: 20, price: '10000' }], { title: 'Bag' })
  const sentTo = async (who: Person): Promise<{ order: string; line: string; parcel: string }> => {
    const paid = await order(planet, who, shop, [{ offer: bag.variants[0]!.offer, quantity: 2 }])
    const line = paid.lines[0]!.id
    type Sending = { parcel: string; lines: { line: string }[] }
    const { items } = await seller.call<{ items: Sending[] }>('GET', `/pages/${shop.page}/sendings?state=to_pack`)
    const { parcel } = items.find(one => one.lines.some(of => of.line === line))!
    await seller.call('POST', `/senders/${shop.page}/parcels/send`, { parcels: [{ id: parcel, carrier: 'EMS', tracking: 'E1' }] })
    return { order: paid.id, line, parcel }
  }
  const muted = await planet.signUp('Muted')
  await muted.call('PATCH', '/me/notices/settings', {
    kinds: (['app', 'mail', 'push'] as const).map(channel => ({ kind: 'orders', channel, wanted: false })),
  })
  const [one] = [await sentTo(buyer), await sentTo(muted)]
  expect(await told(buyer, /^order_sent/)).toMatchObject([
    { kind: 'orders', link: `/orders/${one.order}`, facts: { title: expect.stringContaining('Bag'), number: 'EMS E1' } },
  ])
  expect(await whats(muted, /^(order_sent|exchange)/)).toEqual([])
  await buyer.call('POST', `/parcels/${one.parcel}/arrived`)
  const ask = async (quantity: number): Promise<string> => {
    const id = newId('ret')
    await buyer.call('POST', '/returns', { id, line: one.line, quantity, reason: 'changed_mind', words: '' })
    return id
  }
  const no = await ask(1)
  expect(await told(seller, /^return/)).toMatchObject([{ what: 'return_asked', link: `/returns/${no}`, facts: { title: 'Bag' } }])
  await seller.call('POST', `/returns/${no}/decline`, { answer: 'Worn' })
  expect(await told(buyer, /^return/)).toMatchObject([{ what: 'return_declined', facts: { reason: 'Worn' } }])
  const yes = await ask(1)
  await allDone(planet)
  await seller.call('POST', `/returns/${yes}/accept`, {})
  await allDone(planet)
  await buyer.call('POST', `/returns/${yes}/sent`, { carrier: 'EMS', tracking: '7' })
  await allDone(planet)
  await seller.call('POST', `/returns/${yes}/received`, { restock: 1 })
  const left = await ask(1)
  await allDone(planet)
  await buyer.call('POST', `/returns/${left}/withdraw`)
  // What was heard before says nothing again.
  for (const id of [no, yes, left]) await say({ type: 'return_changed', return: id, page: shop.page, person: buyer.id })
  await say({ type: 'parcel_sent', parcel: one.parcel, person: buyer.id })
  expect(await whats(seller, /^return/)).toEqual(['return_asked', 'return_asked', 'return_sent', 'return_asked', 'return_over'])
  await until(async () => (await whats(buyer, /^refunded/)).length > 0, 'the money to be told')
  expect(await whats(buyer, /^(return|refunded|order_sent)/)).toEqual(['order_sent', 'return_declined', 'return_accepted', 'refunded'])
})

test('a review is told to who sells, gathered by what was reviewed; its answer to who wrote it', async () => {
  const cap = await sellGoods(seller, shop.page, [{ stock: 20, price: '9000' }], { title: 'Cap' })
  const fans = await Promise.all(['Ann', 'Ben'].map(name => planet.signUp(name)))
  const reviews: string[] = []
  for (const fan of fans) {
    const paid = await order(planet, fan, shop, [{ offer: cap.variants[0]!.offer }])
    const line = paid.lines[0]!.id
    const { items } = await seller.call<{ items: { parcel: string; lines: { line: string }[] }[] }>(
      'GET',
      `/pages/${shop.page}/sendings?state=to_pack`,
    )
    const { parcel } = items.find(one => one.lines.some(of => of.line === line))!
    await seller.call('POST', `/senders/${shop.page}/parcels/send`, { parcels: [{ id: parcel, carrier: 'EMS', tracking: 'E2' }] })
    await fan.call('POST', `/parcels/${parcel}/arrived`)
    await fan.call('POST', `/lines/${line}/received`)
    const id = newId('rev')
    await fan.call('POST', '/reviews', { id, line, stars: 4, text: '很好' })
    reviews.push(id)
  }
  const heard = await told(seller, /^review/)
  expect(heard).toMatchObject([
    { what: 'review_written', kind: 'reviews', people: 2, link: `/studio/shop/${shop.page}?part=reviews`, facts: { title: 'Cap' } },
  ])
  for (const text of ['谢谢', '多谢']) await seller.call('PUT', `/reviews/${reviews[0]}/answer`, { text })
  await say({ type: 'review_answered', review: reviews[0]! })
  await say({ type: 'review_written', review: reviews[0]! })
  expect(await told(fans[0]!, /^review/)).toMatchObject([
    { what: 'review_answered', link: '/shops/reviews', facts: { page: 'Night Shop' } },
  ])
  expect(await whats(fans[1]!, /^review/)).toEqual([])
  expect(await told(seller, /^review/)).toHaveLength(1)
})

test('papers of a show: who is to sign hears, then the other side; what was paid out is told to each with their part', async () => {
  const [host, artist, fan] = (await Promise.all(['Host', 'Artist', 'Fan'].map(name => planet.signUp(name)))) as [Person, Person, Person]
  const band = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: 'Band', owner: artist.id }))
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 9, price: 10_000 } }, { days: 3 })
  await buy(fan, show, tiers['floor']!, 2)
  type Deal = { id: string; hash: string }
  const terms = { artist: band, kind: 'versus', guarantee: '1000', shareBp: 5000, costsMost: null, bonuses: [], note: '' }
  const first = await host.call<Deal>('POST', `/shows/${show}/deals`, terms)
  await allDone(planet)
  await artist.call('POST', `/deals/${first.id}/decline`, { reason: 'Too little' })
  expect(await told(host, /^(deal|settlement)/)).toMatchObject([
    { what: 'deal_declined', kind: 'money', link: `/studio/deals/${show}`, facts: { reason: 'Too little' } },
  ])
  const second = await host.call<Deal>('POST', `/shows/${show}/deals`, { ...terms, shareBp: 6000 })
  await allDone(planet)
  await artist.call('POST', `/deals/${second.id}/sign`, { hash: second.hash })
  expect(await whats(artist, /^(deal|settlement)/)).toEqual(['deal_proposed', 'deal_proposed'])
  expect(await whats(host, /^(deal|settlement)/)).toEqual(['deal_declined', 'deal_signed'])

  clock.shift(10 * dayMs)
  await until(async () => {
    await settleAll(planet.db.transaction, makeLog('fatal'))
    const { missing } = await host.call<{ missing: string | null }>('GET', `/shows/${show}/deal`)
    return missing === null
  }, 'the takings')
  const sums = await host.call<Deal>('POST', `/shows/${show}/settlement`, {})
  await allDone(planet)
  await artist.call('POST', `/deals/${sums.id}/sign`, { hash: sums.hash })
  const { payments } = await host.call<{ payments: { id: string }[] }>('GET', `/shows/${show}/deal`)
  await say({ type: 'show_paid', show, payment: payments[0]!.id })
  await say({ type: 'deal_signed', deal: sums.id })
  const paid = [...(await told(artist, /^show_paid/)), ...(await told(host, /^show_paid/))]
  expect(paid).toHaveLength(2)
  expect(paid.map(one => one.link)).toEqual([`/studio/deals/${show}`, `/studio/deals/${show}`])
  const { rows } = await planet.db.pool.query<{ minor: string }>(
    `select x.amount::text as minor from deals.public_payment_part x join deals.public_payment p on p.id = x.payment where p.show = $1`,
    [show],
  )
  expect(paid.map(one => one.facts['minor']).toSorted()).toEqual(rows.map(one => one.minor).toSorted())
  expect(await whats(artist, /^(deal|settlement|show_paid)/)).toEqual([
    'deal_proposed',
    'deal_proposed',
    'settlement_proposed',
    'show_paid',
  ])
  expect(await whats(host, /^(deal|settlement|show_paid)/)).toEqual(['deal_declined', 'deal_signed', 'show_paid'])
})

test('a ticket that changes hands is told to both, by name to who gave it away', async () => {
  const [host, fan, friend] = (await Promise.all(['Host2', 'Fan2', 'Friend2'].map(name => planet.signUp(name)))) as [Person, Person, Person]
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 9 } }, { resale: true })
  await buy(fan, show, tiers['floor']!, 2)
  const ticketsOf = async (who: Person): Promise<string[]> =>
    (await who.call<{ items: { id: string }[] }>('GET', '/me/tickets')).items.map(one => one.id)
  const [given, sold] = (await ticketsOf(fan)) as [string, string]
  const { path } = await fan.call<{ path: string }>('POST', `/tickets/${given}/transfers`, {})
  const link = `/ticket-transfers/${path.split('/').at(-1)}`
  await Promise.all([1, 2].map(() => friend.call('POST', `${link}/accept`, {})))
  expect(await told(fan, /^ticket/)).toMatchObject([
    { what: 'ticket_taken', kind: 'tickets', link: '/tickets', actors: [{ name: 'Friend2' }] },
  ])
  expect(await told(friend, /^ticket/)).toMatchObject([{ what: 'ticket_yours', link: `/tickets/${given}`, facts: { title: '极夜巡演' } }])

  await fan.call('POST', `/tickets/${sold}/resale`, { price: { amount: '9000', currency: 'CNY' } })
  const { items } = await friend.call<{ items: { offer: string }[] }>('GET', `/shows/${show}/resale`)
  const placed = await place(friend, [items[0]!.offer])
  await decide(friend, placed)
  await orderIs(friend, placed.id, 'paid')
  const mine = await until(async () => (await ticketsOf(friend)).find(id => id !== given), 'the new ticket')
  expect(await whats(fan, /^ticket/)).toEqual(['ticket_taken', 'ticket_sold'])
  expect((await told(friend, /^ticket/)).map(one => one.link)).toEqual([`/tickets/${given}`, `/tickets/${mine}`])
})

test('a lottery: who won hears with the time their places are kept, who did not that it was drawn, who took their name back nothing', async () => {
  const host = await planet.signUp('Host3')
  const people = await Promise.all(['A', 'B', 'C', 'D'].map(name => planet.signUp(`Entrant ${name}`)))
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 2 } }, { sale: 'lottery', open: false, waitingList: false })
  await host.call('PUT', `/shows/${show}/lottery`, {
    opensAt: new Date(Date.now() - 1000).toISOString(),
    closesAt: new Date(Date.now() + 3_600_000).toISOString(),
    hours: 24,
  })
  await host.call('PUT', `/shows/${show}/state`, { state: 'on_sale' })
  for (const who of people)
    await who.call('PUT', `/shows/${show}/lottery/entry`, { entry: newId('ltn'), count: 1, tiers: [tiers['floor']] })
  await people[3]!.call('DELETE', `/shows/${show}/lottery/entry`)
  clock.shift(2 * 3_600_000)
  await drawLottery(planet.db, planet.config, show)
  await serveWaiting(planet.db, tiers['floor']!)
  await say({ type: 'lottery_drawn', show })
  const heard = await Promise.all(people.map(who => told(who, /^(lottery|places)/)))
  expect(
    heard
      .slice(0, 3)
      .map(all => all.map(one => one.what).join(' '))
      .toSorted(),
  ).toEqual(['lottery_lost', 'lottery_won', 'lottery_won'])
  expect(heard[3]).toEqual([])
  const won = heard.flat().filter(one => one.what === 'lottery_won')
  for (const one of won) {
    expect(one).toMatchObject({ kind: 'tickets', facts: { title: '极夜巡演', zone: 'Asia/Shanghai' } })
    expect(Date.parse(one.facts['on']!)).toBeGreaterThan(clock.now().getTime() + 22 * 3_600_000)
  }
})
