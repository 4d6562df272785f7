/** SQL of goods that were ordered: what of a line is on the shelf, on its way, there, back; and the parcels they go in. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type SoldRow = {
  line: string
  order: string
  page: string
  product: string
  variant: string
  buyer: string
  quantity: number
  physical: boolean
  preorderOn: string | null
  state: 'reserved' | 'paid' | 'freed'
  open: number
  sent: number
  arrived: number
  back: number
  dueAt: Date | null
  paidAt: Date | null
  arrivedAt: Date | null
  /** What one piece takes from the shelf. */
  takes: { variant: string; each: number }[]
}
const columns: RawBuilder<unknown> = sql`s.line, s."order", s.page, s.product, s.variant, s.buyer, s.quantity, s.physical, s.preorder_on::text as "preorderOn", s.state, s.open, s.sent, s.arrived,
  s.back, s.due_at as "dueAt", s.paid_at as "paidAt", s.arrived_at as "arrivedAt",
  (select coalesce(jsonb_agg(jsonb_build_object('variant', t.variant, 'each', t.each) order by t.variant), '[]') from goods.taken t where t.line = s.line) as takes`

/** Locks lines in the order of their ids. */
export async function lockSold(tx: Tx, lines: readonly string[]): Promise<Map<string, SoldRow>> {
  if (lines.length === 0) return new Map()
  const { rows } =
    await sql<SoldRow>`select ${columns} from goods.sold s where s.line = any(${[...lines]}::text[]) order by s.line for update`.execute(tx)
  return new Map(rows.map(row => [row.line, row]))
}
export async function readSold(db: Read | Tx, lines: readonly string[]): Promise<Map<string, SoldRow>> {
  if (lines.length === 0) return new Map()
  const { rows } = await sql<SoldRow>`select ${columns} from goods.sold s where s.line = any(${[...lines]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.line, row]))
}

/** All of an order that one page sold. */
export async function soldOf(db: Read | Tx, order: string, page: string): Promise<SoldRow[]> {
  const { rows } =
    await sql<SoldRow>`select ${columns} from goods.sold s where s."order" = ${order} and s.page = ${page} order by s.line`.execute(db)
  return rows
}

export type NewSold = Pick<
  SoldRow,
  'line' | 'order' | 'page' | 'product' | 'variant' | 'buyer' | 'quantity' | 'physical' | 'preorderOn' | 'takes'
> & {
  at: Date
}
/** Lines for which stock was set aside; those that were freed before have it again. */
export async function insertSold(tx: Tx, rows: readonly NewSold[]): Promise<void> {
  if (rows.length === 0) return
  const given = JSON.stringify(rows)
  await sql`
    insert into goods.sold (line, "order", page, product, variant, buyer, quantity, physical, preorder_on, open, at)
    select line, "order", page, product, variant, buyer, quantity, physical, "preorderOn", quantity, at from jsonb_to_recordset(${given}::jsonb) as x(line text, "order" text, page text,
      product text, variant text, buyer text, quantity int, physical boolean, "preorderOn" date, at timestamptz)
    on conflict (line) do update set state = 'reserved', open = excluded.open`.execute(tx)
  await sql`
    insert into goods.taken (line, variant, each)
    select x.line, t.variant, t.each from jsonb_to_recordset(${given}::jsonb) as x(line text, takes jsonb), jsonb_to_recordset(x.takes) as t(variant text, each smallint)
    on conflict do nothing`.execute(tx)
}
/** How much a person has of products, over all their variants: by `buyer product`. */
export async function piecesOf(tx: Tx, wanted: readonly { buyer: string; product: string }[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ buyer: string; product: string; n: number }>`
    select s.buyer, s.product, sum(s.quantity - s.back)::int as n from goods.sold s
    where (s.buyer, s.product) in (select * from unnest(${wanted.map(w => w.buyer)}::text[], ${wanted.map(w => w.product)}::text[])) and s.state <> 'freed' group by 1, 2`.execute(
    tx,
  )
  return new Map(rows.map(row => [`${row.buyer} ${row.product}`, row.n]))
}

export type SoldChange = { line: string; state?: SoldRow['state']; open?: number; sent?: number; arrived?: number; back?: number }
/** Differences of counts; a state where it changes. */
export async function changeSold(tx: Tx, rows: readonly SoldChange[], at: Date): Promise<void> {
  if (rows.length === 0) return
  await sql`
    update goods.sold s set state = coalesce(x.state, s.state), open = s.open + coalesce(x.open, 0), sent = s.sent + coalesce(x.sent, 0), arrived = s.arrived + coalesce(x.arrived, 0),
      back = s.back + coalesce(x.back, 0), paid_at = case when x.state = 'paid' then coalesce(s.paid_at, ${at}) else s.paid_at end,
      arrived_at = case when coalesce(x.arrived, 0) > 0 then ${at} else s.arrived_at end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(line text, state text, open int, sent int, arrived int, back int) where s.line = x.line`.execute(
    tx,
  )
}
export async function noteDue(tx: Tx, rows: readonly { line: string; at: Date }[]): Promise<void> {
  if (rows.length === 0) return
  await sql`update goods.sold s set due_at = x.at from unnest(${rows.map(r => r.line)}::text[], ${rows.map(r => r.at)}::timestamptz[]) as x(line, at) where s.line = x.line`.execute(
    tx,
  )
}

/** Paid lines of which something is not sent although it could have been for so long, or came back so long ago and was not sent again. */
export async function longUnsent(db: Read, before: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select line from goods.sold where state = 'paid' and open > 0 and paid_at < ${before} and (preorder_on is null or preorder_on < ${before}::date)
    union
    select p.line from goods.sending d join goods.packed p on p.sending = d.id join goods.sold s on s.line = p.line
      where d.state = 'returned' and d.sent_at < ${before} and p.quantity > 0 and s.state = 'paid'
    limit ${limit}`.execute(db)
  return rows.map(row => row.line)
}

