/** Where the money of a show went, through the door: sold, sold on, given back before and after it was settled, divided by what both signed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { post } from '../ledger/index.ts'
import { giveRefund } from '../refunds/index.ts'
import { settleAt, settleDue } from '../shop/index.ts'
import { decide, held, place, type OrderJson } from '../shop/shop.testing.ts'
import { buy, makeShow, type Made } from '../shows/shows.testing.ts'
import { ticketsOf } from '../tickets/index.ts'
import { openTestPage } from '../tickets/tickets.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
let host: Person
let artist: Person
let fan: Person
let friend: Person
let band: string
let made: Made
let orders: OrderJson[]
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[host, artist, fan, friend] = [
    await planet.signUp('Moon Hall'),
    await planet.signUp('Tide'),
    await planet.signUp('Fan'),
    await planet.signUp('Friend'),
  ]
  band = await openTestPage(artist, 'Tide')
  made = await makeShow(planet, host, { floor: { places: 20 } })
  orders = [
    await buy(fan, made.show, made.tiers['floor']!, 3),
    await buy(friend, made.show, made.tiers['floor']!, 1),
    await buy(fan, made.show, made.tiers['floor']!, 1),
  ]
})
afterAll(() => planet.close())

type Flow = {
  asset: string
  total: { amount: string; currency: string }
  transfers: number
  nodes: { id: string; kind: string; code: string; label: string | null }[]
  links: { id: string; from: string; to: string; amount: string }[]
}
type Postings = { items: { receiver: string; amount: { amount: string }; kind: string }[]; next: string | null }
const flow = (who: Person = planet.stranger, show = made.show): Promise<Flow> => who.call<Flow>('GET', `/shows/${show}/money`)
const named = (given: Flow) => {
  const name = (id: string) => {
    const node = given.nodes.find(one => one.id === id)!
    return node.label ?? node.code
  }
  return Object.fromEntries(given.links.map(link => [`${name(link.from)} → ${name(link.to)}`, Number(link.amount)]))
}
/** Every link is the sum of what it opens to; what goes into a place in the middle is what leaves it; no account is named. */
async function holds(given: Flow, show = made.show): Promise<void> {
  expect(JSON.stringify(given)).not.toMatch(/usr_|org_|sho_|lin_/)
  for (const link of given.links) {
    let sum = 0n
    let next: string | null = null
    do {
      const at = `/money/postings?show=${show}&link=${encodeURIComponent(link.id)}&limit=2${next === null ? '' : `&cursor=${next}`}`
      const list: Postings = await planet.stranger.call<Postings>('GET', at)
      expect(JSON.stringify(list.items)).not.toMatch(/usr_|org_|sho_|lin_/)
      for (const item of list.items) sum += BigInt(item.amount.amount)
      next = list.next
    } while (next !== null)
    expect([link.id, (sum < 0n ? -sum : sum).toString()]).toEqual([link.id, link.amount])
  }
  const sum = (end: 'from' | 'to', id: string) =>
    given.links.filter(link => link[end] === id).reduce((all, link) => all + BigInt(link.amount), 0n)
  for (const { id, kind } of given.nodes) if (kind === 'step' || id === 'pot') expect([id, sum('to', id)]).toEqual([id, sum('from', id)])
  expect(sum('from', 'sub:ticket') + sum('from', 'sub:resale')).toBe(BigInt(given.total.amount))
}
const giveBack = (line: string, amount: bigint | null): Promise<unknown> =>
  planet.db.transaction(tx => giveRefund(tx, { key: newId('rfd'), line, amount, by: host.id, reason: 'other', at: clock.now() }))
/** The show is over and all its lines are settled. */
async function over(): Promise<void> {
  await planet.db.pool.query(
    `update shows.show set starts_at = now() - interval '3 days', ends_at = now() - interval '2 days 20 hours' where id = $1`,
    [made.show],
  )
  const lines = [...new Set((await ticketsOf(planet.db.read, { show: made.show })).flatMap(ticket => ticket.line ?? []))]
  await planet.db.transaction(tx =>
    settleAt(
      tx,
      lines.map(line => ({ line, at: clock.now() })),
    ),
  )
  const open = `select from shop.line where id = any($1) and state = 'held'`
  await until(async () => {
    await planet.db.transaction(tx => settleDue(tx))
    return (await planet.db.pool.query(open, [lines])).rowCount === 0 ? true : undefined
  }, 'the pot to be full')
}
const pot = (): Promise<bigint> => held(planet, `show:${made.show}`, 'available')

