/** SQL of listening. Reads catalogue and people only through their public views. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type PlayRow = {
  id: string
  at: Date
  person: string | null
  track: string
  ranges: number[]
  heardMs: number
  heard: boolean
  counted: boolean
  uncounted: string | null
}

const editor = (person: string | null) =>
  person === null
    ? sql`false`
    : sql`exists (
        select from people.public_page_editor e
        where e.person = ${person} and (e.page = r.page or e.page in (select a.page from catalogue.public_track_artist a where a.track = t.id)))`

/** What a play needs to know of a track: its length, and whether this person is one of those who edit its artists' pages or its release. */
export type PlayableTrack = { durationMs: number; draft: boolean; own: boolean }

/** One at a time for this play: two reports of one id, sent at once, follow each other. Gives its track. */
export async function lockPlay(tx: Tx, id: string, track: string, person: string | null): Promise<PlayableTrack | undefined> {
  const { rows } = await sql<Partial<PlayableTrack>>`
    select t.* from (select pg_advisory_xact_lock(7001, hashtext(${id}))) l left join (
      select t.duration_ms as "durationMs", r.visibility = 'draft' as draft, ${editor(person)} as own
      from catalogue.public_track t join catalogue.public_release r on r.id = t.release where t.id = ${track}) t on true`.execute(tx)
  const [row] = rows
  return row?.durationMs == null ? undefined : (row as PlayableTrack)
}

/** The same for many tracks. */
export async function readTracks(db: Read, tracks: readonly string[], person: string): Promise<Map<string, PlayableTrack>> {
  const { rows } = await sql<PlayableTrack & { id: string }>`
    select t.id, t.duration_ms as "durationMs", r.visibility = 'draft' as draft, ${editor(person)} as own
    from catalogue.public_track t join catalogue.public_release r on r.id = t.release where t.id = any(${[...tracks]}::text[])`.execute(db)
  return new Map(rows.map(({ id, ...row }) => [id, row]))
}

