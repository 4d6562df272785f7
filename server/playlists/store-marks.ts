/** SQL of favourites and stars. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type Kind = 'trk' | 'rel' | 'pag'
export type FavouriteRow = { thing: string; at: Date }

export async function listFavourites(
  db: Read,
  person: string,
  kind: Kind,
  after: readonly [at: Date, thing: string] | undefined,
  limit: number,
): Promise<FavouriteRow[]> {
  const { rows } = await sql<FavouriteRow>`
    select thing, at from playlists.favourite
    where person = ${person} and kind = ${kind} and ${after === undefined ? sql`true` : sql`(at, thing) < (${after[0]}, ${after[1]})`}
    order by at desc, thing desc limit ${limit}`.execute(db)
  return rows
}

export type PageCardRow = {
  id: string
  kind: 'person' | 'artist' | 'business'
  name: string
  handle: string
  picture: string | null
  followers: number
  verified: boolean
}
/** Cards of pages in the order of the ids. */
export async function readPageCards(db: Read, ids: readonly string[]): Promise<PageCardRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<PageCardRow>`
    select p.id, p.kind, p.name, p.handle, p.picture, p.followers, p.verified
    from unnest(${ids}::text[]) with ordinality w(id, n) join people.public_page p on p.id = w.id order by w.n`.execute(db)
  return rows
}

export async function insertFavourite(tx: Tx, person: string, thing: string, at: Date): Promise<void> {
  await sql`insert into playlists.favourite (person, thing, at) values (${person}, ${thing}, ${at}) on conflict do nothing`.execute(tx)
}

export async function deleteFavourite(tx: Tx, person: string, thing: string): Promise<void> {
  await sql`delete from playlists.favourite where person = ${person} and thing = ${thing}`.execute(tx)
}

/** Stars from 1 to 5; 0 takes them back. */
export async function writeRating(tx: Tx, person: string, thing: string, stars: number, at: Date): Promise<void> {
  if (stars === 0) await sql`delete from playlists.rating where person = ${person} and thing = ${thing}`.execute(tx)
  else
    await sql`
      insert into playlists.rating (person, thing, stars, at) values (${person}, ${thing}, ${stars}, ${at})
      on conflict (person, thing) do update set stars = excluded.stars, at = excluded.at where playlists.rating.stars <> excluded.stars`.execute(
      tx,
    )
}

export async function readRating(
  db: Read,
  person: string | null,
  thing: string,
): Promise<{ own: number; average: number | null; count: number }> {
  const { rows } = await sql<{ own: number; average: number | null; count: number }>`
    select coalesce(max(stars) filter (where person = ${person}), 0)::int as own, avg(stars)::float8 as average, count(*)::int as count
    from playlists.rating where thing = ${thing}`.execute(db)
  return rows[0]!
}

export type RatingRow = { thing: string; stars: number; at: Date }
/** Tracks with stars, the latest first. */
export async function listRatings(
  db: Read,
  person: string,
  after: readonly [at: Date, thing: string] | undefined,
  limit: number,
): Promise<RatingRow[]> {
  const { rows } = await sql<RatingRow>`
    select thing, stars::int as stars, at from playlists.rating
    where person = ${person} and track is not null and ${after === undefined ? sql`true` : sql`(at, thing) < (${after[0]}, ${after[1]})`}
    order by at desc, thing desc limit ${limit}`.execute(db)
  return rows
}

export type MarkRow = { id: string; starredAt: Date | null; rating: number }
/** What a person marked of these things; those without a mark are left out. */
export async function readMarks(db: Read, person: string, ids: readonly string[]): Promise<MarkRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<MarkRow>`
    select w.id, f.at as "starredAt", coalesce(r.stars, 0)::int as rating from (select distinct unnest(${ids}::text[]) as id) w
    left join playlists.favourite f on f.person = ${person} and f.thing = w.id left join playlists.rating r on r.person = ${person} and r.thing = w.id
    where f.thing is not null or r.thing is not null`.execute(db)
  return rows
}
