/** Reading papers: the buyer's of an order, the seller's all. */
import type { FastifyReply } from 'fastify'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { invoices } from '../../shared/invoices.ts'
import { decimal, type Currency } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import { csv, Decimal, type Cell } from '../foundation/csv.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { bookOwner } from '../ledger/index.ts'
import { mayActFor } from '../people/index.ts'
import { invoicePdf, numberOf, receiptPdf } from './paper.ts'
import { cardsOf, cardsOfOrder, orderHead, papersOf, readPaper, sumsOf, type CardRow, type Filter, type PaperRow } from './store-reading.ts'
import { recipientsOf, sellersOf, soldOf } from './store.ts'

type Entries = typeof invoices.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Card = Ok<'GET /orders/:id/invoices'>['items'][number]

const cardOf = (row: CardRow): Card => {
  const money = (amount: bigint) => ({ amount, currency: row.currency as Currency })
  return {
    id: row.id,
    kind: row.kind,
    number: numberOf(row),
    seller: { id: row.seller, name: row.sellerName },
    buyer: { name: row.buyerName, contact: row.contact },
    order: { id: row.order, number: row.orderNumber },
    total: money(row.total),
    tax: money(row.tax),
    corrects:
      row.corrects === null
        ? null
        : { id: row.corrects, number: numberOf({ kind: 'invoice', year: row.correctsYear!, number: row.correctsNumber! }) },
    replaces:
      row.replaces === null
        ? null
        : { id: row.replaces, number: numberOf({ kind: 'invoice', year: row.replacesYear!, number: row.replacesNumber! }) },
    replaced: row.replaced,
    to: row.company === null ? null : { company: row.company, taxNumber: row.taxNumber },
    issuedAt: row.issuedAt,
  }
}

export async function orderPapers(db: Read, order: string): Promise<Ok<'GET /orders/:id/invoices'>> {
  return { items: (await cardsOfOrder(db, order)).map(cardOf), to: (await recipientsOf(db, [order])).get(order) ?? null }
}

async function mine(db: Read, viewer: Viewer, id: string) {
  const order = await orderHead(db, id)
  if (order === undefined || order.buyer !== viewer.id) throw fault('not_found')
  return order
}

export async function getOrderInvoices(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /orders/:id/invoices'>,
): Promise<Ok<'GET /orders/:id/invoices'>> {
  if ((await sellersOf(db, input.id))?.buyer !== viewer.id) throw fault('not_found')
  return orderPapers(db, input.id)
}

const roles = ['owner', 'manager', 'finance'] as const
async function readable(db: Read, viewer: Viewer, id: string): Promise<PaperRow> {
  const row = await readPaper(db, id)
  const staff = viewer.roles.includes('finance') || viewer.roles.includes('operator')
  if (row === undefined || !(row.buyer === viewer.id || staff || (await mayActFor(db, viewer, row.seller, roles)))) throw fault('not_found')
  return row
}

export async function getInvoice(db: Read, viewer: Viewer, input: Input<'GET /invoices/:id'>): Promise<Ok<'GET /invoices/:id'>> {
  const row = await readable(db, viewer, input.id)
  const money = (amount: string) => ({ amount: BigInt(amount), currency: row.currency as Currency })
  return {
    ...cardOf(row),
    country: row.country,
    issuer: { address: row.sellerAddress, taxNumber: row.sellerTaxNumber },
    address: row.address,
    lines: row.lines.map(line => ({
      ...line,
      unit: money(line.unit),
      discount: money(line.discount),
      amount: money(line.amount),
      taxes: line.taxes.map(tax => ({ ...tax, amount: money(tax.amount) })),
    })),
  }
}

function sendPaper({ request, reply }: StreamContext, pdf: Readable, name: string): FastifyReply {
  request.raw.on('close', () => pdf.destroy())
  reply.header('content-type', 'application/pdf').header('content-disposition', `inline; filename="${name}.pdf"`)
  return reply.header('cache-control', 'private, no-store').send(pdf)
}

