/** SQL that reads the catalogue. A reply is one statement: what belongs to a release comes as JSON with it, so rows never multiply queries. */
import { sql, type RawBuilder } from 'kysely'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'

export type ArtistRow = { id: string; name: string }
export type CreditRow = { name: string; role: string; page: string | null }
export type CardRow = {
  id: string
  title: string
  kind: 'album' | 'ep' | 'single' | 'compilation'
  artists: ArtistRow[]
  cover: string | null
  accent: string | null
  releasedOn: string | null
  genre: string | null
  trackCount: number
  durationMs: number
  demo: boolean
  visibility: 'public' | 'unlisted' | 'draft'
  ready: number
}
export type TrackRow = {
  id: string
  title: string
  disc: number
  number: number
  durationMs: number
  artists: ArtistRow[]
  release: string
  releaseTitle: string
  cover: string | null
  accent: string | null
  streaming: 'full' | 'preview' | 'none'
  asset: string | null
  state: 'waiting' | 'working' | 'ready' | 'failed'
  reason: string | null
  loudness: number | null
  albumLoudness: number | null
  peak: number | null
  hasLyrics: boolean
  instrumental: boolean
  plays: number
  editable: boolean
  owned: boolean
}
export type OfferRow = {
  id: string
  pricing: 'fixed' | 'name_your_price' | 'free'
  amount: string
  currency: string
  opensAt: string | null
  closesAt: string | null
  formats: string[]
}
export type ReleaseRow = CardRow & {
  page: ArtistRow
  label: string | null
  description: { zh: string; en: string }
  upc: string | null
  copyright: string | null
  editable: boolean
  owned: boolean
  tracks: TrackRow[]
  credits: CreditRow[]
  offers: OfferRow[]
}
export type Who = Pick<Viewer, 'id' | 'roles'> | null

/** Whether the viewer may edit what belongs to this page. Pages that are nobody's yet are kept by the operator. */
const editable = (who: Who, page: RawBuilder<unknown>): RawBuilder<boolean> => {
  if (who === null) return sql<boolean>`false`
  const own = sql<boolean>`exists (select 1 from people.public_page_editor e where e.page = ${page} and e.person = ${who.id})`
  return who.roles.includes('operator')
    ? sql<boolean>`(${own} or exists (select 1 from people.public_page n where n.id = ${page} and n.owner is null))`
    : own
}
const owned = (who: Who): RawBuilder<boolean> =>
  who === null
    ? sql<boolean>`false`
    : sql<boolean>`exists (select 1 from shop.public_ownership o where o.release = r.id and o.person = ${who.id})`
/**
 * By its address: all but drafts of others. What somebody bought stays theirs: nobody can buy a draft, so its maker took it out of sight later. What was given (a
 * code, a reward) may be of something that is yet to come.
 */
const visible = (who: Who): RawBuilder<boolean> =>
  sql<boolean>`(r.visibility <> 'draft' or ${editable(who, sql`r.page`)} ${
    who === null
      ? sql``
      : sql`or exists (select 1 from shop.public_ownership b where b.release = r.id and b.person = ${who.id} and starts_with(b.line, 'lin_'))`
  })`

const cardColumns = sql`r.id, r.title, r.kind, r.artists, r.cover, r.accent, r.released_on as "releasedOn", r.genre, r.track_count as "trackCount",
  r.duration_ms::float8 as "durationMs", r.demo, r.visibility, r.ready_count as ready`

/** Of one track `t`, its recording `c`, its sound `a` and its plays `n`. */
const trackFacts = sql`t.id, t.title, t.disc, t.number, c.duration_ms as "durationMs", t.artists, t.streaming, c.asset, case when a.state in ('ready','failed') then a.state when a.progress > 0 then 'working' else 'waiting' end as state, a.reason,
  a.loudness_lufs as loudness, a.true_peak_dbtp as peak, c.instrumental, coalesce(n.plays, 0)::float8 as plays, c.has_lyrics as "hasLyrics"`
