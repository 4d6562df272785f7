/** All SQL of the schema media. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { Analysis, CoverSet, Inspection, Rendition, RenditionName } from './engine/protocol.ts'

export type Probe = Pick<Inspection, 'format' | 'codec' | 'lossless' | 'sampleRate' | 'channels' | 'bitsPerSample' | 'bitsPerSecond'>
export type AssetRow = {
  id: string
  kind: 'audio' | 'image'
  sha256: string
  sizeBytes: bigint
  mime: string
  key: string
  name: string
  createdAt: Date
}
export type NewAsset = AssetRow & { probe: Probe | Record<never, never> }

const assetColumns = sql`id, kind, sha256, size_bytes as "sizeBytes", mime, key, name, created_at as "createdAt"`

export async function findAssetBySha(db: Read, sha256: string): Promise<AssetRow | undefined> {
  return (await sql<AssetRow>`select ${assetColumns} from media.asset where sha256 = ${sha256}`.execute(db)).rows[0]
}
export async function findAsset(db: Read, id: string): Promise<AssetRow | undefined> {
  return (await sql<AssetRow>`select ${assetColumns} from media.asset where id = ${id}`.execute(db)).rows[0]
}

/** Inserts it, or answers the one that has these bytes already. */
export async function insertAsset(tx: Tx, asset: NewAsset): Promise<{ id: string; isNew: boolean }> {
  const { rows } = await sql<{ id: string }>`
    insert into media.asset (id, kind, sha256, size_bytes, mime, key, name, probe, created_at)
    values (${asset.id}, ${asset.kind}, ${asset.sha256}, ${asset.sizeBytes}, ${asset.mime}, ${asset.key}, ${asset.name}, ${JSON.stringify(asset.probe)}::jsonb, ${asset.createdAt})
    on conflict (sha256) do nothing returning id`.execute(tx)
  if (rows[0] !== undefined) return { id: rows[0].id, isNew: true }
  const there = await findAssetBySha(tx, asset.sha256)
  return { id: there!.id, isNew: false }
}

export type ProcessingRow = {
  asset: string
  state: 'queued' | 'running' | 'done' | 'failed'
  progress: number
  attempts: number
  reasonCode: string | null
  reason: string | null
  touchedAt: Date | null
  durationMs: number | null
}

/** Queues the work on an asset; false when it is queued, running or done already. */
export async function queueProcessing(tx: Tx, asset: string, now: Date, again: boolean): Promise<boolean> {
  const { rows } = await sql`
    insert into media.processing (asset, state, queued_at) values (${asset}, 'queued', ${now})
    on conflict (asset) do update set state = 'queued', progress = 0, reason = null, reason_code = null, queued_at = excluded.queued_at, started_at = null, touched_at = null, ended_at = null
      where ${again} and processing.state = 'failed'
    returning asset`.execute(tx)
  return rows.length > 0
}

export async function readProcessing(db: Read, asset: string): Promise<ProcessingRow | undefined> {
  const { rows } = await sql<ProcessingRow>`
    select p.asset, p.state, p.progress, p.attempts, p.reason_code as "reasonCode", p.reason, p.touched_at as "touchedAt", a.duration_ms as "durationMs"
    from media.processing p left join media.audio a on a.asset = p.asset where p.asset = ${asset}`.execute(db)
  return rows[0]
}

/** Takes the work on an asset, unless somebody alive is on it (touched after `stale`) or it is over. */
export async function claimProcessing(tx: Tx, asset: string, now: Date, stale: Date): Promise<{ attempts: number } | undefined> {
  const { rows } = await sql<{ attempts: number }>`
    update media.processing set state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, ${now}), touched_at = ${now}
    where asset = ${asset} and (state = 'queued' or (state = 'running' and (touched_at is null or touched_at < ${stale}))) returning attempts`.execute(
    tx,
  )
  return rows[0]
}
export async function touchProcessing(tx: Tx, asset: string, progress: number, now: Date): Promise<void> {
  await sql`update media.processing set progress = ${Math.min(1, Math.max(0, progress))}, touched_at = ${now} where asset = ${asset} and state = 'running'`.execute(
    tx,
  )
}
/** Lets go without an outcome, so that another attempt may take it at once. */
export async function releaseProcessing(tx: Tx, asset: string): Promise<void> {
  await sql`update media.processing set state = 'queued', touched_at = null where asset = ${asset} and state = 'running'`.execute(tx)
}
export async function failProcessing(tx: Tx, asset: string, code: string, reason: string, now: Date): Promise<void> {
  await sql`update media.processing set state = 'failed', reason_code = ${code}, reason = ${reason}, ended_at = ${now} where asset = ${asset} and state <> 'done'`.execute(
    tx,
  )
}
export async function finishProcessing(tx: Tx, asset: string, now: Date): Promise<void> {
  await sql`update media.processing set state = 'done', progress = 1, reason = null, reason_code = null, ended_at = ${now} where asset = ${asset}`.execute(
    tx,
  )
}
/** Work that is not over, oldest first. */
export async function openProcessing(db: Read, limit: number): Promise<{ asset: string; measured: boolean }[]> {
  const { rows } = await sql<{ asset: string; measured: boolean }>`
    select p.asset, a.asset is not null as measured from media.processing p left join media.audio a on a.asset = p.asset
    where p.state in ('queued', 'running') order by p.queued_at, p.asset limit ${limit}`.execute(db)
  return rows
}

