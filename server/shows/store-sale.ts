/** SQL of selling: reservations of orders' lines, limits per person, codes, what was given back, the waiting list. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

const list = (items: readonly string[]) => sql`${[...items]}::text[]`
const ints = (items: readonly number[]) => sql`${[...items]}::int[]`

export type Name = { name: string; idTail?: string | undefined }
export type Reservation = {
  line: string
  order: string
  show: string
  tier: string
  hold: string
  buyer: string
  quantity: number
  unit: bigint
  names: Name[] | null
  state: 'reserved' | 'sold' | 'released' | 'returned'
  back: number
  at: Date
}
const fields = sql`r.line, r."order", r.show, r.tier, r.hold, r.buyer, r.quantity, r.unit, r.names, r.state, r.back, r.at`

/** Lines of many orders at once. Gives those that are written: a hold whose part another order has is refused by the database. */
export async function insertReservations(
  tx: Tx,
  rows: readonly Pick<Reservation, 'line' | 'order' | 'show' | 'tier' | 'hold' | 'buyer' | 'quantity' | 'unit' | 'names'>[],
  at: Date,
): Promise<Set<string>> {
  const { rows: made } = await sql<{ line: string }>`
    insert into shows.reservation (line, "order", show, tier, hold, buyer, quantity, unit, names, at)
    select line, "order", show, tier, hold, buyer, quantity, unit, names, ${at}
    from jsonb_to_recordset(${JSON.stringify(rows.map(row => ({ ...row, unit: row.unit.toString() })))}::jsonb)
      as x(line text, "order" text, show text, tier text, hold text, buyer text, quantity int, unit bigint, names jsonb)
    on conflict do nothing returning line`.execute(tx)
  return new Set(made.map(row => row.line))
}
export async function dropReservations(tx: Tx, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await sql`delete from shows.reservation where line = any(${list(lines)}) and state = 'reserved'`.execute(tx)
}
export async function reservationsOf(db: Read | Tx, lines: readonly string[], lock = false): Promise<Reservation[]> {
  const { rows } =
    await sql<Reservation>`select ${fields} from shows.reservation r where r.line = any(${list(lines)}) order by r.line ${lock ? sql`for update` : sql``}`.execute(
      db,
    )
  return rows
}
/** From one state to another; gives those that were in the first. Names are forgotten on the way out. */
export async function moveReservations(
  tx: Tx,
  lines: readonly string[],
  from: 'reserved' | 'released',
  to: 'reserved' | 'sold' | 'released',
  at: Date,
): Promise<Reservation[]> {
  const { rows } = await sql<Reservation>`
    with old as (select line, names from shows.reservation where line = any(${list(lines)}) and state = ${from} order by line for update)
    update shows.reservation r set state = ${to}, sold_at = ${to === 'sold' ? at : null}::timestamptz, names = ${to === 'sold' ? sql`null` : sql`r.names`}
    from old where r.line = old.line
    returning r.line, r."order", r.show, r.tier, r.hold, r.buyer, r.quantity, r.unit, old.names, r.state, r.back, r.at`.execute(tx)
  return rows.toSorted((a, b) => (a.line < b.line ? -1 : 1))
}
/** So many tickets of these lines went back. */
export async function noteBack(tx: Tx, lines: readonly { line: string; count: number }[]): Promise<void> {
  if (lines.length === 0) return
  await sql`update shows.reservation r set back = r.back + x.n, state = case when r.back + x.n = r.quantity then 'returned' else r.state end
    from unnest(${list(lines.map(one => one.line))}, ${ints(lines.map(one => one.count))}) as x(line, n) where r.line = x.line`.execute(tx)
}

type Count = { show: string; person: string; count: number; most: number }
type Whose = { show: string; person: string }
/**
 * What changed hands by being sold on, by `show person`: bought from others (also what is being paid for) less what was theirs first and somebody else has now.
 * With what was bought of the show itself it is what counts towards the limit per person.
 */
