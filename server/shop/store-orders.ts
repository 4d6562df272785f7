/** SQL of orders and their lines. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { Address, SoldLine } from './kinds.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

/** For a jsonb[] parameter. */
const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

export type OrderState = 'placed' | 'paid' | 'settled' | 'cancelled' | 'expired' | 'refunded'
export type LineState = 'waiting' | 'held' | 'settled' | 'refunded' | 'cancelled'
export type NewOrder = {
  id: string
  buyer: string
  currency: string
  total: bigint
  request: string
  payment: string | null
  at: Date
  expiresAt: Date | null
  contact: string | null
  address: Address | null
  note: string | null
  credit: bigint
}
export type NewLine = {
  id: string
  order: string
  position: number
  offer: string
  kind: string
  subject: string
  release: string | null
  page: string
  title: string
  detail: string | null
  picture: string | null
  artists: string
  choice: SoldLine['choice']
  quantity: number
  unitAmount: bigint
  discount: bigint
  discountCode: string | null
  /** What of it is paid by credit. */
  credit: bigint
  currency: string
}

/** Writes orders with their lines; gives the number of each by id, without those whose id is taken (it waits for whoever takes it at this moment). */
export async function insertOrders(tx: Tx, orders: readonly NewOrder[], lines: readonly NewLine[]): Promise<Map<string, string>> {
  const made = await sql<{ id: string; number: string }>`
    with made as (
      insert into shop."order" (id, buyer, currency, total, request, payment, created_at, expires_at, contact, address, note, credit)
      select * from unnest(${list(orders.map(o => o.id))}, ${list(orders.map(o => o.buyer))}, ${list(orders.map(o => o.currency))}, ${orders.map(o => o.total)}::bigint[], ${list(orders.map(o => o.request))},
        ${orders.map(o => o.payment)}::text[], ${orders.map(o => o.at)}::timestamptz[], ${orders.map(o => o.expiresAt)}::timestamptz[], ${orders.map(o => o.contact)}::text[],
        ${orders.map(o => json(o.address))}::jsonb[], ${orders.map(o => o.note)}::text[], ${orders.map(o => o.credit)}::bigint[]) as o(id)
      order by o.id on conflict (id) do nothing returning id, number
    ), lines as (
      insert into shop.line (id, "order", position, offer, kind, subject, release, page, title, detail, picture, artists, choice, quantity, unit_amount, discount, discount_code, amount, credit, currency)
      select l.id, made.id, l.position, l.offer, l.kind, l.subject, l.release, l.page, l.title, l.detail, l.picture, l.artists, l.choice, l.quantity, l.unit, l.discount, l.code,
        l.unit * l.quantity - l.discount, l.credit, l.currency
      from unnest(${list(lines.map(l => l.id))}, ${list(lines.map(l => l.order))}, ${lines.map(l => l.position)}::smallint[], ${list(lines.map(l => l.offer))}, ${list(lines.map(l => l.kind))},
        ${list(lines.map(l => l.subject))}, ${lines.map(l => l.release)}::text[], ${list(lines.map(l => l.page))}, ${list(lines.map(l => l.title))}, ${lines.map(l => l.detail)}::text[],
        ${lines.map(l => l.picture)}::text[], ${list(lines.map(l => l.artists))}, ${lines.map(l => json(l.choice))}::jsonb[], ${lines.map(l => l.quantity)}::int[],
        ${lines.map(l => l.unitAmount)}::bigint[], ${lines.map(l => l.discount)}::bigint[], ${lines.map(l => l.discountCode)}::text[], ${lines.map(l => l.credit)}::bigint[], ${list(lines.map(l => l.currency))})
        as l(id, in_order, position, offer, kind, subject, release, page, title, detail, picture, artists, choice, quantity, unit, discount, code, credit, currency)
      join made on made.id = l.in_order
    ) select id, number from made`.execute(tx)
  return new Map(made.rows.map(row => [row.id, row.number]))
}

