/** SQL of the schedule: events, who means to come, who was there, secret addresses of calendars. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type EventKind = 'show' | 'broadcast' | 'release' | 'meet' | 'birthday' | 'other'
export type EventRow = {
  id: string
  group: string
  groupHandle: string
  groupName: string
  groupPicture: string | null
  kind: EventKind
  title: string
  note: string
  startsAt: Date
  endsAt: Date
  allDay: boolean
  timeZone: string
  place: string
  link: string
  audience: 'group' | 'members'
  attendance: boolean
  attendSecret: string
  state: 'planned' | 'cancelled'
  version: number
  going: number
  attended: number
  createdAt: Date
  changedAt: Date
  youGo: boolean
  youAttended: boolean
}
const columns = (
  viewer: string | null,
): RawBuilder<unknown> => sql`e.id, e.group_id as "group", g.handle as "groupHandle", g.name as "groupName", g.picture as "groupPicture", e.kind,
  e.title, e.note, e.starts_at as "startsAt", e.ends_at as "endsAt", e.all_day as "allDay", e.time_zone as "timeZone", e.place, e.link, e.audience, e.attendance,
  e.attend_secret as "attendSecret", e.state, e.version, e.going, e.attended, e.created_at as "createdAt", e.changed_at as "changedAt",
  exists (select 1 from groups.going w where w.event = e.id and w.person = ${viewer}) as "youGo",
  exists (select 1 from groups.attendance a where a.event = e.id and a.person = ${viewer}) as "youAttended"`
const tables = sql`groups.event e join groups.fan_group g on g.id = e.group_id`

export async function readEvent(db: Read, viewer: string | null, id: string): Promise<EventRow | undefined> {
  const { rows } = await sql<EventRow>`select ${columns(viewer)} from ${tables} where e.id = ${id}`.execute(db)
  return rows[0]
}
export async function lockEvent(tx: Tx, id: string): Promise<void> {
  await sql`select 1 from groups.event where id = ${id} for update`.execute(tx)
}
/** Events of these groups that are not over at `from` and begin before `to`, the earliest first. */
export async function listEvents(
  db: Read,
  viewer: string | null,
  given: { groups: readonly string[]; from: Date; to: Date; inside: readonly string[]; limit: number },
): Promise<EventRow[]> {
  if (given.groups.length === 0) return []
  const { rows } = await sql<EventRow>`
    select ${columns(viewer)} from ${tables}
    where e.group_id = any(${given.groups}) and e.ends_at >= ${given.from} and e.starts_at < ${given.to}
      and (e.audience = 'group' or e.group_id = any(${given.inside}))
    order by e.starts_at, e.id limit ${given.limit}`.execute(db)
  return rows
}
export type GivenEvent = Pick<
  EventRow,
  'kind' | 'title' | 'note' | 'startsAt' | 'endsAt' | 'allDay' | 'timeZone' | 'place' | 'link' | 'audience' | 'attendance' | 'state'