const trackSound = sql`catalogue.track t join catalogue.recording c on c.id = t.recording left join media.public_audio a on a.asset = c.asset`
const trackTables = sql`${trackSound} left join listening.public_track_plays n on n.track = t.id`
/** The same with what its release `r` tells. */
const trackColumns = (who: Who): RawBuilder<unknown> => sql`${trackFacts}, r.id as release, r.title as "releaseTitle", r.cover, r.accent,
  r.loudness_lufs as "albumLoudness", ${editable(who, sql`r.page`)} as editable, ${owned(who)} as owned`

const fullRelease = (
  who: Who,
): RawBuilder<unknown> => sql`${cardColumns}, (select json_build_object('id', p.id, 'name', p.name) from people.public_page p where p.id = r.page) as page,
  r.label, r.description, r.upc, r.copyright, r.loudness_lufs as "albumLoudness", ${editable(who, sql`r.page`)} as editable, ${owned(who)} as owned,
  (select coalesce(json_agg(y), '[]') from (select ${trackFacts} from ${trackTables} where t.release = r.id order by t.disc, t.number) y) as tracks,
  (select coalesce(json_agg(y), '[]') from (
    select k.name, k.role, min(k.page) as page from catalogue.credit k
    where k.release = r.id or k.recording = any(array(select t.recording from catalogue.track t where t.release = r.id))
      or k.work = any(array(select c.work from catalogue.track t join catalogue.recording c on c.id = t.recording where t.release = r.id))
    group by k.name, k.role order by min(case when k.release is not null then 0 when k.work is not null then 1 else 2 end), min(k.position), k.role, k.name limit 200) y) as credits,
  (select coalesce(json_agg(y), '[]') from (
    select o.id, o.pricing, o.amount::text as amount, o.currency, case when o.opens_at > ${clock.now()} then o.opens_at end as "opensAt", o.closes_at as "closesAt", o.formats
    from shop.public_offer o where o.release = r.id and o.state = 'open' and o.kind = 'digital' and (o.closes_at is null or o.closes_at > ${clock.now()}) order by o.id) y) as offers`

/** A release as this viewer sees it, in one statement; undefined where they see none. */
export async function readRelease(db: Read, who: Who, id: string): Promise<ReleaseRow | undefined> {
  type Raw = Omit<ReleaseRow, 'tracks'> & {
    albumLoudness: number | null
    tracks: Omit<TrackRow, 'release' | 'releaseTitle' | 'cover' | 'accent' | 'albumLoudness' | 'editable' | 'owned'>[]
  }
  const { rows } = await sql<Raw>`select ${fullRelease(who)} from catalogue.release r where r.id = ${id} and ${visible(who)}`.execute(db)
  const row = rows[0]
  if (row === undefined) return undefined
  const { cover, accent, albumLoudness, editable: edit, owned: own } = row
  return {
    ...row,
    tracks: row.tracks.map(track => ({
      ...track,
      release: row.id,
      releaseTitle: row.title,
      cover,
      accent,
      albumLoudness,
      editable: edit,
      owned: own,
    })),
  }
}

/** Cards in the order of the ids; those the viewer cannot see are left out. */
export async function readCards(db: Read, who: Who, ids: readonly string[]): Promise<CardRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<CardRow>`
    select ${cardColumns} from unnest(${ids}::text[]) with ordinality w(id, n) join catalogue.release r on r.id = w.id where ${visible(who)} order by w.n`.execute(
    db,
  )
  return rows
}

/** Tracks in the order of the ids; those the viewer cannot see are left out. */
export async function readTracks(db: Read, who: Who, ids: readonly string[]): Promise<TrackRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<TrackRow>`
    select ${trackColumns(who)} from unnest(${ids}::text[]) with ordinality w(id, at) join ${trackTables} on t.id = w.id join catalogue.release r on r.id = t.release
    where ${visible(who)} order by w.at`.execute(db)
  return rows
}

