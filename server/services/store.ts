/** SQL of what is offered: services, memberships, vouchers, and the pieces that orders took of them. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

const list = (items: readonly string[]) => sql`${[...items]}::text[]`
export type ProductKind = 'service' | 'membership' | 'voucher'
export type Question = { id: string; label: string; kind: 'line' | 'text' | 'link' | 'choice'; required: boolean; choices: string[] }
export type ProductRow = {
  id: string
  kind: ProductKind
  page: string
  title: string
  about: string
  how: string
  picture: string | null
  amount: bigint
  currency: string
  state: 'draft' | 'open' | 'closed'
  most: number | null
  taken: number
  eachMost: number | null
  opensAt: Date | null
  closesAt: Date | null
  membersOnly: boolean
  days: number | null
  revisions: number | null
  acceptDays: number | null
  questions: Question[] | null
  period: 'month' | 'year' | null
  perks: string[] | null
  earlyHours: number | null
  worth: bigint | null
  validDays: number | null
  createdAt: Date
}
export type ProductShown = ProductRow & { pageName: string; handle: string; pagePicture: string | null; offer: string | null; sold: number }
const columns: RawBuilder<unknown> = sql`p.id, p.kind, p.page, p.title, p.about, p.how, p.picture, p.amount, p.currency, p.state, p.most, p.taken, p.each_most as "eachMost", p.opens_at as "opensAt",
  p.closes_at as "closesAt", p.members_only as "membersOnly", p.days, p.revisions, p.accept_days as "acceptDays", p.questions, p.period, p.perks, p.early_hours as "earlyHours", p.worth,
  p.valid_days as "validDays", p.created_at as "createdAt"`
const shown: RawBuilder<unknown> = sql`${columns}, coalesce(g.name, '') as "pageName", coalesce(g.handle, '') as handle, g.picture as "pagePicture", o.id as offer, 
  (select coalesce(sum(s.quantity), 0)::int from services.sale s where s.product = p.id and s.state in ('handed', 'ended')) as sold`
const tables = sql`services.product p left join people.public_page g on g.id = p.page left join shop.public_offer o on o.kind = p.kind and o.subject = p.id and o.state = 'open'`

export async function readProducts(db: Read | Tx, ids: readonly string[]): Promise<Map<string, ProductShown>> {
  const { rows } = await sql<ProductShown>`select ${shown} from ${tables} where p.id = any(${list(ids)})`.execute(db)
  return new Map(rows.map(row => [row.id, row]))
}
export const readProduct = async (db: Read | Tx, id: string): Promise<ProductShown | undefined> => (await readProducts(db, [id])).get(id)
export async function listProducts(db: Read | Tx, page: string, open: boolean): Promise<ProductShown[]> {
  const { rows } = await sql<ProductShown>`
    select ${shown} from ${tables} where p.page = ${page} ${open ? sql`and p.state = 'open' and o.id is not null` : sql``}
    order by p.kind, p.created_at desc, p.id desc limit 500`.execute(db)
  return rows
}
/** In id order. */
export async function lockProducts(tx: Tx, ids: readonly string[]): Promise<Map<string, ProductRow>> {
  const { rows } = await sql<ProductRow>`
    select ${columns} from services.product p where p.id = any(${list(ids)}) order by p.id for no key update`.execute(tx)
  return new Map(rows.map(row => [row.id, row]))
}
export async function loadProducts(tx: Tx, ids: readonly string[]): Promise<Map<string, ProductRow>> {
  const { rows } = await sql<ProductRow>`select ${columns} from services.product p where p.id = any(${list(ids)})`.execute(tx)
  return new Map(rows.map(row => [row.id, row]))
}

export type GivenProduct = Omit<ProductRow, 'kind' | 'taken' | 'createdAt' | 'picture'>
const settable = sql`page, title, about, how, amount, currency, state, most, each_most, opens_at, closes_at, members_only, days, revisions, accept_days, questions, period, perks, early_hours, worth, valid_days`
const values = (
  p: GivenProduct,
): RawBuilder<unknown> => sql`${p.page}, ${p.title}, ${p.about}, ${p.how}, ${p.amount}, ${p.currency}, ${p.state}, ${p.most}, ${p.eachMost}, ${p.opensAt}, ${p.closesAt}, ${p.membersOnly},
  ${p.days}, ${p.revisions}, ${p.acceptDays}, ${p.questions === null ? null : JSON.stringify(p.questions)}::jsonb, ${p.period}, ${p.perks}::text[], ${p.earlyHours}, ${p.worth}, ${p.validDays}`
