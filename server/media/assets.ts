/** Files as they come in: kept once by their content, described, and queued for the work on them. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { clock, newId, randomToken } from '../foundation/clock.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { files, type ByteRange } from '../foundation/files.ts'
import { enqueue } from '../foundation/jobs.ts'
import { engine } from './engine/engine.ts'
import { coverSizes, MediaRefused, type Inspection, type PictureSize } from './engine/protocol.ts'
import * as store from './store.ts'

export type Kept = { sha256: string; sizeBytes: number; key: string }

/** SHA-256 of a file in hex, and its size in bytes. */
export async function hashFile(path: string): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const bytes of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    hash.update(bytes)
    sizeBytes += bytes.length
  }
  return { sha256: hash.digest('hex'), sizeBytes }
}

/**
 * Copies a file into the store under its content (a clone where the file system can; moved when `move`). No database; safe to repeat.
 * Pass `known` when it was hashed before.
 */
export async function keepOriginal(
  path: string,
  options: { move?: boolean; known?: { sha256: string; sizeBytes: number } } = {},
): Promise<Kept> {
  const { sha256, sizeBytes } = options.known ?? (await hashFile(path))
  if (sizeBytes === 0) throw new MediaRefused('empty', 'file is empty')
  const key = `originals/${sha256.slice(0, 2)}/${sha256}`
  const there = await files.stat(key)
  if (there?.sizeBytes !== sizeBytes) {
    const made = await files.adopt(key, path, { move: options.move ?? false })
    if (made.sizeBytes !== sizeBytes) throw new Error(`${path} changed while it was read`)
  } else if (options.move) await rm(path, { force: true })
  return { sha256, sizeBytes, key }
}

