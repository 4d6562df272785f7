/** SQL of plays that clients tell of, of what was sent to them and of what plays at this moment. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'

/** Who told of a play: another client of this planet's sound, or what was heard elsewhere. */
export type Via = 'subsonic' | 'outside'
export type ToldRow = {
  id: string
  at: Date
  track: string
  heardMs: number
  heard: boolean
  counted: boolean
  uncounted: string | null
  device: string
}

/** Which of these plays exist already. */
export async function existingPlays(db: Read, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`select id from listening.play where id = any(${[...ids]}::text[])`.execute(db)
  return new Set(rows.map(row => row.id))
}

/** Plays of these tracks that our own clients told of between two moments: the same listening, told twice, is one play. */
export async function ownPlays(
  db: Read,
  person: string,
  tracks: readonly string[],
  from: Date,
  until: Date,
  not: Via,
): Promise<{ id: string; track: string; at: Date }[]> {
  const { rows } = await sql<{ id: string; track: string; at: Date }>`
    select id, track, at from listening.play
    where person = ${person} and at between ${from} and ${until} and via <> ${not} and track = any(${[...tracks]}::text[]) order by at, id`.execute(
    db,
  )
  return rows
}

export async function insertTold(tx: Tx, person: string, via: Via, plays: readonly ToldRow[], reportedAt: Date): Promise<void> {
  await sql`
    insert into listening.play (id, at, person, track, ranges, heard_ms, heard, counted, uncounted, source, device, via, reported_at)
    select id, at, ${person}, track, case when "heardMs" > 0 then array[0, "heardMs"] else '{}' end, "heardMs", heard, counted, uncounted, 'external', device, ${via}, ${reportedAt}
    from jsonb_to_recordset(${jsonText(plays)}::jsonb) as g (id text, at timestamptz, track text, "heardMs" int, heard boolean, counted boolean, uncounted text, device text)
    on conflict do nothing`.execute(tx)
}

export async function insertDelivery(tx: Tx, person: string, track: string, began: Date, ms: number): Promise<void> {
  await sql`insert into listening.delivery (person, track, began, ms) values (${person}, ${track}, ${began}, ${ms})`.execute(tx)
}

/** Sound of a track that was sent to this person and that no play was told of yet, the oldest first. */
export async function unusedDeliveries(
  tx: Tx,
  person: string,
  track: string,
  since: Date,
): Promise<{ id: bigint; began: Date; ms: number }[]> {
  const { rows } = await sql<{ id: bigint; began: Date; ms: number }>`
    select id, began, ms from listening.delivery where person = ${person} and track = ${track} and play is null and began >= ${since}
    order by began, id limit 50 for update`.execute(tx)
  return rows
}

export async function spendDeliveries(tx: Tx, ids: readonly bigint[], play: string): Promise<void> {
  await sql`update listening.delivery set play = ${play} where id = any(${ids.map(String)}::bigint[])`.execute(tx)
}

export async function forgetDeliveries(tx: Tx, before: Date): Promise<void> {
  await sql`delete from listening.delivery where began < ${before}`.execute(tx)
}

export async function writeNowPlaying(tx: Tx, person: string, client: string, track: string, at: Date): Promise<void> {
  await sql`
    insert into listening.now_playing (person, client, track, at) values (${person}, ${client}, ${track}, ${at})
    on conflict (person, client) do update set track = excluded.track, at = excluded.at`.execute(tx)
}

export type PlayingRow = { person: string; name: string; track: string; client: string; at: Date }
export async function readNowPlaying(db: Read, since: Date, person: string | null): Promise<PlayingRow[]> {
  const { rows } = await sql<PlayingRow>`
    select n.person, p.name, n.track, n.client, n.at from listening.now_playing n join people.public_party p on p.id = n.person
    where n.at > ${since} and (${person}::text is null or n.person = ${person}) order by n.at desc, n.person, n.client limit 500`.execute(
    db,
  )
  return rows
}

export async function forgetPlaying(tx: Tx, before: Date): Promise<void> {
  await sql`delete from listening.now_playing where at < ${before}`.execute(tx)
}