export async function sendInvoice(context: StreamContext, viewer: Viewer, input: Input<'GET /invoices/:id/pdf'>): Promise<FastifyReply> {
  const row = await readable(context.read, viewer, input.id)
  const pdf = invoicePdf(row, { locale: viewer.locale, url: context.config.url, at: clock.now() })
  return sendPaper(context, pdf, `${row.kind === 'invoice' ? 'invoice' : 'credit-note'}-${numberOf(row)}`)
}

export async function sendReceipt(
  context: StreamContext,
  viewer: Viewer,
  input: Input<'GET /orders/:id/receipt.pdf'>,
): Promise<FastifyReply> {
  const { read, config } = context
  const order = await mine(read, viewer, input.id)
  const [sold, papers] = [await soldOf(read, [order.id]), await cardsOfOrder(read, order.id)]
  return sendPaper(
    context,
    receiptPdf(order, sold, papers, { locale: viewer.locale, url: config.url, at: clock.now() }),
    `receipt-${order.number}`,
  )
}

async function filterOf(db: Read, viewer: Viewer, input: Pick<Input<'GET /me/invoices'>, 'as' | 'kind' | 'year'>): Promise<Filter> {
  return { seller: await bookOwner(db, viewer, input.as), kind: input.kind ?? null, year: input.year ?? null }
}

export async function getMyInvoices(db: Read, viewer: Viewer, input: Input<'GET /me/invoices'>): Promise<Ok<'GET /me/invoices'>> {
  const filter = await filterOf(db, viewer, input)
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const rows = await cardsOf(db, filter, at === undefined ? null : { at, id: id! }, input.limit + 1)
  const sums = await sumsOf(db, filter)
  return {
    ...pageOf(rows, input.limit, cardOf, row => toCursor(row.issuedAt, row.id)),
    sums: sums.map(row => ({
      kind: row.kind,
      currency: row.currency as Currency,
      count: row.count,
      total: { amount: row.total, currency: row.currency as Currency },
      tax: { amount: row.tax, currency: row.currency as Currency },
    })),
  }
}

const head = [
  'kind',
  'number',
  'corrects',
  'date',
  'order',
  'buyer',
  'item',
  'detail',
  'quantity',
  'currency',
  'unit',
  'discount',
  'amount',
  'taxes',
  'tax',
  'company',
  'tax number',
]
export async function sendTable(context: StreamContext, viewer: Viewer, input: Input<'GET /me/invoices.csv'>): Promise<FastifyReply> {
  const { read, reply } = context
  const filter = await filterOf(read, viewer, input)
  async function* rows(): AsyncGenerator<Cell[]> {
    let after: { at: Date; id: string } | null = null
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- page after page, as fast as it is read
      const papers: PaperRow[] = await papersOf(read, filter, after, 200)
      for (const paper of papers) {
        const exact = (amount: string | bigint) => new Decimal(decimal({ amount: BigInt(amount), currency: paper.currency as Currency }))
        const { corrects } = cardOf(paper)
        for (const line of paper.lines)
          yield [
            paper.kind,
            numberOf(paper),
            corrects?.number ?? null,
            paper.issuedAt,
            paper.orderNumber,
            paper.buyerName,
            line.title,
            line.detail,
            line.quantity,
            paper.currency,
            exact(line.unit),
            exact(line.discount),
            exact(line.amount),
            line.taxes.map(tax => `${tax.name} ${tax.rateBp / 100} %`).join(', '),
            exact(line.taxes.reduce((sum, tax) => sum + BigInt(tax.amount), 0n)),
            paper.company,
            paper.taxNumber,
          ]
      }
      const last = papers.at(-1)
      if (papers.length < 200 || last === undefined) return
      after = { at: last.issuedAt, id: last.id }
    }
  }
  reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="invoices${filter.year === null ? '' : `-${filter.year}`}.csv"`)
  return reply.send(csv(head, rows()))
}
