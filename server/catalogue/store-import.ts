/** SQL of imports: what is known of files, how far an import is, and which page a name belongs to. */
import { sql } from 'kysely'
import { fault } from '../../shared/faults.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'

export type ReleaseFacts = {
  id: string
  page: string
  title: string
  origin: string | null
  cover: string | null
  tracks: number
  said: ReleaseSaid | null
  current: ReleaseSaid
}
export type ReleaseSaid = {
  title: string
  kind: string
  releasedOn: string | null
  precision: 'day' | 'month' | 'year'
  genre: string | null
  label: string | null
  catalogNumber: string | null
  copyright: string | null
  description: { zh: string; en: string }
}
/** Releases by id, locked. */
export async function lockReleases(tx: Tx, ids: readonly string[]): Promise<ReleaseFacts[]> {
  const { rows } = await sql<ReleaseFacts>`
    select id, page, title, origin, cover, track_count as tracks, said,
      json_build_object('title', title, 'kind', kind, 'releasedOn', released_on, 'precision', released_precision, 'genre', genre, 'label', label, 'catalogNumber', catalog_number, 'copyright', copyright, 'description', description) as current
    from catalogue.release where id = any(${ids}::text[]) order by id for update`.execute(tx)
  return rows
}
export async function findOrigin(tx: Tx, origin: string): Promise<string | undefined> {
  return (await sql<{ id: string }>`select id from catalogue.release where origin = ${origin}`.execute(tx)).rows[0]?.id
}
export async function updateSaid(tx: Tx, id: string, now: ReleaseSaid, said: ReleaseSaid, at: Date): Promise<void> {
  await sql`
    update catalogue.release set title = ${now.title}, kind = ${now.kind}, released_on = ${now.releasedOn}, released_precision = ${now.precision}, genre = ${now.genre}, label = ${now.label},
      catalog_number = ${now.catalogNumber}, copyright = ${now.copyright}, description = ${jsonText(now.description)}::jsonb, said = ${jsonText(said)}::jsonb, changed_at = ${at}
    where id = ${id}`.execute(tx)
}

/** A release of an import that lost its last track to another one is nobody's to see. */
export async function hideEmptied(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`update catalogue.release set visibility = 'draft' where id = any(${ids}::text[]) and track_count = 0 and origin is not null`.execute(
    tx,
  )
}

export type PlaceRow = {
  id: string
  recording: string
  work: string | null
  disc: number
  number: number
  title: string
  isrc: string | null
  bpm: number | null
  artists: string[]
}
/** All tracks of a release, in order. */
export async function readPlaces(tx: Tx, release: string): Promise<PlaceRow[]> {
  const { rows } = await sql<PlaceRow>`
    select t.id, t.recording, c.work, t.disc, t.number, t.title, c.isrc, c.bpm, array(select x.page from catalogue.track_artist x where x.track = t.id order by x.position) as artists
    from catalogue.track t join catalogue.recording c on c.id = t.recording where t.release = ${release} order by t.disc, t.number`.execute(
    tx,
  )
  return rows
}
/** Moves a track to a release and a place on it. */
export async function placeTrack(tx: Tx, id: string, release: string, disc: number, number: number, title: string): Promise<void> {
  await sql`update catalogue.track set release = ${release}, disc = ${disc}, number = ${number}, title = ${title} where id = ${id}`.execute(
    tx,
  )
}
export async function updateRecording(
  tx: Tx,
  id: string,
  title: string,
  isrc: string | null,
  bpm: number | null,
  mbid: string | null,
): Promise<void> {
  await sql`update catalogue.recording set title = ${title}, isrc = ${isrc}, bpm = ${bpm}, mbid = coalesce(${mbid}, mbid) where id = ${id}`.execute(
    tx,
  )
}
export async function deleteTrackArtists(tx: Tx, track: string): Promise<void> {
  await sql`delete from catalogue.track_artist where track = ${track}`.execute(tx)
}
/** "role|name" of a track's credits, to see whether a person changed them. */
export async function readCreditNames(tx: Tx, recording: string, work: string | null): Promise<string[]> {
  const { rows } = await sql<{
    text: string
  }>`select role || '|' || name as text from catalogue.credit where recording = ${recording} or work = ${work} order by 1`.execute(tx)
  return rows.map(row => row.text)
}
/** The lines of a recording's words as text, to see whether a person changed them; undefined without any. */
export async function readWords(tx: Tx, recording: string): Promise<string | undefined> {
  const { rows } = await sql<{ words: string }>`
    select (select coalesce(string_agg(e->>'text', E'\n' order by n), '') from jsonb_array_elements(l.lines) with ordinality x(e, n)) as words from catalogue.lyrics l where l.recording = ${recording} order by l.changed_at desc limit 1`.execute(
    tx,
  )
  return rows[0]?.words
}