export async function insertAnalysis(tx: Tx, asset: string, made: Analysis, now: Date): Promise<void> {
  await sql`
    insert into media.audio (asset, duration_ms, samples, sample_rate, channels, loudness_lufs, loudness_range_lu, true_peak_dbtp, waveform, fingerprint, preview_start_ms, measured_at)
    values (${asset}, ${made.durationMs}, ${BigInt(made.samples)}, ${made.sampleRate}, ${made.channels}, ${made.loudnessLufs}, ${made.loudnessRangeLu}, ${made.truePeakDbtp},
            ${Buffer.from(made.waveform)}, ${made.fingerprint === null ? null : Buffer.from(made.fingerprint)}, ${made.previewStartMs}, ${now})
    on conflict (asset) do nothing`.execute(tx)
}
export async function insertRendition(tx: Tx, asset: string, key: string, made: Rendition, now: Date): Promise<void> {
  await sql`
    insert into media.rendition (asset, name, key, mime, codecs, bits_per_second, size_bytes, sample_rate, channels, duration_ms, delay_samples, valid_samples, padding_samples, init_bytes, segments, created_at)
    values (${asset}, ${made.name}, ${key}, ${made.mime}, ${made.codecs}, ${made.bitsPerSecond}, ${BigInt(made.sizeBytes)}, ${made.sampleRate}, ${made.channels}, ${made.durationMs},
            ${made.delaySamples}, ${BigInt(made.validSamples)}, ${made.paddingSamples}, ${made.initBytes}, ${JSON.stringify(made.segments)}::jsonb, ${now})
    on conflict (asset, name) do update set key = excluded.key, size_bytes = excluded.size_bytes, segments = excluded.segments, init_bytes = excluded.init_bytes, created_at = excluded.created_at`.execute(
    tx,
  )
}

export type AudioFacts = {
  asset: string
  state: 'processing' | 'ready' | 'failed'
  progress: number
  reason: string | null
  durationMs: number | null
  loudnessLufs: number | null
  truePeakDbtp: number | null
  sampleRate: number | null
  channels: number | null
  mime: string
  sizeBytes: bigint
}
export async function readAudio(db: Read, assets: readonly string[]): Promise<AudioFacts[]> {
  const { rows } = await sql<AudioFacts>`
    select asset, state, progress, reason, duration_ms as "durationMs", loudness_lufs as "loudnessLufs", true_peak_dbtp as "truePeakDbtp", sample_rate as "sampleRate", channels, mime, size_bytes as "sizeBytes"
    from media.public_audio where asset = any(${[...assets]})`.execute(db)
  return rows
}
export async function readWaveform(db: Read, asset: string): Promise<Buffer | undefined> {
  return (await sql<{ waveform: Buffer }>`select waveform from media.audio where asset = ${asset}`.execute(db)).rows[0]?.waveform
}
export async function readPreviewStart(db: Read, asset: string): Promise<number | undefined> {
  return (await sql<{ at: number }>`select preview_start_ms as at from media.audio where asset = ${asset}`.execute(db)).rows[0]?.at
}

export type Segment = { offset: number; bytes: number; durationMs: number }
export type StoredRendition = {
  name: RenditionName
  key: string
  mime: string
  codecs: string
  bitsPerSecond: number
  sizeBytes: bigint
  sampleRate: number
  durationMs: number
  delaySamples: number
  validSamples: bigint
  paddingSamples: number
  initBytes: number
  segments: Segment[]
}
export async function readRenditions(db: Read, asset: string): Promise<StoredRendition[]> {
  const { rows } = await sql<StoredRendition>`
    select name, key, mime, codecs, bits_per_second as "bitsPerSecond", size_bytes as "sizeBytes", sample_rate as "sampleRate", duration_ms as "durationMs",
           delay_samples as "delaySamples", valid_samples as "validSamples", padding_samples as "paddingSamples", init_bytes as "initBytes", segments
    from media.rendition where asset = ${asset}`.execute(db)
  return rows
}
export async function readStreamsFrom(db: Read, asset: string): Promise<Date | null> {
  return (await sql<{ at: Date | null }>`select streams_from as at from media.asset where id = ${asset}`.execute(db)).rows[0]?.at ?? null
}
export async function setStreamsFrom(tx: Tx, asset: string, at: Date): Promise<void> {
  await sql`update media.asset set streams_from = ${at} where id = ${asset}`.execute(tx)
}

