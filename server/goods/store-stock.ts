/** SQL of stock: what is on the shelf, what is spoken for, and why it changed. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type ForSaleRow = {
  variant: string
  product: string
  page: string
  title: string
  options: string[]
  state: 'open' | 'gone'
  productState: 'draft' | 'open' | 'archived'
  physical: boolean
  preorderOn: string | null
  mostEach: number | null
  weightG: number
  bundle: boolean
  parts: { variant: string; quantity: number }[]
}
/** What the checkout must know of these variants. */
export async function readForSale(db: Read | Tx, variants: readonly string[]): Promise<Map<string, ForSaleRow>> {
  if (variants.length === 0) return new Map()
  const { rows } = await sql<ForSaleRow>`
    select v.id as variant, v.product, v.page, p.title, v.options, v.state, p.state as "productState", p.physical, p.preorder_on::text as "preorderOn", p.most_each as "mostEach",
      v.bundle, case when v.bundle then coalesce((select sum(c.weight_g * b.quantity)::int from goods.part b join goods.variant c on c.id = b.part where b.bundle = v.id), 0) else v.weight_g end as "weightG",
      (select coalesce(jsonb_agg(jsonb_build_object('variant', b.part, 'quantity', b.quantity) order by b.part), '[]') from goods.part b where b.bundle = v.id) as parts
    from goods.variant v join goods.product p on p.id = v.product where v.id = any(${[...variants]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.variant, row]))
}

export type Shelf = { stock: number | null; reserved: number }
/** Locks variants in the order of their ids; gives what is there. */
export async function lockShelf(tx: Tx, variants: readonly string[]): Promise<Map<string, Shelf>> {
  if (variants.length === 0) return new Map()
  const { rows } = await sql<Shelf & { id: string }>`
    select id, stock, reserved from goods.variant where id = any(${[...new Set(variants)]}::text[]) order by id for no key update`.execute(
    tx,
  )
  return new Map(rows.map(({ id, ...row }) => [id, row]))
}

export type Move = { variant: string; stock?: number; reserved?: number }
/** Moves stock by differences; the database refuses what is not there. The caller holds the locks. */
export async function moveShelf(tx: Tx, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return
  await sql`
    update goods.variant v set stock = v.stock + m.stock, reserved = v.reserved + m.reserved
    from (select variant, sum(stock)::int as stock, sum(reserved)::int as reserved
      from unnest(${moves.map(m => m.variant)}::text[], ${moves.map(m => m.stock ?? 0)}::int[], ${moves.map(m => m.reserved ?? 0)}::int[]) as x(variant, stock, reserved) group by variant) m
    where v.id = m.variant`.execute(tx)
}
/** Of one variant: so many from now on; null: unlimited. */
export async function setShelf(tx: Tx, variant: string, stock: number | null): Promise<void> {
  await sql`update goods.variant set stock = ${stock} where id = ${variant}`.execute(tx)
}
export async function setShelves(tx: Tx, rows: readonly { variant: string; stock: number | null }[]): Promise<void> {
  if (rows.length === 0) return
  await sql`update goods.variant v set stock = x.stock from unnest(${rows.map(r => r.variant)}::text[], ${rows.map(r => r.stock)}::int[]) as x(id, stock) where v.id = x.id`.execute(
    tx,
  )
}

export type Cause = 'received' | 'counted' | 'sent' | 'back' | 'lost' | 'damaged' | 'given' | 'table' | 'unlimited'
export type NewMovement = {
  id: string
  variant: string
  change: number
  after: number
  cause: Cause
  note?: string
  line?: string | null
  by: string | null
  at: Date
}
export async function insertMovements(tx: Tx, rows: readonly NewMovement[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into goods.movement (id, variant, change, after, cause, note, line, by, at)
    select id, variant, change, after, cause, coalesce(note, ''), line, by, at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id text, variant text, change int, after int, cause text, note text, line text, by text, at timestamptz)`.execute(
    tx,
  )
}
export async function readMovement(
  db: Read | Tx,
  id: string,
): Promise<{ variant: string; change: number; after: number; cause: Cause; note: string; by: string | null } | undefined> {
  const { rows } = await sql<{ variant: string; change: number; after: number; cause: Cause; note: string; by: string | null }>`
    select variant, change, after, cause, note, by from goods.movement where id = ${id}`.execute(db)
  return rows[0]
}
export type MovementRow = {
  id: string
  change: number
  after: number
  cause: Cause
  note: string
  order: string | null
  by: string | null
  at: Date
}
export async function listMovements(db: Read, variant: string, before: string | undefined, limit: number): Promise<MovementRow[]> {
  const { rows } = await sql<MovementRow>`
    select m.id, m.change, m.after, m.cause, m.note, l.number as "order", p.name as by, m.at
    from goods.movement m left join shop.public_line l on l.id = m.line left join people.public_party p on p.id = m.by
    where m.variant = ${variant} ${before === undefined ? sql`` : sql`and m.id < ${before}`} order by m.id desc limit ${limit}`.execute(db)
  return rows
}

export type StockShown = {
  variant: string
  product: string
  page: string
  title: string
  options: string[]
  picture: string | null
  sku: string | null
  stock: number | null
  reserved: number
  low: boolean
  bundle: boolean
}
const stockColumns: RawBuilder<unknown> = sql`v.id as variant, v.product, v.page, p.title, v.options, coalesce(v.picture, p.pictures[1]) as picture, v.sku, v.stock, v.reserved, v.bundle,
  v.stock is not null and v.stock - v.reserved <= coalesce((select low_at from goods.setting where page = v.page), 3) as low`
export async function readStock(db: Read | Tx, variant: string): Promise<StockShown | undefined> {
  const { rows } =
    await sql<StockShown>`select ${stockColumns} from goods.variant v join goods.product p on p.id = v.product where v.id = ${variant}`.execute(
      db,
    )
  return rows[0]
}
export async function listStock(
  db: Read,
  page: string,
  { q, low, after, limit }: { q: string | undefined; low: boolean; after: readonly [string, string] | undefined; limit: number },
): Promise<StockShown[]> {
  const like = q === undefined || q === '' ? null : `%${q.replaceAll(/[\\%_]/g, '\\$&')}%`
  const { rows } = await sql<StockShown>`
    select * from (select ${stockColumns}, v.place from goods.variant v join goods.product p on p.id = v.product
      where v.page = ${page} and v.state = 'open' and p.state <> 'archived' and not v.bundle) s
    where ${like === null ? sql`true` : sql`(s.title ilike ${like} or s.sku ilike ${like})`} and ${low ? sql`s.low` : sql`true`}
      ${after === undefined ? sql`` : sql`and (s.title, s.variant) > (${after[0]}, ${after[1]})`}
    order by s.title, s.variant limit ${limit}`.execute(db)
  return rows
}
