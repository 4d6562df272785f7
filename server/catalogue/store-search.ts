/** SQL of the search table: what is in it and how it is asked. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { Wanted } from './words.ts'

export type Found = { kind: 'release' | 'artist' | 'track'; id: string }
const kinds = ['release', 'artist', 'track'] as const
/** Terms carry the kind, so that one posting list answers. */
const marked = (kind: Found['kind'], terms: readonly string[]): string[] => terms.map(term => `${kind[0]}:${term}`)

/**
 * The best of each kind: the whole name, then its pinyin or initials, then its beginning, then all pieces in the name, then anywhere (artist, album);
 * within these the most played. Three looks at the index in one statement.
 */
export async function findTerms(db: Read, { terms, pieces, squeezed }: Wanted, limit: number): Promise<Found[]> {
  const like = pieces.map(piece => `%${piece}%`)
  const parts = kinds.map(
    kind => sql`(
    select ${kind}::text as kind, s.id, case when s.keys[1] = ${squeezed} then 5 when ${squeezed} = any(s.keys) then 4 when exists (select 1 from unnest(s.keys) k where starts_with(k, ${squeezed})) then 3
      when s.own like all(${like}::text[]) then 2 else 1 end as rank, s.heat
    from catalogue.search s where s.terms @> ${marked(kind, terms)}::text[] and (s.own || ' ' || s.rest) like all(${like}::text[])
    order by rank desc, s.heat desc, s.id limit ${limit})`,
  )
  const { rows } =
    await sql<Found>`select kind, id from (${sql.join(parts, sql` union all `)}) f order by kind, rank desc, heat desc, id`.execute(db)
  return rows
}

export type SearchText = { id: string; kind: Found['kind']; name: string; others: string[] }
/** Names of these releases and their tracks as they should be found; only public ones. */
export async function readSearchTexts(db: Read, releases: readonly string[]): Promise<SearchText[]> {
  const { rows } = await sql<SearchText>`
    select r.id, 'release' as kind, r.title as name,
      array(select p.name from catalogue.release_artist x join people.public_page p on p.id = x.page where x.release = r.id order by x.position) as others
    from catalogue.release r where r.id = any(${releases}::text[]) and r.visibility = 'public'
    union all
    select t.id, 'track', t.title,
      array(select p.name from catalogue.track_artist x join people.public_page p on p.id = x.page where x.track = t.id order by x.position) || r.title
    from catalogue.release r join catalogue.track t on t.release = r.id where r.id = any(${releases}::text[]) and r.visibility = 'public'`.execute(
    db,
  )
  return rows
}

/** Pages whose name in the index is not (or no longer) theirs: artists, and others with music. */
export async function readStaleArtists(db: Read, pages: readonly string[] | null): Promise<(SearchText & { indexed: boolean })[]> {
  const { rows } = await sql<SearchText & { indexed: boolean }>`
    select p.id, 'artist' as kind, p.name, '{}'::text[] as others, s.id is not null as indexed from people.public_page p left join catalogue.search s on s.id = p.id
    where ${pages === null ? sql`true` : sql`p.id = any(${pages}::text[])`} and (s.id is null or s.rest <> p.name)
      and (p.kind = 'artist' or exists (select 1 from catalogue.track_artist x where x.page = p.id) or exists (select 1 from catalogue.release_artist x where x.page = p.id))
    limit 5000`.execute(db)
  return rows
}

/** Releases that are by these pages or have tracks by them. */
export async function readReleasesWith(db: Read, pages: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ release: string }>`
    select release from catalogue.release_artist where page = any(${pages}::text[])
    union select t.release from catalogue.track_artist x join catalogue.track t on t.id = x.track where x.page = any(${pages}::text[])`.execute(
    db,
  )
  return rows.map(row => row.release)
}

export type SearchRow = { id: string; kind: Found['kind']; keys: string[]; own: string; rest: string; terms: string[] }
export async function upsertSearch(tx: Tx, rows: readonly SearchRow[]): Promise<void> {
  if (rows.length === 0) return
  const ready = rows.map(row => ({ ...row, terms: marked(row.kind, row.terms) }))
  await sql`
    insert into catalogue.search (id, kind, keys, own, rest, terms, heat)
    select x.id, x.kind, x.keys, x.own, x.rest, x.terms, coalesce((select heat from catalogue.release r where r.id = x.id), (select heat from catalogue.track t where t.id = x.id), 0)
    from jsonb_to_recordset(${JSON.stringify(ready)}::jsonb) as x(id text, kind text, keys text[], own text, rest text, terms text[])
    on conflict (id) do update set keys = excluded.keys, own = excluded.own, rest = excluded.rest, terms = excluded.terms, heat = excluded.heat
    where (search.keys, search.own, search.rest, search.terms) is distinct from (excluded.keys, excluded.own, excluded.rest, excluded.terms)`.execute(
    tx,
  )
}

/** Takes out what of these releases is not public (any more), or gone. */
export async function removeHidden(tx: Tx, releases: readonly string[]): Promise<void> {
  await sql`
    delete from catalogue.search s where s.id in (
      select r.id from catalogue.release r where r.id = any(${releases}::text[]) and r.visibility <> 'public'
      union all select t.id from catalogue.release r join catalogue.track t on t.release = r.id where r.id = any(${releases}::text[]) and r.visibility <> 'public')`.execute(
    tx,
  )
}

/** Sorting by popularity: plays of 30 days of each track, their sums for releases and artists. */
export async function refreshHeatNow(tx: Tx): Promise<void> {
  await sql`
    update catalogue.track t set heat = n.heat from (select t.id, coalesce(p.plays30d, 0)::int8 as heat from catalogue.track t left join listening.public_track_plays p on p.track = t.id) n
    where n.id = t.id and t.heat <> n.heat`.execute(tx)
  await sql`
    update catalogue.release r set heat = n.heat from (select t.release as id, sum(t.heat)::int8 as heat from catalogue.track t group by 1) n where n.id = r.id and r.heat <> n.heat`.execute(
    tx,
  )
  await sql`
    update catalogue.search s set heat = n.heat from (
      select id, heat from catalogue.track union all select id, heat from catalogue.release
      union all select x.page, sum(t.heat)::int8 from catalogue.track_artist x join catalogue.track t on t.id = x.track group by 1
    ) n where n.id = s.id and s.heat <> n.heat`.execute(tx)
}

export type ArtistCardRow = { id: string; name: string; picture: string | null; followers: number }
/** Pages in the order of the ids. */
export async function readArtistCards(db: Read, ids: readonly string[]): Promise<ArtistCardRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<ArtistCardRow>`
    select p.id, p.name, p.picture, p.followers from unnest(${ids}::text[]) with ordinality w(id, n) join people.public_page p on p.id = w.id order by w.n`.execute(
    db,
  )
  return rows
}