export type OrderLineRow = {
  id: string
  order: string
  buyer: string
  offer: string
  kind: string
  subject: string
  choice: SoldLine['choice']
  title: string
  detail: string | null
  artists: string
  cover: string | null
  accent: string | null
  release: string | null
  quantity: number
  unit: string
  discount: string
  discountCode: string | null
  amount: string
  refunded: string
  state: LineState
  /** ISO 8601; null when nothing waits. */
  dueAt: string | null
  page: string
  seller: string
}
export type OrderRow = {
  id: string
  number: string
  buyer: string
  state: OrderState
  currency: string
  total: bigint
  request: string
  payment: string | null
  problem: string | null
  createdAt: Date
  expiresAt: Date | null
  paidAt: Date | null
  contact: string | null
  address: Address | null
  note: string | null
  credit: bigint
  lines: OrderLineRow[]
}
const orderColumns = sql`
  o.id, o.number, o.buyer, o.state, o.currency, o.total, o.request, o.payment, o.problem, o.created_at as "createdAt", o.expires_at as "expiresAt", o.paid_at as "paidAt", o.contact, o.address, o.note, o.credit,
  (select jsonb_agg(jsonb_build_object('id', l.id, 'order', o.id, 'buyer', o.buyer, 'offer', l.offer, 'kind', l.kind, 'subject', l.subject, 'choice', l.choice, 'title', l.title, 'detail', l.detail,
      'artists', l.artists, 'cover', coalesce(r.cover, l.picture), 'accent', i.accent, 'release', l.release, 'quantity', l.quantity, 'unit', l.unit_amount::text, 'discount', l.discount::text,
      'discountCode', l.discount_code, 'amount', l.amount::text, 'refunded', l.refunded::text, 'state', l.state, 'dueAt', l.due_at, 'page', l.page, 'seller', coalesce(p.name, '')) order by l.position)
    from shop.line l left join catalogue.public_release r on r.id = l.release left join media.public_image i on i.asset = coalesce(r.cover, l.picture) left join people.public_page p on p.id = l.page
    where l."order" = o.id) as lines`

export async function readOrder(db: Db, id: string): Promise<OrderRow | undefined> {
  return (await sql<OrderRow>`select ${orderColumns} from shop."order" o where o.id = ${id}`.execute(db)).rows[0]
}

/** Which of these ids are orders. */
export async function ordersThere(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`select id from shop."order" where id = any(${list(ids)})`.execute(db)
  return new Set(rows.map(row => row.id))
}

export async function ordersOf(db: Db, buyer: string, after: { at: Date; id: string } | null, limit: number): Promise<OrderRow[]> {
  const rows = await sql<OrderRow>`
    select ${orderColumns} from shop."order" o where o.buyer = ${buyer} ${after === null ? sql`` : sql`and (o.created_at, o.id) < (${after.at}, ${after.id})`}
    order by o.created_at desc, o.id desc limit ${limit}`.execute(db)
  return rows.rows
}

export type LockedLine = {
  id: string
  order: string
  title: string
  offer: string
  kind: string
  subject: string
  choice: SoldLine['choice']
  release: string | null
  page: string
  quantity: number
  amount: bigint
  /** What of it was paid by credit: it goes back to its cards, after what the provider took went back. */
  credit: bigint
  discountCode: string | null
  fulfilledAt: Date | null
  /** What went back to the buyer so far; `fee`: what the provider keeps of the rest. */
  refunded: bigint
  fee: bigint
  currency: string
  state: LineState
  frozen: boolean
  paidAt: Date | null
  downloadedAt: Date | null
  buyer: string
  offerState: string | null
  offerUntil: Date | null
  /** How many of its offer one person may have. */
  mostEach: number | null
}
export type LockedOrder = {
  id: string
  number: string
  buyer: string
  state: OrderState
  total: bigint
  credit: bigint
  currency: string
  payment: string | null
  lines: LockedLine[]
}

/**
 * Locks these orders in id order and reads them with their lines (which change only under this lock). Two statements: one that waits for a lock would see
 * the lines as they were before it waited.
 */
