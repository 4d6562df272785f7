/** SQL of songs, albums and artists as Subsonic shows them. A list is one statement, whatever its length. */
import { sql, type RawBuilder } from 'kysely'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'

export type Named = { id: string; name: string }
export type Person = Pick<Viewer, 'id' | 'roles'>

export type SongRow = {
  id: string
  title: string
  disc: number
  number: number
  artists: Named[]
  release: string
  releaseTitle: string
  releaseArtists: Named[]
  genre: string | null
  releasedOn: string | null
  durationMs: number
  bpm: number | null
  isrc: string | null
  createdAt: Date
  name: string | null
  mime: string | null
  sizeBytes: number | null
  bitsPerSecond: number | null
  bitsPerSample: number | null
  lossless: boolean | null
  sampleRate: number | null
  channels: number | null
  loudness: number | null
  releaseLoudness: number | null
  peak: number | null
  plays: number
  starredAt: Date | null
  rating: number
  credits: { role: string; detail: string | null; name: string; page: string | null }[] | null
  /** The file itself may go out to this person. */
  keeps: boolean
}
export type AlbumRow = {
  id: string
  title: string
  artists: Named[]
  kind: string
  genre: string | null
  label: string | null
  releasedOn: string | null
  releasedPrecision: string
  createdAt: Date
  songs: number
  durationMs: number
  plays: number
  discs: number
  starredAt: Date | null
  rating: number
}
export type ArtistRow = { id: string; name: string; albums: number; starredAt: Date | null }

/** Whether the viewer may edit what belongs to this page; pages that are nobody's yet are kept by the operator. */
const editable = (who: Person, page: RawBuilder<unknown>): RawBuilder<boolean> => {
  const own = sql<boolean>`exists (select 1 from people.public_page_editor e where e.page = ${page} and e.person = ${who.id})`
  return who.roles.includes('operator')
    ? sql<boolean>`(${own} or exists (select 1 from people.public_page n where n.id = ${page} and n.owner is null))`
    : own
}
/** All of the song `s` may be heard by this person: free, bought, or their own. A preview is never passed off as the whole. */
export const whole = (who: Person, page = sql`s.page`): RawBuilder<boolean> => sql<boolean>`(s.streaming = 'full'
  or (s.streaming = 'preview' and exists (select 1 from shop.public_ownership o where o.release = s.release and o.person = ${who.id}))
  or ${editable(who, page)})`
/** Songs `s` whose sound is there, with what decides whether they are listed and nothing more. */
export const choosable = sql`catalogue.public_song s join media.public_ready f on f.asset = s.asset`
/** It may be listed: public, and all of it may be heard. */
export const listed = (who: Person): RawBuilder<boolean> => sql<boolean>`(s.visibility = 'public' and ${whole(who)})`
/** In sight by its address, one's own draft, or bought before its maker took it out of sight (what was given may be yet to come). */
const inSight = (who: Person, visibility: RawBuilder<unknown>, page: RawBuilder<unknown>, release: RawBuilder<unknown>) =>
  sql<boolean>`(${visibility} <> 'draft' or ${editable(who, page)}
    or exists (select 1 from shop.public_ownership b where b.release = ${release} and b.person = ${who.id} and starts_with(b.line, 'lin_')))`
const songInSight = (who: Person): RawBuilder<boolean> => inSight(who, sql`s.visibility`, sql`s.page`, sql`s.release`)
const albumInSight = (who: Person): RawBuilder<boolean> => inSight(who, sql`r.visibility`, sql`r.page`, sql`r.id`)
/** Whoever has its id may have it: as listed, but by its address too, and one's own drafts. */
export const reachable = (who: Person): RawBuilder<boolean> => sql<boolean>`(f.ready and ${songInSight(who)} and ${whole(who)})`

/**
 * The file as it came may go out: one's own, bought, or of a release that is not for sale. What is for sale is heard in the best rendition; its file is what people buy.
 */
const keeps = (who: Person): RawBuilder<boolean> => sql<boolean>`(not exists (
    select 1 from shop.public_offer o where o.release = s.release and o.kind = 'digital' and o.state = 'open' and o.pricing <> 'free')
  or exists (select 1 from shop.public_ownership o where o.release = s.release and o.person = ${who.id}) or ${editable(who, sql`s.page`)})`

const songTables = sql`catalogue.public_song s join media.public_file f on f.asset = s.asset`
const songColumns = (
  who: Person,
) => sql`s.id, ${keeps(who)} as keeps, s.title, s.disc, s.number, s.artists, s.release, s.release_title as "releaseTitle", s.release_artists as "releaseArtists", s.genre,
  s.released_on as "releasedOn", s.duration_ms as "durationMs", s.bpm, s.isrc, s.created_at as "createdAt", f.name, f.mime, f.size_bytes::float8 as "sizeBytes",
  (f.probe->>'bitsPerSecond')::float8 as "bitsPerSecond", (f.probe->>'bitsPerSample')::int as "bitsPerSample", (f.probe->>'lossless')::bool as lossless,
  f.sample_rate as "sampleRate", f.channels, f.loudness_lufs as loudness, s.release_loudness as "releaseLoudness", f.true_peak_dbtp as peak,
  coalesce(n.plays, 0)::float8 as plays, m.at as "starredAt", coalesce(g.stars, 0)::int as rating,
  (select json_agg(json_build_object('role', k.role, 'detail', k.detail, 'name', k.name, 'page', k.page) order by k.position, k.role, k.name)
   from (select role, detail, name, page, position from catalogue.public_credit where recording = s.recording
         union all select role, detail, name, page, position from catalogue.public_credit where work = s.work) k) as credits`
