/** SQL of favourites, stars and of what a person sees of their own plays. */
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

export type HistoryRow = {
  id: string
  at: Date
  track: string
  heard: boolean
  heardMs: number
  app: string
  via: 'planet' | 'subsonic' | 'outside'
}
export type HistoryFilter = { q: string | null; app: string | null; until: Date | null }

/** Plays, newest first, without those that were taken out. Words are looked for in what the track, its artists and its release are called. */
export async function listHistory(
  db: Read,
  person: string,
  filter: HistoryFilter,
  after: readonly [at: Date, id: string] | undefined,
  limit: number,
): Promise<HistoryRow[]> {
  const like = filter.q === null ? null : `%${filter.q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  const { rows } = await sql<HistoryRow>`
    select p.id, p.at, p.track, p.heard, p.heard_ms as "heardMs", p.device as app, p.via from listening.public_history p
    where p.person = ${person} and p.at > coalesce((select at from playlists.forgotten_before where person = ${person}), '-infinity')
      and not exists (select 1 from playlists.forgotten x where x.person = ${person} and x.play = p.id)
      and ${filter.app === null ? sql`true` : sql`p.device = ${filter.app}`} and ${filter.until === null ? sql`true` : sql`p.at < ${filter.until}`}
      and ${
        like === null
          ? sql`true`
          : sql`p.track in (
        select t.id from catalogue.public_track_fact t
        where t.id in (select distinct track from listening.public_history where person = ${person})
          and (lower(t.title) like ${like} or lower(t.release_title) like ${like}
            or exists (select 1 from jsonb_array_elements(t.artists) a where lower(a ->> 'name') like ${like})))`
      }
      and ${after === undefined ? sql`true` : sql`p.at <= ${after[0]} and (p.at, p.id) < (${after[0]}, ${after[1]})`}
    order by p.at desc, p.id desc limit ${limit}`.execute(db)
  return rows
}

/** Apps of the last 5,000 plays, the most used first. */
export async function listApps(db: Read, person: string): Promise<{ name: string; plays: number }[]> {
  const { rows } = await sql<{ name: string; plays: number }>`
    select name, count(*)::int as plays from (
      select p.device as name from listening.public_history p
      where p.person = ${person} and p.at > coalesce((select at from playlists.forgotten_before where person = ${person}), '-infinity')
      order by p.at desc, p.id desc limit 5000) p
    group by name order by count(*) desc, name limit 50`.execute(db)
  return rows
}

/** Takes one play out; says whether there is such a play of this person. */
export async function forgetPlay(tx: Tx, person: string, play: string): Promise<boolean> {
  const { rows } = await sql`
    with found as (select person, id, at, track from listening.public_history where id = ${play} and person = ${person}),
      made as (insert into playlists.forgotten (person, play, at, track) select person, id, at, track from found on conflict do nothing)
    select 1 from found`.execute(tx)
  return rows.length > 0
}

/** Takes everything up to this moment out; what was taken out one by one is part of that. */
export async function forgetAll(tx: Tx, person: string, at: Date): Promise<void> {
  await sql`
    insert into playlists.forgotten_before as f (person, at) values (${person}, ${at})
    on conflict (person) do update set at = greatest(f.at, excluded.at)`.execute(tx)
  await sql`delete from playlists.forgotten where person = ${person} and at <= ${at}`.execute(tx)
}
