/** SQL of counting: what truly happened on the days of missions, and what is kept of it. Each statement serves many persons. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { keyOf, type EventKind, type Every } from './rules.ts'

/** A mission that runs, for a person it may be for. `since` null: no member (any more). */
export type Entrant = {
  mission: string
  group: string
  event: EventKind
  target: number
  points: number
  dayCap: number | null
  every: Every
  zone: string
  startsAt: Date
  endsAt: Date | null
  level: number
  memberDays: number
  person: string
  since: Date | null
  personLevel: number
}

/** One at a time for each of these persons: what is counted anew must not be overwritten by what was counted before. */
export async function lockPersons(tx: Tx, persons: readonly string[]): Promise<void> {
  await sql`select pg_advisory_xact_lock(7203, h) from (select distinct hashtext(p) as h from unnest(${[...persons]}::text[]) p order by 1) x`.execute(
    tx,
  )
}

const columns = sql`m.id as mission, m.group_id as "group", m.event, m.target, m.points, m.day_cap as "dayCap", m.every, m.zone, m.starts_at as "startsAt", m.ends_at as "endsAt", m.level, m.member_days as "memberDays"`

/** Opened missions of these kinds that run at any moment between the two, for the members among these persons who may take part (`now`: no ban holds). */
export async function readEntrants(
  tx: Tx,
  persons: readonly string[],
  kinds: readonly EventKind[],
  from: Date,
  until: Date,
  now: Date,
): Promise<Entrant[]> {
  const { rows } = await sql<Entrant>`
    select ${columns}, b.person, b.since, b.level as "personLevel"
    from groups.public_member b join groups.public_group g on g.id = b.group_id and g.state = 'open' join missions.mission m on m.group_id = b.group_id
    where b.person = any(${[...persons]}::text[]) and m.opened_at is not null and m.event = any(${[...kinds]}::text[]) and m.starts_at <= ${until} and (m.ends_at is null or m.ends_at > ${from})
      and not exists (select from moderation.public_ban x where x.person = b.person and (x.group_id is null or x.group_id = b.group_id) and (x.until_at is null or x.until_at > ${now}))
    order by m.id, b.person`.execute(tx)
  return rows
}

/** Days of a person from one on that something was counted for, members or not. */
export async function readCountedDays(
  tx: Tx,
  person: string,
  kinds: readonly EventKind[],
  from: string,
): Promise<(Entrant & { day: string })[]> {
  const { rows } = await sql<Entrant & { day: string }>`
    select ${columns}, d.person, b.since, coalesce(b.level, 1) as "personLevel", d.day
    from missions.day d join missions.mission m on m.id = d.mission left join groups.public_member b on b.group_id = m.group_id and b.person = d.person
    where d.person = ${person} and d.day >= ${from} and m.event = any(${[...kinds]}::text[]) order by m.id, d.day`.execute(tx)
  return rows
}

export type Window = { mission: string; person: string; win: string }
export type ProgressRow = Window & { since: Date; amount: bigint; done: boolean; rounds: number }
export async function readProgress(tx: Tx, windows: readonly Window[]): Promise<ProgressRow[]> {
  const { rows } = await sql<ProgressRow>`
    select p.mission, p.person, p.win, p.since, p.amount, p.done, p.rounds from ${listOf(windows)} as w(mission, person, win) join missions.progress p on p.mission = w.mission and p.person = w.person and p.win = w.win`.execute(
    tx,
  )
  return rows
}
const listOf = (windows: readonly Window[]) =>
  sql`unnest(${windows.map(one => one.mission)}::text[], ${windows.map(one => one.person)}::text[], ${windows.map(one => one.win)}::date[])`

/** A day of a mission for a person, and the part of it that counts. */
export type Touched = { mission: string; person: string; day: string; from: Date; until: Date }

const ofMusic = sql`(m.release is null or exists (select from catalogue.public_track k where k.id = p.track and k.release = m.release))
  and (m.page is null or exists (select from catalogue.public_track_artist a where a.track = p.track and a.page = m.page)
    or exists (select from catalogue.public_track k join catalogue.public_release r on r.id = k.release where k.id = p.track and r.page = m.page))`
