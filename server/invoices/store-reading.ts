/** SQL of reading papers, and of the mails with receipts. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { PaperKind, Place } from './store.ts'

type Db = Read | Tx
export type CardRow = {
  id: string
  kind: PaperKind
  year: number
  number: number
  seller: string
  sellerName: string
  buyer: string
  buyerName: string
  contact: string | null
  order: string
  orderNumber: string
  currency: string
  total: bigint
  tax: bigint
  corrects: string | null
  correctsYear: number | null
  correctsNumber: number | null
  company: string | null
  taxNumber: string | null
  /** Of an invoice: the one it stands instead of; whether another stands instead of it. */
  replaces: string | null
  replacesYear: number | null
  replacesNumber: number | null
  replaced: boolean
  issuedAt: Date
}
const card = sql`
  i.id, i.kind, i.year, i.number, i.seller, i.seller_name as "sellerName", i.buyer, i.buyer_name as "buyerName", i.contact, i."order", i.order_number as "orderNumber", i.currency, i.total, i.tax,
  i.corrects, c.year as "correctsYear", c.number as "correctsNumber", i.company, i.tax_number as "taxNumber", i.replaces, r.year as "replacesYear", r.number as "replacesNumber",
  exists (select from invoices.invoice x where x.replaces = i.id) as replaced, i.issued_at as "issuedAt"`
const from = sql`invoices.invoice i left join invoices.invoice c on c.id = i.corrects left join invoices.invoice r on r.id = i.replaces`

export const cardsOfOrder = async (db: Db, order: string): Promise<CardRow[]> =>
  (await sql<CardRow>`select ${card} from ${from} where i."order" = ${order} order by i.issued_at, i.id`.execute(db)).rows

export type PaperLineRow = {
  line: string
  title: string
  detail: string | null
  quantity: number
  unit: string
  discount: string
  amount: string
  taxes: { code: string; name: string; rateBp: number; amount: string }[]
}
export type PaperRow = CardRow & {
  country: string | null
  sellerAddress: string | null
  sellerTaxNumber: string | null
  address: Place | null
  lines: PaperLineRow[]
}
const lines = sql`
  (select jsonb_agg(jsonb_build_object('line', l.line, 'title', l.title, 'detail', l.detail, 'quantity', l.quantity, 'unit', l.unit::text, 'discount', l.discount::text, 'amount', l.amount::text,
    'taxes', l.taxes) order by l.position) from invoices.line l where l.invoice = i.id) as lines`
const whole = sql`
  ${card}, i.seller_country as country, i.seller_address as "sellerAddress", i.seller_tax_number as "sellerTaxNumber", i.address, ${lines}`
export const readPaper = async (db: Db, id: string): Promise<PaperRow | undefined> =>
  (await sql<PaperRow>`select ${whole} from ${from} where i.id = ${id}`.execute(db)).rows[0]

export const papersOfOrder = async (db: Db, order: string): Promise<PaperRow[]> =>
  (await sql<PaperRow>`select ${whole} from ${from} where i."order" = ${order} order by i.issued_at, i.id`.execute(db)).rows

export type Filter = { seller: string; kind: PaperKind | null; year: number | null }
const fits = ({ seller, kind, year }: Filter) => sql`
  i.seller = ${seller} ${kind === null ? sql`` : sql`and i.kind = ${kind}`} ${year === null ? sql`` : sql`and i.year = ${year}`}`
type After = { at: Date; id: string } | null
const older = (after: After) => (after === null ? sql`` : sql`and (i.issued_at, i.id) < (${after.at}, ${after.id})`)

export const cardsOf = async (db: Db, filter: Filter, after: After, limit: number): Promise<CardRow[]> =>
  (
    await sql<CardRow>`select ${card} from ${from} where ${fits(filter)} ${older(after)} order by i.issued_at desc, i.id desc limit ${limit}`.execute(
      db,
    )
  ).rows
export const papersOf = async (db: Db, filter: Filter, after: After, limit: number): Promise<PaperRow[]> =>
  (
    await sql<PaperRow>`select ${whole} from ${from} where ${fits(filter)} ${older(after)}
      order by i.issued_at desc, i.id desc limit ${limit}`.execute(db)
  ).rows
export type SumRow = { kind: PaperKind; currency: string; count: number; total: bigint; tax: bigint }
export const sumsOf = async (db: Db, filter: Filter): Promise<SumRow[]> =>
  (
    await sql<SumRow>`select i.kind, i.currency, count(*)::int as count, sum(i.total)::bigint as total, sum(i.tax)::bigint as tax from invoices.invoice i where ${fits(filter)}
      group by 1, 2 order by 2, 1 desc`.execute(db)
  ).rows

export type OrderHead = {
  id: string
  number: string
  buyer: string
  buyerName: string
  email: string
  locale: 'en' | 'zh'
  guest: boolean
  banned: boolean
  contact: string | null
  address: Place | null
  total: bigint
  credit: bigint
  currency: string
  paidAt: Date
}
export const orderHead = async (db: Db, id: string): Promise<OrderHead | undefined> =>
  (
    await sql<OrderHead>`
      select o.id, o.number, o.buyer, r.name as "buyerName", r.email, r.locale, r.guest, r.banned, o.contact, o.address, o.total, o.credit, o.currency, o.paid_at as "paidAt"
      from shop.public_order o join people.public_reachable r on r.person = o.buyer where o.id = ${id} and o.paid_at is not null`.execute(
      db,
    )
  ).rows[0]

/** A mail for each of these orders; gives those that have none yet. */
export async function insertReceipts(tx: Tx, rows: readonly { order: string; id: string }[], at: Date): Promise<string[]> {
  const made = await sql<{ order: string }>`
    insert into invoices.receipt ("order", id, made_at) select *, ${at} from unnest(${rows.map(row => row.order)}::text[], ${rows.map(row => row.id)}::text[])
    on conflict do nothing returning "order"`.execute(tx)
  return made.rows.map(row => row.order)
}
/** Takes a mail for sending; undefined when it was sent or is being sent. */
export const takeReceipt = async (tx: Tx, order: string, at: Date): Promise<string | undefined> =>
  (
    await sql<{
      id: string
    }>`update invoices.receipt set state = 'sending', tried_at = ${at} where "order" = ${order} and state = 'waiting' returning id`.execute(
      tx,
    )
  ).rows[0]?.id
export type ReceiptEnd = 'waiting' | 'sent' | 'failed' | 'unsure' | 'dropped'
export const endReceipt = async (tx: Tx, order: string, state: ReceiptEnd, problem: string | null): Promise<void> => {
  await sql`update invoices.receipt set state = ${state}, problem = ${problem?.slice(0, 500) ?? null} where "order" = ${order} and state = 'sending'`.execute(
    tx,
  )
}
/** Whoever was sending these died: the server may have taken them, so they are not sent again. */
export const endUnsure = async (tx: Tx, before: Date): Promise<number> =>
  Number(
    (
      await sql`update invoices.receipt set state = 'unsure', problem = 'the answer did not come' where state = 'sending' and tried_at < ${before}`.execute(
        tx,
      )
    ).numAffectedRows ?? 0n,
  )
/** Forgets mails that ended long ago. */
export const forgetReceipts = async (tx: Tx, before: Date): Promise<void> => {
  await sql`delete from invoices.receipt where made_at < ${before} and state <> 'waiting'`.execute(tx)
}