test('before its money is due nothing flows; then every fen of what was not given back has a receiver, also of what was sold on', async () => {
  expect(await flow()).toMatchObject({ asset: 'CNY', total: { amount: '0', currency: 'CNY' }, transfers: 0, nodes: [], links: [] })
  // One ticket is sold on for 90.00: its first buyer has that back, the show gets it of the new one.
  const [ticket] = await ticketsOf(planet.db.read, { lines: [orders[1]!.lines[0]!.id] })
  await friend.call('POST', `/tickets/${ticket!.id}/resale`, { price: { amount: '9000', currency: 'CNY' } })
  const list = await planet.stranger.call<{ items: { offer: string }[] }>('GET', `/shows/${made.show}/resale`)
  const second = await place(fan, [list.items[0]!.offer])
  await decide(fan, second)
  await until(async () => (await ticketsOf(planet.db.read, { lines: [second.lines[0]!.id] }))[0], 'the new ticket')
  const refunded = `select refunded from shop.line where id = $1 and refunded = 9000`
  await until(
    async () => ((await planet.db.pool.query(refunded, [orders[1]!.lines[0]!.id])).rowCount === 1 ? true : undefined),
    'paid back',
  )
  // And one goes back whole before anything is settled: it never was the show's.
  await giveBack(orders[2]!.lines[0]!.id, null)
  await over()
  const given = await flow()
  expect(given).toMatchObject({ total: { amount: '40000' }, transfers: 3 })
  const links = named(given)
  expect(links).toMatchObject({
    'show → rest': Number(await pot()),
    'provider_fee → sandbox': links['tickets → provider_fee']! + links['resale → provider_fee']!,
  })
  expect(links['tickets → commission']! + links['resale → commission']!).toBe(links['commission → planet'])
  expect(links['provider_fee → sandbox']! + links['commission → planet']! + links['show → rest']!).toBe(40_000)
  await holds(given)
})

test('divided by what both signed: who got what of the pot, by name; a late refund is taken back from them, and what the planet bears is told', async () => {
  const terms = { artist: band, kind: 'versus', guarantee: '10000', shareBp: 7000, costsMost: null, bonuses: [], note: '' }
  const deal = await host.call<{ id: string; hash: string }>('POST', `/shows/${made.show}/deals`, terms)
  await artist.call('POST', `/deals/${deal.id}/sign`, { hash: deal.hash })
  const sums = await host.call<{ id: string; hash: string }>('POST', `/shows/${made.show}/settlement`, {})
  const whole = await pot()
  await artist.call('POST', `/deals/${sums.id}/sign`, { hash: sums.hash })
  const settled = await flow()
  const part = Number((whole * 7000n + 5000n) / 10_000n)
  expect(named(settled)).toMatchObject({ 'show → Tide': part, 'show → Moon Hall': Number(whole) - part })
  expect(named(settled)).not.toHaveProperty('show → rest')
  await holds(settled)

  await giveBack(orders[0]!.lines[0]!.id, 10_000n)
  const given = await flow()
  expect(given.total.amount).toBe('40000')
  const links = named(given)
  const back = given.links.filter(link => link.to === 'out:clawback').reduce((sum, link) => sum + Number(link.amount), 0)
  expect(back).toBe(10_000)
  expect(links['show → Tide']).toBeLessThan(part)
  expect(links['show → Tide']! + links['show → Moon Hall']!).toBe(links['split:owner → show'])
  await holds(given)

  // The artist has spent theirs: what is lacking the planet puts in.
  const spent = await held(planet, artist.id, 'available')
  const at = (owner: string) => ({ owner, purpose: 'available', asset: 'CNY', floor: 0n })
  const entries = [
    { account: at(artist.id), amount: -spent },
    { account: at(friend.id), amount: spent },
  ]
  await planet.db.transaction(tx => post(tx, [{ key: 'spent', kind: 'gift', cause: 'gift:spent', entries }]))
  await giveBack(orders[0]!.lines[0]!.id, 10_000n)
  const borne = await flow()
  expect(named(borne)['planet → split:owner']).toBeGreaterThan(0)
  expect(borne.nodes.find(node => node.id.startsWith('from:'))).toMatchObject({ kind: 'source', code: 'planet' })
  await holds(borne)
})

test('a draft and a hidden show are there for those who put them on; another currency and a wrong link show nothing', async () => {
  const draft = await makeShow(planet, host, { floor: { places: 5 } }, { open: false })
  await planet.db.pool.query('update shows.show set hidden = true where id = $1', [made.show])
  const link = (show: string, id: string) => `/money/postings?show=${show}&link=${encodeURIComponent(id)}`
  for (const show of [draft.show, made.show]) {
    expect((await flow(host, show)).asset).toBe('CNY')
    for (const who of [planet.stranger, fan, artist])
      for (const path of [`/shows/${show}/money`, link(show, 'step:commission>out:clawback')])
        expect([path, (await who.fetch(`/api/v1${path}`)).status]).toEqual([path, 404])
  }
  await planet.db.pool.query('update shows.show set hidden = false where id = $1', [made.show])
  expect((await planet.stranger.call<Flow>('GET', `/shows/${made.show}/money?asset=USD`)).links).toEqual([])
  for (const id of ['x', 'pot', 'pot>pot', 'sub:ticket>pot', 'kind:settle>step:commission', 'me>out:payout', "step:'>pot"])
    expect([id, (await planet.stranger.fetch(`/api/v1${link(made.show, id)}`)).status]).toEqual([id, 404])
  expect((await planet.stranger.fetch(`/api/v1/shows/${newId('sho')}/money`)).status).toBe(404)
})
