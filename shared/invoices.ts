/** invoices: the papers of what was bought. One invoice per seller and paid order, numbered without a gap; credit notes for what went back; receipts by mail. */
import { z } from 'zod'
import { command, cursor, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { currency, money } from './money.ts'
import { party } from './people.ts'
import { ParcelAddress } from './shipping.ts'
import { time } from './time.ts'

export const invoiceKind = z.enum(['invoice', 'credit_note'])
const taxNumber = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[0-9A-Z-]{5,30}$/)
/** What a seller says of itself: it stands on what is issued from then on. */
export const Issuer = z.object({ address: z.string().nullable(), taxNumber: z.string().nullable() })
export const InvoiceTo = z.object({ company: z.string(), taxNumber: z.string().nullable() })
export const InvoiceCard = z.object({
  id: id('ivc'),
  kind: invoiceKind,
  /** The seller's own: year and number, e.g. 2026-000017; of credit notes 2026-C000003. */
  number: z.string(),
  seller: z.object({ id: party, name: z.string() }),
  buyer: z.object({ name: z.string(), contact: z.string().nullable() }),
  order: z.object({ id: id('ord'), number: z.string() }),
  /** Of a credit note: what went back. `tax` is contained in it. */
  total: money,
  tax: money,
  /** Of a credit note: the invoice it takes back from. */
  corrects: z.object({ id: id('ivc'), number: z.string() }).nullable(),
  /** Of an invoice: the one it stands instead of, which a credit note took back whole. */
  replaces: z.object({ id: id('ivc'), number: z.string() }).nullable(),
  /** Another one stands instead of it. */
  replaced: z.boolean(),
  /** The company it is made out to, where the buyer told one. */
  to: InvoiceTo.nullable(),
  issuedAt: time,
})
const OrderPapers = z.object({ items: z.array(InvoiceCard), to: InvoiceTo.nullable() })
export const Invoice = InvoiceCard.extend({
  /** The seller as it was when the paper was issued. */
  issuer: Issuer,
  country: z.string().nullable(),
  address: ParcelAddress.nullable(),
  lines: z.array(
    z.object({
      line: id('lin'),
      title: z.string(),
      detail: z.string().nullable(),
      quantity: z.number().int(),
      unit: money,
      discount: money,
      amount: money,
      taxes: z.array(z.object({ code: z.string(), name: z.string(), rateBp: z.number().int(), amount: money })),
    }),
  ),
})
const list = {
  as: party.optional(),
  kind: invoiceKind.optional(),
  year: z.coerce.number().int().min(2000).max(2999).optional(),
}

export const invoices = room('invoices', {
  'GET /orders/:id/invoices': query({
    access: 'member',
    summary: 'Invoices and credit notes of one’s order, and whom they are made out to. They are there a moment after it is paid.',
    input: { id: id('ord') },
    ok: OrderPapers,
    faults: ['not_found'],
  }),
  'PUT /orders/:id/invoice-to': command({
    access: 'member',
    summary:
      'Makes the invoices of one’s order out to a company (null: to oneself again). What was issued is taken back by a credit note and issued anew.',
    input: {
      id: id('ord'),
      company: line(200).nullable(),
      taxNumber: taxNumber.nullable().default(null),
    },
    ok: OrderPapers,
    faults: ['not_found', 'invoice_company', 'invoice_credited', 'order_closed'],
    perMinute: 10,
  }),
  'GET /orders/:id/receipt.pdf': stream({
    access: 'member',
    summary: 'The whole of one’s paid order on paper, all sellers together, in the reader’s language.',
    input: { id: id('ord') },
    ok: z.any(),
    faults: ['not_found'],
  }),
  'GET /invoices/:id': query({
    access: 'member',
    summary: 'An invoice or credit note, for its buyer, its seller (owner, manager, finance) and the planet’s finance.',
    input: { id: id('ivc') },
    ok: Invoice,
    faults: ['not_found'],
  }),
  'GET /invoices/:id/pdf': stream({
    access: 'member',
    summary: 'The same on paper, in the reader’s language.',
    input: { id: id('ivc') },
    ok: z.any(),
    faults: ['not_found'],
  }),
  'GET /me/issuer': query({
    access: 'member',
    summary: 'The address and tax number that stand on invoices issued in one’s own name or an organisation’s one keeps the books of.',
    input: { as: party.optional() },
    ok: Issuer,
    faults: ['not_found'],
  }),
  'PUT /me/issuer': command({
    access: 'member',
    summary: 'Says them (null: none). Papers that were issued stay as they are.',
    input: {
      as: party.optional(),
      address: text(300)
        .refine(value => value.split('\n').length <= 8)
        .nullable(),
      taxNumber: taxNumber.nullable(),
    },
    ok: Issuer,
    faults: ['not_found'],
    perMinute: 20,
  }),
  'GET /me/invoices': query({
    access: 'member',
    summary: 'Papers issued in one’s own name or an organisation’s one keeps the books of, the newest first.',
    input: { ...list, cursor: cursor(), limit: limit() },
    ok: page(InvoiceCard).extend({
      /** By kind and currency, of all that fit. */
      sums: z.array(z.object({ kind: invoiceKind, currency, count: z.number().int(), total: money, tax: money })),
    }),
    faults: ['not_found'],
  }),
  'GET /me/invoices.csv': stream({
    access: 'member',
    summary: 'The same as a table for bookkeepers, a row for each line of each paper.',
    input: list,
    ok: z.any(),
    faults: ['not_found'],
  }),
})
