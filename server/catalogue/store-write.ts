/** SQL that writes the catalogue. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'
import type { Who } from './store.ts'

export type NewRelease = {
  id: string
  page: string
  title: string
  kind: string
  releasedOn: string | null
  precision: 'day' | 'month' | 'year'
  genre: string | null
  label: string | null
  catalogNumber: string | null
  upc: string | null
  copyright: string | null
  description: { zh: string; en: string }
  cover: string | null
  visibility: string
  demo: boolean
  origin: string | null
  at: Date
}
/** A release of this origin already there wins: gives its id then. A UPC the page has used before is left out. */
export async function insertRelease(tx: Tx, given: NewRelease): Promise<{ id: string; made: boolean }> {
  const { rows } = await sql<{ id: string; made: boolean }>`
    insert into catalogue.release (id, page, title, kind, released_on, released_precision, genre, label, catalog_number, upc, copyright, description, cover, visibility, demo, origin, created_at, changed_at)
    values (${given.id}, ${given.page}, ${given.title}, ${given.kind}, ${given.releasedOn}, ${given.precision}, ${given.genre}, ${given.label}, ${given.catalogNumber},
      (select ${given.upc}::text where not exists (select 1 from catalogue.release where page = ${given.page} and upc = ${given.upc})), ${given.copyright},
      ${jsonText(given.description)}::jsonb, ${given.cover}, ${given.visibility}, ${given.demo}, ${given.origin}, ${given.at}, ${given.at})
    on conflict (origin) do update set changed_at = release.changed_at returning id, (xmax = 0) as made`.execute(tx)
  return rows[0]!
}

export async function insertReleaseArtists(tx: Tx, release: string, pages: readonly string[]): Promise<void> {
  await sql`
    insert into catalogue.release_artist (release, position, page) select ${release}, w.n - 1, w.page from unnest(${[...new Set(pages)]}::text[]) with ordinality w(page, n)
    on conflict do nothing`.execute(tx)
}

export type NewTrack = {
  id: string
  recording: string
  work: string
  disc: number
  number: number
  title: string
  streaming: string
  artists: { page: string; role: 'main' | 'featured' }[]
  asset: string | null
  durationMs: number
  isrc: string | null
  mbid: string | null
  iswc: string | null
  bpm: number | null
  key: string | null
  instrumental: boolean
  language: string | null
  /** False: this recording is known already; only the track is new. */
  newRecording: boolean
}
export async function insertTracks(tx: Tx, release: string, tracks: readonly NewTrack[], at: Date): Promise<void> {
  if (tracks.length === 0) return
  const fresh = tracks.filter(track => track.newRecording)
  if (fresh.length > 0) {
    await sql`
      insert into catalogue.work (id, title, iswc, created_at)
      select x.work, x.title, case when exists (select 1 from catalogue.work o where o.iswc = x.iswc) then null else x.iswc end, ${at}
      from jsonb_to_recordset(${jsonText(fresh)}::jsonb) as x(work text, title text, iswc text)`.execute(tx)
    await sql`
      insert into catalogue.recording (id, work, title, isrc, mbid, asset, duration_ms, bpm, musical_key, instrumental, language, created_at)
      select x.recording, x.work, x.title, x.isrc, x.mbid, x.asset, x."durationMs", x.bpm, x.key, x.instrumental, x.language, ${at}
      from jsonb_to_recordset(${jsonText(fresh)}::jsonb) as x(recording text, work text, title text, isrc text, mbid text, asset text, "durationMs" int, bpm real, key text, instrumental bool, language text)`.execute(
      tx,
    )
  }
  await sql`
    insert into catalogue.track (id, release, recording, disc, number, title, streaming, created_at)
    select x.id, ${release}, x.recording, x.disc, x.number, x.title, x.streaming, ${at}
    from jsonb_to_recordset(${jsonText(tracks)}::jsonb) as x(id text, recording text, disc int, number int, title text, streaming text)`.execute(
    tx,
  )
  await insertTrackArtists(
    tx,
    tracks.flatMap(track => track.artists.map((artist, position) => ({ track: track.id, position, ...artist }))),
  )
}