export async function lockOrders(tx: Tx, ids: readonly string[]): Promise<Map<string, LockedOrder>> {
  type Row = Omit<LockedOrder, 'id' | 'lines' | 'state' | 'credit'> &
    Omit<LockedLine, 'state'> & { orderCredit: bigint; orderState: OrderState; lineState: LineState }
  await sql`select 1 from shop."order" where id = any(${list(ids)}) order by id for no key update`.execute(tx)
  const { rows } = await sql<Row>`
    select o.id as "order", o.number, o.buyer, o.state as "orderState", o.total, o.credit as "orderCredit", o.currency, o.payment,
      l.id, l.title, l.offer, l.kind, l.subject, l.choice, l.release, l.page, l.quantity, l.amount, l.credit, l.discount_code as "discountCode", l.fulfilled_at as "fulfilledAt", l.refunded, l.fee, l.state as "lineState", l.frozen, l.paid_at as "paidAt",
      l.downloaded_at as "downloadedAt", f.state as "offerState", f.closes_at as "offerUntil", f.most_each as "mostEach"
    from shop."order" o join shop.line l on l."order" = o.id left join shop.offer f on f.id = l.offer
    where o.id = any(${list(ids)}) order by o.id, l.position`.execute(tx)
  const found = new Map<string, LockedOrder>()
  for (const { order, number, buyer, orderState, total, orderCredit, currency, payment, lineState, ...line } of rows) {
    const before = found.get(order) ?? {
      id: order,
      number,
      buyer,
      state: orderState,
      total,
      credit: orderCredit,
      currency,
      payment,
      lines: [],
    }
    before.lines.push({ ...line, order, buyer, currency, state: lineState })
    found.set(order, before)
  }
  return found
}

/** Orders are paid, by that payment: their lines are held until due. */
export async function markPaid(
  tx: Tx,
  orders: readonly { id: string; at: Date; payment?: string }[],
  lines: readonly { id: string; fee: bigint; at: Date; dueAt: Date }[],
): Promise<void> {
  await sql`
    with paid as (
      update shop."order" o set state = 'paid', paid_at = p.at, expires_at = null, problem = null, payment = coalesce(p.payment, o.payment)
      from unnest(${list(orders.map(o => o.id))}, ${orders.map(o => o.at)}::timestamptz[], ${orders.map(o => o.payment ?? null)}::text[]) as p(id, at, payment)
      where o.id = p.id
    ), due as (insert into shop.due (due_at, line) select * from unnest(${lines.map(l => l.dueAt)}::timestamptz[], ${list(lines.map(l => l.id))}) on conflict do nothing)
    update shop.line l set state = 'held', fee = h.fee, paid_at = h.at, due_at = h.due
    from unnest(${list(lines.map(l => l.id))}, ${lines.map(l => l.fee)}::bigint[], ${lines.map(l => l.at)}::timestamptz[], ${lines.map(l => l.dueAt)}::timestamptz[]) as h(id, fee, at, due)
    where l.id = h.id`.execute(tx)
}

/** The order is paid by this payment from now on; false when it does not wait any more. */
export async function choosePayment(tx: Tx, order: string, payment: string, now: Date): Promise<boolean> {
  const chosen = await sql`update shop."order" set payment = ${payment}, problem = case when payment = ${payment} then problem end
    where id = ${order} and state = 'placed' and (expires_at is null or expires_at > ${now})`.execute(tx)
  return chosen.numAffectedRows === 1n
}

export const setProblem = async (tx: Tx, orders: readonly { id: string; problem: string }[]): Promise<void> => {
  await sql`update shop."order" o set problem = p.problem from unnest(${list(orders.map(o => o.id))}, ${list(orders.map(o => o.problem))}) as p(id, problem)
    where o.id = p.id and o.state = 'placed'`.execute(tx)
}

/** An ended order's payment came after all and goes back. */
export const noteLate = async (tx: Tx, order: string): Promise<void> => {
  await sql`update shop."order" set problem = 'too_late' where id = ${order}`.execute(tx)
}

/** Ends orders that were never paid, with their lines. */
export async function closeOrders(tx: Tx, ids: readonly string[], state: 'cancelled' | 'expired', at: Date): Promise<void> {
  await sql`
    with ended as (update shop."order" set state = ${state}, closed_at = ${at}, expires_at = null where id = any(${list(ids)}) and state = 'placed')
    update shop.line set state = 'cancelled' where "order" = any(${list(ids)}) and state = 'waiting'`.execute(tx)
}

/** Orders nobody paid in time, oldest first. */
export async function overdueOrders(db: Db, now: Date, limit: number): Promise<string[]> {
  const rows = await sql<{
    id: string
  }>`select id from shop."order" where expires_at <= ${now} and state = 'placed' order by expires_at limit ${limit}`.execute(db)
  return rows.rows.map(row => row.id)
}

export async function linesOf(db: Db, order: string): Promise<string[]> {
  return (await sql<{ id: string }>`select id from shop.line where "order" = ${order} order by position`.execute(db)).rows.map(
    row => row.id,
  )
}

