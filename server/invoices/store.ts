/** SQL of papers: what was sold as others tell it, numbers without gaps, what was issued. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
export type PaperKind = 'invoice' | 'credit_note'
export type Place = { name: string; phone: string; country: string; region: string; city: string; line: string; postcode: string }
/** A line of a paid order with who sold it. `unit`: before the discount. */
export type SoldRow = {
  line: string
  order: string
  orderNumber: string
  buyer: string
  buyerName: string
  contact: string | null
  address: Place | null
  seller: string
  sellerName: string
  kind: string
  title: string
  detail: string | null
  quantity: number
  amount: bigint
  discount: bigint
  refunded: bigint
  currency: string
  paidAt: Date
}
const list = (items: readonly string[]) => sql`${[...items]}::text[]`
const soldColumns = sql`
  l.id as line, l."order", o.number as "orderNumber", o.buyer, coalesce(b.name, '') as "buyerName", coalesce(o.contact, r.email) as contact, o.address, p.owner as seller,
  coalesce(s.name, p.name) as "sellerName", l.kind, l.title, l.detail, l.quantity, l.amount, l.discount, l.refunded, l.currency, o.paid_at as "paidAt"`
const soldFrom = sql`
  shop.public_line l join shop.public_order o on o.id = l."order" join people.public_page p on p.id = l.page left join people.public_party s on s.id = p.owner
  left join people.public_party b on b.id = o.buyer left join people.public_reachable r on r.person = o.buyer`

/** All lines of these orders, as far as they are paid, with an owner who can be named. */
export async function soldOf(db: Db, orders: readonly string[]): Promise<SoldRow[]> {
  const { rows } = await sql<SoldRow>`
    select ${soldColumns} from ${soldFrom} where l."order" = any(${list(orders)}) and o.paid_at is not null and p.owner is not null
    order by l."order", l.id`.execute(db)
  return rows
}

/** Takes the series of these sellers for this transaction: whoever numbers papers of one of them next waits. In one order, whoever asks. */
export async function lockSeries(tx: Tx, series: readonly { seller: string; year: number; kind: PaperKind }[]): Promise<void> {
  await sql`
    insert into invoices.series as s (seller, year, kind)
    select * from (select distinct seller, year, kind from unnest(${list(series.map(one => one.seller))}, ${series.map(one => one.year)}::int[], ${list(series.map(one => one.kind))}) as g(seller, year, kind)) d
    order by seller, year, kind on conflict (seller, year, kind) do update set last = s.last`.execute(tx)
}
/** So many more numbers of each (locked) series; gives the last one before them, by `seller year kind`. */
export async function takeNumbers(
  tx: Tx,
  wanted: readonly { seller: string; year: number; kind: PaperKind; count: number }[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ key: string; before: number }>`
    update invoices.series s set last = s.last + w.count
    from unnest(${list(wanted.map(one => one.seller))}, ${wanted.map(one => one.year)}::int[], ${list(wanted.map(one => one.kind))}, ${wanted.map(one => one.count)}::int[]) as w(seller, year, kind, count)
    where s.seller = w.seller and s.year = w.year and s.kind = w.kind returning s.seller || ' ' || s.year || ' ' || s.kind as key, s.last - w.count as before`.execute(
    tx,
  )
  return new Map(rows.map(row => [row.key, row.before]))
}

