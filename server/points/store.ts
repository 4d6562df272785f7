/** SQL of points: wallets, lots and spendings. Budgets: store-budgets.ts, what is read of them: store-reads.ts. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { Lot, Part, Purse } from './purse.ts'

export type Owner = { group: string; person: string }
export const ownerKey = ({ group, person }: Owner): string => `${group} ${person}`

const distinct = (owners: readonly Owner[]): Owner[] => [...new Map(owners.map(owner => [ownerKey(owner), owner])).values()]
const groupsOf = (owners: readonly Owner[]): string[] => owners.map(owner => owner.group)
const personsOf = (owners: readonly Owner[]): string[] => owners.map(owner => owner.person)

/** Locks the wallets of these in one order, opening those that are not there. Everything that moves points does this first. */
export async function lockWallets(tx: Tx, owners: readonly Owner[]): Promise<Map<string, Purse>> {
  const all = distinct(owners)
  const purses = new Map<string, Purse>()
  if (all.length === 0) return purses
  const read = () =>
    sql<{ group: string; person: string; balance: bigint; debt: bigint }>`
      select w.group_id as "group", w.person, w.balance, w.debt from points.wallet w
      join unnest(${groupsOf(all)}::text[], ${personsOf(all)}::text[]) as o(group_id, person) on o.group_id = w.group_id and o.person = w.person
      order by w.group_id, w.person for update of w`.execute(tx)
  let found = await read()
  if (found.rows.length < all.length) {
    await sql`insert into points.wallet (group_id, person)
      select group_id, person from unnest(${groupsOf(all)}::text[], ${personsOf(all)}::text[]) as o(group_id, person) order by 1, 2
      on conflict do nothing`.execute(tx)
    found = await read()
  }
  for (const row of found.rows) purses.set(ownerKey(row), { ...row, lots: new Map(), touched: new Set() })
  return purses
}

/** Reads into locked purses the lots that have something left, and those of these ids. */
export async function loadLots(tx: Tx, purses: ReadonlyMap<string, Purse>, ids: readonly string[] = []): Promise<void> {
  const all = [...purses.values()]
  if (all.length === 0) return
  const columns = sql`g.group_id as "group", g.person, g.id, g.n, g.remaining, g.used, g.ended, g.taken, g.ends_at as "endsAt", g.cause, g.note`
  const rows = await sql<Lot & Owner>`
    select ${columns} from unnest(${groupsOf(all)}::text[], ${personsOf(all)}::text[]) as o(group_id, person)
    join points.granted g on g.group_id = o.group_id and g.person = o.person and g.remaining > 0
    union select ${columns} from points.granted g where g.id = any(${[...ids]}::text[])`.execute(tx)
  for (const { group, person, ...lot } of rows.rows) purses.get(ownerKey({ group, person }))?.lots.set(lot.id, lot)
}

/** Writes what changed in these purses. */
export async function savePurses(tx: Tx, purses: Iterable<Purse>): Promise<void> {
  const all = [...purses]
  const lots = all.flatMap(purse => [...purse.touched])
  if (lots.length > 0)
    await sql`update points.granted g set remaining = l.remaining, used = l.used, ended = l.ended, taken = l.taken, ends_at = l.ends_at
      from unnest(${lots.map(lot => lot.id)}::text[], ${lots.map(lot => lot.remaining)}::bigint[], ${lots.map(lot => lot.used)}::bigint[],
        ${lots.map(lot => lot.ended)}::bigint[], ${lots.map(lot => lot.taken)}::bigint[], ${lots.map(lot => lot.endsAt)}::timestamptz[])
        as l(id, remaining, used, ended, taken, ends_at) where g.id = l.id`.execute(tx)
  if (all.length > 0)
    await sql`update points.wallet w set balance = p.balance, debt = p.debt
      from unnest(${groupsOf(all)}::text[], ${personsOf(all)}::text[], ${all.map(purse => purse.balance)}::bigint[], ${all.map(purse => purse.debt)}::bigint[])
        as p(group_id, person, balance, debt)
      where w.group_id = p.group_id and w.person = p.person and (w.balance, w.debt) is distinct from (p.balance, p.debt)`.execute(tx)
  for (const purse of all) purse.touched.clear()
}

