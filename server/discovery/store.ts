/** SQL of discovery. Reads catalogue, people, listening and playlists only through their public views. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

/** What a track says of the music it belongs to. */
export type Facts = {
  track: string
  release: string
  title: string
  artists: string[]
  genre: string | null
  year: number | null
  bpm: number | null
  heat: number
}
/** Why a track may follow a seed, and how strongly (0 … 1). */
export type Candidate = Facts & {
  from: string
  kind: 'version' | 'together' | 'credit' | 'artist' | 'genre'
  name: string | null
  weight: number
  listeners: number | null
}

const facts = sql`
  f.id as track, f.release, f.title, f.genre, extract(year from f.released_on)::int as year, f.bpm, f.heat::float8 as heat,
  array(select x->>'id' from jsonb_array_elements(f.artists) x) as artists`
/** Only what everyone may see and hear something of. */
const open = sql`f.visibility = 'public' and f.streaming <> 'none'`

/** Facts of public tracks, in the order of the ids. */
export async function readFacts(db: Read, tracks: readonly string[]): Promise<Facts[]> {
  if (tracks.length === 0) return []
  const { rows } = await sql<Facts>`
    select ${facts} from unnest(${tracks}::text[]) with ordinality w(id, n)
    join catalogue.public_track_fact f on f.id = w.id where ${open} order by w.n`.execute(db)
  return rows
}

/**
 * What may follow these tracks (at most five): other versions of the work, what the same people heard, what the same hands made, the artists' other tracks, and the
 * most heard of the genre. Each arm ends at a bounded number of rows found by an index, so the cost does not grow with the catalogue.
 */