>
/** False when the id is taken. */
export async function insertEvent(
  tx: Tx,
  given: Omit<GivenEvent, 'state'> & { id: string; group: string; by: string; secret: string; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into groups.event (id, group_id, kind, title, note, starts_at, ends_at, all_day, time_zone, place, link, audience, attendance, attend_secret, by, created_at, changed_at)
    values (${given.id}, ${given.group}, ${given.kind}, ${given.title}, ${given.note}, ${given.startsAt}, ${given.endsAt}, ${given.allDay}, ${given.timeZone},
      ${given.place}, ${given.link}, ${given.audience}, ${given.attendance}, ${given.secret}, ${given.by}, ${given.at}, ${given.at})
    on conflict do nothing returning 1`.execute(tx)
  return rows.length > 0
}
export async function updateEvent(tx: Tx, id: string, given: GivenEvent, at: Date): Promise<void> {
  await sql`
    update groups.event set kind = ${given.kind}, title = ${given.title}, note = ${given.note}, starts_at = ${given.startsAt}, ends_at = ${given.endsAt},
      all_day = ${given.allDay}, time_zone = ${given.timeZone}, place = ${given.place}, link = ${given.link}, audience = ${given.audience},
      attendance = ${given.attendance}, state = ${given.state}, version = version + 1, changed_at = ${at} where id = ${id}`.execute(tx)
}
export async function countComing(db: Read, group: string, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from groups.event where group_id = ${group} and starts_at > ${now}`.execute(db)
  return rows[0]!.count
}
export async function setGoing(tx: Tx, event: string, person: string, going: boolean, at: Date): Promise<void> {
  const { rows } = going
    ? await sql`insert into groups.going (event, person, at) values (${event}, ${person}, ${at}) on conflict do nothing returning 1`.execute(
        tx,
      )
    : await sql`delete from groups.going where event = ${event} and person = ${person} returning 1`.execute(tx)
  if (rows.length > 0) await sql`update groups.event set going = going + ${going ? 1 : -1} where id = ${event}`.execute(tx)
}
/** Notes that someone was there; false when that is noted already. */
export async function insertAttendance(
  tx: Tx,
  given: { event: string; person: string; how: 'code' | 'host'; by: string | null; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into groups.attendance (event, person, how, by, at) values (${given.event}, ${given.person}, ${given.how}, ${given.by}, ${given.at})
    on conflict do nothing returning 1`.execute(tx)
  if (rows.length === 0) return false
  await sql`update groups.event set attended = attended + 1 where id = ${given.event}`.execute(tx)
  return true
}
export async function listAttendance(
  db: Read,
  event: string,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<{ person: string; name: string; at: Date; how: 'code' | 'host' }[]> {
  const { rows } = await sql<{ person: string; name: string; at: Date; how: 'code' | 'host' }>`
    select a.person, n.name, a.at, a.how from groups.attendance a join people.public_party n on n.id = a.person
    where a.event = ${event} and ${after === undefined ? sql`true` : sql`(a.at, a.person) < (${after[0]}, ${after[1]})`}
    order by a.at desc, a.person desc limit ${limit}`.execute(db)
  return rows
}

/** The secret address of a person's calendar; `renew` gives a new one. */
export async function calendarToken(
  tx: Tx,
  given: { person: string; group: string | null; token: string; renew: boolean; at: Date },
): Promise<string> {
  const { rows } = await sql<{ token: string }>`
    insert into groups.calendar (token, person, group_id, at) values (${given.token}, ${given.person}, ${given.group}, ${given.at})
    on conflict on constraint calendar_one do update set token = ${given.renew ? sql`excluded.token` : sql`groups.calendar.token`}, at = groups.calendar.at
    returning token`.execute(tx)
  return rows[0]!.token
}
export async function readCalendar(db: Read, token: string): Promise<{ person: string; group: string | null } | undefined> {
  const { rows } = await sql<{ person: string; group: string | null }>`
    select c.person, c.group_id as "group" from groups.calendar c join people.public_since s on s.person = c.person
    where c.token = ${token} and not s.banned`.execute(db)
  return rows[0]
}

/** A show's place on the schedules of the groups it names: made, changed or called off. Gives the events whose time or state is news to their members. */
export async function carryShow(
  tx: Tx,
  show: string,
  given: { ids: readonly string[]; secrets: readonly string[]; link: string; at: Date },
): Promise<{ id: string; group: string }[]> {
  const { rows } = await sql<{ id: string; group: string }>`
    with s as (select * from shows.public_show where id = ${show}),
      g as (select x.group_id, row_number() over (order by x.group_id) as n from s, unnest(s.groups) as x(group_id)
        join groups.fan_group f on f.id = x.group_id and f.state = 'open' where s.state <> 'draft' and not s.hidden),
      old as (select e.id, e.group_id, e.starts_at, e.state from groups.event e where e.show = ${show}),
      put as (insert into groups.event as e (id, group_id, kind, title, starts_at, ends_at, time_zone, place, link, state, attend_secret, show, created_at, changed_at)
        select (${[...given.ids]}::text[])[g.n], g.group_id, 'show', left(s.title, 120), s.starts_at, s.ends_at, s.zone, left(s.place || ' · ' || s.city, 200), ${given.link},
          case when s.state = 'cancelled' then 'cancelled' else 'planned' end, (${[...given.secrets]}::text[])[g.n], s.id, ${given.at}, ${given.at} from g, s
        on conflict (group_id, show) where show is not null do update set title = excluded.title, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
          time_zone = excluded.time_zone, place = excluded.place, state = excluded.state, version = e.version + 1, changed_at = excluded.changed_at
          where (e.title, e.starts_at, e.ends_at, e.time_zone, e.place, e.state) is distinct from
            (excluded.title, excluded.starts_at, excluded.ends_at, excluded.time_zone, excluded.place, excluded.state)
        returning e.id, e.group_id, e.starts_at, e.state),
      gone as (update groups.event e set state = 'cancelled', version = e.version + 1, changed_at = ${given.at}
        where e.show = ${show} and e.state = 'planned' and not exists (select from g where g.group_id = e.group_id) returning e.id, e.group_id)
    select p.id, p.group_id as "group" from put p left join old o on o.id = p.id where o.id is null or o.starts_at <> p.starts_at or o.state <> p.state
    union all select id, group_id from gone`.execute(tx)
  return rows
}