async function passedOn(db: Read | Tx, wanted: readonly Whose[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ key: string; n: number }>`
    with w as (select distinct show, person from unnest(${list(wanted.map(c => c.show))}, ${list(wanted.map(c => c.person))}) as x(show, person)),
      l as (select w.show, w.person, l.id, l.kind, l.subject from w join shop.public_line l on l.buyer = w.person
        where l.kind in ('ticket', 'resale') and l.state in ('waiting', 'held', 'settled', 'refunded'))
    select l.show || ' ' || l.person as key, sum(case l.kind
      when 'resale' then (select count(*) from tickets.public_resale r where r.line = l.id and r.show = l.show and (r.state = 'reserved'
        or exists (select from tickets.public_ticket t where t.line = l.id and t.state <> 'void')))
      else -(select count(*) from tickets.public_ticket t where t.origin = l.id and t.show = l.show and t.line <> l.id and t.state <> 'void') end)::int as n
    from l group by 1`.execute(db)
  return new Map(rows.map(row => [row.key, row.n]))
}
/** Whoever counts what these have waits for who does. */
async function lockBuyers(tx: Tx, wanted: readonly Whose[]): Promise<void> {
  await sql`insert into shows.buyer (show, person, tickets)
    select distinct show, person, 0 from unnest(${list(wanted.map(c => c.show))}, ${list(wanted.map(c => c.person))}) as x(show, person) order by 1, 2
    on conflict (show, person) do update set tickets = buyer.tickets`.execute(tx)
}
/** How many more places of their shows these may have, by `show person`: locked until the transaction ends. */
export async function leftFor(tx: Tx, wanted: readonly Whose[]): Promise<Map<string, number>> {
  if (wanted.length === 0) return new Map()
  await lockBuyers(tx, wanted)
  const passed = await passedOn(tx, wanted)
  const { rows } = await sql<{ key: string; n: number }>`
    select b.show || ' ' || b.person as key, s.most_each - b.tickets as n from unnest(${list(wanted.map(c => c.show))}, ${list(wanted.map(c => c.person))}) as x(show, person)
    join shows.buyer b on b.show = x.show and b.person = x.person join shows.show s on s.id = b.show`.execute(tx)
  return new Map(rows.map(({ key, n }) => [key, n - (passed.get(key) ?? 0)]))
}
/** Counts tickets towards the limits per person, many at once; gives those (`show person`) whose limit would be passed: nothing is counted for them. */
export async function countBuyers(tx: Tx, counts: readonly Count[]): Promise<Set<string>> {
  if (counts.length === 0) return new Set()
  await lockBuyers(tx, counts)
  const passed = await passedOn(tx, counts)
  const sorted = counts
    .map(one => ({ ...one, most: one.most - (passed.get(`${one.show} ${one.person}`) ?? 0) }))
    .toSorted((a, b) => (`${a.show} ${a.person}` < `${b.show} ${b.person}` ? -1 : 1))
  const { rows } = await sql<{ key: string }>`
    with x as (select * from unnest(${list(sorted.map(c => c.show))}, ${list(sorted.map(c => c.person))}, ${ints(sorted.map(c => c.count))}, ${ints(sorted.map(c => c.most))}) as x(show, person, n, most)),
      y as (insert into shows.buyer (show, person, tickets) select show, person, n from x where n <= most order by 1, 2
        on conflict (show, person) do update set tickets = buyer.tickets + excluded.tickets
          where buyer.tickets + excluded.tickets <= (select most from x where x.show = buyer.show and x.person = buyer.person) returning show, person)
    select x.show || ' ' || x.person as key from x where not exists (select from y where y.show = x.show and y.person = x.person)`.execute(
    tx,
  )
  return new Set(rows.map(row => row.key))
}
export async function uncountBuyers(tx: Tx, counts: readonly Omit<Count, 'most'>[]): Promise<void> {
  if (counts.length === 0) return
  await sql`update shows.buyer b set tickets = b.tickets - x.n
    from (select show, person, sum(n)::int as n from unnest(${list(counts.map(c => c.show))}, ${list(counts.map(c => c.person))}, ${ints(counts.map(c => c.count))}) as x(show, person, n)
      group by 1, 2 order by 1, 2) x where b.show = x.show and b.person = x.person`.execute(tx)
}
/** What counts towards somebody's limit: of the show itself, and from others. */
export async function ticketsOfBuyer(db: Read | Tx, show: string, person: string): Promise<number> {
  const { rows } = await sql<{ tickets: number }>`select tickets from shows.buyer where show = ${show} and person = ${person}`.execute(db)
  return (rows[0]?.tickets ?? 0) + ((await passedOn(db, [{ show, person }])).get(`${show} ${person}`) ?? 0)
}

// Codes.

export type PromoRow = { code: string; note: string; tiers: string[]; most: number | null; used: number; closesAt: Date | null }
/** Of a hold that seating has not written yet this much stays counted: its maker may have been stopped between the two. */
const pendingMs = 60_000
/** Tickets that a code `p` was used for: held now or bought, of the tiers it opened. `but`: a hold that is not counted. */
const usedOf = (now: Date, but: string | null = null) => sql<number>`(p.used_before + coalesce((
  select sum(case when n.parts > 0 then n.alive when u.at > ${new Date(now.getTime() - pendingMs)}::timestamptz then u.count else 0 end)
  from shows.promo_use u cross join lateral (
    select count(*) as parts, coalesce(sum(q.count - q.back) filter (where q.state = 'sold' or (q.state = 'held' and q.until > ${now})), 0) as alive
    from seating.public_part q where q.hold = u.hold and q.tier = any(u.tiers)) n
  where u.show = p.show and u.code = p.code and u.hold is distinct from ${but}::text), 0))::int`
