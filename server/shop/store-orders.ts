/** SQL of orders and their lines. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`
/** As `list`, for ids of our own making: nothing in them needs quoting, and there are many. */
const ids = (items: readonly string[]) => sql`${`{${items.join(',')}}`}::text[]`

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
}
export type NewLine = {
  id: string
  order: string
  position: number
  offer: string
  kind: string
  release: string
  page: string
  title: string
  artists: string
  quantity: number
  unitAmount: bigint
  currency: string
}

/** Writes orders with their lines; gives the number of each by id, without those whose id is taken (it waits for whoever takes it at this moment). */
export async function insertOrders(tx: Tx, orders: readonly NewOrder[], lines: readonly NewLine[]): Promise<Map<string, string>> {
  const made = await sql<{ id: string; number: string }>`
    with made as (
      insert into shop."order" (id, buyer, currency, total, request, payment, created_at, expires_at)
      select * from unnest(${list(orders.map(o => o.id))}, ${list(orders.map(o => o.buyer))}, ${list(orders.map(o => o.currency))}, ${orders.map(o => o.total)}::bigint[], ${list(orders.map(o => o.request))},
        ${orders.map(o => o.payment)}::text[], ${orders.map(o => o.at)}::timestamptz[], ${orders.map(o => o.expiresAt)}::timestamptz[]) as o(id)
      order by o.id on conflict (id) do nothing returning id, number
    ), lines as (
      insert into shop.line (id, "order", position, offer, kind, release, page, title, artists, quantity, unit_amount, amount, currency)
      select l.id, made.id, l.position, l.offer, l.kind, l.release, l.page, l.title, l.artists, l.quantity, l.unit, l.unit * l.quantity, l.currency
      from unnest(${list(lines.map(l => l.id))}, ${list(lines.map(l => l.order))}, ${lines.map(l => l.position)}::smallint[], ${list(lines.map(l => l.offer))}, ${list(lines.map(l => l.kind))},
        ${lines.map(l => l.release)}::text[], ${list(lines.map(l => l.page))}, ${list(lines.map(l => l.title))}, ${list(lines.map(l => l.artists))}, ${lines.map(l => l.quantity)}::int[],
        ${lines.map(l => l.unitAmount)}::bigint[], ${list(lines.map(l => l.currency))})
        as l(id, in_order, position, offer, kind, release, page, title, artists, quantity, unit, currency)
      join made on made.id = l.in_order
    ) select id, number from made`.execute(tx)
  return new Map(made.rows.map(row => [row.id, row.number]))
}

export type OrderLineRow = {
  id: string
  offer: string
  kind: 'digital'
  title: string
  artists: string
  cover: string | null
  accent: string | null
  release: string | null
  quantity: number
  amount: string
  refunded: string
  state: LineState
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
  lines: OrderLineRow[]
}
const orderColumns = sql`
  o.id, o.number, o.buyer, o.state, o.currency, o.total, o.request, o.payment, o.problem, o.created_at as "createdAt", o.expires_at as "expiresAt", o.paid_at as "paidAt",
  (select jsonb_agg(jsonb_build_object('id', l.id, 'offer', l.offer, 'kind', l.kind, 'title', l.title, 'artists', l.artists, 'cover', r.cover, 'accent', i.accent, 'release', l.release,
      'quantity', l.quantity, 'amount', l.amount::text, 'refunded', l.refunded::text, 'state', l.state, 'page', l.page, 'seller', coalesce(p.name, '')) order by l.position)
    from shop.line l left join catalogue.public_release r on r.id = l.release left join media.public_image i on i.asset = r.cover left join people.public_page p on p.id = l.page
    where l."order" = o.id) as lines`

export async function readOrder(db: Db, id: string): Promise<OrderRow | undefined> {
  return (await sql<OrderRow>`select ${orderColumns} from shop."order" o where o.id = ${id}`.execute(db)).rows[0]
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
  release: string | null
  page: string
  quantity: number
  amount: bigint
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
}
export type LockedOrder = {
  id: string
  number: string
  buyer: string
  state: OrderState
  total: bigint
  currency: string
  payment: string | null
  lines: LockedLine[]
}

/**
 * Locks these orders in id order and reads them with their lines (which change only under this lock). Two statements: one that waits for a lock would see
 * the lines as they were before it waited.
 */