export type ReleaseFilter = { artist: string | null; genre: string | null; kind: string | null }
export type ReleaseSort = 'new' | 'popular' | 'title'
type Sorted<T> = T & { createdAt: Date; heat: bigint; sortTitle: string }

/** Public releases after a place in the list. */
export async function listReleases(
  db: Read,
  filter: ReleaseFilter,
  sort: ReleaseSort,
  after: readonly [value: Date | string, id: string] | undefined,
  limit: number,
): Promise<Sorted<CardRow>[]> {
  const past =
    after === undefined
      ? sql`true`
      : sort === 'title'
        ? sql`(lower(r.title), r.id) > (${after[0]}, ${after[1]})`
        : sort === 'popular'
          ? sql`(r.heat, r.id) < (${after[0]}::int8, ${after[1]})`
          : sql`(r.created_at, r.id) < (${after[0]}, ${after[1]})`
  const order =
    sort === 'title' ? sql`lower(r.title), r.id` : sort === 'popular' ? sql`r.heat desc, r.id desc` : sql`r.created_at desc, r.id desc`
  const { rows } = await sql<Sorted<CardRow>>`
    select ${cardColumns}, r.created_at as "createdAt", r.heat, lower(r.title) as "sortTitle" from catalogue.release r
    where r.visibility = 'public' and ${past}
      and ${filter.artist === null ? sql`true` : sql`exists (select 1 from catalogue.release_artist x where x.release = r.id and x.page = ${filter.artist})`}
      and ${filter.genre === null ? sql`true` : sql`r.genre = ${filter.genre}`} and ${filter.kind === null ? sql`true` : sql`r.kind = ${filter.kind}`}
    order by ${order} limit ${limit}`.execute(db)
  return rows
}