export type NewLine = {
  line: string
  title: string
  detail: string | null
  quantity: number
  unit: bigint
  discount: bigint
  amount: bigint
  taxes: readonly { code: string; name: string; rateBp: number; amount: string }[]
  tax: bigint
}
export type NewPaper = {
  id: string
  kind: PaperKind
  seller: string
  sellerName: string
  country: string | null
  sellerAddress: string | null
  sellerTaxNumber: string | null
  year: number
  number: number
  order: string
  orderNumber: string
  buyer: string
  buyerName: string
  contact: string | null
  address: Place | null
  currency: string
  corrects: string | null
  /** Of an invoice: the one it stands instead of. */
  replaces: string | null
  company: string | null
  taxNumber: string | null
  at: Date
  lines: readonly NewLine[]
}
export async function insertPapers(tx: Tx, papers: readonly NewPaper[]): Promise<void> {
  const rows = papers.map(paper => ({
    ...paper,
    lines: paper.lines.map((line, position) => ({
      ...line,
      position,
      unit: line.unit.toString(),
      discount: line.discount.toString(),
      amount: line.amount.toString(),
      tax: line.tax.toString(),
    })),
    total: paper.lines.reduce((sum, line) => sum + line.amount, 0n).toString(),
    tax: paper.lines.reduce((sum, line) => sum + line.tax, 0n).toString(),
  }))
  await sql`
    with papers as (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p(id text, kind text, seller text, "sellerName" text, country text, "sellerAddress" text, "sellerTaxNumber" text, year int, number int, "order" text,
      "orderNumber" text, buyer text, "buyerName" text, contact text, address jsonb, currency text, total bigint, tax bigint, corrects text, replaces text, company text, "taxNumber" text, at timestamptz, lines jsonb)
    ), made as (
      insert into invoices.invoice (id, kind, seller, seller_name, seller_country, seller_address, seller_tax_number, year, number, "order", order_number, buyer, buyer_name, contact, address, currency, total, tax, corrects, replaces, company, tax_number, issued_at)
      select id, kind, seller, "sellerName", country, "sellerAddress", "sellerTaxNumber", year, number, "order", "orderNumber", buyer, "buyerName", contact, nullif(address, 'null'::jsonb), currency, total, tax, corrects, replaces, company, "taxNumber", at from papers
    )
    insert into invoices.line (invoice, position, line, title, detail, quantity, unit, discount, amount, taxes, tax)
    select p.id, l.position, l.line, l.title, l.detail, l.quantity, l.unit, l.discount, l.amount, l.taxes, l.tax from papers p,
      jsonb_to_recordset(p.lines) as l(position smallint, line text, title text, detail text, quantity int, unit bigint, discount bigint, amount bigint, taxes jsonb, tax bigint)`.execute(
    tx,
  )
}

