/** SQL of what is known of files: where they were found, what they said, and since when they are missing. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'
import type { Song } from './album.ts'

export type SourceRow = {
  path: string
  sizeBytes: number
  modifiedMs: number
  sha256: string
  beside: string
  recording: string
  track: string | null
}
/** Everything known of the files below a root, without what they said. */
export async function readSources(db: Read, root: string): Promise<SourceRow[]> {
  const { rows } = await sql<SourceRow>`
    select path, size_bytes::float8 as "sizeBytes", modified_ms::float8 as "modifiedMs", sha256, beside, recording, track from catalogue.source_file where root = ${root}`.execute(
    db,
  )
  return rows
}
export async function readSaid(db: Read, root: string, paths: readonly string[]): Promise<{ path: string; said: Song }[]> {
  const { rows } = await sql<{
    path: string
    said: Song
  }>`select path, said from catalogue.source_file where root = ${root} and path = any(${paths}::text[])`.execute(db)
  return rows
}

export type KnownRow = {
  root: string
  path: string
  sizeBytes: number
  modifiedMs: number
  recording: string
  track: string | null
  release: string | null
  asset: string | null
  said: Song
  lossless: boolean
  bitsPerSecond: number
}
const knownColumns = sql`s.root, s.path, s.size_bytes::float8 as "sizeBytes", s.modified_ms::float8 as "modifiedMs", s.recording, s.track, t.release, c.asset, s.said, coalesce(q.lossless, false) as lossless, coalesce(q.bits_per_second, 0) as "bitsPerSecond"`
const knownTables = sql`catalogue.source_file s join catalogue.recording c on c.id = s.recording left join catalogue.track t on t.id = s.track left join media.public_quality q on q.asset = c.asset`
/** What stands at these paths of a root. */
export async function readKnownPaths(db: Read, root: string, paths: readonly string[]): Promise<KnownRow[]> {
  const { rows } =
    await sql<KnownRow>`select ${knownColumns} from ${knownTables} where s.root = ${root} and s.path = any(${paths}::text[])`.execute(db)
  return rows
}
/** Known files of recordings with these codes: in any folder (for folders), in the same person's uploads (for uploads). */
export async function readKnownCodes(db: Read, root: string, mbids: readonly string[], isrcs: readonly string[]): Promise<KnownRow[]> {
  if (mbids.length + isrcs.length === 0) return []
  const { rows } = await sql<KnownRow>`
    select ${knownColumns} from ${knownTables} where (c.mbid = any(${mbids}::text[]) or c.isrc = any(${isrcs}::text[]))
      and ${besides(root)} order by s.seen_at, s.path`.execute(db)
  return rows
}
const besides = (root: string): RawBuilder<boolean> =>
  root.startsWith('upload:')
    ? sql<boolean>`s.root like ${`${root.split(':').slice(0, 2).join(':')}:%`}`
    : sql<boolean>`s.root not like 'upload:%'`
/** Where these sounds were found before: in any folder (for folders), in the same person's uploads (for uploads). */
export async function readKnownSounds(db: Read, root: string, assets: readonly string[]): Promise<KnownRow[]> {
  const { rows } = await sql<KnownRow>`
    select ${knownColumns} from ${knownTables} where c.asset = any(${assets}::text[]) and ${besides(root)} order by s.seen_at, s.path`.execute(
    db,
  )
  return rows
}

export type NewSource = {
  path: string
  sizeBytes: number
  modifiedMs: number
  sha256: string
  beside: string
  recording: string
  track: string
  said: Song
}
export async function upsertSources(tx: Tx, root: string, rows: readonly NewSource[], at: Date): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into catalogue.source_file (root, path, size_bytes, modified_ms, sha256, beside, recording, track, said, seen_at)
    select ${root}, x.path, x."sizeBytes", x."modifiedMs", x.sha256, x.beside, x.recording, x.track, x.said, ${at}
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as x(path text, "sizeBytes" int8, "modifiedMs" int8, sha256 text, beside text, recording text, track text, said jsonb)
    on conflict (root, path) do update set size_bytes = excluded.size_bytes, modified_ms = excluded.modified_ms, sha256 = excluded.sha256, beside = excluded.beside,
      recording = excluded.recording, track = excluded.track, said = excluded.said, seen_at = excluded.seen_at, missing_since = null`.execute(
    tx,
  )
}
export async function deleteSources(tx: Tx, places: readonly { root: string; path: string }[]): Promise<void> {
  if (places.length === 0) return
  await sql`delete from catalogue.source_file s using jsonb_to_recordset(${jsonText(places)}::jsonb) as x(root text, path text) where s.root = x.root and s.path = x.path`.execute(
    tx,
  )
}

/** Notes since when files are missing, and that others are back. How many are missing now. */
export async function markMissing(
  tx: Tx,
  root: string,
  { there, unseen, at }: { there: readonly string[]; unseen: readonly string[]; at: Date },
): Promise<number> {
  const { rows } = await sql<{ missing: number }>`
    with seen as (select unnest(${there}::text[]) as path),
    now as (
      select s.path, not exists (select 1 from seen w where w.path = s.path)
        and not exists (select 1 from unnest(${unseen}::text[]) u where u = '.' or s.path = u or starts_with(s.path, u || '/')) as gone
      from catalogue.source_file s where s.root = ${root}),
    told as (
      update catalogue.source_file s set missing_since = case when n.gone then ${at}::timestamptz end from now n
      where s.root = ${root} and s.path = n.path and (s.missing_since is not null) <> n.gone returning 1)
    select (select count(*)::int from now where gone) as missing, (select count(*) from told) as told`.execute(tx)
  return rows[0]!.missing
}