/** One at a time for this person, so that two devices cannot both find the place free. */
export async function lockListener(tx: Tx, person: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(7002, hashtext(${person}))`.execute(tx)
}

export async function readPlay(db: Read, id: string): Promise<PlayRow | undefined> {
  const { rows } =
    await sql<PlayRow>`select id, at, person, track, ranges, heard_ms as "heardMs", heard, counted, uncounted from listening.play where id = ${id}`.execute(
      db,
    )
  return rows[0]
}

export async function insertPlay(tx: Tx, play: PlayRow & { source: string; device: string; reportedAt: Date }): Promise<void> {
  await sql`
    insert into listening.play (id, at, person, track, ranges, heard_ms, heard, counted, uncounted, source, device, reported_at)
    values (${play.id}, ${play.at}, ${play.person}, ${play.track}, ${play.ranges}, ${play.heardMs}, ${play.heard}, ${play.counted}, ${play.uncounted}, ${play.source}, ${play.device}, ${play.reportedAt})`.execute(
    tx,
  )
}

export async function extendPlay(
  tx: Tx,
  play: Pick<PlayRow, 'id' | 'at' | 'ranges' | 'heardMs' | 'heard' | 'counted' | 'uncounted'> & { reportedAt: Date },
): Promise<void> {
  await sql`
    update listening.play set ranges = ${play.ranges}, heard_ms = ${play.heardMs}, heard = ${play.heard}, reported_at = ${play.reportedAt},
      counted = ${play.counted} and uncounted is distinct from 'withdrawn', uncounted = case when uncounted = 'withdrawn' then uncounted else ${play.uncounted} end
    where at = ${play.at} and id = ${play.id}`.execute(tx)
}

export type Around = { maker: boolean; near: boolean; ofTrack: number; ofDay: number; together: number }
/**
 * What counts for this person in the 12 hours around `at`: whether the same track began nearer than `apartMs`, how many of it and in all, and how many of the
 * milliseconds from `at` on (`heardMs`) something else that counts sounded. A play sounds from when it began on, as long as was heard of it. `maker`: the
 * person shares in the track, edits a page of it, or belongs to an organisation that does.
 */
export async function countedAround(
  tx: Tx,
  { person, track, at, apartMs, heardMs }: { person: string; track: string; at: Date; apartMs: number; heardMs: number },
): Promise<Around> {
  const end = new Date(at.getTime() + heardMs)
  const { rows } = await sql<Around>`
    with self as materialized (select ${person}::text as party union all select organisation from people.public_member where person = ${person}),
      pages as materialized (
        select r.page, t.release from catalogue.public_track t join catalogue.public_release r on r.id = t.release where t.id = ${track}
        union select a.page, t.release from catalogue.public_track_artist a join catalogue.public_track t on t.id = a.track where a.track = ${track})
    select a.*, exists (select from pages g join people.public_page p on p.id = g.page join self s on s.party = p.owner)
        or exists (select from pages g join rights.public_share h on h.release = g.release and h.subject in (h.release, ${track}) and h.in_force_until is null join self s on s.party = h.party) as maker
    from (
      select coalesce(bool_or(track = ${track} and abs(extract(epoch from (at - ${at}::timestamptz))) * 1000 < ${apartMs}), false) as near,
        count(*) filter (where track = ${track})::int as "ofTrack", count(*)::int as "ofDay",
        coalesce(sum(greatest(0, extract(epoch from (least(at + heard_ms * interval '1 millisecond', ${end}::timestamptz) - greatest(at, ${at}::timestamptz))) * 1000)), 0)::float8 as together
      from listening.play
      where counted and person = ${person} and at between ${at}::timestamptz - interval '12 hours' and ${at}::timestamptz + interval '12 hours') a`.execute(
    tx,
  )
  return rows[0]!
}

/** Takes one of the `most` plays that an address may count for a track in an hour; false when they are used up. */
export async function takeGuestPlay(tx: Tx, guest: string, track: string, hour: Date, most: number): Promise<boolean> {
  const { rows } = await sql`
    insert into listening.guest as g (guest, track, hour, counted) values (${guest}, ${track}, ${hour}, 1)
    on conflict (guest, track, hour) do update set counted = g.counted + 1 where g.counted < ${most} returning 1`.execute(tx)
  return rows.length > 0
}

/** Adds plays to the counts of tracks, by day (`2026-11-20`). Called last in its transaction: a popular track's row stays locked until the commit. */
export async function addCounts(tx: Tx, counts: readonly { track: string; day: string; plays: number }[], today: string): Promise<void> {
  if (counts.length === 0) return
  // In one order for everyone, so that two transactions cannot wait for each other.
  const list = JSON.stringify([...counts].sort((a, b) => (a.track + a.day < b.track + b.day ? -1 : 1)))
  await sql`
    with given as (select * from jsonb_to_recordset(${list}::jsonb) as g (track text, day date, plays int)),
      days as (
        insert into listening.track_day as d (track, day, plays, past) select track, day, plays, day <= ${today}::date - 30 from given order by track, day
        on conflict (track, day) do update set plays = d.plays + excluded.plays)
    insert into listening.track_count as c (track, plays, plays30d)
    select track, sum(plays), coalesce(sum(plays) filter (where day > ${today}::date - 30), 0) from given group by track order by track
    on conflict (track) do update set plays = c.plays + excluded.plays, plays30d = c.plays30d + excluded.plays30d`.execute(tx)
}

/** Takes the days that are 30 days past off plays30d, each once; says how many rows of days that were. */
export async function passDays(tx: Tx, today: string): Promise<number> {
  const { rows } = await sql<{ days: number }>`
    with gone as (update listening.track_day set past = true where not past and day <= ${today}::date - 30 returning track, plays),
      less as (
        update listening.track_count c set plays30d = c.plays30d - g.plays
        from (select track, sum(plays)::bigint as plays from gone group by track) g where g.track = c.track)
    select count(*)::int as days from gone`.execute(tx)
  return rows[0]!.days
}

export async function forgetGuests(tx: Tx, before: Date): Promise<void> {
  await sql`delete from listening.guest where hour < ${before}`.execute(tx)
}

export async function makePartitions(tx: Tx): Promise<void> {
  await sql`select house.make_partitions('listening.play', 2)`.execute(tx)
}

/** What a person took out of their history stays counted, and leaves their own view. */
const remembered = (
  person: string,
) => sql`at > coalesce((select f.at from playlists.public_forgotten_before f where f.person = ${person}), '-infinity')
  and not exists (select 1 from playlists.public_forgotten f where f.person = ${person} and f.play = listening.play.id)`

export type HistoryRow = { id: string; at: Date; track: string; heard: boolean; heardMs: number; via: 'planet' | 'subsonic' | 'outside' }
export async function listPlays(
  db: Read,
  person: string,
  after: readonly [at: Date, id: string] | undefined,
  limit: number,
): Promise<HistoryRow[]> {
  const { rows } = await sql<HistoryRow>`
    select id, at, track, heard, heard_ms as "heardMs", via from listening.play
    where person = ${person} and ${remembered(person)} and ${after === undefined ? sql`true` : sql`at <= ${after[0]} and (at, id) < (${after[0]}, ${after[1]})`}
    order by at desc, id desc limit ${limit}`.execute(db)
  return rows
}

/** Tracks of the last 500 plays, each once, the latest first. */
export async function recentTracks(db: Read, person: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ track: string }>`
    select track from (select track, at from listening.play where person = ${person} and ${remembered(person)} order by at desc, id desc limit 500) p
    group by track order by max(at) desc, track limit ${limit}`.execute(db)
  return rows.map(row => row.track)
}

/** Adds whole plays at once without asking (the demo world, imports of a history); those that were heard count. Ids that exist are left as they are. */
export async function insertPlays(
  tx: Tx,
  plays: readonly {
    id: string
    at: Date
    person: string | null
    track: string
    heardMs: number
    heard: boolean
    source: string
    device: string
  }[],
): Promise<{ track: string; day: string; plays: number }[]> {
  const { rows } = await sql<{ track: string; day: string; plays: number }>`
    with made as (
      insert into listening.play (id, at, person, track, ranges, heard_ms, heard, counted, source, device, reported_at)
      select id, at, person, track, array[0, "heardMs"], "heardMs", heard, heard, source, device, at
      from jsonb_to_recordset(${JSON.stringify(plays)}::jsonb) as g (id text, at timestamptz, person text, track text, "heardMs" int, heard boolean, source text, device text)
      on conflict do nothing returning track, counted, (at at time zone 'UTC')::date as day)
    select track, day, count(*)::int as plays from made where counted group by track, day`.execute(tx)
  return rows
}

/** Takes out plays of a person that were heard elsewhere; they never counted. */
export async function forgetOutside(tx: Tx, person: string, plays: readonly string[]): Promise<void> {
  if (plays.length > 0)
    await sql`delete from listening.play where person = ${person} and via = 'outside' and id = any(${plays}::text[])`.execute(tx)
}