const songMarks = (who: Person) => sql`left join listening.public_track_plays n on n.track = s.id
  left join playlists.public_favourite m on m.person = ${who.id} and m.thing = s.id left join playlists.public_rating g on g.person = ${who.id} and g.thing = s.id`

/** Songs in the order of the ids (with repeats); what this person cannot play is left out, or all of it where only the list matters. */
export async function songsByIds(db: Read, who: Person, ids: readonly string[]): Promise<SongRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<SongRow>`
    select ${songColumns(who)} from unnest(${ids}::text[]) with ordinality w(id, at) join catalogue.public_song s on s.id = w.id
    join media.public_file f on f.asset = s.asset ${songMarks(who)} where ${reachable(who)} order by w.at`.execute(db)
  return rows
}

/** Songs chosen by a statement that gives `id` and `at` (their order). The choice must say `listed` by itself. */
export async function songsOf(db: Read, who: Person, chosen: RawBuilder<unknown>): Promise<SongRow[]> {
  const { rows } = await sql<SongRow>`
    with w as materialized (${chosen})
    select ${songColumns(who)} from w join catalogue.public_song s on s.id = w.id join media.public_file f on f.asset = s.asset ${songMarks(who)} order by w.at`.execute(
    db,
  )
  return rows
}

/** Songs of releases, in their order. `open`: also those that stand in no list. */
export async function songsOfReleases(db: Read, who: Person, releases: readonly string[], limit = 5000): Promise<SongRow[]> {
  if (releases.length === 0) return []
  const { rows } = await sql<SongRow>`
    select ${songColumns(who)} from unnest(${releases}::text[]) with ordinality w(id, at) join catalogue.public_song s on s.release = w.id
    join media.public_file f on f.asset = s.asset ${songMarks(who)} where ${reachable(who)} order by w.at, s.disc, s.number, s.id limit ${limit}`.execute(
    db,
  )
  return rows
}

const albumColumns = sql`r.id, r.title, r.artists, r.kind, r.genre, r.label, r.released_on as "releasedOn", r.released_precision as "releasedPrecision",
  r.created_at as "createdAt", q.songs, q.duration as "durationMs", q.plays, q.discs, m.at as "starredAt", coalesce(g.stars, 0)::int as rating`
/** The songs of the album `r` that this person can hear: what is told of an album is true of what it holds. */
const heard = sql`catalogue.public_track_sound s join media.public_ready f on f.asset = s.asset`
const albumSongs = (who: Person) => sql`cross join lateral (
    select count(*)::int as songs, coalesce(sum(s.duration_ms), 0)::float8 as duration, coalesce(sum(n.plays), 0)::float8 as plays, coalesce(max(s.disc), 1)::int as discs
    from ${heard} left join listening.public_track_plays n on n.track = s.id where s.release = r.id and ${whole(who, sql`r.page`)}) q
  left join playlists.public_favourite m on m.person = ${who.id} and m.thing = r.id left join playlists.public_rating g on g.person = ${who.id} and g.thing = r.id`

/** Albums in the order of the ids; those without a song that this person can play are left out. */
export async function albumsByIds(db: Read, who: Person, ids: readonly string[]): Promise<AlbumRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<AlbumRow>`
    select ${albumColumns} from unnest(${ids}::text[]) with ordinality w(id, at) join catalogue.public_album r on r.id = w.id ${albumSongs(who)}
    where q.songs > 0 and ${albumInSight(who)} order by w.at`.execute(db)
  return rows
}

/** Albums chosen by a statement that gives `id` and `at`. */
export async function albumsOf(db: Read, who: Person, chosen: RawBuilder<unknown>): Promise<AlbumRow[]> {
  const { rows } = await sql<AlbumRow>`
    with w as materialized (${chosen})
    select ${albumColumns} from w join catalogue.public_album r on r.id = w.id ${albumSongs(who)} where q.songs > 0 order by w.at`.execute(
    db,
  )
  return rows
}
/** An album `r` with a song this person can play. Most are free and whole: one look tells (with a limit, so that it is not made a hash of all tracks). */
export const albumListed = (who: Person): RawBuilder<boolean> => sql<boolean>`(r.visibility = 'public' and r.ready_count > 0 and (
  (r.ready_count = r.track_count and coalesce((select true from catalogue.public_track_streaming t where t.release = r.id and t.streaming = 'full' limit 1), false))
  or exists (select 1 from ${heard} where s.release = r.id and ${whole(who, sql`r.page`)})))`

