/** SQL that finds a known thing again from what others say of it. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'

export type AllKind = 'artist' | 'release' | 'track'

/** Everything public of one kind in a stable order: the oldest first, so that what is added while one pages comes at the end. */
export async function listAll(db: Read, kind: AllKind, limit: number, offset: number): Promise<string[]> {
  const from =
    kind === 'release'
      ? sql`select r.id from catalogue.public_release r where r.visibility = 'public'`
      : kind === 'track'
        ? sql`select t.id from catalogue.public_track t join catalogue.public_release r on r.id = t.release where r.visibility = 'public'`
        : sql`select p.id from people.public_page p where exists (
            select 1 from catalogue.public_release_artist x join catalogue.public_release r on r.id = x.release where x.page = p.id and r.visibility = 'public')
          or exists (select 1 from catalogue.public_track_artist x join catalogue.public_track t on t.id = x.track join catalogue.public_release r on r.id = t.release
            where x.page = p.id and r.visibility = 'public')`
  const { rows } = await sql<{ id: string }>`${from} order by 1 limit ${limit} offset ${offset}`.execute(db)
  return rows.map(row => row.id)
}

export type PlaylistRow = { id: string; name: string; owner: string; entries: number }
/** Public playlists with all of the words in their name: the whole name, then its beginning, then the most followed. */
export async function matchPlaylists(
  db: Read,
  words: readonly string[],
  whole: string,
  limit: number,
  offset: number,
): Promise<PlaylistRow[]> {
  const { rows } = await sql<PlaylistRow>`
    select p.id, p.name, o.name as owner, p.entries::int as entries from playlists.public_playlist p join people.public_party o on o.id = p.owner
    where lower(p.name) like all(${words.map(word => `%${word}%`)}::text[]) and p.entries > 0
    order by lower(p.name) = ${whole} desc, starts_with(lower(p.name), ${whole}) desc, p.followers desc, p.id limit ${limit} offset ${offset}`.execute(
    db,
  )
  return rows
}

export type MatchWanted = {
  n: number
  /** The folded title, and without what stands in brackets. */
  keys: string[]
  /** Patterns one of which the artists' text looks like. */
  artists: string[]
  album: string | null
  ms: number | null
  isrc: string | null
  mbid: string | null
}
export type MatchRow = { n: number; track: string; certainty: number }
/** The public track that fits each of the wanted ones best, in one statement. */
export async function matchNames(db: Read, given: readonly MatchWanted[]): Promise<MatchRow[]> {
  if (given.length === 0) return []
  const { rows } = await sql<MatchRow>`
    select distinct on (w.n) w.n, c.track, least(c.certainty, 1)::float8 as certainty
    from jsonb_to_recordset(${jsonText(given)}::jsonb) as w(n int, keys text[], artists text[], album text, ms int, isrc text, mbid text)
    cross join lateral (
      select i.track, 1.0 as certainty, e.heat from catalogue.public_isrc i join search.entry e on e.id = i.track
      where (i.isrc = w.isrc or i.mbid = w.mbid) and (w.ms is null or i.duration_ms = 0 or abs(i.duration_ms - w.ms) < 15000)
      union all
      select e.id, 0.8 - case when e.key = w.keys[1] then 0 else 0.1 end + case when w.album is not null and e.album like w.album then 0.1 else 0 end
        + case when w.ms is null or t.duration_ms = 0 then 0 when abs(t.duration_ms - w.ms) <= 3000 then 0.1 when abs(t.duration_ms - w.ms) > 15000 then -0.25 else 0 end, e.heat
      from search.entry e join catalogue.public_track t on t.id = e.id
      where e.kind = 'track' and e.key = any(w.keys) and (e.artists || ' ') like any(w.artists)
    ) c
    where exists (select 1 from search.entry e join catalogue.public_release r on r.id = e.release where e.id = c.track and r.visibility = 'public')
    order by w.n, c.certainty desc, c.heat desc, c.track`.execute(db)
  return rows
}
