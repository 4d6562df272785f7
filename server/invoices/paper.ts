/** Papers as PDF: an invoice or credit note of one seller, and the receipt of a whole order. */
import type { Readable } from 'node:stream'
import { decimal, type Currency } from '../../shared/money.ts'
import { words } from '../../shared/words/index.ts'
import { Paper, type Cell, type Columns } from '../foundation/pdf.ts'
import type { OrderHead, PaperRow } from './store-reading.ts'
import type { Place, SoldRow } from './store.ts'

type Locale = 'en' | 'zh'
const grey = '#6b6980'
const tags = { zh: 'zh-CN', en: 'en' } as const

export const numberOf = ({ kind, year, number }: { kind: string; year: number; number: number }): string =>
  kind === 'credit_note' ? `${year}-C${String(number).padStart(6, '0')}` : `${year}-${String(number).padStart(6, '0')}`

/** `1,234.50`, the currency stands once at the top of the column. */
function plain(amount: bigint, currency: string): string {
  const [whole = '', part] = decimal({ amount, currency: currency as Currency }).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return part === undefined ? grouped : `${grouped}.${part}`
}
const percent = (bp: number): string => `${bp / 100} %`
const day = (at: Date, locale: Locale): string => new Intl.DateTimeFormat(tags[locale], { dateStyle: 'long', timeZone: 'UTC' }).format(at)

const placeText = ({ name, country, region, city, line, postcode }: Place): string =>
  [
    name,
    country === 'CN' ? [region, city, line].join(' ') : [line, `${postcode} ${city}`, region].filter(part => part.trim() !== '').join(', '),
    country,
  ].join(' · ')

const table: Columns = [
  { x: 0, width: 248 },
  { x: 252, width: 36 },
  { x: 292, width: 70 },
  { x: 366, width: 60 },
  { x: 430, width: 69 },
]
type Row = { title: string; detail: string | null; quantity: number; unit: bigint; discount: bigint; amount: bigint }

function rows(paper: Paper, lines: readonly Row[], currency: string, locale: Locale): void {
  const t = words[locale].invoices.paper
  const head = (): void =>
    paper.row(
      table,
      [t.item, t.quantity, t.unit, t.discount, `${t.amount} ${currency}`].map((text, n) => ({
        text,
        size: 7.5,
        colour: grey,
        ...(n > 0 ? { align: 'end' as const } : {}),
      })),
      { rule: true, height: 13 },
    )
  head()
  const end = (text: string): Cell => ({ text, align: 'end' })
  for (const line of lines) {
    if (paper.room(line.detail === null ? 16 : 28)) head()
    paper.row(table, [
      { text: line.title },
      end(String(line.quantity)),
      end(plain(line.unit, currency)),
      line.discount === 0n ? null : end(`-${plain(line.discount, currency)}`),
      end(plain(line.amount, currency)),
    ])
    if (line.detail !== null) paper.row(table, [{ text: line.detail, size: 7.5, colour: grey }], { height: 12 })
  }
  paper.rule()
}

const pair: Columns = [
  { x: 250, width: 170 },
  { x: 420, width: 79 },
]
const sum = (paper: Paper, name: string, value: string, bold = false): void => {
  paper.room(18)
  paper.row(pair, [
    { text: name, bold, align: 'end' },
    { text: value, bold, align: 'end' },
  ])
}
const facts: Columns = [
  { x: 0, width: 84 },
  { x: 90, width: 400 },
]
const fact = (paper: Paper, name: string, value: string): void =>
  paper.row(facts, [{ text: name, colour: grey }, { text: value }], { height: 14 })

/** An address in lines no wider than a fact: 400 points, of which a Chinese sign takes 9 and a Latin one at most about 6.3. */
export function folded(text: string): string[] {
  const lines: string[] = []
  for (const whole of text.split('\n')) {
    let [line, width] = ['', 0]
    for (const word of whole.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*/gu) ?? []) {
      const wide = [...word].reduce((all, sign) => all + (sign >= '\u2e80' ? 9 : 6.3), 0)
      if (line !== '' && width + wide > 400) {
        lines.push(line.trimEnd())
        ;[line, width] = ['', 0]
      }
      line += word
      width += wide
    }
    if (line !== '') lines.push(line.trimEnd())
  }
  return lines
}

