/** Where the money of an order went, as its buyer sees it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decide, orderIs, place, sell, type OrderJson } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
let artist: Person
let fan: Person
let other: Person
let order: OrderJson
type Flow = {
  asset: string
  total: { amount: string }
  transfers: number
  nodes: { id: string; kind: string; code: string; label: string | null }[]
  links: { id: string; from: string; to: string; amount: string }[]
}

beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[artist, fan, other] = [await planet.signUp('Lin Shen'), await planet.signUp('Fan'), await planet.signUp('Other')]
  const [one, two] = [await sell(planet, artist), await sell(planet, artist, { title: 'Paper Hills', price: 1200n })]
  order = await place(fan, [one.offer, two.offer])
})
afterAll(() => planet.close())

const flow = () => fan.call<Flow>('GET', `/orders/${order.id}/money`)
const sum = (links: Flow['links'], of: (link: Flow['links'][number]) => boolean) =>
  links.filter(of).reduce((total, link) => total + BigInt(link.amount), 0n)

test('before it is paid nothing flows; afterwards every fen has a receiver', async () => {
  expect(await flow()).toMatchObject({ total: { amount: '0' }, links: [] })
  await decide(fan, order)
  await orderIs(fan, order.id, 'settled')
  const { total, nodes, links, transfers } = await flow()
  expect(total.amount).toBe('5000')
  expect(transfers).toBe(3)
  expect(
    nodes
      .filter(node => node.kind === 'source')
      .map(node => node.label)
      .sort(),
  ).toEqual(['Paper Hills', 'Slow Star'])
  expect(nodes.find(node => node.label === 'Lin Shen')).toMatchObject({ kind: 'receiver', code: 'person' })
  expect(JSON.stringify(nodes)).not.toContain(artist.id)
  const isReceiver = (id: string) => nodes.some(node => node.id === id && node.kind === 'receiver')
  expect(sum(links, link => isReceiver(link.to))).toBe(5000n)
  expect(sum(links, link => link.from.startsWith('sub:'))).toBe(5000n)
})

test('a band opens to its postings, for the buyer alone', async () => {
  const { links, nodes } = await flow()
  const me = nodes.find(node => node.label === 'Lin Shen')!.id
  const band = links.find(link => link.to === me)!
  const { items } = await fan.call<{ items: { amount: { amount: string }; receiver: string }[] }>(
    'GET',
    `/money/postings?order=${order.id}&link=${encodeURIComponent(band.id)}`,
  )
  expect(items.reduce((total, item) => total + BigInt(item.amount.amount), 0n).toString()).toBe(band.amount)
  expect(new Set(items.map(item => item.receiver))).toEqual(new Set(['Lin Shen']))
  const first = links.find(link => link.from === `sub:${order.lines[0]!.id}`)!
  const one = await fan.call<{ items: unknown[] }>('GET', `/money/postings?order=${order.id}&link=${encodeURIComponent(first.id)}`)
  expect(one.items.length).toBeGreaterThan(0)
  for (const path of [`/orders/${order.id}/money`, `/money/postings?order=${order.id}&link=${encodeURIComponent(band.id)}`]) {
    expect([path, (await other.fetch(`/api/v1${path}`)).status]).toEqual([path, 404])
    expect([path, (await planet.stranger.fetch(`/api/v1${path}`)).status]).toEqual([path, 401])
  }
})

test('what went back is drawn as gone, and each receiver with what they still have', async () => {
  await artist.call('POST', `/lines/${order.lines[0]!.id}/refund`, { amount: '500', reason: 'goodwill', note: 'A click in song three' })
  const { nodes, links, total } = await flow()
  expect(total.amount).toBe('5000')
  expect(links.find(link => link.to === 'out:refund')).toMatchObject({ from: `sub:${order.lines[0]!.id}`, amount: '500' })
  const receivers = new Set(nodes.filter(node => node.kind === 'receiver').map(node => node.id))
  expect(sum(links, link => receivers.has(link.to))).toBe(4500n)
})

test('a payout is drawn back to what it paid out, for its payee', async () => {
  const [finance, second] = [await planet.staff('finance'), await planet.staff('finance')]
  const day = new Date().toISOString().slice(0, 10)
  await finance.call('PUT', '/console/payout-settings', { threshold: { amount: '100', currency: 'CNY' }, coolingDays: 0, reason: 'Young' })
  await artist.call('POST', '/me/payout-methods', {
    currency: 'CNY',
    account: '6222021001116245702',
    holder: 'Lin',
    bank: 'B',
    country: 'CN',
  })
  const { id } = await finance.call<{ id: string }>('POST', '/console/payout-batches', { currency: 'CNY', day })
  await finance.call('POST', `/console/payout-batches/${id}/submit`, { reason: 'Run' })
  await second.call('POST', `/console/payout-batches/${id}/approve`, { reason: 'Checked' })
  const { items } = await artist.call<{ items: { id: string; amount: { amount: string } }[] }>('GET', '/me/payouts')
  const drawn = await artist.call<Flow>('GET', `/payouts/${items[0]!.id}/money`)
  expect(drawn.total.amount).toBe(items[0]!.amount.amount)
  expect(sum(drawn.links, link => link.to === 'out:payout').toString()).toBe(items[0]!.amount.amount)
  expect(
    drawn.nodes
      .filter(node => node.kind === 'source')
      .map(node => node.label)
      .sort(),
  ).toEqual(['Paper Hills', 'Slow Star'])
  expect((await fan.fetch(`/api/v1/payouts/${items[0]!.id}/money`)).status).toBe(404)
})