/** The page this owner's files mean by a name: as used before, else a page of the owner's with that name. */
export async function findArtistPage(tx: Tx, owner: string, folded: string, name: string): Promise<string | undefined> {
  const { rows } = await sql<{ page: string }>`
    select page, 0 as rank from catalogue.artist_name where owner = ${owner} and folded = ${folded}
    union all select p.id, 1 from people.public_page p where lower(p.name) = lower(${name}) and p.kind <> 'business' and coalesce(p.owner, '-') = ${owner}
    order by rank, page limit 1`.execute(tx)
  return rows[0]?.page
}
/** One import at a time decides on a name of an owner. */
export async function lockName(tx: Tx, owner: string, folded: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`artist ${owner} ${folded}`}, 0))`.execute(tx)
}
export async function keepArtistName(tx: Tx, owner: string, folded: string, page: string): Promise<void> {
  await sql`insert into catalogue.artist_name (owner, folded, page) values (${owner}, ${folded}, ${page}) on conflict do nothing`.execute(
    tx,
  )
}
export async function readPageOwner(
  db: Read,
  idOrHandle: string,
): Promise<{ id: string; name: string; kind: string; owner: string | null } | undefined> {
  const { rows } = await sql<{ id: string; name: string; kind: string; owner: string | null }>`
    select id, name, kind, owner from people.public_page where id = ${idOrHandle} or handle = ${idOrHandle.toLowerCase()} order by (id = ${idOrHandle}) desc limit 1`.execute(
    db,
  )
  return rows[0]
}

/** Runs `work` while no other process imports the same root; `conflict import_running` when one does. */
export async function withRootLock<T>(db: Db, root: string, work: () => Promise<T>): Promise<T> {
  return db.write.connection().execute(async held => {
    const key = sql`hashtextextended(${`import ${root}`}, 0)`
    const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_lock(${key}) as got`.execute(held)
    if (!rows[0]!.got) throw fault('conflict', 'import_running')
    try {
      return await work()
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(held)
    }
  })
}