export async function insertTrackArtists(
  tx: Tx,
  rows: readonly { track: string; position: number; page: string; role: string }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into catalogue.track_artist (track, position, page, role)
    select x.track, x.position, x.page, x.role from jsonb_to_recordset(${jsonText(rows)}::jsonb) as x(track text, position int, page text, role text) on conflict do nothing`.execute(
    tx,
  )
}

export type NewCredit = {
  work: string | null
  recording: string | null
  release: string | null
  position: number
  role: string
  name: string
  detail: string | null
  page: string | null
}
/** The same name in the same role once. */
export async function insertCredits(tx: Tx, credits: readonly NewCredit[]): Promise<void> {
  if (credits.length === 0) return
  await sql`
    insert into catalogue.credit (work, recording, release, position, role, name, detail, page)
    select x.work, x.recording, x.release, x.position, x.role, x.name, x.detail, x.page
    from jsonb_to_recordset(${jsonText(credits)}::jsonb) as x(work text, recording text, release text, position int, role text, name text, detail text, page text) on conflict do nothing`.execute(
    tx,
  )
}
export async function deleteCredits(tx: Tx, track: string): Promise<void> {
  await sql`
    delete from catalogue.credit k using catalogue.track t join catalogue.recording c on c.id = t.recording where t.id = ${track} and (k.recording = c.id or k.work = c.work)`.execute(
    tx,
  )
}

export type NewLyrics = { id: string; recording: string; language: string; timing: string; lines: readonly object[]; at: Date }
export async function upsertLyrics(tx: Tx, given: NewLyrics): Promise<void> {
  await sql`
    insert into catalogue.lyrics (id, recording, language, timing, lines, changed_at)
    values (${given.id}, ${given.recording}, ${given.language}, ${given.timing}, ${jsonText(given.lines)}::jsonb, ${given.at})
    on conflict (recording, language) do update set timing = excluded.timing, lines = excluded.lines, changed_at = excluded.changed_at`.execute(
    tx,
  )
}
export async function deleteLyrics(tx: Tx, recording: string): Promise<void> {
  await sql`delete from catalogue.lyrics where recording = ${recording}`.execute(tx)
}

/** Recounts what cards show. */
export async function refreshReleases(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await sql`select catalogue.refresh_release(${[...ids].sort()}::text[])`.execute(tx)
}
/** Gives a track's recording its sound (or better sound). Gives the releases it is on. */
export async function setAsset(tx: Tx, recording: string, asset: string, durationMs: number | null): Promise<string[]> {
  await sql`
    update catalogue.recording set asset = ${asset}, duration_ms = coalesce((select a.duration_ms from media.public_audio a where a.asset = ${asset}), ${durationMs}::int, duration_ms) where id = ${recording}`.execute(
    tx,
  )
  return releasesOf(tx, [recording])
}
async function releasesOf(tx: Tx, recordings: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{
    release: string
  }>`select distinct release from catalogue.track where recording = any(${recordings}::text[]) order by 1`.execute(tx)
  return rows.map(row => row.release)
}
/** After decoding: exact lengths. Gives the releases whose numbers may have changed. */
export async function takeMeasured(tx: Tx, asset: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update catalogue.recording c set duration_ms = coalesce(a.duration_ms, c.duration_ms) from media.public_audio a where a.asset = ${asset} and c.asset = a.asset returning c.id`.execute(
    tx,
  )
  return releasesOf(
    tx,
    rows.map(row => row.id),
  )
}
export async function setCover(tx: Tx, release: string, cover: string | null, at: Date): Promise<void> {
  await sql`update catalogue.release set cover = ${cover}, changed_at = ${at} where id = ${release}`.execute(tx)
}

export type ReleaseChange = {
  title?: string | undefined
  kind?: string | undefined
  releasedOn?: string | null | undefined
  genre?: string | null | undefined
  label?: string | null | undefined
  description?: { zh: string; en: string } | undefined
  visibility?: string | undefined
  upc?: string | null | undefined
}
/** Changes the given fields. False: another release of the page has the UPC. */
export async function updateRelease(tx: Tx, id: string, change: ReleaseChange, at: Date): Promise<boolean> {
  const set = [
    sql`changed_at = ${at}`,
    ...(change.title === undefined ? [] : [sql`title = ${change.title}`]),
    ...(change.kind === undefined ? [] : [sql`kind = ${change.kind}`]),
    ...(change.releasedOn === undefined ? [] : [sql`released_on = ${change.releasedOn}, released_precision = 'day'`]),
    ...(change.genre === undefined ? [] : [sql`genre = ${change.genre}`]),
    ...(change.label === undefined ? [] : [sql`label = ${change.label}`]),
    ...(change.description === undefined ? [] : [sql`description = ${jsonText(change.description)}::jsonb`]),
    ...(change.visibility === undefined ? [] : [sql`visibility = ${change.visibility}`]),
    ...(change.upc === undefined ? [] : [sql`upc = ${change.upc}`]),
  ]
  const { rows } = await sql<{ id: string }>`
    update catalogue.release set ${sql.join(set)} where id = ${id}
      and ${change.upc == null ? sql`true` : sql`not exists (select 1 from catalogue.release o where o.page = release.page and o.upc = ${change.upc} and o.id <> release.id)`} returning id`.execute(
    tx,
  )
  return rows.length > 0
}