export async function promosOf(db: Read | Tx, show: string, now: Date): Promise<PromoRow[]> {
  const { rows } =
    await sql<PromoRow>`select p.code, p.note, p.tiers, p.most, ${usedOf(now)} as used, p.closes_at as "closesAt" from shows.promo p
    where p.show = ${show} order by p.created_at, p.code`.execute(db)
  return rows
}
/** The tiers of a code that still holds. */
export async function readPromo(db: Read | Tx, show: string, code: string, now: Date): Promise<{ tiers: string[] } | undefined> {
  const { rows } = await sql<{ tiers: string[] }>`select tiers from shows.promo
    where show = ${show} and code = ${code} and (closes_at is null or closes_at > ${now})`.execute(db)
  return rows[0]
}
export async function putPromo(tx: Tx, show: string, row: Omit<PromoRow, 'used'>, at: Date): Promise<boolean> {
  const done = await sql`insert into shows.promo as p (show, code, note, tiers, most, closes_at, created_at)
    values (${show}, ${row.code}, ${row.note}, ${row.tiers}, ${row.most}, ${row.closesAt}, ${at})
    on conflict (show, code) do update set note = excluded.note, tiers = excluded.tiers, most = excluded.most, closes_at = excluded.closes_at
      where excluded.most is null or ${usedOf(at)} <= excluded.most`.execute(tx)
  return done.numAffectedRows === 1n
}
export async function dropPromo(tx: Tx, show: string, code: string): Promise<boolean> {
  const done = await sql`delete from shows.promo where show = ${show} and code = ${code}`.execute(tx)
  return done.numAffectedRows === 1n
}
export type PromoUse = {
  show: string
  code: string
  hold: string
  tiers: readonly string[]
  count: number
  replaces: string | null
  at: Date
}
/** Counts a hold that is about to be made on a code; false when it has not so many left. What the hold replaces is not counted beside it. */
export async function usePromo(tx: Tx, use: PromoUse): Promise<boolean> {
  const { show, code, hold, at } = use
  await sql`select 1 from shows.promo where show = ${show} and code = ${code} for update`.execute(tx)
  // Holds that are over and that no order has can never count again.
  await sql`delete from shows.promo_use u where u.show = ${show} and u.code = ${code} and u.at < ${new Date(at.getTime() - pendingMs)}
    and not exists (select from seating.public_part q where q.hold = u.hold and (q.state = 'sold' or q.line is not null or (q.state = 'held' and q.until > ${at})))`.execute(
    tx,
  )
  const { rows } = await sql<{ full: boolean }>`
    select p.most is not null and ${usedOf(at, use.replaces)} + case when exists (select from shows.promo_use o where o.hold = ${hold}) then 0 else ${use.count}::int end > p.most as full
    from shows.promo p where p.show = ${show} and p.code = ${code}`.execute(tx)
  if (rows[0]?.full !== false) return false
  await sql`insert into shows.promo_use (show, code, hold, tiers, count, at) values (${show}, ${code}, ${hold}, ${list(use.tiers)}, ${use.count}, ${at})
    on conflict (hold) do nothing`.execute(tx)
  return true
}
/** A hold that was not made, or let go at once. */
export async function unusePromo(tx: Tx, hold: string): Promise<void> {
  await sql`delete from shows.promo_use u where u.hold = ${hold}
    and not exists (select from seating.public_part q where q.hold = u.hold and q.state in ('held', 'sold'))`.execute(tx)
}
/** Whether what ended may count on its codes again: holds whose order is paid late. */
export async function promosFit(tx: Tx, holds: readonly string[], now: Date): Promise<boolean> {
  const named = sql`(select u.show, u.code from shows.promo_use u where u.hold = any(${list(holds)}))`
  await sql`select 1 from shows.promo p where (p.show, p.code) in ${named} order by p.show, p.code for update`.execute(tx)
  const { rows } = await sql`
    select 1 from shows.promo p where (p.show, p.code) in ${named} and ${usedOf(now)} + (
      select coalesce(sum(q.count), 0) from shows.promo_use u join seating.public_part q on q.hold = u.hold and q.tier = any(u.tiers)
      where u.show = p.show and u.code = p.code and u.hold = any(${list(holds)}) and q.state in ('released', 'expired')) > p.most limit 1`.execute(
    tx,
  )
  return rows.length === 0
}