/**
 * So much of these lines (locked, with their orders) went back to the buyer; their fees become what belongs to the rest. Lines of which nothing is left are
 * refunded: offers no longer count what had been settled of them.
 */
export async function markBack(tx: Tx, lines: readonly { id: string; amount: bigint; fee: bigint }[], at: Date): Promise<void> {
  await sql`
    with given as materialized (
      select * from unnest(${list(lines.map(l => l.id))}, ${lines.map(l => l.amount)}::bigint[], ${lines.map(l => l.fee)}::bigint[]) as g(id, back, fee)
    ), changed as (
      update shop.line l set refunded = l.refunded + g.back, fee = g.fee,
        state = case when l.refunded + g.back = l.amount then 'refunded' else l.state end,
        refunded_at = case when l.refunded + g.back = l.amount then ${at}::timestamptz end,
        due_at = case when l.refunded + g.back = l.amount then null else l.due_at end, frozen = l.frozen and l.refunded + g.back < l.amount
      from given g where l.id = g.id returning l.offer, l.quantity, l.state, old.state as before
    ), unsold as (select offer, sum(quantity)::int as many from changed where state = 'refunded' and before = 'settled' group by offer order by offer)
    update shop.offer o set sold = o.sold - u.many from unsold u where o.id = u.offer`.execute(tx)
}

/** Freezes lines that wait to be settled, or lets them go on. Those that need not wait any more are due at once. */
export const setFrozen = async (tx: Tx, lines: readonly string[], frozen: boolean): Promise<void> => {
  await sql`update shop.line set frozen = ${frozen} where id = any(${list(lines)}) and frozen <> ${frozen}`.execute(tx)
}

/** The orders of these lines. */
export async function ordersOfLines(db: Db, lines: readonly string[]): Promise<string[]> {
  const rows = await sql<{ order: string }>`select distinct "order" from shop.line where id = any(${list(lines)}) order by 1`.execute(db)
  return rows.rows.map(row => row.order)
}

/** Frozen lines that would be due by now. */
export async function frozenDue(db: Db, now: Date, limit: number): Promise<string[]> {
  const rows = await sql<{
    id: string
  }>`select id from shop.line where frozen and due_at <= ${now} order by due_at, id limit ${limit}`.execute(db)
  return rows.rows.map(row => row.id)
}

/** Ends orders (locked by the caller) of which no line waits any more; a settled one is refunded when all of it went back. */
export async function finishOrders(tx: Tx, ids: readonly string[], at: Date, problem: string | null = null): Promise<void> {
  await sql`
    update shop."order" o set state = l.state, closed_at = ${at}, problem = coalesce(${problem}::text, o.problem)
    from (select "order" as id, case when bool_or(state = 'settled') then 'settled' else 'refunded' end as state from shop.line
      where "order" = any(${list(ids)}) group by "order" having not bool_or(state in ('waiting', 'held'))) l
    where o.id = l.id and (o.state = 'paid' or o.state = 'settled' and l.state = 'refunded')`.execute(tx)
}

/** A buyer fetches what they bought; false when it was taken back meanwhile. */
export async function markDownloaded(tx: Tx, line: string, at: Date): Promise<boolean> {
  const made =
    await sql`update shop.line set downloaded_at = coalesce(downloaded_at, ${at}) where id = ${line} and state = 'settled'`.execute(tx)
  return made.numAffectedRows === 1n
}

export type SaleRow = {
  line: string
  order: string
  at: Date
  title: string
  detail: string | null
  kind: string
  quantity: number
  amount: bigint
  refunded: bigint
  currency: string
  state: LineState
  release: string | null
  settlesAt: Date | null
}
/** Lines sold by the pages this person may edit, newest first. */
export async function salesOf(db: Db, person: string, after: string | null, limit: number): Promise<SaleRow[]> {
  const rows = await sql<SaleRow>`
    select l.id as line, l."order", l.paid_at as at, l.title, l.detail, l.kind, l.quantity, l.amount, l.refunded, l.currency, l.state, l.release, l.due_at as "settlesAt" from shop.line l
    where l.page in (select page from people.public_page_editor where person = ${person}) and l.paid_at is not null ${after === null ? sql`` : sql`and l.id < ${after}`}
    order by l.id desc limit ${limit}`.execute(db)
  return rows.rows
}