export type TrackChange = {
  title?: string | undefined
  streaming?: string | undefined
  instrumental?: boolean | undefined
  isrc?: string | null | undefined
}
export async function updateTrack(tx: Tx, id: string, change: TrackChange): Promise<void> {
  if (change.title !== undefined) await sql`update catalogue.track set title = ${change.title} where id = ${id}`.execute(tx)
  if (change.streaming !== undefined) await sql`update catalogue.track set streaming = ${change.streaming} where id = ${id}`.execute(tx)
  const set = [
    ...(change.instrumental === undefined ? [] : [sql`instrumental = ${change.instrumental}`]),
    ...(change.isrc === undefined ? [] : [sql`isrc = ${change.isrc}`]),
  ]
  if (set.length > 0)
    await sql`update catalogue.recording set ${sql.join(set)} where id = (select recording from catalogue.track where id = ${id})`.execute(
      tx,
    )
}

/** Locks a release for a change and tells whose it is. */
export async function lockRelease(tx: Tx, id: string): Promise<{ page: string; visibility: string } | undefined> {
  const { rows } = await sql<{
    page: string
    visibility: string
  }>`select page, visibility from catalogue.release where id = ${id} for update`.execute(tx)
  return rows[0]
}
export type TrackPlace = { release: string; page: string; visibility: string; recording: string; work: string | null }
export async function lockTrack(tx: Tx, id: string): Promise<TrackPlace | undefined> {
  const { rows } = await sql<TrackPlace>`
    select t.release, r.page, r.visibility, t.recording, c.work from catalogue.track t join catalogue.release r on r.id = t.release join catalogue.recording c on c.id = t.recording
    where t.id = ${id} for update of t, c`.execute(tx)
  return rows[0]
}

/** Whether the viewer may edit what belongs to a page; pages that are nobody's yet are kept by the operator. */
export async function mayEdit(db: Read, who: Who, page: string): Promise<boolean> {
  if (who === null) return false
  const { rows } = await sql`
    select 1 from people.public_page_editor e where e.page = ${page} and e.person = ${who.id}
    union all select 1 from people.public_page n where n.id = ${page} and n.owner is null and ${who.roles.includes('operator')} limit 1`.execute(
    db,
  )
  return rows.length > 0
}

/** Sorting by popularity: plays of 30 days of each track, their sums for releases. */
export async function refreshHeatNow(tx: Tx): Promise<void> {
  await sql`
    update catalogue.track t set heat = n.heat from (select t.id, coalesce(p.plays30d, 0)::int8 as heat from catalogue.track t left join listening.public_track_plays p on p.track = t.id) n
    where n.id = t.id and t.heat <> n.heat`.execute(tx)
  await sql`
    update catalogue.release r set heat = n.heat from (select t.release as id, sum(t.heat)::int8 as heat from catalogue.track t group by 1) n where n.id = r.id and r.heat <> n.heat`.execute(
    tx,
  )
}

/** Releases on which an artist stands by a name that is not theirs (any more). `page`: only this one's. */
export async function readRenamed(db: Read, page: string | null): Promise<string[]> {
  const stale = (list: RawBuilder<unknown>): RawBuilder<boolean> =>
    sql<boolean>`exists (select 1 from jsonb_to_recordset(${list}) as a(id text, name text) where a.id = p.id and a.name <> p.name)`
  const of = page === null ? sql`true` : sql`p.id = ${page}`
  const { rows } = await sql<{ release: string }>`
    select x.release from catalogue.release_artist x join catalogue.release r on r.id = x.release join people.public_page p on p.id = x.page where ${of} and ${stale(sql`r.artists`)}
    union select t.release from catalogue.track_artist x join catalogue.track t on t.id = x.track join people.public_page p on p.id = x.page where ${of} and ${stale(sql`t.artists`)}
    order by 1 limit 5000`.execute(db)
  return rows.map(row => row.release)
}