// Given back.

/** False when it was given back before. */
export async function insertRefund(
  tx: Tx,
  row: {
    ticket: string
    line: string
    show: string
    percent: number
    amount: bigint
    by: string | null
    outcome: 'done' | 'short'
    at: Date
  },
): Promise<boolean> {
  const made = await sql`insert into shows.refund (ticket, line, show, percent, amount, by, outcome, at)
    values (${row.ticket}, ${row.line}, ${row.show}, ${row.percent}, ${row.amount}, ${row.by}, ${row.outcome}, ${row.at}) on conflict (ticket) do nothing`.execute(
    tx,
  )
  return made.numAffectedRows === 1n
}
export async function setOutcome(tx: Tx, ticket: string, outcome: 'done' | 'short'): Promise<void> {
  await sql`update shows.refund set outcome = ${outcome} where ticket = ${ticket}`.execute(tx)
}
export async function readRefund(
  db: Read | Tx,
  ticket: string,
): Promise<{ percent: number; outcome: 'done' | 'short'; by: string | null } | undefined> {
  const { rows } = await sql<{
    percent: number
    outcome: 'done' | 'short'
    by: string | null
  }>`select percent::int as percent, outcome, by from shows.refund where ticket = ${ticket}`.execute(db)
  return rows[0]
}
/** What is left of lines, whose they are, and whether they can be refunded at all. */
export type LineRow = { id: string; buyer: string; amount: bigint; refunded: bigint; state: string; kind: string }
export async function readLines(db: Read | Tx, lines: readonly string[]): Promise<Map<string, LineRow>> {
  const { rows } =
    await sql<LineRow>`select id, buyer, amount, refunded, state, kind from shop.public_line where id = any(${list(lines)})`.execute(db)
  return new Map(rows.map(row => [row.id, row]))
}
/**
 * A ticket `k` of a cancelled show whose line `l` is still to be dealt with: it is good, or some of its money did not go back (what a ladder kept). Where that was
 * asked of somebody who lacks it, the refunds room has it.
 */
const owed = sql`(k.state <> 'void' or (l.state in ('held', 'settled') and l.refunded < l.amount and not exists (
  select from refunds.public_refund f where f.line = l.id and f.side = 'seller' and f.state in ('short', 'declined') and f.amount = l.amount - l.refunded)))`
/** Lines of a cancelled show that are still to be dealt with, in order. */
export async function linesToRefund(db: Read | Tx, show: string, after: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select distinct k.line from tickets.public_ticket k left join shop.public_line l on l.id = k.line where k.show = ${show} and k.line > ${after} and ${owed}
    order by k.line limit ${limit}`.execute(db)
  return rows.map(row => row.line)
}
export async function countToRefund(db: Read | Tx, show: string): Promise<{ left: number; done: number }> {
  const { rows } = await sql<{ left: number; done: number }>`
    select count(*) filter (where owed)::int as left, count(*) filter (where not owed)::int as done from (
      select k.line, bool_or(${owed}) as owed from tickets.public_ticket k left join shop.public_line l on l.id = k.line where k.show = ${show} and k.line is not null group by k.line) x`.execute(
    db,
  )
  return rows[0]!
}
/** Lines whose money waits for a show, for moving the day on which it goes on. */
export async function heldLines(db: Read | Tx, show: string): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select distinct k.line from tickets.public_ticket k join shop.public_line l on l.id = k.line where k.show = ${show} and l.state = 'held' order by 1`.execute(
    db,
  )
  return rows.map(row => row.line)
}

// Answers to a show that was put off.

export async function putAnswer(tx: Tx, row: { show: string; person: string; asked: Date; keep: boolean; at: Date }): Promise<void> {
  await sql`insert into shows.answer (show, person, asked, keep, at) values (${row.show}, ${row.person}, ${row.asked}, ${row.keep}, ${row.at})
    on conflict (show, person, asked) do update set keep = excluded.keep, at = excluded.at`.execute(tx)
}
export async function readAnswer(db: Read | Tx, show: string, person: string, asked: Date): Promise<boolean | null> {
  const { rows } = await sql<{
    keep: boolean
  }>`select keep from shows.answer where show = ${show} and person = ${person} and asked = ${asked}`.execute(db)
  return rows[0]?.keep ?? null
}
export async function countAnswers(db: Read | Tx, show: string, asked: Date): Promise<{ keep: number; refund: number }> {
  const { rows } = await sql<{ keep: number; refund: number }>`
    select count(*) filter (where keep)::int as keep, count(*) filter (where not keep)::int as refund from shows.answer where show = ${show} and asked = ${asked}`.execute(
    db,
  )
  return rows[0]!
}