export async function insertImage(tx: Tx, asset: string, made: CoverSet): Promise<void> {
  const sizes = made.sizes.map(({ size, width, height, sizeBytes }) => ({ size, width, height, sizeBytes }))
  await sql`insert into media.image (asset, width, height, accent, sizes) values (${asset}, ${made.width}, ${made.height}, ${made.accent}, ${JSON.stringify(sizes)}::jsonb)
    on conflict (asset) do nothing`.execute(tx)
}
export type ImageRow = { asset: string; width: number; height: number; accent: string }
export async function readImages(db: Read, assets: readonly string[]): Promise<ImageRow[]> {
  return (await sql<ImageRow>`select asset, width, height, accent from media.image where asset = any(${[...assets]})`.execute(db)).rows
}

export type UploadRow = {
  id: string
  person: string
  name: string
  sizeBytes: bigint
  receivedBytes: bigint
  state: 'receiving' | 'finished' | 'stored' | 'failed'
  asset: string | null
  reason: string | null
  createdAt: Date
  expiresAt: Date
}
const uploadColumns = sql`id, person, name, size_bytes as "sizeBytes", received_bytes as "receivedBytes", state, asset, reason, created_at as "createdAt", expires_at as "expiresAt"`
export async function insertUpload(
  tx: Tx,
  upload: Pick<UploadRow, 'id' | 'person' | 'name' | 'sizeBytes' | 'createdAt' | 'expiresAt'>,
): Promise<void> {
  await sql`insert into media.upload (id, person, name, size_bytes, created_at, expires_at)
    values (${upload.id}, ${upload.person}, ${upload.name}, ${upload.sizeBytes}, ${upload.createdAt}, ${upload.expiresAt})`.execute(tx)
}
export async function readUpload(db: Read, id: string): Promise<UploadRow | undefined> {
  return (await sql<UploadRow>`select ${uploadColumns} from media.upload where id = ${id}`.execute(db)).rows[0]
}
export async function listUploads(
  db: Read,
  person: string,
  before: { at: Date; id: string } | undefined,
  limit: number,
): Promise<UploadRow[]> {
  const from = before === undefined ? sql`` : sql`and (created_at, id) < (${before.at}, ${before.id})`
  return (
    await sql<UploadRow>`select ${uploadColumns} from media.upload where person = ${person} ${from} order by created_at desc, id desc limit ${limit}`.execute(
      db,
    )
  ).rows
}
/** Bytes a person has on the way: announced and not yet stored. */
export async function pendingUploads(db: Read, person: string): Promise<{ count: number; bytes: bigint }> {
  const { rows } = await sql<{ count: number; bytes: bigint }>`
    select count(*)::int as count, coalesce(sum(size_bytes), 0)::bigint as bytes from media.upload where person = ${person} and state in ('receiving', 'finished')`.execute(
    db,
  )
  return rows[0]!
}
export async function noteReceived(tx: Tx, id: string, bytes: bigint): Promise<void> {
  await sql`update media.upload set received_bytes = least(size_bytes, ${bytes}) where id = ${id} and state = 'receiving'`.execute(tx)
}
export async function finishUpload(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { rows } =
    await sql`update media.upload set state = 'finished', received_bytes = size_bytes, finished_at = ${now} where id = ${id} and state = 'receiving' returning id`.execute(
      tx,
    )
  return rows.length > 0
}
export async function storeUpload(tx: Tx, id: string, asset: string): Promise<void> {
  await sql`update media.upload set state = 'stored', asset = ${asset}, reason = null where id = ${id} and state in ('finished', 'failed')`.execute(
    tx,
  )
}
export async function failUpload(tx: Tx, id: string, reason: string): Promise<void> {
  await sql`update media.upload set state = 'failed', reason = ${reason} where id = ${id} and state in ('receiving', 'finished')`.execute(
    tx,
  )
}
export async function deleteUpload(tx: Tx, id: string): Promise<void> {
  await sql`delete from media.upload where id = ${id}`.execute(tx)
}
/** Takes uploads nobody used in time out of the list; answers whose bytes can go. */
export async function expireUploads(tx: Tx, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    delete from media.upload where id in (select id from media.upload where state in ('receiving', 'finished') and expires_at < ${now} order by expires_at limit ${limit}) returning id`.execute(
    tx,
  )
  return rows.map(row => row.id)
}
