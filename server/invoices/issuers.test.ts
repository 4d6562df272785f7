/** Who issues: said by whoever keeps the books, printed on what is issued from then on; older papers, their credit notes and replacements stay as they were. */
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { pdfLines } from '../foundation/pdf.testing.ts'
import { until } from '../foundation/testing.ts'
import { refused } from '../rewards/rewards.testing.ts'
import { decide, orderIs, place, sell, type OrderJson } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './index.ts'
import { folded, invoicePdf } from './paper.ts'
import { readPaper } from './store-reading.ts'

type Issuer = { address: string | null; taxNumber: string | null }
type Card = { id: string; kind: string; replaced: boolean; replaces: { id: string } | null }
let planet: TestPlanet
let seller: Person
let fan: Person
let other: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true, max: 20 })
  ;[seller, fan, other] = [await planet.signUp('Seller'), await planet.signUp('Fan'), await planet.signUp('Other')]
})
afterAll(() => planet.close())
afterEach(async () => {
  for (const check of checks) expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
})

const none: Issuer = { address: null, taxNumber: null }
const first: Issuer = { address: '北京市朝阳区星河路 1 号\n3 层', taxNumber: '91110105MA1FL0XX0A' }
const later: Issuer = { address: 'Moon street 2, 10115 Berlin', taxNumber: 'DE123456789' }
const put = (who: Person, body: object): Promise<Issuer> => who.call<Issuer>('PUT', '/me/issuer', body)
const papers = (order: string, least: number): Promise<Card[]> =>
  until(async () => {
    const { items } = await fan.call<{ items: Card[] }>('GET', `/orders/${order}/invoices`)
    return items.length >= least ? items : undefined
  }, `${least} papers of ${order}`)
const issuerOf = async (paper: Card): Promise<Issuer> => (await fan.call<{ issuer: Issuer }>('GET', `/invoices/${paper.id}`)).issuer
const printed = async (paper: Card): Promise<string> => {
  const row = (await readPaper(planet.db.read, paper.id))!
  const pdf = invoicePdf(row, { locale: 'zh', url: planet.url, at: clock.now(), compress: false })
  return pdfLines(await buffer(pdf))
    .flat(2)
    .join(' ')
}
async function buy(): Promise<OrderJson> {
  const { offer } = await sell(planet, seller, { price: 1000n })
  const order = await place(fan, [offer])
  await decide(fan, order)
  return orderIs(fan, order.id, 'paid', 'settled')
}

test('who keeps the books says it, others cannot see it; the same again, at once, and nothing again', async () => {
  const { id } = await seller.call<{ id: string }>('POST', '/organisations', { name: 'Star culture', kind: 'label' })
  expect(await refused(put(planet.stranger, first))).toBe('401 unauthenticated')
  expect(await refused(put(other, { as: id, ...first }))).toBe('404 not_found')
  expect(await refused(other.call('GET', `/me/issuer?as=${id}`))).toBe('404 not_found')
  expect(await refused(put(other, { as: seller.id, ...first }))).toBe('404 not_found')
  for (const wrong of [{ taxNumber: '<b>' }, { taxNumber: '1' }, { address: 'a'.repeat(301) }, { address: 'a\n'.repeat(8) + 'a' }])
    expect(await refused(put(seller, { as: id, ...first, ...wrong }))).toBe('400 invalid')
  expect(await seller.call('GET', `/me/issuer?as=${id}`)).toEqual(none)
  expect(await put(seller, { as: id, address: ' A \r\n\n B ', taxNumber: ' de-12345 ' })).toEqual({
    address: 'A\nB',
    taxNumber: 'DE-12345',
  })
  await Promise.all([1, 2, 3].map(() => put(seller, { as: id, ...first })))
  expect(await seller.call('GET', `/me/issuer?as=${id}`)).toEqual(first)
  expect(await seller.call('GET', '/me/issuer')).toEqual(none)
  expect(await put(seller, { as: id, address: ' \n ', taxNumber: null })).toEqual(none)
  expect(await seller.call('GET', `/me/issuer?as=${id}`)).toEqual(none)
})

test('it stands on what is issued from then on; changed later, old papers, their credit notes and replacements say what they said', async () => {
  const before = await buy()
  const [plain] = await papers(before.id, 1)
  expect(await issuerOf(plain!)).toEqual(none)
  await put(seller, first)
  const order = await buy()
  const [paper] = await papers(order.id, 1)
  expect(await issuerOf(paper!)).toEqual(first)
  const text = await printed(paper!)
  for (const part of ['星河路', '3 层', first.taxNumber!]) expect(text).toContain(part)
  await put(seller, later)
  expect([await issuerOf(plain!), await issuerOf(paper!)]).toEqual([none, first])
  await fan.call('PUT', `/orders/${order.id}/invoice-to`, { company: 'Fan company' })
  const three = await papers(order.id, 3)
  for (const one of three) expect([one.kind, await issuerOf(one)]).toEqual([one.kind, first])
  await seller.call('POST', `/lines/${order.lines[0]!.id}/refund`, { id: newId('rfq'), reason: 'goodwill', note: 'so', amount: '400' })
  const four = await papers(order.id, 4)
  const note = four.find(one => !three.some(old => old.id === one.id))!
  expect([note.kind, await issuerOf(note)]).toEqual(['credit_note', first])
  await seller.call('POST', `/lines/${before.lines[0]!.id}/refund`, { id: newId('rfq'), reason: 'goodwill', note: 'so', amount: '400' })
  for (const one of await papers(before.id, 2)) expect(await issuerOf(one)).toEqual(none)
  const next = await buy()
  const [last] = await papers(next.id, 1)
  expect(await issuerOf(last!)).toEqual(later)
  expect(await printed(last!)).toContain('DE123456789')
})

test('a long address is printed whole, in lines that fit', () => {
  const latin = 'Building of the many stars, Moon street 2, '.repeat(6).trim()
  expect(folded(latin).length).toBeGreaterThan(3)
  expect(folded(latin).join(' ')).toBe(latin)
  expect(folded('星'.repeat(100)).map(line => line.length)).toEqual([44, 44, 12])
  expect(folded('A\nB')).toEqual(['A', 'B'])
  expect(folded('')).toEqual([])
})