export async function lockOrders(tx: Tx, ids: readonly string[]): Promise<Map<string, LockedOrder>> {
  type Row = Omit<LockedOrder, 'id' | 'lines' | 'state'> & Omit<LockedLine, 'state'> & { orderState: OrderState; lineState: LineState }
  await sql`select 1 from shop."order" where id = any(${list(ids)}) order by id for no key update`.execute(tx)
  const { rows } = await sql<Row>`
    select o.id as "order", o.number, o.buyer, o.state as "orderState", o.total, o.currency, o.payment,
      l.id, l.title, l.offer, l.kind, l.release, l.page, l.quantity, l.amount, l.refunded, l.fee, l.state as "lineState", l.frozen, l.paid_at as "paidAt",
      l.downloaded_at as "downloadedAt", f.state as "offerState"
    from shop."order" o join shop.line l on l."order" = o.id left join shop.offer f on f.id = l.offer
    where o.id = any(${list(ids)}) order by o.id, l.position`.execute(tx)
  const found = new Map<string, LockedOrder>()
  for (const { order, number, buyer, orderState, total, currency, payment, lineState, ...line } of rows) {
    const before = found.get(order) ?? { id: order, number, buyer, state: orderState, total, currency, payment, lines: [] }
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

export type DueLine = {
  id: string
  title: string
  order: string
  offer: string
  kind: string
  release: string | null
  page: string
  quantity: number
  amount: bigint
  currency: string
  fee: bigint
  buyer: string
  payment: string | null
  provider: string | null
  attempts: number
}

/** Locks lines that are paid and due (or just these), with their orders; what someone else works on is left to them. `amount` is what was not refunded before. */
export async function lockDueLines(tx: Tx, now: Date, limit: number, only: readonly string[] | null = null): Promise<DueLine[]> {
  const rows = await sql<DueLine>`
    with due as (
      select l.id, l."order", l.title, l.offer, l.kind, l.release, l.page, l.quantity, l.amount - l.refunded as amount, l.currency, l.fee, o.buyer, o.payment, l.attempts
      from ${only === null ? sql`shop.due q join shop.line l on l.id = q.line` : sql`shop.line l`} join shop."order" o on o.id = l."order"
      where ${only === null ? sql`q.due_at <= ${now}` : sql`l.id = any(${list(only)}) and l.due_at <= ${now}`} and l.state = 'held' and not l.frozen
      order by ${only === null ? sql`q.due_at, q.line` : sql`l.due_at, l.id`} limit ${limit} for no key update of l, o skip locked
    )
    select d.id, d."order", d.title, d.offer, d.kind, d.release, d.page, d.quantity, d.amount, d.currency, d.fee, d.buyer, d.payment, p.provider, d.attempts
    from due d left join payments.public_payment p on p.id = d.payment order by d.id`.execute(tx)
  return rows.rows
}

/** Forgets what does not wait to be settled any more: refunded meanwhile. */
export async function sweepDue(tx: Tx, now: Date): Promise<void> {
  await sql`delete from shop.due q where q.due_at <= ${now} and not exists (select from shop.line l where l.id = q.line and l.state = 'held')`.execute(
    tx,
  )
}

export async function linesOf(db: Db, order: string): Promise<string[]> {
  return (await sql<{ id: string }>`select id from shop.line where "order" = ${order} order by position`.execute(db)).rows.map(
    row => row.id,
  )
}

export type SettledLine = {
  id: string
  order: string
  offer: string
  quantity: number
  plan: string
  planVersion: number
  waterfallVersion: number
}

/** Lines (locked, with their orders) have reached their receivers: offers count what they sold, orders of which nothing else waits are settled. */
export async function markSettled(tx: Tx, lines: readonly SettledLine[], at: Date): Promise<void> {
  // Most often all have the same terms: then these are three values and not three columns.
  for (const own of Map.groupBy(lines, line => `${line.plan} ${line.planVersion} ${line.waterfallVersion}`).values())
    await markSettledAlike(tx, own, at)
}

async function markSettledAlike(tx: Tx, lines: readonly SettledLine[], at: Date): Promise<void> {
  const { plan, planVersion, waterfallVersion } = lines[0]!
  const sold = new Map<string, number>()
  for (const { offer, quantity } of lines) sold.set(offer, (sold.get(offer) ?? 0) + quantity)
  const offers = [...sold.keys()].sort()
  const settled = ids(lines.map(line => line.id))
  await sql`
    with settled as (
      update shop.line l set state = 'settled', settled_at = ${at}, due_at = null, problem = null, plan = ${plan}, plan_version = ${planVersion}, waterfall_version = ${waterfallVersion}
      where l.id = any(${settled}) returning l.id, old.due_at
    ), done as (delete from shop.due q using settled s where q.due_at = s.due_at and q.line = s.id
    ), sold as (update shop.offer o set sold = o.sold + c.sold from unnest(${ids(offers)}, ${offers.map(offer => sold.get(offer)!)}::int[]) as c(offer, sold) where o.id = c.offer)
    update shop."order" o set state = 'settled', closed_at = ${at} where o.id = any(${ids([...new Set(lines.map(line => line.order))])}) and o.state = 'paid'
      and not exists (select from shop.line w where w."order" = o.id and w.state in ('waiting', 'held') and w.id <> all(${settled}))`.execute(
    tx,
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

export const noteTrouble = async (tx: Tx, line: string, problem: string, again: Date): Promise<void> => {
  await sql`
    with noted as (update shop.line set problem = ${problem}, attempts = attempts + 1, due_at = ${again} where id = ${line} and state = 'held' returning id, due_at, old.due_at as before
    ), gone as (delete from shop.due q using noted n where q.due_at = n.before and q.line = n.id)
    insert into shop.due (due_at, line) select due_at, id from noted on conflict do nothing`.execute(tx)
}

export type SaleRow = {
  line: string
  order: string
  at: Date
  title: string
  amount: bigint
  refunded: bigint
  currency: string
  state: LineState
  release: string | null
}
/** Lines sold by the pages this person may edit, newest first. */
export async function salesOf(db: Db, person: string, after: string | null, limit: number): Promise<SaleRow[]> {
  const rows = await sql<SaleRow>`
    select l.id as line, l."order", l.paid_at as at, l.title, l.amount, l.refunded, l.currency, l.state, l.release from shop.line l
    where l.page in (select page from people.public_page_editor where person = ${person}) and l.paid_at is not null ${after === null ? sql`` : sql`and l.id < ${after}`}
    order by l.id desc limit ${limit}`.execute(db)
  return rows.rows
}