const truths: Record<EventKind, ReturnType<typeof sql>> = {
  // Milliseconds of plays that count and began then.
  listen_minutes: sql`select coalesce(sum(p.heard_ms), 0) from listening.public_play p where p.person = t.person and p.counted and p.at >= t.from_at and p.at < t.until_at and ${ofMusic}`,
  // Listens told from outside within a week of their hearing; one a minute, nobody hears more.
  outside_listens: sql`select count(distinct date_trunc('minute', p.at)) from listening.public_play p where p.person = t.person and p.via = 'outside' and p.heard
    and p.reported_at < p.at + interval '7 days' and p.at >= t.from_at and p.at < t.until_at and ${ofMusic}`,
  check_in: sql`select least(count(*), 1) from missions.check_in c where c.group_id = m.group_id and c.person = t.person and c.at >= t.from_at and c.at < t.until_at`,
  attend: sql`select count(*) from groups.public_attendance a where a.person = t.person and a.group_id = m.group_id and a.at >= t.from_at and a.at < t.until_at and (m.happening is null or a.event = m.happening)`,
  // Of the group's artist, where it has one.
  lyric: sql`select count(*) from lyrics.public_contribution c join groups.public_group g on g.id = m.group_id
    where c.person = t.person and c.state = 'accepted' and c.undone_at is null and c.decided_at >= t.from_at and c.decided_at < t.until_at and (m.kind is null or c.kind = m.kind) and (m.language is null or c.language = m.language)
      and (g.page is null or exists (select from catalogue.public_track_artist a where a.track = c.track and a.page = g.page))`,
  partner_call: sql`select count(*) from missions.call c where c.partner = m.partner and c.person = t.person and c.at >= t.from_at and c.at < t.until_at`,
  // A proof counts for the day on which it was brought, whenever it is looked at.
  proof: sql`select count(*) from missions.proof f where f.mission = m.id and f.person = t.person and f.state = 'accepted' and f.at >= t.from_at and f.at < t.until_at`,
}

/** Counts these days anew from what truly happened and keeps that. */
export async function countDays(tx: Tx, kind: EventKind, touched: readonly Touched[], raises: readonly boolean[]): Promise<void> {
  await sql`
    insert into missions.day as d (mission, person, day, amount)
    select t.mission, t.person, t.day, case when t.raises then x.amount else least(x.amount, coalesce((select o.amount from missions.day o where o.mission = t.mission and o.person = t.person and o.day = t.day), 0)) end
    from unnest(${touched.map(one => one.mission)}::text[], ${touched.map(one => one.person)}::text[], ${touched.map(one => one.day)}::date[], ${touched.map(one => one.from)}::timestamptz[],
        ${touched.map(one => one.until)}::timestamptz[], ${[...raises]}::boolean[]) as t(mission, person, day, from_at, until_at, raises)
      join missions.mission m on m.id = t.mission cross join lateral (select (${truths[kind]})::bigint as amount) x
    order by t.mission, t.person, t.day
    on conflict (mission, person, day) do update set amount = excluded.amount where d.amount <> excluded.amount`.execute(tx)
}

/** What stands in windows now: the sum of their days, each up to its cap (in what is counted). */
export async function sumWindows(tx: Tx, windows: readonly (Window & { last: string | null; cap: number | null })[]): Promise<bigint[]> {
  const { rows } = await sql<{ amount: bigint }>`
    select coalesce((select sum(least(d.amount, w.cap)) from missions.day d where d.mission = w.mission and d.person = w.person and d.day >= w.win and d.day <= w.last), 0)::bigint as amount
    from unnest(${windows.map(one => one.mission)}::text[], ${windows.map(one => one.person)}::text[], ${windows.map(one => one.win)}::date[],
      ${windows.map(one => one.last ?? '9999-12-31')}::date[], ${windows.map(one => one.cap)}::bigint[]) with ordinality as w(mission, person, win, last, cap, i) order by w.i`.execute(
    tx,
  )
  return rows.map(row => row.amount)
}

