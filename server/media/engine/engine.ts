/**
 * The processing engine as the app sees it. All parsing and decoding happens in child processes (node-av may end its process, and a file from a
 * stranger decides what it does): a few long-lived ones for the quick questions, a fresh one for each rendering.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { files } from '../../foundation/files.ts'
import { residentBytes, whenOver } from '../../foundation/allowance.ts'
import {
  MediaRefused,
  renditionNames,
  type Analysis,
  type ConvertFormat,
  type ConvertTags,
  type CoverSet,
  type FromChild,
  type Inspection,
  type Rendition,
  type RenditionName,
  type Results,
  type Task,
  type ToChild,
} from './protocol.ts'

const mostCpuSeconds = 3600
/** 4 GiB, in the 512-byte blocks of `ulimit -f`. */
const mostFileBlocks = 8_388_608
const mostResidentBytes = 1_200_000_000
const heapMb = 512

type AskOptions = {
  /** So long it may compute (foundation/allowance.ts); then the process is killed. */
  limitMs: number
  onProgress?: (done: number) => void
  signal?: AbortSignal
}

let count = 0

/** One engine process: started with limits, asked one thing at a time, killed when it overstays. It owns a folder that disappears with it. */
class EngineChild {
  readonly folder: string
  /** How many questions it was asked. */
  asked = 0
  dead = false
  readonly gone: Promise<void>
  readonly #process: ChildProcess
  #waiting: { id: number; settle: (message: Exclude<FromChild, { ready: true }> | { ended: string }) => void } | undefined
  #said = ''

  constructor(temp: string) {
    this.folder = join(temp, `${process.pid}-${++count}`)
    mkdirSync(this.folder, { recursive: true })
    const node = [`--max-old-space-size=${heapMb}`, '--no-warnings', join(import.meta.dirname, 'process.child.ts')]
    // The shell sets what only a shell can and becomes the child; where a limit cannot be set the others still hold.
    const shell = `ulimit -c 0; ulimit -t ${mostCpuSeconds} 2>/dev/null; ulimit -f ${mostFileBlocks} 2>/dev/null; exec nice -n 10 "$0" "$@"`
    this.#process = spawn('/bin/sh', ['-c', shell, process.execPath, ...node], {
      cwd: this.folder,
      // Nothing of ours: no secrets, no proxies, no options.
      env: {
        PATH: '/usr/bin:/bin',
        LANG: 'C.UTF-8',
        HOME: this.folder,
        TMPDIR: this.folder,
        UV_THREADPOOL_SIZE: '2',
        VIPS_CONCURRENCY: '1',
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    this.#process.stderr!.on('data', (bytes: Buffer) => {
      this.#said = (this.#said + bytes.toString('utf8')).slice(-2000)
    })
    this.#process.on('message', (message: FromChild) => {
      if (!('ready' in message)) this.#waiting?.settle(message)
    })
    this.#process.on('error', () => undefined)
    this.gone = new Promise(resolve => {
      this.#process.once('close', (code, signal) => {
        this.dead = true
        rmSync(this.folder, { recursive: true, force: true })
        this.#waiting?.settle({ ended: signal ?? `exit ${code}` })
        resolve()
      })
    })
    // An idle child must not keep a finished command alive.
    this.#rest(true)
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  #rest(idle: boolean): void {
    for (const part of [this.#process, this.#process.channel, this.#process.stderr as unknown as { ref(): void; unref(): void } | null]) {
      if (idle) part?.unref()
      else part?.ref()
    }
  }

  /** Puts one task to it. Rejects with MediaRefused for what the file is to blame for, and with Error for bugs. */
  ask<K extends Task['kind']>(task: Extract<Task, { kind: K }>, options: AskOptions): Promise<Results[K]> {
    const id = ++this.asked
    this.#rest(false)
    return new Promise<Results[K]>((resolve, reject) => {
      let killedFor: Error | undefined
      const kill = (reason: Error): void => {
        killedFor ??= reason
        this.kill()
      }
      const forget = whenOver(this.pid, options.limitMs, () =>
        kill(new MediaRefused('took_too_long', `could not be read within ${Math.round(options.limitMs / 1000)} seconds`)),
      )
      const memory = setInterval(() => {
        if (residentBytes(this.pid) > mostResidentBytes) kill(new MediaRefused('crashed', 'reading it takes too much memory'))
      }, 500)
      const abort = (): void =>
        kill(options.signal!.reason instanceof Error ? options.signal!.reason : new MediaRefused('stopped', 'was stopped'))
      const end = (): void => {
        forget()
        clearInterval(memory)
        options.signal?.removeEventListener('abort', abort)
        this.#waiting = undefined
        if (!this.dead) this.#rest(true)
      }
      this.#waiting = {
        id,
        settle: message => {
          if ('ended' in message) {
            end()
            reject(killedFor ?? new ChildEnded(message.ended, this.#said))
          } else if (message.id !== id || killedFor !== undefined) {
            return
          } else if ('progress' in message) {
            options.onProgress?.(message.progress)
          } else {
            end()
            if ('refused' in message) reject(new MediaRefused(message.refused, message.message))
            else if ('bug' in message) reject(new Error(`engine, ${task.kind}: ${message.bug}`))
            else resolve(message.result as Results[K])
          }
        },
      }
      if (options.signal?.aborted === true) return abort()
      options.signal?.addEventListener('abort', abort, { once: true })
      if (this.dead) return this.#waiting.settle({ ended: 'before it began' })
      this.#process.send({ id, task } satisfies ToChild, error => {
        // Its end is reported by `close`; a closed channel alone says nothing new.
        if (error !== null) this.kill()
      })
    })
  }

  /** Ends it at once. Whoever waits for its end keeps the process alive until then. */
  kill(): void {
    if (!this.dead) this.#rest(false)
    this.#process.kill('SIGKILL')
  }
}

