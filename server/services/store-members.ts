/** SQL of memberships. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

const list = (items: readonly string[]) => sql`${[...items]}::text[]`
export type MemberRow = { person: string; page: string; since: Date; months: number; until: Date; earlyHours: number }

/** Whose member a person is now: true while it lasts. */
export async function isMember(db: Read | Tx, person: string | null, page: string, at: Date): Promise<boolean> {
  if (person === null) return false
  const { rows } = await sql`select 1 from services.member where person = ${person} and page = ${page} and until > ${at}`.execute(db)
  return rows.length > 0
}
/** Members among these, by `person page`. */
export async function membersAmong(db: Read | Tx, pairs: readonly { person: string; page: string }[], at: Date): Promise<Set<string>> {
  if (pairs.length === 0) return new Set()
  const { rows } = await sql<{ key: string }>`
    select m.person || ' ' || m.page as key from (select distinct * from unnest(${list(pairs.map(p => p.person))}, ${list(pairs.map(p => p.page))}) as w(person, page)) w
    join services.member m on m.person = w.person and m.page = w.page where m.until > ${at}`.execute(db)
  return new Set(rows.map(row => row.key))
}
export async function memberOf(db: Read | Tx, person: string, page: string): Promise<MemberRow | undefined> {
  const { rows } =
    await sql<MemberRow>`select person, page, since, months, until, early_hours as "earlyHours" from services.member where person = ${person} and page = ${page}`.execute(
      db,
    )
  return rows[0]
}
/** Makes the rows that are missing (over since ever), and locks all in one order. */
export async function lockMembers(tx: Tx, pairs: readonly { person: string; page: string }[], at: Date): Promise<Map<string, MemberRow>> {
  const people = list(pairs.map(p => p.person))
  const pages = list(pairs.map(p => p.page))
  await sql`
    insert into services.member (person, page, since, months, until)
    select distinct person, page, ${at}::timestamptz, 0, ${at}::timestamptz from unnest(${people}, ${pages}) as w(person, page) order by 1, 2 on conflict do nothing`.execute(
    tx,
  )
  const { rows } = await sql<MemberRow>`
    select m.person, m.page, m.since, m.months, m.until, m.early_hours as "earlyHours" from services.member m
    where (m.person, m.page) in (select person, page from unnest(${people}, ${pages}) as w(person, page)) order by m.person, m.page for update`.execute(
    tx,
  )
  return new Map(rows.map(row => [`${row.person} ${row.page}`, row]))
}
export async function saveMembers(tx: Tx, rows: readonly MemberRow[]): Promise<void> {
  await sql`
    update services.member m set since = w.since, months = w.months, until = w.until, early_hours = w.early_hours, told = 0
    from unnest(${list(rows.map(r => r.person))}, ${list(rows.map(r => r.page))}, ${rows.map(r => r.since)}::timestamptz[], ${rows.map(r => r.months)}::int[], ${rows.map(r => r.until)}::timestamptz[], ${rows.map(r => r.earlyHours)}::int[])
      as w(person, page, since, months, until, early_hours) where m.person = w.person and m.page = w.page`.execute(tx)
}
export type MembershipRow = {
  line: string
  product: string
  person: string
  page: string
  months: number
  since: Date
  startsAt: Date
  endsAt: Date
  freeUntil: Date
  endedAt: Date | null
}
const columns = sql`s.line, s.product, s.person, s.page, s.months, s.since, s.starts_at as "startsAt", s.ends_at as "endsAt", s.free_until as "freeUntil", s.ended_at as "endedAt"`
export async function insertMemberships(tx: Tx, rows: readonly Omit<MembershipRow, 'endedAt'>[]): Promise<void> {
  await sql`
    insert into services.membership (line, product, person, page, months, since, starts_at, ends_at, free_until)
    select line, product, person, page, months, since, "startsAt", "endsAt", "freeUntil" from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as s(line text, product text, person text, page text, months int, since timestamptz, "startsAt" timestamptz, "endsAt" timestamptz, "freeUntil" timestamptz)`.execute(
    tx,
  )
}
/** Those that were not ended before. */
export async function endMemberships(tx: Tx, lines: readonly string[], at: Date): Promise<MembershipRow[]> {
  const { rows } = await sql<MembershipRow>`
    update services.membership s set ended_at = ${at} where s.line = any(${list(lines)}) and s.ended_at is null returning ${columns}`.execute(
    tx,
  )
  return rows
}
export async function readMembership(db: Read | Tx, line: string): Promise<MembershipRow | undefined> {
  const { rows } = await sql<MembershipRow>`select ${columns} from services.membership s where s.line = ${line}`.execute(db)
  return rows[0]
}
export async function membershipsOfLines(db: Read | Tx, lines: readonly string[]): Promise<MembershipRow[]> {
  const { rows } = await sql<MembershipRow>`select ${columns} from services.membership s where s.line = any(${list(lines)})`.execute(db)
  return rows
}
export async function membershipsOf(db: Read, person: string): Promise<MembershipRow[]> {
  const { rows } =
    await sql<MembershipRow>`select ${columns} from services.membership s where s.person = ${person} order by s.starts_at desc limit 500`.execute(
      db,
    )
  return rows
}
export async function membersOfPerson(db: Read, person: string): Promise<MemberRow[]> {
  const { rows } = await sql<MemberRow>`
    select person, page, since, months, until, early_hours as "earlyHours" from services.member where person = ${person} and months > 0 order by until desc limit 200`.execute(
    db,
  )
  return rows
}
export type PageMember = { id: string; name: string; since: Date; until: Date; active: boolean }
export async function listMembers(
  db: Read,
  page: string,
  at: Date,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<PageMember[]> {
  const { rows } = await sql<PageMember>`
    select m.person as id, coalesce(n.name, '') as name, m.since, m.until, m.until > ${at} as active from services.member m left join people.public_party n on n.id = m.person
    where m.page = ${page} and m.months > 0 ${after === undefined ? sql`` : sql`and (m.until, m.person) < (${after[0]}, ${after[1]})`} order by m.until desc, m.person desc limit ${limit}`.execute(
    db,
  )
  return rows
}
export async function countMembers(db: Read, page: string, at: Date): Promise<number> {
  const { rows } = await sql<{
    many: number
  }>`select count(*)::int as many from services.member where page = ${page} and until > ${at}`.execute(db)
  return rows[0]!.many
}
/** Ends within so many days and was not told at this stage. Marks them as told. */
export async function tellEnding(tx: Tx, at: Date, days: number): Promise<{ person: string; page: string; until: Date }[]> {
  const before = new Date(at.getTime() + days * 24 * 3600_000)
  const { rows } = await sql<{ person: string; page: string; until: Date }>`
    update services.member set told = ${days} where until > ${at} and until <= ${before} and (told = 0 or told > ${days}) returning person, page, until`.execute(
    tx,
  )
  return rows
}
/** Lines whose time is over. */
export async function overMemberships(db: Read | Tx, at: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select s.line from services.membership s join services.sale a on a.line = s.line and a.state = 'handed' where s.ends_at < ${at} order by s.line limit ${limit}`.execute(
    db,
  )
  return rows.map(row => row.line)
}
