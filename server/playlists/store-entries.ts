/** SQL of entries. Whatever writes them has locked their playlist. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'
import { gap } from './order.ts'

export type EntryRow = {
  id: string
  track: string | null
  title: string
  artist: string
  album: string
  durationMs: number | null
  addedBy: { id: string; name: string } | null
  addedAt: Date
  place: bigint
}
/** Entries in their order after a place. */
export async function listEntries(db: Read, playlist: string, after: bigint | undefined, limit: number): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select e.id, e.track, e.title, e.artist, e.album, e.duration_ms as "durationMs", e.added_at as "addedAt", e.place,
      case when n.id is not null then json_build_object('id', n.id, 'name', n.name) end as "addedBy"
    from playlists.entry e left join people.public_party n on n.id = e.added_by
    where e.playlist = ${playlist} and e.removed_at is null and ${after === undefined ? sql`true` : sql`e.place > ${after}`}
    order by e.place limit ${limit}`.execute(db)
  return rows
}

/** Ids and tracks of all entries, in order. */
export async function listTracks(db: Read, playlist: string): Promise<{ id: string; track: string | null }[]> {
  const { rows } = await sql<{ id: string; track: string | null }>`
    select id, track from playlists.entry where playlist = ${playlist} and removed_at is null order by place`.execute(db)
  return rows
}

export type Given = {
  id: string
  track: string | null
  title: string
  artist: string
  album: string
  durationMs: number | null
  isrc: string | null
}
/** Puts entries in at these places. */
export async function insertEntries(
  tx: Tx,
  playlist: string,
  person: string | null,
  at: Date,
  given: readonly (Given & { place: bigint })[],
): Promise<void> {
  const list = jsonText(given.map(({ place, ...one }) => ({ ...one, place: String(place) })))
  await sql`
    insert into playlists.entry (id, playlist, place, track, title, artist, album, duration_ms, isrc, added_by, added_at)
    select g.id, ${playlist}, g.place, g.track, left(g.title, 500), left(g.artist, 500), left(g.album, 500), g."durationMs", coalesce(g.isrc, t.isrc), ${person}, ${at}
    from jsonb_to_recordset(${list}::jsonb) as g (id text, place bigint, track text, title text, artist text, album text, "durationMs" int, isrc text)
    left join catalogue.public_track_fact t on t.id = g.track`.execute(tx)
}

export type Known = { id: string; playlist: string; place: bigint; removed: boolean }
/** Where these entries are, whether in this playlist or another. */
export async function findEntries(db: Read, ids: readonly string[]): Promise<Known[]> {
  const { rows } = await sql<Known>`
    select id, playlist, place, removed_at is not null as removed from playlists.entry where id = any(${ids}::text[])`.execute(db)
  return rows
}

/** Which of these tracks are in it. */
export async function findTracks(db: Read, playlist: string, tracks: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ track: string }>`
    select distinct track from playlists.entry where playlist = ${playlist} and removed_at is null and track = any(${tracks}::text[])`.execute(
    db,
  )
  return rows.map(row => row.track)
}

/** The places around the place behind `after` (null: at the top), without the entries that are being moved. Removed ones count: they may come back. */
export async function readNeighbours(
  db: Read,
  playlist: string,
  after: bigint | null,
  moved: readonly string[],
): Promise<{ before: bigint | null; after: bigint | null }> {
  const { rows } = await sql<{ before: bigint | null; after: bigint | null }>`
    select
      (select max(place) from playlists.entry where playlist = ${playlist} and place <= ${after} and id <> all(${moved}::text[])) as before,
      (select min(place) from playlists.entry where playlist = ${playlist} and (${after}::bigint is null or place > ${after}) and id <> all(${moved}::text[])) as after`.execute(
    db,
  )
  return rows[0]!
}

export async function readLastPlace(db: Read, playlist: string): Promise<bigint | null> {
  const { rows } = await sql<{
    place: bigint | null
  }>`select max(place) as place from playlists.entry where playlist = ${playlist}`.execute(db)
  return rows[0]!.place
}

/** Deals all places anew with full gaps; the order stays. */
export async function dealPlaces(tx: Tx, playlist: string): Promise<void> {
  await sql`
    update playlists.entry e set place = n.place
    from (select id, row_number() over (order by place) * ${gap}::bigint as place from playlists.entry where playlist = ${playlist}) n
    where e.id = n.id and e.place <> n.place`.execute(tx)
}

export async function updatePlaces(tx: Tx, given: readonly { id: string; place: bigint }[]): Promise<void> {
  const list = jsonText(given.map(({ id, place }) => ({ id, place: String(place) })))
  await sql`
    update playlists.entry e set place = g.place from jsonb_to_recordset(${list}::jsonb) as g (id text, place bigint) where e.id = g.id`.execute(
    tx,
  )
}

/** Takes entries out, or back in; says how many that changed. */
export async function setRemoved(tx: Tx, playlist: string, ids: readonly string[], by: string | null, at: Date | null): Promise<number> {
  const { rows } = await sql`
    update playlists.entry set removed_at = ${at}, removed_by = ${by}
    where playlist = ${playlist} and id = any(${ids}::text[]) and (removed_at is null) = ${at !== null} returning id`.execute(tx)
  return rows.length
}

/** Entries without music, a part at a time, for looking again. */
export async function listMissing(
  db: Read,
  after: string,
  limit: number,
): Promise<
  { id: string; playlist: string; title: string; artist: string; album: string; durationMs: number | null; isrc: string | null }[]
> {
  const { rows } = await sql<{
    id: string
    playlist: string
    title: string
    artist: string
    album: string
    durationMs: number | null
    isrc: string | null
  }>`
    select e.id, e.playlist, e.title, e.artist, e.album, e.duration_ms as "durationMs", e.isrc from playlists.entry e
    where e.track is null and e.removed_at is null and e.id > ${after} order by e.id limit ${limit}`.execute(db)
  return rows
}

/** This is the music of an entry; says whether that was new. `missingOnly`: unless someone said so meanwhile. */
export async function fillEntry(tx: Tx, id: string, track: string, missingOnly = false): Promise<boolean> {
  const { rows } = await sql`
    update playlists.entry set track = ${track} where id = ${id} and track is distinct from ${track} and (track is null or not ${missingOnly}) returning id`.execute(
    tx,
  )
  return rows.length > 0
}

/** Codes of recordings, by entry for what is missing here and by track. */
export async function readIsrcs(db: Read, playlist: string, tracks: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; isrc: string }>`
    select id, isrc from playlists.entry where playlist = ${playlist} and isrc is not null and track is null
    union all select id, isrc from catalogue.public_track_fact where id = any(${tracks}::text[]) and isrc is not null`.execute(db)
  return new Map(rows.map(row => [row.id, row.isrc]))
}

/** Which of these playlists a track is in. */
export async function listContaining(db: Read, playlists: readonly string[], track: string): Promise<string[]> {
  const { rows } = await sql<{ playlist: string }>`
    select distinct playlist from playlists.entry where track = ${track} and removed_at is null and playlist = any(${playlists}::text[])`.execute(
    db,
  )
  return rows.map(row => row.playlist)
}

/** Tracks of a release in their order. */
export async function listReleaseTracks(db: Read, release: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from catalogue.public_track where release = ${release} order by disc, number`.execute(db)
  return rows.map(row => row.id)
}

/** Copies what is in one playlist to another, empty one; says how many entries that were. */
export async function copyEntries(tx: Tx, from: string, to: string, by: string, at: Date, makeId: () => string): Promise<number> {
  const { rows } = await sql<{ place: bigint }>`
    select place from playlists.entry where playlist = ${from} and removed_at is null order by place`.execute(tx)
  const ids = rows.map(makeId)
  // Between the two the other one may have changed: what was written counts.
  const made = await sql`
    insert into playlists.entry (id, playlist, place, track, title, artist, album, duration_ms, isrc, added_by, added_at)
    select w.id, ${to}, w.n * ${gap}::bigint, e.track, e.title, e.artist, e.album, e.duration_ms, e.isrc, ${by}, ${at}
    from (select x.*, row_number() over (order by x.place) as n from playlists.entry x where x.playlist = ${from} and x.removed_at is null) e
    join unnest(${ids}::text[]) with ordinality w(id, n) on w.n = e.n`.execute(tx)
  return Number(made.numAffectedRows ?? 0n)
}