/** False when the id is taken. */
export async function insertProduct(tx: Tx, given: GivenProduct, by: string, at: Date): Promise<boolean> {
  const made = await sql`
    insert into services.product (id, created_by, created_at, changed_at, ${settable}) values (${given.id}, ${by}, ${at}, ${at}, ${values(given)}) on conflict (id) do nothing`.execute(
    tx,
  )
  return made.numAffectedRows === 1n
}
export const updateProduct = async (tx: Tx, given: GivenProduct, at: Date): Promise<void> => {
  await sql`update services.product set (changed_at, ${settable}) = (${at}, ${values(given)}) where id = ${given.id}`.execute(tx)
}
export const setPicture = async (tx: Tx, id: string, asset: string, at: Date): Promise<void> => {
  await sql`update services.product set picture = ${asset}, changed_at = ${at} where id = ${id}`.execute(tx)
}

export type NewSale = { line: string; product: string; page: string; buyer: string; quantity: number }
/** Takes pieces; the caller holds the locks of their products, and the database refuses one too many. */
export async function insertSales(tx: Tx, sales: readonly NewSale[], at: Date): Promise<void> {
  if (sales.length === 0) return
  await sql`
    insert into services.sale (line, product, page, buyer, quantity, at)
    select * , ${at}::timestamptz from unnest(${list(sales.map(s => s.line))}, ${list(sales.map(s => s.product))}, ${list(sales.map(s => s.page))}, ${list(sales.map(s => s.buyer))}, ${sales.map(s => s.quantity)}::int[])`.execute(
    tx,
  )
  await addTaken(tx, sales, 1)
}
async function addTaken(tx: Tx, sales: readonly { product: string; quantity: number }[], sign: 1 | -1): Promise<void> {
  await sql`
    update services.product p set taken = p.taken + ${sign}::int * s.many
    from (select product, sum(quantity)::int as many from unnest(${list(sales.map(s => s.product))}, ${sales.map(s => s.quantity)}::int[]) as s(product, quantity) group by 1) s where p.id = s.product`.execute(
    tx,
  )
}
async function lockProductsOf(tx: Tx, lines: readonly string[]): Promise<void> {
  await sql`select 1 from services.product p where p.id in (select product from services.sale where line = any(${list(lines)})) order by p.id for no key update`.execute(
    tx,
  )
}
export type SaleState = 'reserved' | 'handed' | 'ended' | 'free'
export type SaleRow = NewSale & { state: SaleState }
/** Moves sales that are in one of these states; gives those that were. Pieces follow: reserved and handed ones are taken. */
export async function moveSales(tx: Tx, lines: readonly string[], from: readonly SaleState[], to: SaleState): Promise<NewSale[]> {
  if (lines.length === 0) return []
  const counts = (state: SaleState): boolean => state === 'reserved' || state === 'handed'
  const changes = from.some(state => counts(state) !== counts(to))
  if (changes) await lockProductsOf(tx, lines)
  const { rows } = await sql<NewSale>`
    update services.sale set state = ${to} where line = any(${list(lines)}) and state = any(${list(from)}) returning line, product, page, buyer, quantity`.execute(
    tx,
  )
  if (changes && rows.length > 0) await addTaken(tx, rows, counts(to) ? 1 : -1)
  return rows
}
export async function salesOf(db: Read | Tx, lines: readonly string[]): Promise<SaleRow[]> {
  const { rows } =
    await sql<SaleRow>`select line, product, page, buyer, quantity, state from services.sale where line = any(${list(lines)})`.execute(db)
  return rows
}
/** What these lines cost after discounts. */
export async function amountsOf(
  db: Read | Tx,
  lines: readonly string[],
): Promise<Map<string, { amount: bigint; refunded: bigint; currency: string; state: string }>> {
  const { rows } = await sql<{ id: string; amount: bigint; refunded: bigint; currency: string; state: string }>`
    select id, amount, refunded, currency, state from shop.public_line where id = any(${list(lines)})`.execute(db)
  return new Map(rows.map(row => [row.id, row]))
}
export async function pageOwner(db: Read | Tx, page: string): Promise<string | null> {
  const { rows } = await sql<{ owner: string | null }>`select owner from people.public_page where id = ${page}`.execute(db)
  return rows[0]?.owner ?? null
}