/** Public albums of an artist: their own, then those they are heard on; and which are their own. */
export async function albumIdsOfArtist(db: Read, artist: string): Promise<{ id: string; own: boolean }[]> {
  const { rows } = await sql<{ id: string; own: boolean }>`
    select r.id, x.own from (
      select release, bool_or(own) as own from (
        select release, true as own from catalogue.public_release_artist where page = ${artist}
        union all select s.release, false from catalogue.public_track_artist a join catalogue.public_song s on s.id = a.track where a.page = ${artist}) y
      group by release) x join catalogue.public_album r on r.id = x.release
    where r.visibility = 'public' and r.ready_count > 0 order by x.own desc, r.released_on desc nulls last, r.id desc limit 2000`.execute(
    db,
  )
  return rows
}

const artistColumns = (who: Person) => sql`p.id, p.name, a.albums, m.at as "starredAt" from people.public_page p
  left join playlists.public_favourite m on m.person = ${who.id} and m.thing = p.id`
/** Artists in the order of the ids. */
export async function artistsByIds(db: Read, who: Person, ids: readonly string[]): Promise<ArtistRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<ArtistRow>`
    select ${artistColumns(who)} join unnest(${ids}::text[]) with ordinality w(id, at) on w.id = p.id
    cross join lateral (select count(*)::int as albums from catalogue.public_release_artist x join catalogue.public_album r on r.id = x.release
      where x.page = p.id and ${albumListed(who)}) a order by w.at`.execute(db)
  return rows
}

/** Every artist with a public album of their own. */
export async function listArtists(db: Read, who: Person): Promise<ArtistRow[]> {
  const { rows } = await sql<ArtistRow>`
    select ${artistColumns(who)} join (
      select x.page, count(*)::int as albums from catalogue.public_release_artist x join catalogue.public_album r on r.id = x.release
      where ${albumListed(who)} group by x.page) a on a.page = p.id`.execute(db)
  return rows
}

export type ArtistPage = { id: string; name: string; handle: string; picture: string | null; bioZh: string; bioEn: string }
export async function readArtistPage(db: Read, id: string): Promise<ArtistPage | undefined> {
  const { rows } = await sql<ArtistPage>`
    select p.id, p.name, p.handle, p.picture, t.bio_zh as "bioZh", t.bio_en as "bioEn" from people.public_page p join people.public_page_text t on t.id = p.id
    where p.id = ${id}`.execute(db)
  return rows[0]
}

/** What to tell about a release, for whoever sees it. */
export async function readAlbumText(
  db: Read,
  who: Person,
  id: string,
): Promise<{ id: string; cover: string | null; description: { zh: string; en: string }; copyright: string | null } | undefined> {
  const { rows } = await sql<{ id: string; cover: string | null; description: { zh: string; en: string }; copyright: string | null }>`
    select r.id, r.cover, r.description, r.copyright from catalogue.public_album r where r.id = ${id} and ${albumInSight(who)}`.execute(db)
  return rows[0]
}

export type Playable = {
  id: string
  asset: string
  title: string
  artists: Named[]
  number: number
  durationMs: number
  name: string
  mime: string
  sizeBytes: number
  bitsPerSecond: number | null
  keeps: boolean
}
/** A song to be sent, for whoever sees it; `whole` says whether they may hear all of it. */
export async function readPlayable(
  db: Read,
  who: Person,
  id: string,
): Promise<(Playable & { whole: boolean; ready: boolean }) | undefined> {
  const { rows } = await sql<Playable & { whole: boolean; ready: boolean }>`
    select s.id, s.asset, s.title, s.artists, s.number, s.duration_ms as "durationMs", f.name, f.mime, f.size_bytes::float8 as "sizeBytes",
      (f.probe->>'bitsPerSecond')::float8 as "bitsPerSecond", ${whole(who)} as whole, ${keeps(who)} as keeps, f.ready
    from ${songTables} where s.id = ${id} and ${songInSight(who)}`.execute(db)
  return rows[0]
}

/** The picture of a thing: of a track, release, artist or playlist. Undefined where this person sees no such thing. */
export async function readPicture(db: Read, who: Person, id: string): Promise<{ cover: string | null; name: string } | undefined> {
  const from = id.startsWith('trk_')
    ? sql`select x.cover, x.release_title as name from catalogue.public_song x where x.id = ${id} and ${inSight(who, sql`x.visibility`, sql`x.page`, sql`x.release`)}`
    : id.startsWith('rel_')
      ? sql`select x.cover, x.title as name from catalogue.public_album x where x.id = ${id} and ${inSight(who, sql`x.visibility`, sql`x.page`, sql`x.id`)}`
      : sql`select p.picture as cover, p.name from people.public_page p where p.id = ${id}`
  const { rows } = await sql<{ cover: string | null; name: string }>`${from}`.execute(db)
  return rows[0]
}