/** Releases of the pages a person may edit, drafts too, newest first. */
export async function listOwnReleases(
  db: Read,
  who: NonNullable<Who>,
  page: string | null,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<(CardRow & { createdAt: Date })[]> {
  const { rows } = await sql<CardRow & { createdAt: Date }>`
    select ${cardColumns}, r.created_at as "createdAt" from catalogue.release r
    where ${editable(who, sql`r.page`)} and ${page === null ? sql`true` : sql`r.page = ${page}`} and ${after === undefined ? sql`true` : sql`(r.created_at, r.id) < (${after[0]}, ${after[1]})`}
    order by r.created_at desc, r.id desc limit ${limit}`.execute(db)
  return rows
}

/** Public tracks that can be played, after a place in the list. */
export async function listTracks(
  db: Read,
  who: Who,
  sort: 'popular' | 'new',
  after: readonly [value: Date | string, id: string] | undefined,
  limit: number,
): Promise<(TrackRow & { createdAt: Date; heat: bigint })[]> {
  const past =
    after === undefined
      ? sql`true`
      : sort === 'popular'
        ? sql`(t.heat, t.id) < (${after[0]}::int8, ${after[1]})`
        : sql`(t.created_at, t.id) < (${after[0]}, ${after[1]})`
  const { rows } = await sql<TrackRow & { createdAt: Date; heat: bigint }>`
    select ${trackColumns(who)}, t.created_at as "createdAt", t.heat from ${trackTables} join catalogue.release r on r.id = t.release
    where r.visibility = 'public' and t.streaming <> 'none' and a.state = 'ready' and ${past}
    order by ${sort === 'popular' ? sql`t.heat desc, t.id desc` : sql`t.created_at desc, t.id desc`} limit ${limit}`.execute(db)
  return rows
}

export type ArtistPageRow = { releases: CardRow[]; appearsOn: CardRow[]; top: TrackRow[]; plays30d: number }
/** What an artist released, is heard on, and is known for: one statement; undefined for a page that does not exist. */
export async function readArtist(db: Read, who: Who, page: string): Promise<ArtistPageRow | undefined> {
  // The artist's tracks are gathered once, with their plays; what else a track tells is fetched for the five that are shown.
  const { rows } = await sql<ArtistPageRow>`
    with mine as materialized (
      select x.track, t.release, r.visibility = 'public' as open, coalesce(n.plays30d, 0) as lately, coalesce(n.plays, 0) as ever
      from catalogue.track_artist x join catalogue.track t on t.id = x.track join catalogue.release r on r.id = t.release
      left join listening.public_track_plays n on n.track = x.track where x.page = ${page}
    )
    select
      (select coalesce(json_agg(y), '[]') from (
        select ${cardColumns} from catalogue.release_artist m join catalogue.release r on r.id = m.release where m.page = g.id and r.visibility = 'public'
        order by r.released_on desc nulls last, r.id desc limit 200) y) as releases,
      (select coalesce(json_agg(y), '[]') from (
        select ${cardColumns} from (select distinct release from mine where open) d join catalogue.release r on r.id = d.release
        where not exists (select 1 from catalogue.release_artist m where m.release = r.id and m.page = g.id)
        order by r.released_on desc nulls last, r.id desc limit 50) y) as "appearsOn",
      (select coalesce(json_agg(y), '[]') from (
        select ${trackColumns(who)} from (select track, lately, ever as plays from mine where open order by lately desc, ever desc, track limit 5) n
        join (${trackSound}) on t.id = n.track join catalogue.release r on r.id = t.release order by n.lately desc, n.plays desc, n.track) y) as top,
      (select coalesce(sum(lately), 0)::float8 from mine) as plays30d
    from people.public_page g where g.id = ${page}`.execute(db)
  return rows[0]
}

export type TrackPageRow = TrackRow & {
  recording: string
  isrc: string | null
  bpm: number | null
  work: { id: string; title: string; iswc: string | null } | null
  credits: CreditRow[]
  format: string | null
  sampleRate: number | null
  channels: number | null
}
export async function readTrack(db: Read, who: Who, id: string): Promise<TrackPageRow | undefined> {
  const { rows } = await sql<TrackPageRow>`
    select ${trackColumns(who)}, c.id as recording, c.isrc, c.bpm, a.mime as format, a.sample_rate as "sampleRate", a.channels,
      (select json_build_object('id', w.id, 'title', w.title, 'iswc', w.iswc) from catalogue.work w where w.id = c.work) as work,
      (select coalesce(json_agg(json_build_object('name', k.name, 'role', k.role, 'page', k.page) order by k.work is null, k.position, k.id), '[]')
       from catalogue.credit k where k.work = c.work or k.recording = c.id) as credits
    from ${trackTables} join catalogue.release r on r.id = t.release where t.id = ${id} and ${visible(who)}`.execute(db)
  return rows[0]
}

export type SoundRow = Pick<TrackRow, 'asset' | 'streaming' | 'editable' | 'owned'> & { state: string | null }
/** What decides whether and what a viewer can hear of a track; undefined where they cannot see it. */
export async function readSound(db: Read, who: Who, id: string): Promise<SoundRow | undefined> {
  const { rows } = await sql<SoundRow>`
    select c.asset, t.streaming, a.state, ${editable(who, sql`r.page`)} as editable, ${owned(who)} as owned
    from catalogue.track t join catalogue.release r on r.id = t.release join catalogue.recording c on c.id = t.recording left join media.public_audio a on a.asset = c.asset
    where t.id = ${id} and ${visible(who)}`.execute(db)
  return rows[0]
}

export async function listGenres(db: Read): Promise<{ name: string; releases: number }[]> {
  const { rows } = await sql<{ name: string; releases: number }>`
    select genre as name, count(*)::int as releases from catalogue.release where visibility = 'public' and genre is not null group by genre order by count(*) desc, genre limit 200`.execute(
    db,
  )
  return rows
}
