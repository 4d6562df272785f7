/**
 * The processing engine as the app sees it. All parsing and decoding happens in child processes (node-av may end its process, and a file from a
 * stranger decides what it does): a few long-lived ones for the quick questions, a fresh one for each rendering.
 */
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { files } from '../../foundation/files.ts'
import { ChildEnded, EngineChild, type AskOptions } from './child.ts'
import { MediaRefused, renditionNames, type Analysis, type ConvertFormat, type ConvertTags, type CoverSet, type Inspection, type Rendition, type RenditionName, type Results, type Task } from './protocol.ts'

export type Watch = { onProgress?: (done: number) => void; signal?: AbortSignal }
export type Processed = Analysis & { renditions: Rendition[] }

export type Engine = {
  /** Tags and facts without decoding; at most 2 seconds, else refused. About 1,500 files per CPU second. */
  inspect: (path: string) => Promise<Inspection>
  /** The front cover inside the file. */
  picture: (path: string) => Promise<{ mime: string; data: Uint8Array } | null>
  /** Decodes once: length, loudness, waveform, fingerprint; refuses what is cut off or damaged. About 400 × realtime. */
  analyse: (path: string, watch?: Watch) => Promise<Analysis>
  /** Encodes the renditions into the folder `out` (made if missing); files appear there whole or not at all. */
  render: (path: string, out: string, about: { previewStartMs: number; names?: readonly RenditionName[] }, watch?: Watch) => Promise<Rendition[]>
  /** `analyse`, then `render`. Progress covers both. */
  processAudio: (path: string, out: string, watch?: Watch) => Promise<Processed>
  /** One MP3 or FLAC with tags (FFmpeg's names: title, artist, album, track, date …) and a JPEG or PNG cover, at `out`. */
  convert: (path: string, out: string, about: { format: ConvertFormat; tags: ConvertTags; cover?: string }, watch?: Watch) => Promise<{ sizeBytes: number; mime: string }>
  /** Covers in four sizes into the folder `out`, and the accent colour. */
  cover: (path: string, out: string) => Promise<CoverSet>
  /** Pids of children that live now, for tests and figures. */
  pids: () => number[]
  /** Kills all children; waiting questions are refused. */
  close: () => Promise<void>
}

export type EngineOptions = {
  /** Folder for scratch; emptied of what dead processes left. */
  temp: string
  /** Children at work at the same time; the number of cores, at most 8, unless told. */
  lanes?: number
}

const inspectLimitMs = 2000
/** A long-lived child is replaced after so many files: whatever leaks ends with it. */
const mostTasksPerChild = 400
/** Slowest decode that is still waited for: a minute, and a second per 100 KB. */
const decodeLimitMs = (path: string): number => 60_000 + Math.min(3_600_000, sizeOf(path) / 100)
const sizeOf = (path: string): number => {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}

/** Removes the scratch folders of processes that are no more. */
export function sweepScratch(temp: string): void {
  mkdirSync(temp, { recursive: true })
  for (const name of readdirSync(temp)) {
    const pid = Number(/^(\d+)-\d+$/.exec(name)?.[1])
    if (Number.isInteger(pid) && pid !== process.pid && !lives(pid)) rmSync(join(temp, name), { recursive: true, force: true })
  }
}
const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Moves a finished file to where it belongs; across file systems by copy and rename, so nobody sees half of it. */
function publish(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    copyFileSync(from, `${to}.part`)
    renameSync(`${to}.part`, to)
    rmSync(from, { force: true })
  }
}