export async function saveProgress(tx: Tx, rows: readonly ProgressRow[], now: Date): Promise<void> {
  await sql`
    insert into missions.progress as p (mission, person, win, since, amount, done, rounds, changed_at)
    select w.mission, w.person, w.win, w.since, w.amount, w.done, w.rounds, ${now}
    from unnest(${rows.map(one => one.mission)}::text[], ${rows.map(one => one.person)}::text[], ${rows.map(one => one.win)}::date[], ${rows.map(one => one.since)}::timestamptz[],
      ${rows.map(one => one.amount.toString())}::bigint[], ${rows.map(one => one.done)}::boolean[], ${rows.map(one => one.rounds)}::smallint[]) as w(mission, person, win, since, amount, done, rounds)
    order by w.mission, w.person, w.win
    on conflict (mission, person, win) do update set amount = excluded.amount, done = excluded.done, rounds = excluded.rounds, changed_at = excluded.changed_at`.execute(
    tx,
  )
}

export type Completion = Window & { round: number; points: number; granted: number; why: string | null }
export async function insertCompletions(tx: Tx, rows: readonly Completion[], now: Date): Promise<void> {
  await sql`
    insert into missions.completion (key, mission, person, win, round, at, points, granted, why)
    select key, mission, person, win, round, ${now}, points, granted, why
    from jsonb_to_recordset(${JSON.stringify(rows.map(row => ({ ...row, key: keyOf(row.mission, row.person, row.win, row.round) })))}::jsonb)
      as g (key text, mission text, person text, win date, round smallint, points int, granted int, why text)`.execute(tx)
}
/** Marks completions as taken back; those that had given points are named. */
export async function takeCompletions(tx: Tx, keys: readonly string[], now: Date): Promise<string[]> {
  const { rows } = await sql<{ key: string; granted: number }>`
    update missions.completion set taken_at = ${now} where key = any(${[...keys]}::text[]) and taken_at is null returning key, granted`.execute(
    tx,
  )
  return rows.filter(row => row.granted > 0).map(row => row.key)
}

/** Completions of a mission that got nothing because the budget was empty, the oldest first, locked. */
export async function unpaidCompletions(
  tx: Tx,
  mission: string,
  limit: number,
): Promise<(Window & { key: string; points: number; at: Date })[]> {
  const { rows } = await sql<Window & { key: string; points: number; at: Date }>`
    select key, mission, person, win, points, at from missions.completion where mission = ${mission} and taken_at is null and why = 'budget_empty' order by at, key limit ${limit} for update`.execute(
    tx,
  )
  return rows
}
export async function setGranted(tx: Tx, rows: readonly { key: string; granted: number; why: string | null }[]): Promise<void> {
  await sql`
    update missions.completion c set granted = g.granted, why = g.why from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g (key text, granted int, why text) where c.key = g.key`.execute(
    tx,
  )
}

/** Plays by id: whose they are, when they began, and whether they came from outside. */
export async function readPlays(tx: Tx, ids: readonly string[]): Promise<{ person: string; at: Date; outside: boolean }[]> {
  const { rows } = await sql<{ person: string; at: Date; outside: boolean }>`
    select person, at, via = 'outside' as outside from listening.public_play where id = any(${[...ids]}::text[]) and person is not null and heard and (counted or via = 'outside')`.execute(
    tx,
  )
  return rows
}
export async function attendedAt(tx: Tx, event: string, person: string): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date }>`select at from groups.public_attendance where event = ${event} and person = ${person}`.execute(
    tx,
  )
  return rows[0]?.at
}
export async function acceptedAt(tx: Tx, contribution: string): Promise<Date | undefined> {
  const { rows } = await sql<{
    at: Date
  }>`select decided_at as at from lyrics.public_contribution where id = ${contribution} and state = 'accepted'`.execute(tx)
  return rows[0]?.at
}
/** Who heard something that counts since then and is in a group, by id, for counting all of it once more at night. */
export async function listenersSince(tx: Read, since: Date, after: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ person: string }>`
    select distinct b.person from groups.public_member b where b.person > ${after} and exists (select from missions.mission m where m.group_id = b.group_id and m.opened_at is not null)
      and exists (select from listening.public_play p where p.person = b.person and p.at >= ${since} and p.heard) order by 1 limit ${limit}`.execute(
    tx,
  )
  return rows.map(row => row.person)
}
/** Days of missions done daily that nothing can change any more; lyrics may be taken out at any time. */
export async function forgetDays(tx: Tx, before: string): Promise<void> {
  await sql`delete from missions.day d using missions.mission m where m.id = d.mission and m.every = 'daily' and m.event <> 'lyric' and d.day < ${before}`.execute(
    tx,
  )
}
