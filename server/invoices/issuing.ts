/** Issuing papers: an invoice of each seller of a paid order, a credit note for what went back of it. Numbers of a seller and year follow each other without a gap. */
import { clock, newId } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { taxWithin, termsFor, type Terms } from '../settlement/index.ts'
import {
  creditedOf,
  insertPapers,
  invoiced,
  issuersOf,
  lockSeries,
  noIssuer,
  ordersBehind,
  recipientsOf,
  soldOf,
  takeNumbers,
  type Issuer,
  type NewLine,
  type NewPaper,
  type PaperKind,
  type SoldRow,
} from './store.ts'

export type Draft = Omit<NewPaper, 'number'>

/** Taxes that the price contains, one after the other as the waterfall takes them, but of the whole price: that is what the buyer paid. */
function taxesOf(terms: Terms, { seller, kind, amount }: SoldRow, at: Date): NewLine['taxes'] {
  let left = amount
  return terms
    .taxesFor({ seller, category: kind }, at)
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, name, rateBp }) => {
      const tax = taxWithin(left, rateBp)
      left -= tax
      return { code, name, rateBp, amount: tax.toString() }
    })
}
export const taxSum = (taxes: NewLine['taxes']): bigint => taxes.reduce((sum, tax) => sum + BigInt(tax.amount), 0n)

const homeOf = (terms: Terms, seller: string, at: Date): string | null =>
  terms.data.homes
    .filter(home => home.seller === seller && home.validFrom <= at)
    .reduce<(typeof terms.data.homes)[number] | undefined>(
      (best, home) => (best === undefined || home.validFrom > best.validFrom ? home : best),
      undefined,
    )?.country ?? null

type MadeOut = { company: string | null; taxNumber: string | null }
const nobody: MadeOut = { company: null, taxNumber: null }
const head = (
  kind: PaperKind,
  sold: SoldRow,
  at: Date,
  country: string | null,
  corrects: string | null,
  { company, taxNumber }: MadeOut,
  issuer: Issuer,
): Omit<Draft, 'lines'> => ({
  id: newId('ivc', at),
  kind,
  seller: sold.seller,
  sellerName: sold.sellerName,
  country,
  sellerAddress: issuer.address,
  sellerTaxNumber: issuer.taxNumber,
  year: at.getUTCFullYear(),
  order: sold.order,
  orderNumber: sold.orderNumber,
  buyer: sold.buyer,
  buyerName: sold.buyerName,
  contact: sold.contact,
  address: sold.address,
  currency: sold.currency,
  corrects,
  replaces: null,
  company,
  taxNumber,
  at,
})

/** The caller holds the locks of their series. */
export async function write(tx: Tx, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return
  const series = Map.groupBy(drafts, ({ seller, year, kind }) => `${seller} ${year} ${kind}`)
  const before = await takeNumbers(
    tx,
    [...series.values()].map(own => ({ seller: own[0]!.seller, year: own[0]!.year, kind: own[0]!.kind, count: own.length })),
  )
  const papers = [...series].flatMap(([key, own]) => own.map((draft, n): NewPaper => ({ ...draft, number: before.get(key)! + n + 1 })))
  await insertPapers(tx, papers)
}

/**
 * Brings the papers of these orders up to date: invoices that are missing, then credit notes for what went back and has none. Twice is once: whoever numbers papers of
 * the same seller waits, and then sees what was issued.
 */
export async function issue(tx: Tx, orders: readonly string[]): Promise<void> {
  const ids = [...new Set(orders)].toSorted()
  const now = clock.now()
  const found = await soldOf(tx, ids)
  if (found.length === 0) return
  const thisYear = now.getUTCFullYear()
  await lockSeries(
    tx,
    found.flatMap(({ seller, paidAt }) => [
      { seller, year: paidAt.getUTCFullYear(), kind: 'invoice' as const },
      { seller, year: thisYear, kind: 'credit_note' as const },
    ]),
  )
  // What was read before the lock may have gone back meanwhile.
  const sold = await soldOf(tx, ids)
  const terms = await termsFor(tx)
  const there = await invoiced(tx, ids)
  const recipients = await recipientsOf(tx, ids)
  const issuers = await issuersOf(tx, [...new Set(sold.map(line => line.seller))])
  // Gift cards are money in another shape: what they pay for is invoiced, not they.
  const supplied = sold.filter(line => line.kind !== 'gift_card')
  const missing = [...Map.groupBy(supplied, ({ order, seller }) => `${order} ${seller}`)].filter(
    ([key, lines]) => !there.has(key) && lines.some(line => line.amount > 0n),
  )
  await write(
    tx,
    missing.map(([, lines]) => {
      const [first] = lines as [SoldRow, ...SoldRow[]]
      return {
        ...head(
          'invoice',
          first,
          first.paidAt,
          homeOf(terms, first.seller, first.paidAt),
          null,
          recipients.get(first.order) ?? nobody,
          issuers.get(first.seller) ?? noIssuer,
        ),
        lines: lines.map((line): NewLine => {
          const taxes = taxesOf(terms, line, line.paidAt)
          const { title, detail, quantity, discount, amount } = line
          return {
            line: line.line,
            title,
            detail,
            quantity,
            unit: (amount + discount) / BigInt(quantity),
            discount,
            amount,
            taxes,
            tax: taxSum(taxes),
          }
        }),
      }
    }),
  )
  await credit(tx, sold, ids, terms, now)
}

/** A credit note for each invoice of which more went back than was taken back so far. The tax goes back in proportion, rounded half up over all that went back. */
async function credit(tx: Tx, sold: readonly SoldRow[], orders: readonly string[], terms: Terms, at: Date): Promise<void> {
  const bySold = new Map(sold.map(row => [row.line, row]))
  const behind = (await creditedOf(tx, orders)).flatMap(row => {
    const now = bySold.get(row.line)
    return now !== undefined && now.refunded > row.credited ? [{ ...row, sold: now, back: now.refunded - row.credited }] : []
  })
  await write(
    tx,
    [...Map.groupBy(behind, row => row.invoice)].map(([invoice, lines]) => ({
      ...head('credit_note', lines[0]!.sold, at, homeOf(terms, lines[0]!.sold.seller, at), invoice, lines[0]!, {
        address: lines[0]!.sellerAddress,
        taxNumber: lines[0]!.sellerTaxNumber,
      }),
      lines: lines.map((row): NewLine => {
        const share = (whole: bigint, part: bigint): bigint => (whole * part * 2n + row.amount) / (row.amount * 2n)
        const taxes = row.taxes.map(tax => ({
          ...tax,
          amount: (share(BigInt(tax.amount), row.sold.refunded) - share(BigInt(tax.amount), row.credited)).toString(),
        }))
        const { line, title, detail, back } = row
        return { line, title, detail, quantity: 1, unit: back, discount: 0n, amount: back, taxes, tax: taxSum(taxes) }
      }),
    })),
  )
}

/** What was missed (a refund that nobody told of, a planet that knew no invoices when it sold): some orders at a time, each time committed. Gives how many. */
export async function catchUp(db: Db, since: Date, signal: AbortSignal): Promise<number> {
  let done = 0
  let after = ''
  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- batch after batch
    const orders = await ordersBehind(db.read, since, after, 200)
    if (orders.length === 0) return done
    // oxlint-disable-next-line no-await-in-loop -- batch after batch
    await db.transaction(tx => issue(tx, orders))
    done += orders.length
    after = orders.at(-1)!
  }
  return done
}
