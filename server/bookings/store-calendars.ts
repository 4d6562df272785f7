/** SQL of calendars outside and what they block. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type CalendarRow = {
  id: string
  resource: string
  name: string
  url: string
  events: number
  readAt: Date | null
  problem: string | null
  clashes: number
}
export async function calendarsOf(db: Read | Tx, resources: readonly string[]): Promise<CalendarRow[]> {
  const { rows } = await sql<CalendarRow>`
    select c.id, c.resource, c.name, c.url, c.events, c.read_at as "readAt", c.problem,
      (select count(*)::int from bookings.busy u where u.calendar = c.id and upper(u.during) > now() and exists (
        select from bookings.booking b where b.resource = c.resource and b.kind <> 'block' and b.state in ('accepted', 'pending', 'confirmed', 'arrived') and b.taken && u.during)) as clashes
    from bookings.calendar c where c.resource = any(${[...resources]}::text[]) order by c.created_at, c.id`.execute(db)
  return rows
}
export async function readCalendar(
  db: Read | Tx,
  id: string,
): Promise<{ id: string; resource: string; page: string; url: string; zone: string } | undefined> {
  const { rows } = await sql<{ id: string; resource: string; page: string; url: string; zone: string }>`
    select c.id, c.resource, r.page, c.url, r.zone from bookings.calendar c join bookings.resource r on r.id = c.resource where c.id = ${id}`.execute(
    db,
  )
  return rows[0]
}
export async function insertCalendar(tx: Tx, row: { id: string; resource: string; name: string; url: string; at: Date }): Promise<boolean> {
  const made = await sql`
    insert into bookings.calendar (id, resource, name, url, created_at) values (${row.id}, ${row.resource}, ${row.name}, ${row.url}, ${row.at}) on conflict do nothing`.execute(
    tx,
  )
  return made.numAffectedRows === 1n
}
export async function dropCalendar(tx: Tx, id: string, resource: string): Promise<boolean> {
  const gone = await sql`delete from bookings.calendar where id = ${id} and resource = ${resource}`.execute(tx)
  return gone.numAffectedRows === 1n
}
/** Calendars that were not asked for so long, the longest waiting first. */
export async function staleCalendars(db: Read, before: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from bookings.calendar where asked_at is null or asked_at < ${before} order by asked_at nulls first, id limit ${limit}`.execute(
    db,
  )
  return rows.map(row => row.id)
}
export async function noteAsked(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`update bookings.calendar set asked_at = ${at} where id = ${id}`.execute(tx)
}
export async function noteProblem(tx: Tx, id: string, problem: string): Promise<void> {
  await sql`update bookings.calendar set problem = ${problem.slice(0, 300)} where id = ${id}`.execute(tx)
}
export type Event = { from: Date; to: Date; title: string }
/** What it says now, in place of what it said before. */
export async function replaceBusy(tx: Tx, calendar: { id: string; resource: string }, events: readonly Event[], at: Date): Promise<void> {
  await sql`delete from bookings.busy where calendar = ${calendar.id}`.execute(tx)
  await sql`
    insert into bookings.busy (calendar, resource, during, title)
    select ${calendar.id}, ${calendar.resource}, tstzrange(f, t), title
    from unnest(${events.map(e => e.from)}::timestamptz[], ${events.map(e => e.to)}::timestamptz[], ${events.map(e => e.title)}::text[]) as x(f, t, title)`.execute(
    tx,
  )
  await sql`update bookings.calendar set events = ${events.length}, read_at = ${at}, problem = null where id = ${calendar.id}`.execute(tx)
}
export type BusyRow = { id: string; resource: string; from: Date; to: Date; title: string }
export async function busyBetween(db: Read, resources: readonly string[], from: Date, to: Date): Promise<BusyRow[]> {
  const { rows } = await sql<BusyRow>`
    select u.calendar as id, u.resource, lower(u.during) as "from", upper(u.during) as "to", u.title from bookings.busy u
    where u.resource = any(${[...resources]}::text[]) and u.during && tstzrange(${from}, ${to}) order by lower(u.during) limit 2000`.execute(
    db,
  )
  return rows
}