export function invoicePdf(row: PaperRow, options: { locale: Locale; url: string; at: Date; compress?: boolean }): Readable {
  const { locale, url, at } = options
  const t = words[locale].invoices.paper
  const credit = row.kind === 'credit_note'
  const number = numberOf(row)
  const name = credit ? t.creditNote : t.invoice
  const paper = new Paper({
    title: `${name} ${number}`,
    author: row.sellerName,
    at,
    ...(options.compress === undefined ? {} : { compress: options.compress }),
  })
  paper.text(name, { size: 20, bold: true })
  paper.space(6)
  fact(paper, t.number, number)
  if (row.corrects !== null)
    fact(paper, '', t.corrects(numberOf({ kind: 'invoice', year: row.correctsYear!, number: row.correctsNumber! })))
  fact(paper, t.date, day(row.issuedAt, locale))
  fact(paper, t.order, row.orderNumber)
  fact(paper, t.seller, [row.sellerName, row.country].filter(Boolean).join(' · '))
  for (const line of folded(row.sellerAddress ?? '')) fact(paper, '', line)
  if (row.sellerTaxNumber !== null) fact(paper, '', `${t.taxNumber} ${row.sellerTaxNumber}`)
  if (row.replacesNumber !== null)
    fact(paper, '', t.replaces(numberOf({ kind: 'invoice', year: row.replacesYear!, number: row.replacesNumber })))
  if (row.company !== null) fact(paper, t.buyer, row.company)
  if (row.taxNumber !== null) fact(paper, t.taxNumber, row.taxNumber)
  fact(paper, row.company === null ? t.buyer : '', [row.buyerName, row.contact].filter(Boolean).join(' · '))
  if (row.address !== null) fact(paper, '', placeText(row.address))
  paper.space(12)
  const lines = row.lines.map(line => ({
    title: line.title,
    detail: line.detail,
    quantity: line.quantity,
    unit: BigInt(line.unit),
    discount: BigInt(line.discount),
    amount: BigInt(line.amount),
  }))
  rows(paper, lines, row.currency, locale)
  const taxes = new Map<string, { name: string; rateBp: number; amount: bigint }>()
  for (const tax of row.lines.flatMap(line => line.taxes)) {
    const key = `${tax.code} ${tax.rateBp}`
    const before = taxes.get(key)
    taxes.set(key, { name: tax.name, rateBp: tax.rateBp, amount: (before?.amount ?? 0n) + BigInt(tax.amount) })
  }
  sum(paper, credit ? t.back : t.total, `${row.currency} ${plain(row.total, row.currency)}`, true)
  for (const tax of taxes.values()) sum(paper, t.taxIn(tax.name, percent(tax.rateBp)), plain(tax.amount, row.currency))
  if (taxes.size > 0) sum(paper, t.net, plain(row.total - row.tax, row.currency))
  else sum(paper, t.noTax, '')
  return paper.end((page, pages) => [`${name} ${number} · ${row.sellerName} · ${url}`, `${page} / ${pages}`])
}

/** The receipt of a whole order: seller by seller, with the numbers of their invoices. */
export function receiptPdf(
  order: OrderHead,
  sold: readonly SoldRow[],
  papers: readonly { kind: string; year: number; number: number; seller: string }[],
  options: { locale: Locale; url: string; at: Date; compress?: boolean },
): Readable {
  const { locale, url, at } = options
  const t = words[locale].invoices.paper
  const { currency } = order
  const paper = new Paper({
    title: `${t.receipt} ${order.number}`,
    author: 'Planet',
    at,
    ...(options.compress === undefined ? {} : { compress: options.compress }),
  })
  paper.text(t.receipt, { size: 20, bold: true })
  paper.space(6)
  fact(paper, t.order, order.number)
  fact(paper, t.paid, day(order.paidAt, locale))
  fact(paper, t.buyer, [order.buyerName, order.contact ?? order.email].join(' · '))
  if (order.address !== null) fact(paper, '', placeText(order.address))
  for (const [seller, lines] of Map.groupBy(sold, line => line.seller)) {
    paper.room(70)
    paper.space(14)
    paper.text(lines[0]!.sellerName, { size: 12, bold: true })
    const numbers = papers.filter(one => one.seller === seller).map(numberOf)
    if (numbers.length > 0) paper.text(`${t.invoices}: ${numbers.join(', ')}`, { size: 7.5, colour: grey })
    paper.space(4)
    rows(
      paper,
      lines.map(line => ({ ...line, unit: (line.amount + line.discount) / BigInt(line.quantity) })),
      currency,
      locale,
    )
    sum(
      paper,
      t.subtotal,
      plain(
        lines.reduce((all, line) => all + line.amount, 0n),
        currency,
      ),
    )
  }
  paper.space(10)
  sum(paper, t.total, `${currency} ${plain(order.total, currency)}`, true)
  if (order.credit > 0n) sum(paper, t.credit, plain(order.credit, currency))
  const back = sold.reduce((all, line) => all + line.refunded, 0n)
  if (back > 0n) sum(paper, t.refunded, `-${plain(back, currency)}`)
  if (sold.some(line => line.kind === 'gift_card')) {
    paper.space(12)
    paper.room(30)
    paper.text(t.giftCards, { size: 7.5, colour: grey })
  }
  return paper.end((page, pages) => [`${t.receipt} ${order.number} · ${url}`, `${page} / ${pages}`])
}