export async function readCandidates(db: Read, seeds: readonly string[]): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    with seed as materialized (
      select f.id as track, f.recording, f.title, f.genre, t.work from unnest(${seeds}::text[]) w(id) join catalogue.public_track_fact f on f.id = w.id join catalogue.public_track t on t.id = w.id where ${open}
    ), found as (
      select * from (select s.track as "from", v.id as track, 'version' as kind, s.title as name, 1.0::float8 as weight, null::int as listeners
        from seed s join catalogue.public_track v on v.work = s.work where v.recording <> s.recording limit 40) a
      union all
      select * from (select s.track, g.other, 'together', s.title, 0.55 + 0.45 * g.score, g.listeners
        from seed s join discovery.together g on g.track = s.track order by g.score desc limit 150) b
      union all
      select * from (select s.track, t.id, 'credit', p.name, 0.6, null::int
        from seed s join catalogue.public_recording_credit mine on mine.recording = s.recording
        join catalogue.public_recording_credit theirs on theirs.page = mine.page and theirs.recording <> mine.recording
        join catalogue.public_track t on t.recording = theirs.recording join people.public_page p on p.id = mine.page limit 150) c
      union all
      select * from (select s.track, x.track, 'artist', p.name, 0.5, null::int
        from seed s join catalogue.public_track_artist mine on mine.track = s.track
        cross join lateral (select o.track from catalogue.public_track_artist o where o.page = mine.page limit 80) x
        join people.public_page p on p.id = mine.page where x.track <> s.track) d
      union all
      select s.track, t.id, 'genre', s.genre, 0.3, null::int
      from (select distinct on (genre) * from seed where genre is not null) s
      cross join lateral (select r.id from catalogue.public_release_heat r where r.genre = s.genre order by r.heat desc, r.id limit 60) r
      cross join lateral (select t.id from catalogue.public_track t where t.release = r.id order by t.disc, t.number limit 6) t
    )
    select distinct on (n.track, n.kind) n."from", n.kind, n.name, n.weight, n.listeners, ${facts}
    from found n join catalogue.public_track_fact f on f.id = n.track
    where ${open} and n.track <> all(${seeds}::text[])
    order by n.track, n.kind, n.weight desc`.execute(db)
  return rows
}

/** The most heard public tracks. */
export async function readPopular(db: Read, limit: number): Promise<Facts[]> {
  const { rows } = await sql<Facts>`
    select ${facts} from catalogue.public_track_fact f where ${open} order by f.heat desc, f.id desc limit ${limit}`.execute(db)
  return rows
}

/** Tracks of releases that came out or came in since a day: by followed artists first, then of these genres. */
export async function readFresh(
  db: Read,
  person: string,
  since: Date,
  genres: readonly string[],
  limit: number,
): Promise<(Facts & { followed: string | null })[]> {
  const { rows } = await sql<Facts & { followed: string | null }>`
    select ${facts}, n.followed from (
      select track, min(followed) as followed from (
        select c.id as track, p.name as followed from people.public_follow w join people.public_page p on p.id = w.page
        join catalogue.public_track_artist x on x.page = w.page join catalogue.public_track_fact c on c.id = x.track
        where w.person = ${person} and greatest(c.created_at, c.released_on) >= ${since}
        union all
        select * from (select c.id, null from catalogue.public_track_fact c where c.genre = any(${genres}::text[]) and c.created_at >= ${since}
          order by c.created_at desc, c.id desc limit ${limit}) g
      ) w group by track
    ) n join catalogue.public_track_fact f on f.id = n.track where ${open}
    order by (n.followed is null), f.created_at desc, f.heat desc, f.id limit ${limit}`.execute(db)
  return rows
}

export type Heard = Facts & { plays: number; lastAt: Date; heardMs: number; recent: number; favourite: boolean }
/** What a person heard between two moments, most first; `recent`: plays of its last 30 days. */
export async function readTaste(db: Read, person: string, from: Date, until: Date): Promise<Heard[]> {
  const { rows } = await sql<Heard>`
    select ${facts}, h.plays, h."lastAt", h."heardMs", h.recent,
      exists (select 1 from playlists.public_favourite s where s.person = ${person} and s.thing = f.id and s.at < ${until}) as favourite
    from (
      select track, count(*)::int as plays, max(at) as "lastAt", sum(heard_ms)::float8 as "heardMs", (count(*) filter (where at >= ${until}::timestamptz - interval '30 days'))::int as recent
      from listening.public_remembered where person = ${person} and heard and at >= ${from} and at < ${until} group by track order by 4 desc limit 1500
    ) h join catalogue.public_track_fact f on f.id = h.track where ${open}
    order by h."heardMs" desc, f.id`.execute(db)
  return rows
}

/** Favourites of a person before a moment, newest first. */
export async function readFavourites(db: Read, person: string, until: Date, limit: number): Promise<Facts[]> {
  const { rows } = await sql<Facts>`
    select ${facts} from (
      select thing, at from playlists.public_favourite where person = ${person} and kind = 'trk' and at < ${until} order by at desc, thing desc limit ${limit}
    ) s join catalogue.public_track_fact f on f.id = s.thing where ${open} order by s.at desc, s.thing desc`.execute(db)
  return rows
}

/** Which tracks a seed stands for (at most `limit`), and its name; undefined when there is no such public thing. */
export async function readSeed(db: Read, seed: string, limit: number): Promise<{ name: string; tracks: string[] } | undefined> {
  const byPlays = (where: ReturnType<typeof sql>) =>
    sql`array(select f.id from catalogue.public_track_fact f where ${open} and ${where} order by f.heat desc, f.id limit ${limit})`
  const kind = seed.slice(0, 4)
  const found =
    kind === 'trk_'
      ? sql<{
          name: string
          tracks: string[]
        }>`select f.title as name, array[f.id] as tracks from catalogue.public_track_fact f where ${open} and f.id = ${seed}`
      : kind === 'rel_'
        ? sql<{
            name: string
            tracks: string[]
          }>`select r.title as name, ${byPlays(sql`f.release = ${seed}`)} as tracks from catalogue.public_release r where r.id = ${seed} and r.visibility = 'public'`
        : kind === 'pag_'
          ? sql<{
              name: string
              tracks: string[]
            }>`select p.name, ${byPlays(sql`f.id in (select x.track from catalogue.public_track_artist x where x.page = ${seed})`)} as tracks from people.public_page p where p.id = ${seed}`
          : sql<{ name: string; tracks: string[] }>`select ${seed.slice(6)}::text as name, array(
              select t.id from (select r.id from catalogue.public_release_heat r where r.genre = ${seed.slice(6)} order by r.heat desc, r.id limit 12) r
              cross join lateral (select f.id from catalogue.public_track_fact f where f.release = r.id and ${open} order by f.heat desc, f.id limit 2) t limit ${limit}) as tracks`
  const row = (await found.execute(db)).rows[0]
  return row && row.tracks.length > 0 ? row : undefined
}

export type ArtistCard = { id: string; name: string; picture: string | null; followers: number }
/** Pages of artists, in the order of the ids. */
export async function readArtistCards(db: Read, ids: readonly string[]): Promise<ArtistCard[]> {
  const { rows } = await sql<ArtistCard>`
    select p.id, p.name, p.picture, p.followers from unnest(${ids}::text[]) with ordinality w(id, n) join people.public_page p on p.id = w.id order by w.n`.execute(
    db,
  )
  return rows
}

/** Most listeners and, of each, most tracks that one working out looks at: pairs grow with the square of the latter. */
const mostListeners = 20_000
const mostTracks = 60
/** Works out anew what is heard together, from plays since a moment. Only what differs is written. */
export async function refreshTogether(tx: Tx, since: Date): Promise<void> {
  await sql`
    with listener as (
      select person from listening.public_play where person is not null and counted and at >= ${since} group by person order by max(at) desc limit ${mostListeners}
    ), heard as materialized (
      select l.person, h.track from listener l cross join lateral (
        select p.track from listening.public_play p where p.person = l.person and p.counted and p.at >= ${since} group by p.track order by count(*) desc, p.track limit ${mostTracks}
      ) h
    ), one as (
      select track, count(*)::float8 as n from heard group by track having count(*) >= 3
    ), pair as (
      select a.track, b.track as other, count(*)::int as listeners from heard a join heard b on b.person = a.person and b.track <> a.track
      where a.track in (select track from one) and b.track in (select track from one) group by 1, 2 having count(*) >= 3
    ), best as (
      select p.track, p.other, p.listeners, (p.listeners / sqrt(x.n * y.n))::real as score,
        row_number() over (partition by p.track order by p.listeners / sqrt(x.n * y.n) desc, p.other) as place
      from pair p join one x on x.track = p.track join one y on y.track = p.other
    ), gone as (
      delete from discovery.together g where not exists (select 1 from best b where b.track = g.track and b.other = g.other and b.place <= 50)
    )
    insert into discovery.together (track, other, listeners, score) select track, other, listeners, score from best where place <= 50
    on conflict (track, other) do update set listeners = excluded.listeners, score = excluded.score
    where (together.listeners, together.score) is distinct from (excluded.listeners, excluded.score)`.execute(tx)
}