export type ImportHead = {
  id: string
  person: string | null
  page: string | null
  source: 'folder' | 'upload'
  root: string | null
  state: 'running' | 'done' | 'cancelled'
}
export async function insertImport(tx: Tx, given: Omit<ImportHead, 'state'>, at: Date): Promise<boolean> {
  const { rows } = await sql`
    insert into catalogue.import (id, person, page, source, root, started_at) values (${given.id}, ${given.person}, ${given.page}, ${given.source}, ${given.root}, ${at})
    on conflict (id) do nothing returning id`.execute(tx)
  return rows.length > 0
}
export async function readImportHead(db: Read, id: string): Promise<ImportHead | undefined> {
  return (await sql<ImportHead>`select id, person, page, source, root, state from catalogue.import where id = ${id}`.execute(db)).rows[0]
}
/** Imports of a folder that a killed process left running are over: what they had stored is known by its files. */
export async function closeLeftImports(tx: Tx, root: string, at: Date): Promise<void> {
  await sql`update catalogue.import set state = 'cancelled', ended_at = ${at} where source = 'folder' and root = ${root} and state = 'running'`.execute(
    tx,
  )
}
export async function endImport(tx: Tx, id: string, state: 'done' | 'cancelled', at: Date): Promise<void> {
  await sql`update catalogue.import set state = ${state}, ended_at = ${at} where id = ${id} and state = 'running'`.execute(tx)
}
export async function setUntouched(tx: Tx, id: string, untouched: number): Promise<void> {
  await sql`update catalogue.import set untouched = ${untouched} where id = ${id}`.execute(tx)
}
export async function insertItems(
  tx: Tx,
  id: string,
  items: readonly { position: number; file: string; upload: string | null }[],
): Promise<void> {
  for (let i = 0; i < items.length; i += 5000) {
    await sql`
      insert into catalogue.import_item (import, position, file, upload)
      select ${id}, x.position, x.file, x.upload from jsonb_to_recordset(${jsonText(items.slice(i, i + 5000))}::jsonb) as x(position int, file text, upload text) on conflict do nothing`.execute(
      tx,
    )
  }
}
export type ItemOutcome = {
  position: number
  state: 'waiting' | 'working' | 'done' | 'unchanged' | 'failed'
  change: 'new' | 'changed' | null
  reason: string | null
  track: string | null
}
export async function updateItems(tx: Tx, id: string, outcomes: readonly ItemOutcome[]): Promise<void> {
  if (outcomes.length === 0) return
  await sql`
    update catalogue.import_item i set state = x.state, change = x.change, reason = x.reason, track = x.track
    from jsonb_to_recordset(${jsonText(outcomes)}::jsonb) as x(position int, state text, change text, reason text, track text) where i.import = ${id} and i.position = x.position`.execute(
    tx,
  )
}
export type ItemRow = { position: number; file: string; upload: string | null; state: ItemOutcome['state'] }
export async function readOpenItems(db: Read, id: string): Promise<ItemRow[]> {
  return (
    await sql<ItemRow>`select position, file, upload, state from catalogue.import_item where import = ${id} and state in ('waiting', 'working') order by position`.execute(
      db,
    )
  ).rows
}

export type ImportRow = {
  id: string
  state: 'running' | 'done' | 'cancelled'
  source: 'folder' | 'upload'
  startedAt: Date
  found: number
  new: number
  changed: number
  unchanged: number
  failed: number
  open: number
  ready: number
  releases: { id: string; title: string }[]
  items: { file: string; state: ItemOutcome['state']; reason: string | null; track: string | null }[]
}
const importColumns = (
  items: boolean,
) => sql`i.id, i.state, i.source, i.started_at as "startedAt", n.found + i.untouched as found, n.open, n.fresh as new, n.changed, n.unchanged + i.untouched as unchanged, n.failed, n.ready,
  (select coalesce(json_agg(json_build_object('id', r.id, 'title', r.title) order by r.created_at, r.id), '[]') from (
   select * from catalogue.release r where r.id in (select t.release from catalogue.import_item m join catalogue.track t on t.id = m.track where m.import = i.id)
   order by r.created_at, r.id limit 100) r) as releases,
  ${
    items
      ? sql`(select coalesce(json_agg(json_build_object('file', m.file, 'state', m.state, 'reason', m.reason, 'track', m.track) order by m.position), '[]') from (
    select * from catalogue.import_item m where m.import = i.id order by m.position limit 500) m)`
      : sql`'[]'::json`
  } as items`
const importTables = sql`catalogue.import i cross join lateral (
  select count(*)::int as found, (count(*) filter (where m.change = 'new'))::int as fresh, (count(*) filter (where m.change = 'changed'))::int as changed,
    (count(*) filter (where m.state = 'unchanged'))::int as unchanged, (count(*) filter (where m.state = 'failed'))::int as failed, (count(*) filter (where m.state in ('waiting', 'working')))::int as open, (count(*) filter (where a.state = 'ready'))::int as ready
  from catalogue.import_item m left join catalogue.track t on t.id = m.track left join catalogue.recording c on c.id = t.recording left join media.public_audio a on a.asset = c.asset
  where m.import = i.id) n`
