/** SQL of watched folders and of sound that is alike. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type FolderState = 'waiting' | 'scanning' | 'watching' | 'away' | 'failed'
export type FolderRow = {
  id: string
  path: string
  page: { id: string; name: string } | null
  person: string | null
  state: FolderState
  reason: string | null
  since: Date
  scannedAt: Date | null
  scanMs: number | null
  files: number
  missing: number
  import: { id: string; found: number; done: number; failed: number } | null
}
/** Watched folders, or one of them, with what is known of their files and how far a running look is. */
export async function readFolders(db: Read, id: string | null): Promise<FolderRow[]> {
  const { rows } = await sql<FolderRow>`
    select f.id, f.path, f.person, f.state, f.reason, f.since, f.scanned_at as "scannedAt", f.scan_ms as "scanMs", n.files, n.missing,
      (select json_build_object('id', p.id, 'name', p.name) from people.public_page p where p.id = f.page) as page,
      (select json_build_object('id', i.id, 'found', m.found, 'done', m.done, 'failed', m.failed)
       from catalogue.public_import i cross join lateral (
         select count(*)::int as found, (count(*) filter (where state in ('done', 'unchanged', 'failed')))::int as done, (count(*) filter (where state = 'failed'))::int as failed
         from catalogue.public_import_item where import = i.id) m
       where i.id = coalesce((select r.id from catalogue.public_import r where f.state = 'scanning' and r.root = f.path and r.state = 'running' order by r.started_at desc limit 1), f.import)) as import
    from intake.folder f cross join lateral (
      select count(*)::int as files, (count(*) filter (where missing_since is not null))::int as missing from catalogue.public_source s where s.root = f.path) n
    where ${id === null ? sql`true` : sql`f.id = ${id}`} order by f.path`.execute(db)
  return rows
}
export type FolderHead = { id: string; path: string; page: string | null; person: string | null; state: FolderState; since: Date }
export async function readHeads(db: Read): Promise<FolderHead[]> {
  return (await sql<FolderHead>`select id, path, page, person, state, since from intake.folder order by id`.execute(db)).rows
}
export async function readHead(db: Read, id: string): Promise<(FolderHead & { import: string | null }) | undefined> {
  return (
    await sql<
      FolderHead & { import: string | null }
    >`select id, path, page, person, state, since, import from intake.folder where id = ${id}`.execute(db)
  ).rows[0]
}
/** False: this path is watched already. */
export async function insertFolder(
  tx: Tx,
  given: { id: string; path: string; page: string | null; person: string | null; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into intake.folder (id, path, page, person, since, created_at) values (${given.id}, ${given.path}, ${given.page}, ${given.person}, ${given.at}, ${given.at})
    on conflict do nothing returning id`.execute(tx)
  return rows.length > 0
}
export async function deleteFolder(tx: Tx, id: string): Promise<boolean> {
  return (await sql`delete from intake.folder where id = ${id} returning id`.execute(tx)).rows.length > 0
}
/** Watched folders that are this one, lie in it, or in which it lies. */
export async function readNested(db: Read, path: string): Promise<{ id: string; path: string }[]> {
  const { rows } = await sql<{
    id: string
    path: string
  }>`select id, path from intake.folder where path = ${path} or starts_with(path, ${path} || '/') or starts_with(${path}, path || '/')`.execute(
    db,
  )
  return rows
}
export async function setState(tx: Tx, id: string, state: FolderState, reason: string | null, at: Date): Promise<void> {
  await sql`update intake.folder set since = case when state = ${state} then since else ${at}::timestamptz end, state = ${state}, reason = ${reason} where id = ${id}`.execute(
    tx,
  )
}
export async function setScanned(
  tx: Tx,
  id: string,
  { state, at, milliseconds, kept }: { state: FolderState; at: Date; milliseconds: number; kept: string | null },
): Promise<void> {
  await sql`
    update intake.folder set since = case when state = ${state} then since else ${at}::timestamptz end, state = ${state}, reason = null, scanned_at = ${at}, scan_ms = ${Math.round(milliseconds)},
      import = coalesce(${kept}, import) where id = ${id}`.execute(tx)
}

export type FileRow = {
  file: string
  reason: string | null
  since: Date | null
  track: { id: string; title: string; release: string } | null
}
const trackOf = sql`(select json_build_object('id', t.id, 'title', t.title, 'release', r.title) from catalogue.public_track t join catalogue.public_release r on r.id = t.release where t.id = s.track) as track`
/** Missing files after a path. */
export async function listMissing(db: Read, root: string, after: string | null, limit: number): Promise<FileRow[]> {
  const { rows } = await sql<FileRow>`
    select s.path as file, null as reason, s.missing_since as since, ${trackOf} from catalogue.public_source s
    where s.root = ${root} and s.missing_since is not null and ${after === null ? sql`true` : sql`s.path > ${after}`} order by s.path limit ${limit}`.execute(
    db,
  )
  return rows
}
/** Files that an import could not take, after a position. */
export async function listFailed(db: Read, id: string, after: number | null, limit: number): Promise<(FileRow & { position: number })[]> {
  const { rows } = await sql<FileRow & { position: number }>`
    select s.position, s.file, s.reason, null as since, ${trackOf} from catalogue.public_import_item s
    where s.import = ${id} and s.state = 'failed' and ${after === null ? sql`true` : sql`s.position > ${after}`} order by s.position limit ${limit}`.execute(
    db,
  )
  return rows
}

export type Gone = { path: string; track: string | null; release: string | null; elsewhere: boolean; whole: boolean }
/** All that is missing of a folder: `elsewhere`: another file of the track is there; `whole`: all tracks of the release are missing. */
export async function readGone(db: Read, root: string): Promise<Gone[]> {
  const { rows } = await sql<Gone>`
    with gone as (select path, track from catalogue.public_source where root = ${root} and missing_since is not null),
    lost as (
      select g.path, t.id as track, t.release, exists (select 1 from catalogue.public_source o where o.track = g.track and o.missing_since is null) as elsewhere
      from gone g left join catalogue.public_track t on t.id = g.track)
    select l.path, l.track, l.release, l.elsewhere,
      not exists (select 1 from catalogue.public_track t where t.release = l.release and not exists (select 1 from lost m where m.track = t.id and not m.elsewhere)) as whole
    from lost l order by l.release, l.path`.execute(db)
  return rows
}

export type Sounding = {
  recording: string
  asset: string
  title: string
  durationMs: number
  fingerprint: Buffer
  isrc: string | null
  mbid: string | null
  /** Of a folder, so that the operator may decide on it. */
  ours: boolean
  releases: string[]
  artists: string[]
}
const sounding = sql`c.id as recording, c.asset, c.title, f.duration_ms as "durationMs", f.fingerprint, c.isrc, c.mbid,
  exists (select 1 from catalogue.public_source s where s.recording = c.id and s.root not like 'upload:%') and not exists (select 1 from catalogue.public_source s where s.recording = c.id and s.root like 'upload:%') as ours,
  array(select t.release from catalogue.public_track t where t.recording = c.id) as releases,
  array(select distinct x.page from catalogue.public_track t join catalogue.public_track_artist x on x.track = t.id where t.recording = c.id) as artists`
/** Recordings of a sound. */
export async function readSounding(db: Read, asset: string): Promise<Sounding[]> {
  const { rows } = await sql<Sounding>`
    select ${sounding} from catalogue.public_recording c join media.public_fingerprint f on f.asset = c.asset where c.asset = ${asset} and f.fingerprint is not null`.execute(
    db,
  )
  return rows
}
/** Others of nearly the same length, not compared before; the nearest first. */
export async function readNear(db: Read, one: Sounding, nearMs: number, limit: number): Promise<Sounding[]> {
  const { rows } = await sql<Sounding>`
    select ${sounding} from catalogue.public_recording c join media.public_fingerprint f on f.asset = c.asset
    where c.duration_ms between ${one.durationMs - nearMs}::int and ${one.durationMs + nearMs}::int and c.id <> ${one.recording} and c.asset <> ${one.asset} and f.fingerprint is not null
      and not exists (select 1 from intake.alike a where a.one = least(c.id, ${one.recording}) and a.other = greatest(c.id, ${one.recording}))
    order by abs(c.duration_ms - ${one.durationMs}::int), c.id limit ${limit}`.execute(db)
  return rows
}
export async function insertAlike(tx: Tx, one: string, other: string, difference: number, at: Date): Promise<void> {
  const [a, b] = [one, other].sort() as [string, string]
  await sql`insert into intake.alike (one, other, difference, found_at) values (${a}, ${b}, ${difference}, ${at}) on conflict do nothing`.execute(
    tx,
  )
}
export type AlikeRow = { one: string; other: string; difference: number; foundAt: Date; tracks: string[] }
/** Open pairs, the oldest first, each with a track of both. */
export async function listAlike(db: Read, after: readonly [Date, string, string] | undefined, limit: number): Promise<AlikeRow[]> {
  const { rows } = await sql<AlikeRow>`
    select a.one, a.other, a.difference, a.found_at as "foundAt", array[
      (select min(t.id) from catalogue.public_track t where t.recording = a.one), (select min(t.id) from catalogue.public_track t where t.recording = a.other)] as tracks
    from intake.alike a where a.different_since is null and ${after === undefined ? sql`true` : sql`(a.found_at, a.one, a.other) > (${after[0]}, ${after[1]}, ${after[2]})`}
      and exists (select 1 from catalogue.public_track t where t.recording = a.one) and exists (select 1 from catalogue.public_track t where t.recording = a.other)
    order by a.found_at, a.one, a.other limit ${limit}`.execute(db)
  return rows
}
/** Takes an open pair for a decision; false: there is none. */
export async function decideAlike(
  tx: Tx,
  { one, other, same, person, at }: { one: string; other: string; same: boolean; person: string; at: Date },
): Promise<boolean> {
  const { rows } = same
    ? await sql`delete from intake.alike where one = ${one} and other = ${other} returning one`.execute(tx)
    : await sql`update intake.alike set different_since = ${at}, person = ${person} where one = ${one} and other = ${other} and different_since is null returning one`.execute(
        tx,
      )
  return rows.length > 0
}
