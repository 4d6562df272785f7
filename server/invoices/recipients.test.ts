/** Invoices made out to a company: told before or after they are issued, in any race one invoice stands, numbers without a gap; gift cards have none; whose tax it is. */
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { pdfLines } from '../foundation/pdf.testing.ts'
import { until } from '../foundation/testing.ts'
import { refused } from '../rewards/rewards.testing.ts'
import { taxWithin, termsFor, waterfall } from '../settlement/index.ts'
import { decide, orderIs, place, sell, type OrderJson } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, issue } from './index.ts'
import { invoicePdf, receiptPdf } from './paper.ts'
import { orderHead, readPaper } from './store-reading.ts'
import { ordersBehind, soldOf } from './store.ts'

type Card = {
  id: string
  kind: string
  number: string
  total: { amount: string }
  tax: { amount: string }
  corrects: { id: string } | null
  replaces: { id: string } | null
  replaced: boolean
  to: { company: string; taxNumber: string | null } | null
}
type Papers = { items: Card[]; to: Card['to'] }
let planet: TestPlanet
let seller: Person
let fan: Person
let other: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true, max: 20 })
  ;[seller, fan, other] = [await planet.signUp('Seller'), await planet.signUp('Fan'), await planet.signUp('Other')]
  const past = new Date(Date.now() - 3_600_000)
  await planet.db.pool.query(`insert into settlement.tax_home (seller, country, valid_from) values ($1, 'DE', $2)`, [seller.id, past])
  await planet.db.pool.query(
    `insert into settlement.tax_rule (code, name, country, rate_bp, valid_from) values ('vat', 'VAT', 'DE', 1900, $1)`,
    [past],
  )
})
afterAll(() => planet.close())
afterEach(async () => {
  for (const check of checks) expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
})

const company = { company: '星河文化有限公司', taxNumber: '91310000ma1fl0xx0a' }
const madeOut = { company: '星河文化有限公司', taxNumber: '91310000MA1FL0XX0A' }
const put = (who: Person, order: string, to: object = company): Promise<Papers> =>
  who.call<Papers>('PUT', `/orders/${order}/invoice-to`, to)
const papers = (order: string, least: number): Promise<Card[]> =>
  until(async () => {
    const { items } = await fan.call<Papers>('GET', `/orders/${order}/invoices`)
    return items.length >= least ? items : undefined
  }, `${least} papers of ${order}`)
async function buy(price: bigint): Promise<OrderJson> {
  const { offer } = await sell(planet, seller, { price })
  const order = await place(fan, [offer])
  await decide(fan, order)
  return orderIs(fan, order.id, 'paid', 'settled')
}
const numbers = async (): Promise<void> => {
  for (const kind of ['invoice', 'credit_note']) {
    const { rows } = await planet.db.pool.query<{ number: number }>(
      `select number from invoices.invoice where seller = $1 and kind = $2 order by 1`,
      [seller.id, kind],
    )
    expect(rows.map(row => row.number)).toEqual(rows.map((_, n) => n + 1))
  }
}

test('told before it is issued, the invoice is made out to it at once; only the buyer tells', async () => {
  const { offer } = await sell(planet, seller, { price: 11_900n })
  const order = await place(fan, [offer])
  expect(await refused(put(planet.stranger, order.id))).toBe('401 unauthenticated')
  expect(await refused(put(other, order.id))).toBe('404 not_found')
  expect(await refused(put(seller, order.id))).toBe('404 not_found')
  expect(await refused(put(fan, newId('ord')))).toBe('404 not_found')
  expect(await refused(put(fan, order.id, { company: null, taxNumber: '91310000' }))).toBe('422 invoice_company')
  expect(await refused(put(fan, order.id, { company: 'A', taxNumber: '<b>' }))).toBe('400 invalid')
  expect(await put(fan, order.id)).toEqual({ items: [], to: madeOut })
  await decide(fan, order)
  const [paper, ...more] = await papers(order.id, 1)
  expect([paper!.to, paper!.tax.amount, paper!.replaces, paper!.replaced, more]).toEqual([madeOut, '1900', null, false, []])
  const pdf = invoicePdf((await readPaper(planet.db.read, paper!.id))!, { locale: 'zh', url: planet.url, at: clock.now(), compress: false })
  const text = pdfLines(await buffer(pdf))
    .flat(2)
    .join(' ')
  for (const part of [madeOut.company, madeOut.taxNumber, 'Fan']) expect(text).toContain(part)
})