// Holds, through seating's view.

/** The hold that somebody has in a hall and no order has yet. */
export async function aliveHold(db: Read | Tx, hall: string, person: string, now: Date): Promise<string | null> {
  const { rows } = await sql<{ hold: string }>`
    select hold from seating.public_part where hall = ${hall} and person = ${person} and state = 'held' and line is null and until > ${now}
      and not exists (select from shows.waiting w where w.hold = public_part.hold) order by until desc limit 1`.execute(db)
  return rows[0]?.hold ?? null
}
/** Lines whose order was never written (their basket was refused): what they had bound stays held by its buyer. */
export async function ordersThere(db: Read | Tx, orders: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`select id from shop.public_order where id = any(${list(orders)})`.execute(db)
  return new Set(rows.map(row => row.id))
}
/** What these lines cost after what was taken off. */
export async function linesPaid(db: Read | Tx, lines: readonly string[]): Promise<Map<string, bigint>> {
  return new Map([...(await readLines(db, lines)).values()].map(row => [row.id, row.amount]))
}
export async function showOfHall(db: Read | Tx, hall: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from shows.show where hall = ${hall}`.execute(db)
  return rows[0]?.id
}
/** Cancelled shows whose tickets, or their money, are not all gone yet. */
export async function unfinished(db: Read): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select s.id from shows.show s where s.state = 'cancelled' and exists (select from tickets.public_ticket k left join shop.public_line l on l.id = k.line where k.show = s.id and ${owed}) limit 200`.execute(
    db,
  )
  return rows.map(row => row.id)
}

// How it sells.

export async function salesOf(
  db: Read | Tx,
  show: string,
): Promise<{ tiers: Map<string, { gross: bigint; refunded: bigint; given: number }>; orders: number; buyers: number }> {
  const [{ rows }, { rows: totals }, { rows: given }] = await Promise.all([
    sql<{ tier: string; gross: bigint; refunded: bigint }>`
      select r.tier, coalesce(sum(l.amount), 0)::int8 as gross, coalesce(sum(l.refunded), 0)::int8 as refunded
      from shows.reservation r join shop.public_line l on l.id = r.line where r.show = ${show} and r.state in ('sold', 'returned') group by r.tier`.execute(
      db,
    ),
    sql<{ orders: number; buyers: number }>`
      select count(distinct "order")::int as orders, count(distinct buyer)::int as buyers from shows.reservation where show = ${show} and state in ('sold', 'returned')`.execute(
      db,
    ),
    sql<{ tier: string; given: number }>`
      select tier, count(*)::int as given from tickets.public_ticket where show = ${show} and line is null and state <> 'void' group by tier`.execute(
      db,
    ),
  ])
  const tiers = new Map(rows.map(row => [row.tier, { gross: row.gross, refunded: row.refunded, given: 0 }]))
  for (const row of given) tiers.set(row.tier, { ...(tiers.get(row.tier) ?? { gross: 0n, refunded: 0n }), given: row.given })
  return { tiers, orders: totals[0]!.orders, buyers: totals[0]!.buyers }
}
/** Tickets a day of the place. */
export async function daysOf(db: Read | Tx, show: string, zone: string): Promise<{ day: string; tickets: number }[]> {
  const { rows } = await sql<{ day: string; tickets: number }>`
    select to_char(sold_at at time zone ${zone}, 'YYYY-MM-DD') as day, sum(quantity)::int as tickets from shows.reservation
    where show = ${show} and sold_at is not null group by 1 order by 1 limit 800`.execute(db)
  return rows
}
export type BuyerRow = {
  code: string
  tier: string
  seat: string | null
  name: string | null
  idTail: string | null
  holder: string | null
  number: string | null
  paid: bigint
  currency: string
  state: string
  issuedAt: Date
}
export async function buyersOf(db: Read, show: string): Promise<BuyerRow[]> {
  const { rows } = await sql<BuyerRow>`
    select k.code, k.tier_name as tier, k.seat_label as seat, k.name, k.id_tail as "idTail", p.name as holder, l.number, k.paid, k.currency, k.state, k.issued_at as "issuedAt"
    from tickets.public_ticket k left join people.public_party p on p.id = k.holder left join shop.public_line l on l.id = k.line
    where k.show = ${show} and k.state <> 'void' order by k.tier_name, k.seat_label nulls last, k.id limit 200000`.execute(db)
  return rows
}
