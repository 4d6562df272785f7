/** Papers through the door: issued when paid, numbered without a gap in any race, credit notes that end at exactly the tax, mails with the guest's link, who may read what. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { buffer } from 'node:stream/consumers'
import { pdfLines } from '../foundation/pdf.testing.ts'
import { until } from '../foundation/testing.ts'
import { decide, orderIs, place, sell, type OrderJson } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, issue } from './index.ts'
import { invoicePdf } from './paper.ts'
import { readPaper } from './store-reading.ts'

type Card = {
  id: string
  kind: string
  number: string
  seller: { id: string }
  total: { amount: string }
  tax: { amount: string }
  corrects: { number: string } | null
  order: { id: string }
}
let planet: TestPlanet
let seller: Person
let other: Person
let fan: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true, max: 20 })
  ;[seller, other, fan] = [await planet.signUp('Seller'), await planet.signUp('Other Seller'), await planet.signUp('Fan <b>')]
  const past = new Date(Date.now() - 3_600_000)
  await planet.db.pool.query(`insert into settlement.tax_home (seller, country, valid_from) values ($1, 'DE', $2)`, [seller.id, past])
  await planet.db.pool.query(
    `insert into settlement.tax_rule (code, name, country, rate_bp, valid_from) values ('vat', 'VAT', 'DE', 1900, $1)`,
    [past],
  )
})
afterAll(() => planet.close())

async function buy(who: Person, offers: readonly string[]): Promise<OrderJson> {
  const order = await place(who, offers)
  if (order.payUrl !== null) await decide(who, order)
  return orderIs(who, order.id, 'paid', 'settled')
}
const papersOf = (who: Person, order: string, least: number): Promise<Card[]> =>
  until(async () => {
    const { items } = await who.call<{ items: Card[] }>('GET', `/orders/${order}/invoices`)
    return items.length >= least ? items : undefined
  }, `${least} papers of ${order}`)
const fine = async (): Promise<void> => {
  for (const check of checks) expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
}
const mails = (): string[] => {
  try {
    const folder = join(planet.home, 'mail')
    return readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8').replaceAll('=\n', '').replaceAll('=3D', '='))
  } catch {
    return []
  }
}

test('a paid order gets one invoice of each seller, its taxes contained, and a receipt by mail; what is free gets none', async () => {
  const [a, b, free] = [
    await sell(planet, seller, { price: 11900n }),
    await sell(planet, other, { price: 500n }),
    await sell(planet, other, { pricing: 'free', price: 0n }),
  ]
  const order = await buy(fan, [a.offer, b.offer])
  const papers = await papersOf(fan, order.id, 2)
  expect(papers.map(one => [one.kind, one.seller.id, one.total.amount, one.tax.amount]).toSorted()).toEqual(
    [['invoice', other.id, '500', '0'], ['invoice', seller.id, '11900', '1900']].toSorted(), // prettier-ignore
  )
  expect(papers.every(one => /^\d{4}-000001$/.test(one.number))).toBe(true)
  const mail = await until(() => mails().find(text => text.includes(fan.email)), 'the receipt')
  expect(mail).toContain(`/orders/${order.id}`)
  expect(mail).not.toContain('checkout/open')
  expect(mail.split('text/html')[1]).not.toContain('<b>')
  const gift = await buy(fan, [free.offer])
  await until(() => mails().find(text => text.includes(gift.id)), 'the mail of the free one')
  expect((await fan.call<{ items: Card[] }>('GET', `/orders/${gift.id}/invoices`)).items).toEqual([])
  await fine()
})

test('parts that go back get credit notes that end at exactly the tax; twice told is once', async () => {
  const { offer } = await sell(planet, seller, { price: 1000n })
  const order = await buy(fan, [offer])
  const [paper] = await papersOf(fan, order.id, 1)
  // Whoever buys and does not download may get money back.
  for (const [n, amount] of [333n, 333n, 334n].entries()) {
    await seller.call('POST', `/lines/${order.lines[0]!.id}/refund`, {
      id: newId('rfq'),
      reason: 'goodwill',
      note: 'so',
      amount: amount.toString(),
    })
    await papersOf(fan, order.id, n + 2)
  }
  await Promise.all([1, 2, 3].map(() => planet.db.transaction(tx => issue(tx, [order.id]))))
  const papers = await papersOf(fan, order.id, 4)
  expect(papers).toHaveLength(4)
  const notes = papers.filter(one => one.kind === 'credit_note')
  expect(notes.map(one => one.total.amount)).toEqual(['333', '333', '334'])
  expect(notes.reduce((sum, one) => sum + Number(one.tax.amount), 0)).toBe(Number(paper!.tax.amount))
  expect(notes.every(one => one.corrects?.number === paper!.number && /^\d{4}-C00000\d$/.test(one.number))).toBe(true)
  await fine()
})

test('many orders of one seller at once, each told twice and at the same time, are numbered 1, 2, 3 … without a gap; a rolled back one leaves none', async () => {
  const offers = await Promise.all(Array.from({ length: 12 }, () => sell(planet, other, { price: 700n })))
  const orders = await Promise.all(offers.map(({ offer }) => buy(fan, [offer])))
  const tell = (ids: readonly string[]) => planet.db.transaction(tx => issue(tx, ids))
  const undone = planet.db
    .transaction(async tx => {
      await issue(
        tx,
        orders.map(order => order.id),
      )
      throw new Error('undone')
    })
    .catch((error: Error) => error.message)
  await Promise.all([
    undone,
    ...orders.flatMap(order => [tell([order.id]), tell([order.id])]),
    tell(orders.map(order => order.id).toReversed()),
  ])
  const { rows } = await planet.db.pool.query<{ number: number }>(
    `select number from invoices.invoice where seller = $1 and kind = 'invoice' order by 1`,
    [other.id],
  )
  expect(rows.map(row => row.number)).toEqual(rows.map((_, n) => n + 1))
  expect(rows.length).toBe(13)
  await fine()
})

test('a paper is read by its buyer, its seller and finance, and is never changed', async () => {
  const { offer } = await sell(planet, seller, { price: 4200n, title: 'Slow Star 慢星' })
  const order = await buy(fan, [offer])
  const [paper] = await papersOf(fan, order.id, 1)
  const finance = await planet.staff('finance')
  for (const who of [fan, seller, finance])
    expect(await who.call('GET', `/invoices/${paper!.id}`)).toMatchObject({
      number: paper!.number,
      lines: [{ title: 'Slow Star 慢星', quantity: 1 }],
    })
  for (const path of [`/invoices/${paper!.id}`, `/invoices/${paper!.id}/pdf`])
    expect((await other.fetch(`/api/v1${path}`)).status).toBe(404)
  for (const path of [`/orders/${order.id}/invoices`, `/orders/${order.id}/receipt.pdf`]) {
    expect((await seller.fetch(`/api/v1${path}`)).status).toBe(404)
    expect((await fan.fetch(`/api/v1${path}`)).status).toBe(200)
  }
  for (const path of [`/invoices/${paper!.id}/pdf`, `/orders/${order.id}/receipt.pdf`]) {
    const answer = await fan.fetch(`/api/v1${path}`)
    expect([answer.headers.get('content-type'), (await answer.text()).slice(0, 5)]).toEqual(['application/pdf', '%PDF-'])
  }
  const pdf = invoicePdf((await readPaper(planet.db.read, paper!.id))!, { locale: 'zh', url: planet.url, at: clock.now(), compress: false })
  const text = pdfLines(await buffer(pdf))
    .flat(2)
    .join(' ')
  for (const part of ['发票', paper!.number, 'Slow Star 慢星', '42.00', 'VAT', '19 %']) expect(text).toContain(part)
  await expect(planet.db.pool.query('update invoices.invoice set total = 1 where id = $1', [paper!.id])).rejects.toThrow('refused')
  await expect(planet.db.pool.query('delete from invoices.line where invoice = $1', [paper!.id])).rejects.toThrow('refused')
  const listed = await seller.call<{ items: Card[]; sums: { kind: string; total: { amount: string } }[] }>(
    'GET',
    '/me/invoices?kind=invoice&limit=2',
  )
  expect([listed.items.length, listed.items[0]!.id]).toEqual([2, paper!.id])
  expect((await other.fetch(`/api/v1/me/invoices?as=${seller.id}`)).status).toBe(404)
  const table = await (await seller.fetch('/api/v1/me/invoices.csv')).text()
  expect(table.split('\r\n').filter(row => row.startsWith('credit_note'))).toHaveLength(3)
  expect(table).toContain('Fan <b>')
})

test('a guest’s receipt opens the order elsewhere and is the way to keep it', async () => {
  const { offer } = await sell(planet, other, { price: 900n })
  const first = await planet.stranger.fetch('/api/v1/checkout/guest', {
    method: 'POST',
    json: { email: 'receipt@test.example', name: 'Guest' },
  })
  const cookie = first.headers.getSetCookie()[0]!.split(';')[0]!
  const as = (path: string, json?: object) =>
    planet.stranger.fetch(path, { method: json ? 'POST' : 'GET', headers: { cookie }, ...(json ? { json } : {}) })
  const order = (await (await as('/api/v1/orders', { lines: [{ offer, quantity: 1 }] })).json()) as OrderJson
  const guest = {
    ...planet.stranger,
    fetch: (path: string, init: Parameters<Person['fetch']>[1] = {}) => planet.stranger.fetch(path, { ...init, headers: { cookie } }),
  } as Person
  await decide(guest, order)
  const mail = await until(() => mails().find(text => text.includes('receipt@test.example') && text.includes(order.id)), 'the receipt')
  const link = /checkout\/open\?token=([^&\s"]+)&to=([^&\s"]+)/.exec(mail)!
  expect(decodeURIComponent(link[2]!)).toBe(`/orders/${order.id}`)
  expect(mail).toContain('keep=true')
  const opened = await planet.stranger.fetch('/api/v1/checkout/open', { method: 'POST', json: { token: decodeURIComponent(link[1]!) } })
  const elsewhere = opened.headers.getSetCookie()[0]!.split(';')[0]!
  const seen = await planet.stranger.fetch(`/api/v1/orders/${order.id}`, { headers: { cookie: elsewhere } })
  expect(((await seen.json()) as OrderJson).id).toBe(order.id)
  // All that the planet writes to a guest opens by itself.
  await other.call('POST', `/lines/${order.lines[0]!.id}/refund`, { id: newId('rfq'), reason: 'goodwill', note: 'so' })
  const told = await until(
    () => mails().find(text => text.includes('receipt@test.example') && /refunded/.test(text)),
    'the mail of the refund',
  )
  expect(told).toContain('checkout/open?token')
})