// Parcels.

export type NewSending = {
  id: string
  order: string
  page: string
  buyer: string
  notBefore: string | null
  at: Date
  lines: readonly { line: string; quantity: number }[]
}
export async function insertSendings(tx: Tx, rows: readonly NewSending[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into goods.sending (id, "order", page, buyer, not_before, created_at)
    select id, "order", page, buyer, "notBefore", at from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id text, "order" text, page text, buyer text, "notBefore" date, at timestamptz)`.execute(
    tx,
  )
  const packed = rows.flatMap(({ id, lines }) => lines.map(line => ({ sending: id, ...line })))
  await sql`insert into goods.packed (sending, line, quantity)
    select * from unnest(${packed.map(p => p.sending)}::text[], ${packed.map(p => p.line)}::text[], ${packed.map(p => p.quantity)}::int[])`.execute(
    tx,
  )
}
export type SendingState = 'to_pack' | 'sent' | 'arrived' | 'returned' | 'cancelled'
export type SendingRow = {
  id: string
  order: string
  page: string
  buyer: string
  state: SendingState
  notBefore: string | null
  createdAt: Date
  sentAt: Date | null
  arrivedAt: Date | null
  lines: { line: string; quantity: number }[]
}
const sendingColumns: RawBuilder<unknown> = sql`s.id, s."order", s.page, s.buyer, s.state, s.not_before::text as "notBefore", s.created_at as "createdAt", s.sent_at as "sentAt",
  s.arrived_at as "arrivedAt", (select coalesce(jsonb_agg(jsonb_build_object('line', p.line, 'quantity', p.quantity) order by p.line), '[]') from goods.packed p where p.sending = s.id and p.quantity > 0) as lines`
export async function lockSending(tx: Tx, id: string): Promise<SendingRow | undefined> {
  await sql`select from goods.sending where id = ${id} for update`.execute(tx)
  return (await readSendings(tx, [id]))[0]
}
export async function readSendings(db: Read | Tx, ids: readonly string[]): Promise<SendingRow[]> {
  const { rows } =
    await sql<SendingRow>`select ${sendingColumns} from goods.sending s where s.id = any(${[...ids]}::text[]) order by s.id`.execute(db)
  return rows
}
/** Parcels that these lines are in. */
export async function sendingsOf(db: Read | Tx, lines: readonly string[]): Promise<SendingRow[]> {
  const { rows } = await sql<SendingRow>`
    select ${sendingColumns} from goods.sending s where s.id in (select sending from goods.packed where line = any(${[...lines]}::text[]) and quantity > 0) order by s.id`.execute(
    db,
  )
  return rows
}
export async function listSendings(
  db: Read,
  page: string,
  state: SendingState,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<SendingRow[]> {
  const { rows } = await sql<SendingRow>`
    select ${sendingColumns} from goods.sending s where s.page = ${page} and s.state = ${state}
      ${after === undefined ? sql`` : sql`and (s.created_at, s.id) ${state === 'to_pack' ? sql`>` : sql`<`} (${after[0]}, ${after[1]})`}
    order by s.created_at ${state === 'to_pack' ? sql`asc` : sql`desc`}, s.id ${state === 'to_pack' ? sql`asc` : sql`desc`} limit ${limit}`.execute(
    db,
  )
  return rows
}
export async function moveSending(tx: Tx, id: string, state: SendingState, at: Date): Promise<void> {
  await sql`update goods.sending set state = ${state}, sent_at = case when ${state} = 'sent' then ${at}::timestamptz else sent_at end,
    arrived_at = case when ${state} = 'arrived' then ${at}::timestamptz else arrived_at end where id = ${id}`.execute(tx)
}
export async function changePacked(tx: Tx, rows: readonly { sending: string; line: string; change: number }[]): Promise<void> {
  if (rows.length === 0) return
  await sql`update goods.packed p set quantity = p.quantity + x.change
    from unnest(${rows.map(r => r.sending)}::text[], ${rows.map(r => r.line)}::text[], ${rows.map(r => r.change)}::int[]) as x(sending, line, change)
    where p.sending = x.sending and p.line = x.line`.execute(tx)
}

// What is told of lines: their words stand in the checkout's rows.

export type LineWords = {
  id: string
  order: string
  number: string
  page: string
  seller: string
  owner: string | null
  buyer: string
  title: string
  detail: string | null
  picture: string | null
  subject: string
  quantity: number
  amount: bigint
  refunded: bigint
  currency: string
  state: string
}
export async function lineWords(db: Read | Tx, lines: readonly string[]): Promise<Map<string, LineWords>> {
  if (lines.length === 0) return new Map()
  const { rows } = await sql<LineWords>`
    select l.id, l."order", l.number, l.page, coalesce(g.name, '') as seller, g.owner, l.buyer, l.title, l.detail, l.picture, l.subject, l.quantity, l.amount, l.refunded, l.currency, l.state
    from shop.public_line l left join people.public_page g on g.id = l.page where l.id = any(${[...lines]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.id, row]))
}
export type OrderWords = {
  id: string
  number: string
  at: Date
  buyer: string
  buyerName: string
  address: { name: string; phone: string; country: string; region: string; city: string; line: string; postcode: string } | null
  note: string | null
}
export async function orderWords(db: Read | Tx, orders: readonly string[]): Promise<Map<string, OrderWords>> {
  if (orders.length === 0) return new Map()
  const { rows } = await sql<OrderWords>`
    select id, number, at, buyer, coalesce(buyer_name, '') as "buyerName", address, n.note from shop.public_order left join shop.public_order_note n on n."order" = id where id = any(${[...orders]}::text[])`.execute(
    db,
  )
  return new Map(rows.map(row => [row.id, row]))
}
/** Ways of sending that were bought: held or settled lines of the kind `shipping`, by `order page`. */
export async function carriageLines(
  db: Read | Tx,
  orders: readonly string[],
): Promise<Map<string, { line: string; title: string; state: string; amount: bigint; refunded: bigint }>> {
  if (orders.length === 0) return new Map()
  const { rows } = await sql<{ order: string; page: string; line: string; title: string; state: string; amount: bigint; refunded: bigint }>`
    select "order", page, id as line, title, state, amount, refunded from shop.public_line where "order" = any(${[...orders]}::text[]) and kind = 'shipping'`.execute(
    db,
  )
  return new Map(rows.map(({ order, page, ...row }) => [`${order} ${page}`, row]))
}
/** Skus and parts of variants, for packing. */
export async function packWords(
  db: Read | Tx,
  lines: readonly string[],
): Promise<Map<string, { sku: string | null; parts: { title: string; sku: string | null; quantity: number }[] }>> {
  if (lines.length === 0) return new Map()
  const { rows } = await sql<{ line: string; sku: string | null; parts: { title: string; sku: string | null; quantity: number }[] }>`
    select s.line, v.sku, case when v.bundle then (select jsonb_agg(jsonb_build_object('title', p.title || case when c.options = '{}' then '' else ' · ' || array_to_string(c.options, ' / ') end,
        'sku', c.sku, 'quantity', t.each) order by p.title) from goods.taken t join goods.variant c on c.id = t.variant join goods.product p on p.id = c.product where t.line = s.line)
      else '[]' end as parts
    from goods.sold s join goods.variant v on v.id = s.variant where s.line = any(${[...lines]}::text[])`.execute(db)
  return new Map(rows.map(({ line, ...row }) => [line, row]))
}
/** Parcels of sendings, with where they go now. */
export type ParcelOf = { id: string; state: SendingState; carrier: string | null; tracking: string | null; address: OrderWords['address'] }
export async function parcelsOf(db: Read | Tx, sendings: readonly string[]): Promise<Map<string, ParcelOf>> {
  if (sendings.length === 0) return new Map()
  const { rows } = await sql<ParcelOf & { subject: string }>`
    select p.subject, p.id, p.state, p.carrier, p.tracking, a.address from shipping.public_parcel p join shipping.public_parcel_place a on a.subject = p.subject
    where p.purpose = 'order' and p.subject = any(${[...sendings]}::text[])`.execute(db)
  return new Map(rows.map(({ subject, ...row }) => [subject, row]))
}
