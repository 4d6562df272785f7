/** SQL of what waits: lines that are paid, handed over, and due to be settled. */
import { sql } from 'kysely'
import type { Tx } from '../foundation/db.ts'
import type { SoldLine } from './kinds.ts'

const list = (items: readonly string[]) => sql`${[...items]}::text[]`
/** As `list`, for ids of our own making: nothing in them needs quoting, and there are many. */
const ids = (items: readonly string[]) => sql`${`{${items.join(',')}}`}::text[]`

export type DueLine = {
  id: string
  title: string
  order: string
  offer: string
  kind: string
  subject: string
  choice: SoldLine['choice']
  fulfilledAt: Date | null
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
      select l.id, l."order", l.title, l.offer, l.kind, l.subject, l.choice, l.fulfilled_at, l.release, l.page, l.quantity, l.amount - l.refunded as amount, l.currency, l.fee, o.buyer, o.payment, l.attempts
      from ${only === null ? sql`shop.due q join shop.line l on l.id = q.line` : sql`shop.line l`} join shop."order" o on o.id = l."order"
      where ${only === null ? sql`q.due_at <= ${now}` : sql`l.id = any(${list(only)}) and l.due_at <= ${now}`} and l.state = 'held' and not l.frozen
      order by ${only === null ? sql`q.due_at, q.line` : sql`l.due_at, l.id`} limit ${limit} for no key update of l, o skip locked
    )
    select d.id, d."order", d.title, d.offer, d.kind, d.subject, d.choice, d.fulfilled_at as "fulfilledAt", d.release, d.page, d.quantity, d.amount, d.currency, d.fee, d.buyer, d.payment, p.provider, d.attempts
    from due d left join payments.public_payment p on p.id = d.payment order by d.id`.execute(tx)
  return rows.rows
}

/** Forgets what does not wait to be settled any more: refunded meanwhile. */
export async function sweepDue(tx: Tx, now: Date): Promise<void> {
  await sql`delete from shop.due q where q.due_at <= ${now} and not exists (select from shop.line l where l.id = q.line and l.state = 'held')`.execute(
    tx,
  )
}

/** Lines that wait until then: with their money, handed over at `at`; or (null) to be handed over. */
export async function markWaiting(tx: Tx, lines: readonly { line: string; until: Date }[], at: Date | null): Promise<void> {
  await sql`
    with moved as (
      update shop.line l set fulfilled_at = coalesce(l.fulfilled_at, ${at}::timestamptz), due_at = m.until from unnest(${list(lines.map(l => l.line))}, ${lines.map(l => l.until)}::timestamptz[]) as m(line, until)
      where l.id = m.line and l.state = 'held' returning l.id, l.due_at, old.due_at as before
    ), gone as (delete from shop.due q using moved m where q.due_at = m.before and q.line = m.id and m.before <> m.due_at)
    insert into shop.due (due_at, line) select due_at, id from moved on conflict do nothing`.execute(tx)
}

/** Held lines that were handed over are due then instead. */
export async function moveDue(tx: Tx, lines: readonly { line: string; at: Date }[]): Promise<void> {
  await sql`
    with moved as (
      update shop.line l set due_at = m.at from unnest(${list(lines.map(l => l.line))}, ${lines.map(l => l.at)}::timestamptz[]) as m(line, at)
      where l.id = m.line and l.state = 'held' and l.fulfilled_at is not null and l.due_at <> m.at returning l.id, l.due_at, old.due_at as before
    ), gone as (delete from shop.due q using moved m where q.due_at = m.before and q.line = m.id)
    insert into shop.due (due_at, line) select due_at, id from moved on conflict do nothing`.execute(tx)
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
      update shop.line l set state = 'settled', settled_at = ${at}, fulfilled_at = coalesce(l.fulfilled_at, ${at}), due_at = null, problem = null, plan = ${plan}, plan_version = ${planVersion}, waterfall_version = ${waterfallVersion}
      where l.id = any(${settled}) returning l.id, old.due_at
    ), done as (delete from shop.due q using settled s where q.due_at = s.due_at and q.line = s.id
    ), sold as (update shop.offer o set sold = o.sold + c.sold from unnest(${ids(offers)}, ${offers.map(offer => sold.get(offer)!)}::int[]) as c(offer, sold) where o.id = c.offer)
    update shop."order" o set state = 'settled', closed_at = ${at} where o.id = any(${ids([...new Set(lines.map(line => line.order))])}) and o.state = 'paid'
      and not exists (select from shop.line w where w."order" = o.id and w.state in ('waiting', 'held') and w.id <> all(${settled}))`.execute(
    tx,
  )
}

export const noteTrouble = async (tx: Tx, line: string, problem: string, again: Date): Promise<void> => {
  await sql`
    with noted as (update shop.line set problem = ${problem}, attempts = attempts + 1, due_at = ${again} where id = ${line} and state = 'held' returning id, due_at, old.due_at as before
    ), gone as (delete from shop.due q using noted n where q.due_at = n.before and q.line = n.id)
    insert into shop.due (due_at, line) select due_at, id from noted on conflict do nothing`.execute(tx)
}