/** Who has an invoice of which of these orders: `order seller`. */
export async function invoiced(tx: Tx, orders: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    select "order" || ' ' || seller as key from invoices.invoice where kind = 'invoice' and "order" = any(${list(orders)})`.execute(tx)
  return new Set(rows.map(row => row.key))
}

/** Whom the buyer wants the invoices of an order made out to. */
export type Recipient = { company: string; taxNumber: string | null }
export async function recipientsOf(db: Db, orders: readonly string[]): Promise<Map<string, Recipient>> {
  const { rows } = await sql<Recipient & { order: string }>`
    select "order", company, tax_number as "taxNumber" from invoices.recipient where "order" = any(${list(orders)})`.execute(db)
  return new Map(rows.map(({ order, ...to }) => [order, to]))
}
export async function writeRecipient(tx: Tx, order: string, to: Recipient | null, at: Date): Promise<void> {
  if (to === null) await sql`delete from invoices.recipient where "order" = ${order}`.execute(tx)
  else
    await sql`
      insert into invoices.recipient ("order", company, tax_number, changed_at) values (${order}, ${to.company}, ${to.taxNumber}, ${at})
      on conflict ("order") do update set company = excluded.company, tax_number = excluded.tax_number, changed_at = excluded.changed_at`.execute(
      tx,
    )
}
/** What a seller says of itself. */
export type Issuer = { address: string | null; taxNumber: string | null }
export const noIssuer: Issuer = { address: null, taxNumber: null }
export async function issuersOf(db: Db, sellers: readonly string[]): Promise<Map<string, Issuer>> {
  const { rows } = await sql<Issuer & { seller: string }>`
    select seller, address, tax_number as "taxNumber" from invoices.issuer where seller = any(${list(sellers)})`.execute(db)
  return new Map(rows.map(({ seller, ...issuer }) => [seller, issuer]))
}
export async function writeIssuer(tx: Tx, seller: string, { address, taxNumber }: Issuer, at: Date): Promise<void> {
  if (address === null && taxNumber === null) await sql`delete from invoices.issuer where seller = ${seller}`.execute(tx)
  else
    await sql`
      insert into invoices.issuer (seller, address, tax_number, changed_at) values (${seller}, ${address}, ${taxNumber}, ${at})
      on conflict (seller) do update set address = excluded.address, tax_number = excluded.tax_number, changed_at = excluded.changed_at`.execute(
      tx,
    )
}
/** An order with those who sell it, paid or not. */
export async function sellersOf(
  db: Db,
  order: string,
): Promise<{ buyer: string; state: string; paidAt: Date | null; sellers: string[]; refunded: boolean } | undefined> {
  const { rows } = await sql<{ buyer: string; state: string; paidAt: Date | null; sellers: string[]; refunded: boolean }>`
    select o.buyer, o.state, o.paid_at as "paidAt", coalesce(array_agg(distinct p.owner) filter (where p.owner is not null), '{}') as sellers, bool_or(l.refunded > 0) as refunded
    from shop.public_order o join shop.public_line l on l."order" = o.id left join people.public_page p on p.id = l.page where o.id = ${order} group by o.id, o.buyer, o.state, o.paid_at`.execute(
    db,
  )
  return rows[0]
}

/** Lines of invoices of these orders that stand, with what credit notes took back of them so far. */
export type CreditRow = {
  line: string
  invoice: string
  title: string
  detail: string | null
  quantity: number
  amount: bigint
  tax: bigint
  taxes: { code: string; name: string; rateBp: number; amount: string }[]
  credited: bigint
  creditedTax: bigint
  company: string | null
  taxNumber: string | null
  sellerAddress: string | null
  sellerTaxNumber: string | null
}
export async function creditedOf(tx: Tx, orders: readonly string[]): Promise<CreditRow[]> {
  const { rows } = await sql<CreditRow>`
    select l.line, l.invoice, l.title, l.detail, l.quantity, l.amount, l.tax, l.taxes, coalesce(c.amount, 0)::bigint as credited, coalesce(c.tax, 0)::bigint as "creditedTax",
      i.company, i.tax_number as "taxNumber", i.seller_address as "sellerAddress", i.seller_tax_number as "sellerTaxNumber"
    from invoices.invoice i join invoices.line l on l.invoice = i.id
    left join lateral (select sum(b.amount) as amount, sum(b.tax) as tax from invoices.line b join invoices.invoice n on n.id = b.invoice and n.corrects = i.id where b.line = l.line) c on true
    where i.kind = 'invoice' and not exists (select from invoices.invoice r where r.replaces = i.id) and i."order" = any(${list(orders)}) order by l.invoice, l.position`.execute(
    tx,
  )
  return rows
}

/** Orders that were paid since then and lack a paper, or of which more went back than credit notes say; some of them. */
export async function ordersBehind(db: Db, since: Date, after: string, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select o.id from shop.public_order o where o.paid_at >= ${since} and o.total > 0 and o.id > ${after} and (
      not exists (select from invoices.invoice i where i."order" = o.id) and exists (select from shop.public_line l where l."order" = o.id and l.kind <> 'gift_card' and l.amount > 0)
      or exists (select from shop.public_line l where l."order" = o.id and (l.kind <> 'gift_card' or exists (select from invoices.line i where i.line = l.id))
        and l.refunded > coalesce((select sum(c.amount) from invoices.line c join invoices.invoice n on n.id = c.invoice and n.kind = 'credit_note'
          where c.line = l.id and not exists (select from invoices.invoice r where r.replaces = n.corrects)), 0)))
    order by o.id limit ${most}`.execute(db)
  return rows.map(row => row.id)
}

/** The order of a refund (rfq_…). */
export async function orderOfRefund(db: Db, refund: string): Promise<string | undefined> {
  return (await sql<{ order: string }>`select "order" from refunds.public_refund where id = ${refund}`.execute(db)).rows[0]?.order
}