test('told later, the invoice is taken back whole and another stands instead, once however often and at once; then refunds are of that one', async () => {
  const order = await buy(1000n)
  await papers(order.id, 1)
  await Promise.all([put(fan, order.id), put(fan, order.id), put(fan, order.id), planet.db.transaction(tx => issue(tx, [order.id]))])
  const [first, ...rest] = await papers(order.id, 3)
  expect(rest).toHaveLength(2)
  const note = rest.find(one => one.kind === 'credit_note')!
  const second = rest.find(one => one.kind === 'invoice')!
  expect([first!.replaced, first!.to, note.corrects?.id, second.replaces?.id, second.to]).toEqual([
    true,
    null,
    first!.id,
    first!.id,
    madeOut,
  ])
  for (const one of [note, second]) expect([one.total, one.tax]).toEqual([first!.total, first!.tax])
  // Back to oneself: one more turn.
  const back = await put(fan, order.id, { company: null })
  expect([back.items.length, back.to, back.items.filter(one => one.kind === 'invoice' && !one.replaced).map(one => one.to)]).toEqual([
    5,
    null,
    [null],
  ])
  await seller.call('POST', `/lines/${order.lines[0]!.id}/refund`, { id: newId('rfq'), reason: 'goodwill', note: 'so', amount: '400' })
  const all = await papers(order.id, 6)
  const standing = all.find(one => one.kind === 'invoice' && !one.replaced)!
  expect(all.filter(one => one.corrects?.id === standing.id).map(one => one.total.amount)).toEqual(['400'])
  expect(await refused(put(fan, order.id))).toBe('409 invoice_credited')
  expect(await ordersBehind(planet.db.read, new Date(0), '', 100)).toEqual([])
  await Promise.all([1, 2].map(() => planet.db.transaction(tx => issue(tx, [order.id]))))
  expect(await papers(order.id, 6)).toHaveLength(6)
  await numbers()
})

test('told while it is being issued, many orders of one seller at once: each has one invoice that stands, made out to the company', async () => {
  const orders = await Promise.all(Array.from({ length: 6 }, () => buy(700n)))
  await Promise.all(orders.flatMap(order => [planet.db.transaction(tx => issue(tx, [order.id])), put(fan, order.id), put(fan, order.id)]))
  for (const order of orders) {
    const standing = (await papers(order.id, 1)).filter(one => one.kind === 'invoice' && !one.replaced)
    expect(standing.map(one => one.to)).toEqual([madeOut])
  }
  await numbers()
})

test('a gift card has a receipt that says so and no invoice; what it pays for is invoiced in full with its tax', async () => {
  const staff = await planet.staff('operator')
  const { page } = await sell(planet, staff, { price: null })
  await planet.db.pool.query(`insert into settlement.tax_home (seller, country, valid_from) values ($1, 'DE', now() - interval '1 hour')`, [
    staff.id,
  ])
  await staff.call('PUT', '/console/gift-cards/sale', { page, amounts: ['11900'], least: '1000', most: '100000', open: true })
  const { sale } = await fan.call<{ sale: { offer: string } }>('GET', '/gift-cards/sale')
  const bought = await fan.call<OrderJson>('POST', '/orders', {
    lines: [{ offer: sale.offer, quantity: 1, price: { amount: '11900', currency: 'CNY' }, choice: {} }],
  })
  await decide(fan, bought)
  type Gift = { id: string; state: string; left: { amount: string } | null }
  const card = await until(
    async () => (await fan.call<{ items: Gift[] }>('GET', '/me/gift-cards')).items.find(one => one.state === 'active'),
    'a good card',
  )
  expect(card.left?.amount).toBe('11900')
  // All of its price lies for it: no tax is taken of it, and none is filled up by the planet.
  const terms = await planet.db.transaction(tx => termsFor(tx))
  expect(['gift_card', 'digital'].map(category => terms.taxesFor({ seller: staff.id, category }, clock.now()).length)).toEqual([0, 1])
  await fan.call('POST', `/gift-cards/${card.id}/keep`)
  await planet.db.transaction(tx => issue(tx, [bought.id]))
  expect((await fan.call<Papers>('GET', `/orders/${bought.id}/invoices`)).items).toEqual([])
  expect(await ordersBehind(planet.db.read, new Date(0), '', 100)).toEqual([])
  const paper = receiptPdf((await orderHead(planet.db.read, bought.id))!, await soldOf(planet.db.read, [bought.id]), [], {
    locale: 'en',
    url: planet.url,
    at: clock.now(),
    compress: false,
  })
  expect(
    pdfLines(await buffer(paper))
      .flat(2)
      .join(' ')
      .replaceAll(/\s+/g, ' '),
  ).toContain('no tax is due on them')
  const { offer } = await sell(planet, seller, { price: 11_900n })
  const order = await place(fan, [offer], { cards: [card.id] })
  expect(order.payUrl).toBe(null)
  const [invoice] = await papers(order.id, 1)
  expect([invoice!.total.amount, invoice!.tax.amount]).toEqual(['11900', '1900'])
})

test('the tax of an invoice is of the price; the waterfall takes the same where its rules put the tax before the fee', () => {
  const owner = { receiver: 'usr_a', role: 'owner', weight: 1n, shareBp: null, kind: 'owner' as const }
  const taxOf = (steps: readonly ('tax' | 'provider_fee')[]): bigint =>
    waterfall({
      amount: 11_900n,
      fee: 119n,
      provider: 'sandbox',
      rules: { version: 1, steps: [...steps.map(step => ({ step, rateBp: null })), { step: 'split', rateBp: 1500 }] },
      plan: { id: 'standard', version: 1, name: 'Standard', commissionBp: 0 },
      taxes: [{ code: 'vat', name: 'VAT', rateBp: 1900 }],
      weights: [owner],
    }).find(step => step.step === 'tax:vat')!.amount
  expect(taxOf(['tax', 'provider_fee'])).toBe(taxWithin(11_900n, 1900))
  // As the rules that came with the planet have it: of what the provider left, so 1900 − 19.
  expect(taxOf(['provider_fee', 'tax'])).toBe(1881n)
})
