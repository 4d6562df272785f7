/** SQL of what is chosen from the whole catalogue: album lists, songs by genre or chance, everything in pages. Each gives what `songsOf` and `albumsOf` take. */
import { sql, type RawBuilder } from 'kysely'
import type { Read } from '../foundation/db.ts'
import { albumListed, choosable, listed, type Person } from './store.ts'

export const albumOrders = [
  'random',
  'newest',
  'highest',
  'frequent',
  'recent',
  'starred',
  'alphabeticalByName',
  'alphabeticalByArtist',
  'byYear',
  'byGenre',
] as const
export type AlbumOrder = (typeof albumOrders)[number]
export type AlbumChoice = { order: AlbumOrder; size: number; offset: number; genre: string; fromYear: number; toYear: number }

/** Of someone's own plays so many are looked at, from the latest. */
const ownPlays = 20_000

const ranked = (from: RawBuilder<unknown>, order: RawBuilder<unknown>, size: number, offset: number) =>
  sql`select id, row_number() over () as at from (select r.id ${from} order by ${order} limit ${size} offset ${offset}) x`

/** Which albums stand in such a list. */
export function chooseAlbums(who: Person, { order, size, offset, genre, fromYear, toYear }: AlbumChoice): RawBuilder<unknown> {
  const all = sql`from catalogue.public_album r where ${albumListed(who)}`
  const played = (what: RawBuilder<unknown>) =>
    sql`from (select s.release, ${what} as weight from (select track, at from listening.public_remembered where person = ${who.id} and heard order by at desc limit ${ownPlays}) y
      join catalogue.public_song s on s.id = y.track group by s.release) z join catalogue.public_album r on r.id = z.release where ${albumListed(who)}`
  const [first, last] = fromYear <= toYear ? [fromYear, toYear] : [toYear, fromYear]
  const year = sql`extract(year from r.released_on)::int`
  switch (order) {
    case 'random':
      return ranked(
        sql`from (select * from catalogue.public_album x where x.visibility = 'public' and x.ready_count > 0 order by random() limit ${size * 3 + 50}) r where ${albumListed(who)}`,
        sql`random()`,
        size,
        0,
      )
    case 'newest':
      return ranked(all, sql`r.created_at desc, r.id desc`, size, offset)
    case 'alphabeticalByName':
      return ranked(all, sql`lower(r.title), r.id`, size, offset)
    case 'alphabeticalByArtist':
      return ranked(all, sql`lower(r.artists->0->>'name') nulls last, r.released_on nulls last, lower(r.title), r.id`, size, offset)
    case 'byGenre':
      return ranked(sql`${all} and r.genre = ${genre}`, sql`lower(r.title), r.id`, size, offset)
    case 'byYear':
      return ranked(
        sql`${all} and r.released_on >= make_date(${first}, 1, 1) and r.released_on <= make_date(${last}, 12, 31)`,
        fromYear <= toYear ? sql`${year}, lower(r.title), r.id` : sql`${year} desc, lower(r.title), r.id`,
        size,
        offset,
      )
    case 'recent':
      return ranked(played(sql`max(y.at)`), sql`z.weight desc, r.id`, size, offset)
    case 'frequent':
      return ranked(played(sql`count(*)`), sql`z.weight desc, r.id`, size, offset)
    case 'starred':
      return ranked(
        sql`from playlists.public_favourite v join catalogue.public_album r on r.id = v.thing where v.person = ${who.id} and v.kind = 'rel' and ${albumListed(who)}`,
        sql`v.at desc, r.id`,
        size,
        offset,
      )
    case 'highest':
      return ranked(
        sql`from playlists.public_rating v join catalogue.public_album r on r.id = v.thing where v.person = ${who.id} and ${albumListed(who)}`,
        sql`v.stars desc, v.at desc, r.id`,
        size,
        offset,
      )
  }
}

const rankedSongs = (where: RawBuilder<unknown>, order: RawBuilder<unknown>, size: number, offset: number) =>
  sql`select id, row_number() over () as at from (select s.id from ${choosable} where ${where} order by ${order} limit ${size} offset ${offset}) x`

export const chooseByGenre = (who: Person, genre: string, size: number, offset: number): RawBuilder<unknown> =>
  rankedSongs(sql`s.genre = ${genre} and ${listed(who)}`, sql`s.release, s.disc, s.number, s.id`, size, offset)