export type GrantRow = Owner & {
  id: string
  key: string
  points: bigint
  asked: bigint
  cause: string
  note: string | null
  day: string
  at: Date
  endsAt: Date
  takenBackAt: Date | null
}
const grantColumns = sql`id, key, group_id as "group", person, points, asked, cause, note, day::text as day, at, ends_at as "endsAt", taken_back_at as "takenBackAt"`

export async function grantsByKey(db: Read | Tx, keys: readonly string[]): Promise<Map<string, GrantRow>> {
  const rows = await sql<GrantRow>`select ${grantColumns} from points.granted where key = any(${[...keys]}::text[])`.execute(db)
  return new Map(rows.rows.map(row => [row.key, row]))
}
export async function grantById(db: Read | Tx, id: string): Promise<GrantRow | undefined> {
  return (await sql<GrantRow>`select ${grantColumns} from points.granted where id = ${id}`.execute(db)).rows[0]
}

/** New lots, whole: what a debt takes of them is saved with their purse. Their numbers, by id. */
export async function insertGrants(tx: Tx, rows: readonly Omit<GrantRow, 'takenBackAt'>[]): Promise<Map<string, bigint>> {
  const made = await sql<{
    id: string
    n: bigint
  }>`insert into points.granted (id, key, group_id, person, points, asked, remaining, cause, note, day, at, ends_at)
    select id, key, group_id, person, points, asked, points, cause, note, day, at, ends_at from unnest(
      ${rows.map(row => row.id)}::text[], ${rows.map(row => row.key)}::text[], ${groupsOf(rows)}::text[], ${personsOf(rows)}::text[],
      ${rows.map(row => row.points)}::bigint[], ${rows.map(row => row.asked)}::bigint[], ${rows.map(row => row.cause)}::text[],
      ${rows.map(row => row.note)}::text[], ${rows.map(row => row.day)}::date[], ${rows.map(row => row.at)}::timestamptz[],
      ${rows.map(row => row.endsAt)}::timestamptz[]) with ordinality as r(id, key, group_id, person, points, asked, cause, note, day, at, ends_at, i) order by i
    returning id, n`.execute(tx)
  return new Map(made.rows.map(row => [row.id, row.n]))
}

export async function markTakenBack(tx: Tx, rows: readonly { id: string; reason: string; at: Date }[]): Promise<void> {
  await sql`update points.granted g set taken_back_at = r.at, taken_back_reason = r.reason
    from unnest(${rows.map(row => row.id)}::text[], ${rows.map(row => row.at)}::timestamptz[], ${rows.map(row => row.reason)}::text[]) as r(id, at, reason)
    where g.id = r.id`.execute(tx)
}

export type DayTotal = Owner & { day: string; points: bigint; byHand: bigint }
/** What was given on these days and not taken back: in all, and by hand. */
export async function dayTotals(tx: Tx, days: readonly (Owner & { day: string })[]): Promise<DayTotal[]> {
  const rows = await sql<DayTotal>`
    select g.group_id as "group", g.person, g.day::text as day, sum(g.points)::bigint as points, coalesce(sum(g.points) filter (where g.cause like 'host:%'), 0)::bigint as "byHand"
    from (select distinct group_id, person, day from unnest(${groupsOf(days)}::text[], ${personsOf(days)}::text[], ${days.map(one => one.day)}::date[]) as d(group_id, person, day)) d
    join points.granted g on g.group_id = d.group_id and g.person = d.person and g.day = d.day and g.taken_back_at is null
    group by 1, 2, 3`.execute(tx)
  return rows.rows
}

/** Which of these are members. */
export async function membersOf(db: Read | Tx, owners: readonly Owner[]): Promise<Set<string>> {
  const all = distinct(owners)
  const rows = await sql<Owner>`
    select m.group_id as "group", m.person from groups.public_member m
    join unnest(${groupsOf(all)}::text[], ${personsOf(all)}::text[]) as o(group_id, person) on o.group_id = m.group_id and o.person = m.person`.execute(
    db,
  )
  return new Set(rows.rows.map(ownerKey))
}

