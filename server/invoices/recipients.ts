/** Whom invoices are made out to: told by the buyer before they are issued, or after, by taking the invoice back whole and issuing another. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { invoices } from '../../shared/invoices.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { taxSum, write, type Draft } from './issuing.ts'
import { orderPapers } from './reading.ts'
import { papersOfOrder, type PaperRow } from './store-reading.ts'
import { lockSeries, sellersOf, writeRecipient, type NewLine, type Recipient } from './store.ts'

type Entry = (typeof invoices.entries)['PUT /orders/:id/invoice-to']
/** Of one order: who is unsure for longer writes to the seller. */
const mostReplaced = 10

/** The same paper again, as a credit note that takes all of it back, or as the invoice that stands instead of it. */
function again(paper: PaperRow, kind: 'credit_note' | 'invoice', to: Recipient | null, at: Date): Draft {
  const { seller, sellerName, country, sellerAddress, sellerTaxNumber, order, orderNumber, buyer, buyerName, contact, address, currency } =
    paper
  const lines = paper.lines.map(({ line, title, detail, quantity, unit, discount, amount, taxes }): NewLine => ({
    line,
    title,
    detail,
    quantity,
    unit: BigInt(unit),
    discount: BigInt(discount),
    amount: BigInt(amount),
    taxes,
    tax: taxSum(taxes),
  }))
  const back = kind === 'credit_note'
  return {
    id: newId('ivc', at),
    kind,
    seller,
    sellerName,
    country,
    sellerAddress,
    sellerTaxNumber,
    year: at.getUTCFullYear(),
    order,
    orderNumber,
    buyer,
    buyerName,
    contact,
    address,
    currency,
    corrects: back ? paper.id : null,
    replaces: back ? null : paper.id,
    company: back ? paper.company : (to?.company ?? null),
    taxNumber: back ? paper.taxNumber : (to?.taxNumber ?? null),
    at,
    lines,
  }
}

/** Said again it changes nothing. Under the locks of the sellers' series, as whoever issues: an invoice is either made out to them or replaced. */
export async function putRecipient(tx: Tx, viewer: Viewer, input: InputOf<Entry['input']>): Promise<Decoded<Entry['ok']>> {
  const { id, company = null, taxNumber = null } = input
  const found = await sellersOf(tx, id)
  if (found === undefined || found.buyer !== viewer.id) throw fault('not_found')
  if (company === null && taxNumber !== null) throw fault('unprocessable', 'invoice_company', { fields: { company: 'invoice_company' } })
  if (found.state === 'cancelled' || found.state === 'expired') throw fault('conflict', 'order_closed')
  const at = clock.now()
  const years = [...new Set([at.getUTCFullYear(), (found.paidAt ?? at).getUTCFullYear()])]
  await lockSeries(
    tx,
    found.sellers.flatMap(seller => years.flatMap(year => (['invoice', 'credit_note'] as const).map(kind => ({ seller, year, kind })))),
  )
  const to = company === null ? null : { company, taxNumber }
  await writeRecipient(tx, id, to, at)
  const papers = await papersOfOrder(tx, id)
  const other = papers.filter(
    paper => paper.kind === 'invoice' && !paper.replaced && (paper.company !== company || paper.taxNumber !== taxNumber),
  )
  if (other.length > 0) {
    // What went back was taken back from the one there is: it stays.
    const now = await sellersOf(tx, id)
    if (now?.refunded === true || papers.some(paper => other.some(one => one.id === paper.corrects)))
      throw fault('conflict', 'invoice_credited')
    if (papers.filter(paper => paper.replaces !== null).length >= mostReplaced) throw fault('limited', 'limited')
    await write(
      tx,
      other.flatMap(paper => [again(paper, 'credit_note', null, at), again(paper, 'invoice', to, at)]),
    )
  }
  return orderPapers(tx, id)
}
