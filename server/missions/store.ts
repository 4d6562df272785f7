/** SQL of missions, check-ins and what is shown of progress. Other rooms are read through their public views. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { CheckIn, EventKind, Every } from './rules.ts'

export type MissionRow = {
  id: string
  group: string
  event: EventKind
  nameZh: string
  nameEn: string
  noteZh: string
  noteEn: string
  target: number
  points: number
  dayCap: number | null
  every: Every
  zone: string
  startsAt: Date
  endsAt: Date | null
  level: number
  memberDays: number
  page: string | null
  release: string | null
  language: string | null
  kind: 'main' | 'translation' | 'romanisation' | null
  happening: string | null
  partner: string | null
  place: number
  request: string
  createdAt: Date
  openedAt: Date | null
}
export type NamedRow = MissionRow & {
  pageName: string | null
  releaseName: string | null
  happeningName: string | null
  partnerName: string | null
}

const columns = sql`m.id, m.group_id as "group", m.event, m.name_zh as "nameZh", m.name_en as "nameEn", m.note_zh as "noteZh", m.note_en as "noteEn", m.target, m.points, m.day_cap as "dayCap", m.every, m.zone,
  m.starts_at as "startsAt", m.ends_at as "endsAt", m.level, m.member_days as "memberDays", m.page, m.release, m.language, m.kind, m.happening, m.partner, m.place, m.request, m.created_at as "createdAt", m.opened_at as "openedAt",
  g.name as "pageName", r.title as "releaseName", e.title as "happeningName", n.name as "partnerName"`
const joined = sql`missions.mission m left join people.public_page g on g.id = m.page left join catalogue.public_release r on r.id = m.release
  left join groups.public_event e on e.id = m.happening left join missions.partner n on n.id = m.partner`

export async function insertMission(tx: Tx, row: Omit<MissionRow, 'openedAt'> & { by: string }): Promise<boolean> {
  const { rows } = await sql`
    insert into missions.mission (id, group_id, event, name_zh, name_en, note_zh, note_en, target, points, day_cap, every, zone, starts_at, ends_at, level, member_days, page, release, language, kind, happening, partner, place, request, by, created_at, changed_at)
    values (${row.id}, ${row.group}, ${row.event}, ${row.nameZh}, ${row.nameEn}, ${row.noteZh}, ${row.noteEn}, ${row.target}, ${row.points}, ${row.dayCap}, ${row.every}, ${row.zone}, ${row.startsAt}, ${row.endsAt}, ${row.level}, ${row.memberDays},
      ${row.page}, ${row.release}, ${row.language}, ${row.kind}, ${row.happening}, ${row.partner}, ${row.place}, ${row.request}, ${row.by}, ${row.createdAt}, ${row.createdAt})
    on conflict (id) do nothing returning 1`.execute(tx)
  return rows.length > 0
}
export async function readMission(db: Read, id: string, lock = false): Promise<NamedRow | undefined> {
  const { rows } = await sql<NamedRow>`select ${columns} from ${joined} where m.id = ${id} ${lock ? sql`for update of m` : sql``}`.execute(
    db,
  )
  return rows[0]
}
/** `shown`: opened and not over for longer than a day. */
export async function listMissions(db: Read, group: string, shown: Date | null): Promise<NamedRow[]> {
  const { rows } = await sql<NamedRow>`
    select ${columns} from ${joined} where m.group_id = ${group} ${shown === null ? sql`` : sql`and m.opened_at is not null and (m.ends_at is null or m.ends_at > ${shown}::timestamptz - interval '1 day')`}
    order by m.place, m.created_at, m.id limit 300`.execute(db)
  return rows
}
export async function countMissions(db: Read, group: string, now: Date): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from missions.mission where group_id = ${group} and (ends_at is null or ends_at > ${now})`.execute(db)
  return rows[0]!.n
}
export async function updateMission(
  tx: Tx,
  row: Pick<MissionRow, 'id' | 'nameZh' | 'nameEn' | 'noteZh' | 'noteEn' | 'startsAt' | 'endsAt' | 'place' | 'zone' | 'openedAt'>,
  now: Date,
): Promise<void> {
  await sql`
    update missions.mission set name_zh = ${row.nameZh}, name_en = ${row.nameEn}, note_zh = ${row.noteZh}, note_en = ${row.noteEn}, starts_at = ${row.startsAt}, ends_at = ${row.endsAt}, place = ${row.place}, zone = ${row.zone},
      opened_at = ${row.openedAt}, changed_at = ${now} where id = ${row.id}`.execute(tx)
}
export async function deleteMission(tx: Tx, id: string): Promise<void> {
  await sql`delete from missions.mission where id = ${id} and opened_at is null`.execute(tx)
}

/** Whether what a mission names is there: a page, a release one can see, an event of the group, a partner of it that still is one. */
export async function namesExist(
  db: Read,
  group: string,
  named: Pick<MissionRow, 'page' | 'release' | 'happening' | 'partner'>,
): Promise<boolean> {
  const { rows } = await sql<{ ok: boolean }>`
    select (${named.page}::text is null or exists (select from people.public_page where id = ${named.page}))
      and (${named.release}::text is null or exists (select from catalogue.public_release where id = ${named.release} and visibility <> 'draft'))
      and (${named.happening}::text is null or exists (select from groups.public_event where id = ${named.happening} and group_id = ${group}))
      and (${named.partner}::text is null or exists (select from missions.partner where id = ${named.partner} and group_id = ${group} and ended_at is null)) as ok`.execute(
    db,
  )
  return rows[0]!.ok
}

export type Stats = { mission: string; people: number; completions: number; granted: number; unpaid: number }
export async function readStats(db: Read, missions: readonly string[]): Promise<Map<string, Stats>> {
  const { rows } = await sql<Stats>`
    select w.mission, (select count(distinct person)::int from missions.progress p where p.mission = w.mission) as people, c.completions, c.granted, c.unpaid
    from unnest(${[...missions]}::text[]) w(mission) cross join lateral (
      select count(*)::int as completions, coalesce(sum(granted), 0)::int as granted, count(*) filter (where why = 'budget_empty')::int as unpaid
      from missions.completion c where c.mission = w.mission and c.taken_at is null) c`.execute(db)
  return new Map(rows.map(row => [row.mission, row]))
}
export async function groupHappenings(db: Read, group: string, since: Date): Promise<{ id: string; name: string; at: Date }[]> {
  const { rows } = await sql<{ id: string; name: string; at: Date }>`
    select id, title as name, starts_at as at from groups.public_event where group_id = ${group} and attendance and state = 'planned' and ends_at > ${since} order by starts_at, id limit 50`.execute(
    db,
  )
  return rows
}
export async function pageName(db: Read, page: string): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`select name from people.public_page where id = ${page}`.execute(db)
  return rows[0]?.name
}

export type Standing = {
  mission: string
  amount: bigint
  today: bigint
  done: boolean
  doneAt: Date | null
  granted: number | null
  why: 'cap_day' | 'budget_empty' | 'not_member' | 'repeated' | null
  times: number
}
/** How far a person is in the window of each mission that today lies in; `today` uncapped. */
export async function readStanding(
  db: Read,
  person: string,
  windows: readonly { mission: string; win: string; day: string }[],
): Promise<Map<string, Standing>> {
  const { rows } = await sql<Standing>`
    select w.mission, coalesce(p.amount, 0)::bigint as amount, coalesce((select d.amount from missions.day d where d.mission = w.mission and d.person = ${person} and d.day = w.day), 0)::bigint as today,
      coalesce(p.done, false) as done, c.at as "doneAt", c.granted, c.why,
      (select count(*)::int from missions.completion x where x.mission = w.mission and x.person = ${person} and x.taken_at is null) as times
    from unnest(${windows.map(one => one.mission)}::text[], ${windows.map(one => one.win)}::date[], ${windows.map(one => one.day)}::date[]) w(mission, win, day)
      left join missions.progress p on p.mission = w.mission and p.person = ${person} and p.win = w.win
      left join missions.completion c on c.mission = w.mission and c.person = ${person} and c.win = w.win and c.taken_at is null`.execute(
    db,
  )
  return new Map(rows.map(row => [row.mission, row]))
}

export async function insertCheckIn(tx: Tx, group: string, person: string, row: CheckIn & { at: Date }): Promise<void> {
  await sql`
    insert into missions.check_in (group_id, person, day, at, zone) values (${group}, ${person}, ${row.day}, ${row.at}, ${row.zone})`.execute(
    tx,
  )
}
/** The latest day, and the zone in which it was one. */
export async function lastCheckIn(db: Read, group: string, person: string): Promise<CheckIn | undefined> {
  const { rows } = await sql<CheckIn>`
    select day, zone from missions.check_in where group_id = ${group} and person = ${person} order by day desc limit 1`.execute(db)
  return rows[0]
}
/** Days of check-in, newest first. */
export async function readCheckIns(db: Read, group: string, person: string): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`
    select day from missions.check_in where group_id = ${group} and person = ${person} order by day desc limit 4000`.execute(db)
  return rows.map(row => row.day)
}
