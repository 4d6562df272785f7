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
}

/** One at a time for this play: two reports of one id, sent at once, follow each other. */
export async function lockPlay(tx: Tx, id: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(7001, hashtext(${id}))`.execute(tx)
}

/** One at a time for this person and track, so that two devices cannot both find the place free. */
export async function lockListener(tx: Tx, person: string, track: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(7002, hashtext(${`${person} ${track}`}))`.execute(tx)
}

export async function readPlay(db: Read, id: string): Promise<PlayRow | undefined> {
  const { rows } =
    await sql<PlayRow>`select id, at, person, track, ranges, heard_ms as "heardMs", heard, counted from listening.play where id = ${id}`.execute(
      db,
    )
  return rows[0]
}

export async function insertPlay(tx: Tx, play: PlayRow & { source: string; device: string; reportedAt: Date }): Promise<void> {
  await sql`
    insert into listening.play (id, at, person, track, ranges, heard_ms, heard, counted, source, device, reported_at)
    values (${play.id}, ${play.at}, ${play.person}, ${play.track}, ${play.ranges}, ${play.heardMs}, ${play.heard}, ${play.counted}, ${play.source}, ${play.device}, ${play.reportedAt})`.execute(
    tx,
  )
}

export async function extendPlay(
  tx: Tx,
  play: Pick<PlayRow, 'id' | 'at' | 'ranges' | 'heardMs' | 'heard' | 'counted'> & { reportedAt: Date },
): Promise<void> {
  await sql`
    update listening.play set ranges = ${play.ranges}, heard_ms = ${play.heardMs}, heard = ${play.heard}, counted = ${play.counted}, reported_at = ${play.reportedAt}
    where at = ${play.at} and id = ${play.id}`.execute(tx)
}

export type PlayableTrack = { durationMs: number; draft: boolean; own: boolean }
/** What a play needs to know of a track: its length, and whether this person is one of those who edit its artists' pages or its release. */
export async function readTrack(db: Read, track: string, person: string | null): Promise<PlayableTrack | undefined> {
  const { rows } = await sql<PlayableTrack>`
    select t.duration_ms as "durationMs", r.visibility = 'draft' as draft,
      ${
        person === null
          ? sql`false`
          : sql`exists (
        select from people.public_page_editor e
        where e.person = ${person} and (e.page = r.page or e.page in (select a.page from catalogue.public_track_artist a where a.track = t.id)))`
      } as own
    from catalogue.public_track t join catalogue.public_release r on r.id = t.release where t.id = ${track}`.execute(db)
  return rows[0]
}

/** Whether a counted play of this person and track began nearer to `at` than `apartMs`, and how many began on that day around it. */
export async function countedNear(
  tx: Tx,
  person: string,
  track: string,
  at: Date,
  apartMs: number,
): Promise<{ near: boolean; within24h: number }> {
  const { rows } = await sql<{ near: boolean | null; within24h: number }>`
    select bool_or(abs(extract(epoch from (at - ${at}::timestamptz))) * 1000 < ${apartMs}) as near, count(*)::int as within24h
    from listening.play
    where counted and person = ${person} and track = ${track} and at between ${at}::timestamptz - interval '12 hours' and ${at}::timestamptz + interval '12 hours'`.execute(
    tx,
  )
  return { near: rows[0]!.near ?? false, within24h: rows[0]!.within24h }
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

export type HistoryRow = { id: string; at: Date; track: string; heard: boolean; heardMs: number }
export async function listPlays(
  db: Read,
  person: string,
  after: readonly [at: Date, id: string] | undefined,
  limit: number,
): Promise<HistoryRow[]> {
  const { rows } = await sql<HistoryRow>`
    select id, at, track, heard, heard_ms as "heardMs" from listening.play
    where person = ${person} and ${after === undefined ? sql`true` : sql`at <= ${after[0]} and (at, id) < (${after[0]}, ${after[1]})`}
    order by at desc, id desc limit ${limit}`.execute(db)
  return rows
}

/** Tracks of the last 500 plays, each once, the latest first. */
export async function recentTracks(db: Read, person: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ track: string }>`
    select track from (select track, at from listening.play where person = ${person} order by at desc, id desc limit 500) p
    group by track order by max(at) desc, track limit ${limit}`.execute(db)
  return rows.map(row => row.track)
}

export type QueueRow = { tracks: string[]; index: number; positionMs: number; device: string; updatedAt: Date }
export async function readQueue(db: Read, person: string): Promise<QueueRow | undefined> {
  const { rows } =
    await sql<QueueRow>`select tracks, index, position_ms as "positionMs", device, updated_at as "updatedAt" from listening.queue where person = ${person}`.execute(
      db,
    )
  return rows[0]
}

export async function writeQueue(tx: Tx, person: string, queue: QueueRow): Promise<void> {
  await sql`
    insert into listening.queue (person, tracks, index, position_ms, device, updated_at)
    values (${person}, ${queue.tracks}, ${queue.index}, ${queue.positionMs}, ${queue.device}, ${queue.updatedAt})
    on conflict (person) do update set tracks = excluded.tracks, index = excluded.index, position_ms = excluded.position_ms, device = excluded.device, updated_at = excluded.updated_at`.execute(
    tx,
  )
}

export async function listFavourites(
  db: Read,
  person: string,
  after: readonly [at: Date, track: string] | undefined,
  limit: number,
): Promise<{ track: string; at: Date }[]> {
  const { rows } = await sql<{ track: string; at: Date }>`
    select track, at from listening.favourite
    where person = ${person} and ${after === undefined ? sql`true` : sql`(at, track) < (${after[0]}, ${after[1]})`} order by at desc, track desc limit ${limit}`.execute(
    db,
  )
  return rows
}

export async function insertFavourite(tx: Tx, person: string, track: string, at: Date): Promise<void> {
  await sql`insert into listening.favourite (person, track, at) values (${person}, ${track}, ${at}) on conflict do nothing`.execute(tx)
}

export async function deleteFavourite(tx: Tx, person: string, track: string): Promise<void> {
  await sql`delete from listening.favourite where person = ${person} and track = ${track}`.execute(tx)
}

export async function isFavourite(db: Read, person: string, track: string): Promise<boolean> {
  const { rows } = await sql`select 1 from listening.favourite where person = ${person} and track = ${track}`.execute(db)
  return rows.length > 0
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