/** An import with its items, for whom it belongs to (or, with null, for anyone who may see all). */
export async function readImport(db: Read, id: string, person: string | null): Promise<ImportRow | undefined> {
  const { rows } =
    await sql<ImportRow>`select ${importColumns(true)} from ${importTables} where i.id = ${id} and ${person === null ? sql`true` : sql`i.person = ${person}`}`.execute(
      db,
    )
  return rows[0]
}
/** Files of an import after a position. */
export async function listItems(
  db: Read,
  id: string,
  state: ItemOutcome['state'] | null,
  after: number | null,
  limit: number,
): Promise<(ImportRow['items'][number] & { position: number })[]> {
  const { rows } = await sql<ImportRow['items'][number] & { position: number }>`
    select position, file, state, reason, track from catalogue.import_item where import = ${id} and ${state === null ? sql`true` : sql`state = ${state}`}
      and ${after === null ? sql`true` : sql`position > ${after}`} order by position limit ${limit}`.execute(db)
  return rows
}
export async function listImports(
  db: Read,
  person: string,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<ImportRow[]> {
  const { rows } = await sql<ImportRow>`
    select ${importColumns(false)} from ${importTables} where i.person = ${person} and ${after === undefined ? sql`true` : sql`(i.started_at, i.id) < (${after[0]}, ${after[1]})`}
    order by i.started_at desc, i.id desc limit ${limit}`.execute(db)
  return rows
}
/** The name of a person's upload; undefined where they have none of this id. */
export async function uploadName(db: Read, person: string, upload: string): Promise<string | undefined> {
  return (await sql<{ name: string }>`select name from media.public_upload where id = ${upload} and person = ${person}`.execute(db)).rows[0]
    ?.name
}
/** What became of each upload of an import. */
export async function readUploadOutcomes(db: Read, id: string): Promise<{ upload: string; asset: string | null; reason: string | null }[]> {
  const { rows } = await sql<{ upload: string; asset: string | null; reason: string | null }>`
    select m.upload, c.asset, m.reason from catalogue.import_item m left join catalogue.track t on t.id = m.track left join catalogue.recording c on c.id = t.recording
    where m.import = ${id} and m.upload is not null and m.state in ('done', 'unchanged', 'failed')`.execute(db)
  return rows
}
/** Sounds of an import and how far each is. */
export async function readImportSounds(
  db: Read,
  id: string,
): Promise<{ asset: string; state: string; progress: number; measured: boolean; rendered: boolean }[]> {
  const { rows } = await sql<{ asset: string; state: string; progress: number; measured: boolean; rendered: boolean }>`
    select distinct on (a.asset) a.asset, a.state, a.progress, a.duration_ms is not null as measured, a.state = 'ready' and a.progress >= 1 as rendered
    from catalogue.import_item m join catalogue.track t on t.id = m.track join catalogue.recording c on c.id = t.recording join media.public_audio a on a.asset = c.asset where m.import = ${id}`.execute(
    db,
  )
  return rows
}
/** Files of an import whose sound turned out to be unusable when it was decoded: from now on they count as failed. Each once. */
export async function failUnplayable(tx: Tx, id: string): Promise<{ file: string; reason: string; change: 'new' | 'changed' }[]> {
  const { rows } = await sql<{ file: string; reason: string; change: 'new' | 'changed' }>`
    update catalogue.import_item m set state = 'failed', change = null, reason = a.reason from catalogue.track t join catalogue.recording c on c.id = t.recording join media.public_audio a on a.asset = c.asset
    where m.import = ${id} and m.state = 'done' and t.id = m.track and a.state = 'failed' and a.reason is not null returning m.file, m.reason, old.change`.execute(
    tx,
  )
  return rows
}