export type SpendRow = Owner & {
  id: string
  key: string
  points: bigint
  cause: string
  note: string | null
  state: 'open' | 'returned' | 'settled'
  at: Date
}
export async function spendsByKey(db: Read | Tx, keys: readonly string[], lock = false): Promise<Map<string, SpendRow>> {
  const rows = await sql<SpendRow>`select id, key, group_id as "group", person, points, cause, note, state, at from points.spent
    where key = any(${[...keys]}::text[]) order by id ${lock ? sql`for update` : sql``}`.execute(db)
  return new Map(rows.rows.map(row => [row.key, row]))
}

export async function insertSpends(tx: Tx, rows: readonly (Omit<SpendRow, 'state'> & { parts: readonly Part[] })[]): Promise<void> {
  await sql`insert into points.spent (id, key, group_id, person, points, cause, note, at)
    select id, key, group_id, person, points, cause, note, at from unnest(
      ${rows.map(row => row.id)}::text[], ${rows.map(row => row.key)}::text[], ${groupsOf(rows)}::text[], ${personsOf(rows)}::text[],
      ${rows.map(row => row.points)}::bigint[], ${rows.map(row => row.cause)}::text[], ${rows.map(row => row.note)}::text[],
      ${rows.map(row => row.at)}::timestamptz[]) as r(id, key, group_id, person, points, cause, note, at)`.execute(tx)
  const parts = rows.flatMap(row => row.parts.map(part => ({ spend: row.id, ...part })))
  await sql`insert into points.spent_part (spend, lot, points)
    select spend, lot, points from unnest(${parts.map(part => part.spend)}::text[], ${parts.map(part => part.lot)}::text[], ${parts.map(part => part.points)}::bigint[])
      as p(spend, lot, points)`.execute(tx)
}

/** The lots of a spending, the earliest end first. */
export async function partsOf(tx: Tx, spend: string): Promise<Part[]> {
  const rows =
    await sql<Part>`select p.lot, p.points from points.spent_part p join points.granted g on g.id = p.lot where p.spend = ${spend} order by g.ends_at, g.n`.execute(
      tx,
    )
  return rows.rows
}

export async function endSpends(
  tx: Tx,
  ids: readonly string[],
  state: 'returned' | 'settled',
  at: Date,
  reason: string | null,
): Promise<void> {
  await sql`update points.spent set state = ${state}, ended_at = ${at}, reason = ${reason} where id = any(${[...ids]}::text[])`.execute(tx)
}

/** Wallets with lots whose time has come. */
export async function dueWallets(db: Read | Tx, now: Date, most: number): Promise<Owner[]> {
  const rows = await sql<Owner>`select distinct group_id as "group", person from
    (select group_id, person from points.granted where remaining > 0 and ends_at <= ${now} order by ends_at, id limit ${most}) d`.execute(
    db,
  )
  return rows.rows
}

/** Notes of wallets with lots that end until then that their owners are told; what ends, and the first moment, by person and group. */
export async function markWarned(
  tx: Tx,
  q: { now: Date; until: Date; stage: number; most: number },
): Promise<(Owner & { points: bigint; at: Date })[]> {
  const rows = await sql<Owner & { points: bigint; at: Date }>`
    with named as (
      select distinct group_id, person from (select group_id, person from points.granted
        where remaining > 0 and ends_at > ${q.now} and ends_at <= ${q.until} and warned < ${q.stage} order by ends_at, id limit ${q.most}) d),
    told as (
      update points.granted g set warned = ${q.stage} from named s
      where g.group_id = s.group_id and g.person = s.person and g.remaining > 0 and g.ends_at > ${q.now} and g.ends_at <= ${q.until} and g.warned < ${q.stage}
      returning g.group_id, g.person, g.remaining, g.ends_at)
    select group_id as "group", person, sum(remaining)::bigint as points, min(ends_at) as at from told group by 1, 2`.execute(tx)
  return rows.rows
}