/** Starts no process yet: children come with the first question. */
export function openEngine({ temp, lanes = Math.min(8, availableParallelism()) }: EngineOptions): Engine {
  sweepScratch(temp)
  const idle: EngineChild[] = []
  const alive = new Set<EngineChild>()
  const queue: (() => void)[] = []
  let running = 0
  let closed = false

  const spawnChild = (): EngineChild => {
    const child = new EngineChild(temp)
    alive.add(child)
    void child.gone.then(() => alive.delete(child))
    return child
  }
  /** Waits for a free lane. Answers what gives it back. */
  const lane = async (): Promise<() => void> => {
    if (closed) throw new MediaRefused('stopped', 'was stopped')
    if (running >= lanes) await new Promise<void>(resolve => queue.push(resolve))
    else running++
    return () => {
      const next = queue.shift()
      if (next === undefined) running--
      else next()
    }
  }
  const borrow = (): EngineChild => {
    for (let child = idle.pop(); child !== undefined; child = idle.pop()) if (!child.dead) return child
    return spawnChild()
  }

  /** Asks a long-lived child. One that dies over a file may have been hurt by the file before: a fresh one decides. */
  async function quick<K extends Task['kind']>(task: Extract<Task, { kind: K }>, options: AskOptions): Promise<Results[K]> {
    const release = await lane()
    try {
      for (let attempt = 1; ; attempt++) {
        const child = attempt === 1 ? borrow() : spawnChild()
        // The first question also waits for the process to come up.
        const limitMs = options.limitMs + (child.asked === 0 ? 8000 : 0)
        try {
          const result = await child.ask(task, { ...options, limitMs })
          giveBack(child)
          return result
        } catch (error) {
          if (error instanceof ChildEnded) {
            if (attempt === 1 && !closed) continue
            throw new MediaRefused(closed ? 'stopped' : 'crashed', closed ? 'was stopped' : 'the decoder gave up on it', { cause: error })
          }
          if (!child.dead && error instanceof MediaRefused && error.code !== 'took_too_long') giveBack(child)
          else child.kill()
          throw error
        }
      }
    } finally {
      release()
    }
  }
  const giveBack = (child: EngineChild): void => {
    if (closed || child.asked >= mostTasksPerChild) child.kill()
    else idle.push(child)
  }

  /** Asks a child of its own, which ends with the answer. Its output is moved out before its folder goes. */
  async function alone<K extends Task['kind'], R>(make: (folder: string) => Extract<Task, { kind: K }>, options: AskOptions, keep: (result: Results[K], folder: string) => R): Promise<R> {
    const release = await lane()
    const child = spawnChild()
    try {
      return keep(await child.ask(make(child.folder), options), child.folder)
    } catch (error) {
      if (error instanceof ChildEnded) throw new MediaRefused(closed ? 'stopped' : 'crashed', closed ? 'was stopped' : 'the decoder gave up on it', { cause: error })
      throw error
    } finally {
      child.kill()
      await child.gone
      release()
    }
  }

  const engine: Engine = {
    inspect: path => quick({ kind: 'inspect', path }, { limitMs: inspectLimitMs }),
    picture: path => quick({ kind: 'picture', path }, { limitMs: inspectLimitMs }),
    analyse: (path, watch) => quick({ kind: 'analyse', path }, { limitMs: decodeLimitMs(path), ...watch }),
    render: (path, out, { previewStartMs, names = renditionNames }, watch) =>
      alone<'render', Rendition[]>(
        folder => ({ kind: 'render', path, out: folder, names: [...names], previewStartMs }),
        { limitMs: decodeLimitMs(path) * 10, ...watch },
        (made, folder) => {
          mkdirSync(out, { recursive: true })
          for (const { file } of made) publish(join(folder, file), join(out, file))
          return made
        },
      ),
    async processAudio(path, out, watch) {
      const analysis = await engine.analyse(path, { ...watch, onProgress: done => watch?.onProgress?.(done * 0.1) })
      const renditions = await engine.render(path, out, analysis, { ...watch, onProgress: done => watch?.onProgress?.(0.1 + done * 0.9) })
      watch?.onProgress?.(1)
      return { ...analysis, renditions }
    },
    convert: (path, out, { format, tags, cover }, watch) =>
      alone<'convert', Results['convert']>(
        folder => ({ kind: 'convert', path, out: join(folder, 'converted'), format, tags, cover: cover ?? null }),
        { limitMs: decodeLimitMs(path) * 5, ...watch },
        (made, folder) => {
          publish(join(folder, 'converted'), out)
          return made
        },
      ),
    cover: (path, out) =>
      alone<'cover', CoverSet>(
        folder => ({ kind: 'cover', path, out: folder }),
        { limitMs: 30_000 },
        (made, folder) => {
          mkdirSync(out, { recursive: true })
          for (const { file } of made.sizes) publish(join(folder, file), join(out, file))
          return made
        },
      ),
    pids: () => [...alive].map(child => child.pid).filter(pid => pid !== undefined),
    async close() {
      closed = true
      for (const child of alive) child.kill()
      await Promise.all([...alive].map(child => child.gone))
    },
  }
  return engine
}

let current: { temp: string; engine: Engine } | undefined
/** The engine of this process, opened with the first question; another home (tests) gets its own. */
export function engine(): Engine {
  const temp = files.scratch('media')
  if (current?.temp !== temp) current = { temp, engine: openEngine({ temp }) }
  return current.engine
}
