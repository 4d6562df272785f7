/** The work on a sound: measured first (then it can be listed and, mostly, played), rendered afterwards. Survives the death of whoever does it. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { clock, randomToken } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { files } from '../foundation/files.ts'
import { enqueueMeasuring, enqueueRendering } from './assets.ts'
import { engine, type Watch } from './engine/engine.ts'
import { MediaRefused, type Analysis, type Rendition } from './engine/protocol.ts'
import * as store from './store.ts'

/** Work that was not touched for so long belongs to a dead process. */
const staleMs = 20_000
const touchMs = 3_000
/** After so many attempts that ended without an answer the file is failed. */
const mostAttempts = 5

/** What another attempt may mend: our own faults, a full disk, a child that was killed. Everything else is the file's. */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof MediaRefused) || error.code === 'crashed' || error.code === 'stopped'

export type Outcome = 'measured' | 'rendered' | 'over' | 'busy'

/** Runs `work` while holding the asset, with a heartbeat. `busy`: somebody alive holds it. */
async function holding(
  write: Db['transaction'],
  asset: string,
  signal: AbortSignal | undefined,
  work: (watch: Watch) => Promise<Outcome>,
): Promise<Outcome> {
  const claimed = await write(tx => store.claimProcessing(tx, asset, clock.now(), new Date(clock.now().getTime() - staleMs)))
  if (claimed === undefined) {
    const there = await write(tx => store.readProcessing(tx, asset))
    return there?.state === 'running' ? 'busy' : 'over'
  }
  let progress = 0
  let touching: Promise<void> | undefined
  const beat = setInterval(() => {
    touching ??= write(tx => store.touchProcessing(tx, asset, progress, clock.now()))
      .catch(() => undefined)
      .finally(() => (touching = undefined))
  }, touchMs)
  try {
    return await work({
      onProgress: done => {
        progress = done
      },
      signal,
    })
  } catch (error) {
    const code = error instanceof MediaRefused ? error.code : undefined
    const stopped = code === 'stopped' || signal?.aborted === true
    if (stopped || (isPassing(error) && claimed.attempts < mostAttempts)) {
      await write(tx => store.releaseProcessing(tx, asset))
      throw error
    }
    // The file is to blame (or nothing helped): said to people, not tried for ever.
    await write(async tx => {
      await store.failProcessing(
        tx,
        asset,
        code ?? 'crashed',
        code === undefined ? 'could not be processed' : (error as MediaRefused).message,
        clock.now(),
      )
      await tell(tx, { type: 'asset_failed', asset })
    })
    throw error
  } finally {
    clearInterval(beat)
    await touching
  }
}

/**
 * Decodes the original once and stores what that tells; then queues the rendering. MediaRefused: the asset is failed with that reason.
 * Measured already: nothing happens.
 */
export async function measureAsset(write: Db['transaction'], asset: string, signal?: AbortSignal): Promise<Outcome> {
  return holding(write, asset, signal, async watch => {
    const row = await write(tx => store.findAsset(tx, asset))
    if (row === undefined) return 'over'
    if ((await write(tx => store.readAudio(tx, [asset])))[0]?.durationMs == null) {
      const made = await engine().analyse(files.pathOf(row.key), { ...watch, onProgress: done => watch.onProgress?.(done * 0.1) })
      await write(tx => keepAnalysis(tx, asset, made))
    }
    await write(async tx => {
      await store.releaseProcessing(tx, asset)
      await enqueueRendering(tx, asset)
    })
    return 'measured'
  })
}

async function keepAnalysis(tx: Tx, asset: string, made: Analysis): Promise<void> {
  await store.insertAnalysis(tx, asset, made, clock.now())
  // Told when it is measured and again when it is rendered: length and loudness are known from here on.
  await tell(tx, { type: 'asset_processed', asset })
}

/** Encodes the renditions of a measured asset and publishes them. */
export async function renderAsset(write: Db['transaction'], asset: string, signal?: AbortSignal): Promise<Outcome> {
  return holding(write, asset, signal, async watch => {
    const [row, previewStartMs] = await write(
      async tx => [await store.findAsset(tx, asset), await store.readPreviewStart(tx, asset)] as const,
    )
    if (row === undefined) return 'over'
    if (previewStartMs === undefined) {
      await write(async tx => {
        await store.releaseProcessing(tx, asset)
        await enqueueMeasuring(tx, asset)
      })
      return 'over'
    }
    const out = join(files.scratch('renditions'), `${asset}-${randomToken(6).toLowerCase()}`)
    try {
      const made = await engine().render(
        files.pathOf(row.key),
        out,
        { previewStartMs },
        { ...watch, onProgress: done => watch.onProgress?.(0.1 + done * 0.9) },
      )
      await publishRenditions(write, asset, out, made)
    } finally {
      await rm(out, { recursive: true, force: true })
    }
    return 'rendered'
  })
}

async function publishRenditions(write: Db['transaction'], asset: string, out: string, made: readonly Rendition[]): Promise<void> {
  const keys = new Map<string, string>()
  for (const { name, file } of made) {
    const key = `renditions/${asset}/${file}`
    await files.adopt(key, join(out, file), { move: true })
    keys.set(name, key)
  }
  await write(async tx => {
    for (const one of made) await store.insertRendition(tx, asset, keys.get(one.name)!, one, clock.now())
    await store.finishProcessing(tx, asset, clock.now())
    await tell(tx, { type: 'asset_processed', asset })
  })
}

/** Does all the work on an asset here and now, for commands that run without a server. */
export async function processAsset(write: Db['transaction'], asset: string, signal?: AbortSignal): Promise<Outcome> {
  const measured = await measureAsset(write, asset, signal)
  return measured === 'measured' ? renderAsset(write, asset, signal) : measured
}

/** Queues again what a killed process left: its jobs stay locked to it, so new ones are made. Returns how many are open. */
export async function resumeProcessing(write: Db['transaction'], limit = 5000): Promise<number> {
  return write(async tx => {
    const open = await store.openProcessing(tx, limit)
    for (const { asset, measured } of open) await (measured ? enqueueRendering(tx, asset) : enqueueMeasuring(tx, asset))
    return open.length
  })
}

/** When somebody else holds an asset that a job wanted: look again after they would count as dead. */
export const lookAgainAt = (): Date => new Date(clock.now().getTime() + staleMs + 1000)