/** By chance. Without wishes a few more than enough are drawn first, so that not all of a large catalogue is looked at. */
export function chooseRandom(
  who: Person,
  { size, genre, fromYear, toYear }: { size: number; genre: string | undefined; fromYear: number | undefined; toYear: number | undefined },
): RawBuilder<unknown> {
  const open = genre === undefined && fromYear === undefined && toYear === undefined
  const drawn = sql`s.id in (select id from catalogue.public_track_streaming where streaming = 'full' order by random() limit ${size * 4 + 100})`
  const wishes = sql`${genre === undefined ? sql`true` : sql`s.genre = ${genre}`}
    and ${fromYear === undefined ? sql`true` : sql`s.released_on >= make_date(${fromYear}, 1, 1)`}
    and ${toYear === undefined ? sql`true` : sql`s.released_on <= make_date(${toYear}, 12, 31)`}`
  return rankedSongs(sql`${open ? drawn : wishes} and ${listed(who)}`, sql`random()`, size, 0)
}

/** An artist's songs, the most heard first. */
export const chooseTop = (who: Person, artist: string, size: number): RawBuilder<unknown> =>
  rankedSongs(
    sql`s.id in (select track from catalogue.public_track_artist where page = ${artist}) and ${listed(who)}`,
    sql`s.heat desc, s.id`,
    size,
    0,
  )

/** Songs that go with these artists and genres, without those that are known: as long as nobody knows better. */
export const chooseAlike = (
  who: Person,
  about: { artists: readonly string[]; genres: readonly string[]; but: readonly string[] },
  size: number,
) =>
  rankedSongs(
    sql`(s.id in (select track from catalogue.public_track_artist where page = any(${[...about.artists]})) or s.genre = any(${[...about.genres]}))
      and not s.id = any(${[...about.but]}) and ${listed(who)}`,
    sql`random()`,
    size,
    0,
  )

export type Everything = 'song' | 'album' | 'artist'
/**
 * Everything of one kind in the order it came (ids begin with the time): `size` ids after `after`, or after `skip` of them where the place is not known. What is
 * added meanwhile comes at the end, so that a client which asks page by page gets each once.
 */
export async function pageOfAll(
  db: Read,
  who: Person,
  kind: Everything,
  place: { after: string } | { skip: number },
  size: number,
): Promise<string[]> {
  const skip = 'skip' in place ? place.skip : 0
  const past = (id: RawBuilder<unknown>) => ('after' in place ? sql`${id} > ${place.after}` : sql`true`)
  const from =
    kind === 'song'
      ? sql`select s.id from ${choosable} where ${listed(who)} and ${past(sql`s.id`)} order by s.id`
      : kind === 'album'
        ? sql`select r.id from catalogue.public_album r where ${albumListed(who)} and ${past(sql`r.id`)} order by r.id`
        : sql`select p.id from people.public_page p where exists (
            select 1 from catalogue.public_release_artist x join catalogue.public_album r on r.id = x.release
            where x.page = p.id and r.visibility = 'public' and r.ready_count > 0) and ${past(sql`p.id`)} order by p.id`
  const { rows } = await sql<{ id: string }>`${from} limit ${size} offset ${skip}`.execute(db)
  return rows.map(row => row.id)
}

export async function listGenres(db: Read): Promise<{ name: string; songs: number; albums: number }[]> {
  const { rows } = await sql<{ name: string; songs: number; albums: number }>`
    select genre as name, sum(ready_count)::int as songs, count(*)::int as albums from catalogue.public_album
    where visibility = 'public' and genre is not null and ready_count > 0 group by genre order by genre`.execute(db)
  return rows
}

/** When the catalogue last changed, and how many songs it has. */
export async function catalogueState(db: Read): Promise<{ changedAt: Date | null; songs: number }> {
  const { rows } = await sql<{ changedAt: Date | null; songs: number }>`
    select max(changed_at) as "changedAt", coalesce(sum(ready_count), 0)::int as songs from catalogue.public_album where visibility = 'public'`.execute(
    db,
  )
  return rows[0]!
}

/** The song with this title by this artist, for apps that ask for words by name. */
export async function findByName(db: Read, who: Person, artist: string, title: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select s.id from people.public_page p join catalogue.public_track_artist a on a.page = p.id join ${choosable} on s.id = a.track
    where lower(p.name) = lower(${artist}) and lower(s.title) = lower(${title}) and ${listed(who)} order by s.heat desc, s.id limit 1`.execute(
    db,
  )
  return rows[0]?.id
}
export async function findArtistByName(db: Read, name: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select p.id from people.public_page p where lower(p.name) = lower(${name})
    order by (select count(*) from catalogue.public_track_artist a where a.page = p.id) desc, p.id limit 1`.execute(db)
  return rows[0]?.id
}