/** The process ended by itself in the middle of a task. */
class ChildEnded extends Error {
  constructor(how: string, said: string) {
    super(`engine child ended (${how})${said === '' ? '' : `: ${said}`}`)
    this.name = 'ChildEnded'
  }
}

export type Watch = { onProgress?: (done: number) => void; signal?: AbortSignal }
export type Processed = Analysis & { renditions: Rendition[] }

export type Engine = {
  /** Tags and facts without decoding; at most 2 seconds of computing, else refused. About 1,500 files per CPU second. */
  inspect: (path: string) => Promise<Inspection>
  /** The front cover inside the file. */
  picture: (path: string) => Promise<{ mime: string; data: Uint8Array } | null>
  /** Decodes once: length, loudness, waveform, fingerprint; refuses what is cut off or damaged. About 400 × realtime. */
  analyse: (path: string, watch?: Watch) => Promise<Analysis>
  /** Encodes the renditions into the folder `out` (made if missing); files appear there whole or not at all. */
  render: (
    path: string,
    out: string,
    about: { previewStartMs: number; names?: readonly RenditionName[] },
    watch?: Watch,
  ) => Promise<Rendition[]>
  /** `analyse`, then `render`. Progress covers both. */
  processAudio: (path: string, out: string, watch?: Watch) => Promise<Processed>
  /** One MP3 or FLAC with tags (FFmpeg's names: title, artist, album, track, date …) and a JPEG or PNG cover, at `out`. */
  convert: (
    path: string,
    out: string,
    about: { format: ConvertFormat; tags: ConvertTags; cover?: string },
    watch?: Watch,
  ) => Promise<{ sizeBytes: number; mime: string }>
  /** One listener's stream into a file that grows, in a child of its own; how many there may be at once is the caller's to limit. */
  transcode: (about: Omit<Extract<Task, { kind: 'transcode' }>, 'kind'>, watch?: Watch) => Promise<void>
  /** Covers in four sizes into the folder `out`, and the accent colour. */
  cover: (path: string, out: string, whole?: boolean) => Promise<CoverSet>
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
const none = (): void => undefined
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

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

  const gaveUp = (cause: ChildEnded): MediaRefused =>
    closed ? new MediaRefused('stopped', 'was stopped', { cause }) : new MediaRefused('crashed', 'the decoder gave up on it', { cause })
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
            throw gaveUp(error)
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
  async function alone<K extends Task['kind'], R>(
    make: (folder: string) => Extract<Task, { kind: K }>,
    options: AskOptions,
    keep: (result: Results[K], folder: string) => R,
    release?: () => void,
  ): Promise<R> {
    release ??= await lane()
    const child = spawnChild()
    try {
      return keep(await child.ask(make(child.folder), options), child.folder)
    } catch (error) {
      throw error instanceof ChildEnded ? gaveUp(error) : error
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
    transcode: (about, watch) =>
      alone<'transcode', void>(() => ({ kind: 'transcode', ...about }), { limitMs: decodeLimitMs(about.path) * 5, ...watch }, none, none),
    cover: (path, out, whole = false) =>
      alone<'cover', CoverSet>(
        folder => ({ kind: 'cover', path, out: folder, whole }),
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