/** The name a file came with, made harmless for showing and for downloads: no path, no control characters, no reserved names (traps 40). */
export function safeName(name: string, otherwise = 'file'): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  // oxlint-disable-next-line no-control-regex
  const plain = last.replace(/[\u0000-\u001f\u007f<>:"|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '').replace(/^[.\s]+|[.\s]+$/g, '')
  const cut = [...plain].length <= 150 ? plain : `${[...plain].slice(0, 130).join('')}${/\.[a-z0-9]{1,8}$/i.exec(plain)?.[0] ?? ''}`
  return cut === '' ? otherwise : /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(cut) ? `_${cut}` : cut
}

/** Registers a kept file as sound and queues the work on it, all in the caller's transaction. Bytes that are known already give their asset. */
export async function addAudio(tx: Tx, kept: Kept, inspection: Inspection, name: string): Promise<{ asset: string; isNew: boolean }> {
  const { format, codec, lossless, sampleRate, channels, bitsPerSample, bitsPerSecond } = inspection
  const { id, isNew } = await store.insertAsset(tx, {
    id: newId('ast'),
    kind: 'audio',
    sha256: kept.sha256,
    sizeBytes: BigInt(kept.sizeBytes),
    mime: inspection.mime,
    key: kept.key,
    name: safeName(name),
    createdAt: clock.now(),
    probe: { format, codec, lossless, sampleRate, channels, bitsPerSample, bitsPerSecond },
  })
  await enqueueProcessing(tx, id)
  return { asset: id, isNew }
}

/** Inspects, keeps and registers a sound file. MediaRefused says what is wrong with it; the store is unchanged then. */
export async function storeAudio(
  write: Db['transaction'],
  path: string,
  options: { name: string; move?: boolean; inspection?: Inspection; known?: { sha256: string; sizeBytes: number } },
): Promise<{ asset: string; isNew: boolean; sha256: string; inspection: Inspection }> {
  const inspection = options.inspection ?? (await engine().inspect(path))
  const kept = await keepOriginal(path, options)
  const added = await write(tx => addAudio(tx, kept, inspection, options.name))
  return { ...added, sha256: kept.sha256, inspection }
}

/** The shares of the job runner that sound may take: always one lane less than there are, so that everything else stays quick. */
export const processingQueues = Math.max(1, availableParallelism() - 1)
const queueOf = (asset: string): string => `media-${asset.charCodeAt(asset.length - 1) % processingQueues}`

/** Puts an asset's work into the queue; does nothing when it is there or done. `again` also takes up what failed. */
export async function enqueueProcessing(tx: Tx, asset: string, again = false): Promise<boolean> {
  const queued = await store.queueProcessing(tx, asset, clock.now(), again)
  if (queued) await enqueue(tx, 'media.measure', { asset }, { key: `media.measure:${asset}`, queue: queueOf(asset), maxAttempts: 5 })
  return queued
}
/** The slow part comes after everything that waits to be measured. */
export const enqueueRendering = (tx: Tx, asset: string, runAt?: Date): Promise<void> =>
  enqueue(
    tx,
    'media.render',
    { asset },
    { key: `media.render:${asset}`, queue: queueOf(asset), maxAttempts: 5, priority: 10, ...(runAt === undefined ? {} : { runAt }) },
  )
export const enqueueMeasuring = (tx: Tx, asset: string, runAt?: Date): Promise<void> =>
  enqueue(
    tx,
    'media.measure',
    { asset },
    { key: `media.measure:${asset}`, queue: queueOf(asset), maxAttempts: 5, ...(runAt === undefined ? {} : { runAt }) },
  )

/** Makes a cover from a picture (file or bytes): four sizes and an accent colour. Known bytes give their asset. */
export async function storeImage(
  write: Db['transaction'],
  source: string | Uint8Array,
  name: string,
): Promise<{ asset: string; isNew: boolean; accent: string }> {
  const work = join(
    files.scratch('covers'),
    randomToken(9)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '0'),
  )
  await mkdir(work, { recursive: true })
  try {
    let path = source
    if (typeof path !== 'string') {
      path = join(work, 'original')
      await writeFile(path, source)
    }
    const { sha256, sizeBytes } = await hashFile(path)
    const known = await write(async tx => {
      const asset = await store.findAssetBySha(tx, sha256)
      return asset === undefined ? undefined : (await store.readImages(tx, [asset.id]))[0]
    })
    if (known !== undefined) return { asset: known.asset, isNew: false, accent: known.accent }
    const made = await engine().cover(path, join(work, 'out'))
    const kept = await keepOriginal(path, { known: { sha256, sizeBytes } })
    const id = newId('ast')
    for (const { size, file } of made.sizes) await files.adopt(coverKey(id, size), join(work, 'out', file), { move: true })
    const added = await write(async tx => {
      const inserted = await store.insertAsset(tx, {
        id,
        kind: 'image',
        sha256,
        sizeBytes: BigInt(sizeBytes),
        mime: made.mime,
        key: kept.key,
        name: safeName(name, 'cover'),
        createdAt: clock.now(),
        probe: {},
      })
      if (inserted.isNew) await store.insertImage(tx, id, made)
      return inserted
    })
    // Somebody was quicker with the same bytes: theirs is the cover.
    if (!added.isNew) await files.removeFolder(`covers/${id}`)
    return { asset: added.id, isNew: added.isNew, accent: made.accent }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/**
 * Makes a picture that keeps its proportions (posts, proofs): upright, at most 2048 px, everything but the picture taken off. The file as it came is not kept, so
 * that where and with what it was taken is nowhere. `width` and `height` are those of what is kept.
 */
export async function storePicture(
  write: Db['transaction'],
  path: string,
  name: string,
): Promise<{ asset: string; width: number; height: number; accent: string }> {
  const work = join(
    files.scratch('covers'),
    randomToken(9)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '0'),
  )
  await mkdir(work, { recursive: true })
  try {
    const made = await engine().cover(path, work, true)
    const largest = made.sizes.at(-1)!
    const stripped = join(work, largest.file)
    const known = await hashFile(stripped)
    const kept = await keepOriginal(stripped, { known })
    const id = newId('ast')
    for (const { size, file } of made.sizes) await files.adopt(coverKey(id, size), join(work, file), { move: true })
    const set = { ...made, mime: 'image/webp', width: largest.width, height: largest.height }
    const added = await write(async tx => {
      const inserted = await store.insertAsset(tx, {
        id,
        kind: 'image',
        sha256: kept.sha256,
        sizeBytes: BigInt(kept.sizeBytes),
        mime: set.mime,
        key: kept.key,
        name: `${safeName(name, 'picture').replace(/\.[a-z0-9]{1,8}$/i, '')}.webp`,
        createdAt: clock.now(),
        probe: {},
      })
      if (inserted.isNew) await store.insertImage(tx, id, set)
      return inserted
    })
    if (!added.isNew) await files.removeFolder(`covers/${id}`)
    return { asset: added.id, width: set.width, height: set.height, accent: made.accent }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

export const coverKey = (asset: string, size: PictureSize): string => `covers/${asset}/${size}.webp`
/** Public, unchanging address of a cover: at least `size` pixels wide where the original was. */
export const coverUrl = (asset: string, size: PictureSize): string => `/media/covers/${asset}/${size}.webp`

/** Addresses and accents of covers, for lists: one query for all. */
export async function covers(
  db: Read,
  assets: readonly string[],
): Promise<Map<string, { small: string; medium: string; large: string; accent: string }>> {
  if (assets.length === 0) return new Map()
  const [, small, medium, large] = coverSizes
  return new Map(
    (await store.readImages(db, assets)).map(({ asset, accent }) => [
      asset,
      { small: coverUrl(asset, small), medium: coverUrl(asset, medium), large: coverUrl(asset, large), accent },
    ]),
  )
}

/** State and measured facts of sounds, for lists: one query for all. */
export async function audioFacts(db: Read, assets: readonly string[]): Promise<Map<string, store.AudioFacts>> {
  if (assets.length === 0) return new Map()
  return new Map((await store.readAudio(db, assets)).map(facts => [facts.asset, facts]))
}

/** 1,800 peaks from 0 to 255, or undefined while the sound is not measured. */
export const waveform = (db: Read, asset: string): Promise<Uint8Array | undefined> => store.readWaveform(db, asset)

export type Original = store.AssetRow & { extension: string; path: string; open: (range?: ByteRange) => Readable }
const extensions: Record<string, string> = {
  'audio/mpeg': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/wav': 'wav',
  'audio/mp4': 'm4a',
  'audio/aiff': 'aiff',
  'audio/aac': 'aac',
  'audio/webm': 'mka',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'image/tiff': 'tiff',
}
/** The file as it came, for downloads by those who may. Undefined for an unknown asset. */
export async function openOriginal(db: Read, asset: string): Promise<Original | undefined> {
  const row = await store.findAsset(db, asset)
  if (row === undefined) return undefined
  const own = /\.(opus|oga)$/i.exec(row.name)?.[1]?.toLowerCase()
  return {
    ...row,
    extension: row.mime === 'audio/ogg' && own !== undefined ? own : (extensions[row.mime] ?? 'bin'),
    path: files.pathOf(row.key),
    open: range => files.open(row.key, range),
  }
}
