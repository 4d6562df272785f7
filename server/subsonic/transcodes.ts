/**
 * Streams made for one listener, by children of the media engine. A stream is a file that grows and is read meanwhile; it is kept for a while, so that an app that
 * asks for a part of it, or again, costs nothing. There are few at once: per person and in all; whoever hangs up gives the place back.
 */
import { createReadStream } from 'node:fs'
import { availableParallelism } from 'node:os'
import { pipeline } from 'node:stream'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { randomToken } from '../foundation/clock.ts'
import { files } from '../foundation/files.ts'
import { engine, rangeOf } from '../media/index.ts'
import { Refused } from './answer.ts'

export type StreamFormat = 'mp3' | 'opus' | 'aac'
export type Wanted = { asset: string; source: string; format: StreamFormat; bitsPerSecond: number; fromMs: number; durationMs: number }
export const streamMime: Record<StreamFormat, string> = { mp3: 'audio/mpeg', opus: 'audio/ogg', aac: 'audio/aac' }

export const limits = { perPerson: 3, inAll: Math.max(4, availableParallelism() * 2) }
/** What is finished is kept so long after its last reader, and no more of it than this. */
const keptMs = 10 * 60_000
const keptBytes = 512 * 1024 * 1024
const lookEveryMs = 25

type Made = {
  key: string
  person: string
  path: string
  state: 'running' | 'done' | 'failed'
  readers: number
  sizeBytes: number
  abort: AbortController
  over: Promise<void>
  timer?: NodeJS.Timeout
}

export class Transcodes {
  readonly #made = new Map<string, Made>()
  #swept: Promise<void> | undefined

  get running(): number {
    return [...this.#made.values()].filter(one => one.state === 'running').length
  }
  runningOf(person: string): number {
    return [...this.#made.values()].filter(one => one.state === 'running' && one.person === person).length
  }

  async #open(person: string, wanted: Wanted): Promise<Made> {
    const key = `${person} ${wanted.asset} ${wanted.format} ${wanted.bitsPerSecond} ${wanted.fromMs}`
    const there = this.#made.get(key)
    if (there !== undefined && there.state !== 'failed') return there
    if (this.runningOf(person) >= limits.perPerson)
      throw new Refused(0, `At most ${limits.perPerson} songs are converted for one person at a time`, {
        status: 429,
        retryAfterSeconds: 5,
      })
    if (this.running >= limits.inAll) throw new Refused(0, 'Too many songs are being converted', { status: 429, retryAfterSeconds: 5 })
    const folder = files.scratch('streams')
    const path = join(folder, `${process.pid}-${randomToken(9)}.${wanted.format}`)
    const abort = new AbortController()
    const made: Made = { key, person, path, state: 'running', readers: 0, sizeBytes: 0, abort, over: Promise.resolve() }
    // Before anything is awaited: two that ask at once must see each other.
    this.#made.set(key, made)
    made.over = (async () => {
      try {
        await mkdir(folder, { recursive: true })
        await (this.#swept ??= sweep(folder))
        const { source, format, bitsPerSecond, fromMs } = wanted
        await engine().transcode({ path: source, out: path, format, bitsPerSecond, fromMs }, { signal: abort.signal })
        made.sizeBytes = (await stat(path)).size
        made.state = 'done'
        if (made.readers === 0) this.#rest(made)
      } catch {
        made.state = 'failed'
        if (this.#made.get(key) === made) this.#made.delete(key)
        await rm(path, { force: true })
      }
    })()
    return made
  }

  #leave(made: Made): void {
    made.readers--
    if (made.readers > 0) return
    // Nobody listens any more: the child ends and its place is free at once.
    if (made.state === 'running') {
      made.state = 'failed'
      this.#made.delete(made.key)
      made.abort.abort()
    } else if (made.state === 'done') this.#rest(made)
  }

  #rest(made: Made): void {
    made.timer = setTimeout(() => this.#forget(made), keptMs).unref()
    let bytes = 0
    for (const one of [...this.#made.values()].reverse())
      if (one.state === 'done' && one.readers === 0 && (bytes += one.sizeBytes) > keptBytes) this.#forget(one)
  }
  #forget(made: Made): void {
    if (made.readers > 0) return
    clearTimeout(made.timer)
    if (this.#made.get(made.key) === made) this.#made.delete(made.key)
    void rm(made.path, { force: true })
  }

  /** Sends the stream. Refuses before anything is sent (`begin` is called then); afterwards a failure ends the connection. */
  async send(request: IncomingMessage, response: ServerResponse, person: string, wanted: Wanted, how: How): Promise<void> {
    const made = await this.#open(person, wanted)
    made.readers++
    clearTimeout(made.timer)
    let left = false
    const leave = (): void => {
      if (left) return
      left = true
      this.#leave(made)
    }
    response.once('close', leave)
    try {
      if (response.destroyed) return
      // What is finished can be asked for in parts.
      if (made.state === 'done') sendFile(request, response, made, wanted, how)
      else await this.#grow(response, made, wanted, how)
    } catch (error) {
      leave()
      if (!response.headersSent) throw error
      response.destroy()
    }
  }

  async #grow(response: ServerResponse, made: Made, wanted: Wanted, how: How): Promise<void> {
    const unmade = (): Refused => new Refused(0, 'The song could not be converted')
    while ((await stat(made.path).catch(() => null)) === null) {
      if (made.state === 'failed') throw unmade()
      await pause()
    }
    const file = await open(made.path, 'r')
    try {
      const buffer = Buffer.allocUnsafe(64 * 1024)
      let at = 0
      const next = async (): Promise<Buffer | null> => {
        for (;;) {
          // Asked before reading: what is read after the end is all there is.
          const state = made.state as Made['state']
          const { bytesRead } = await file.read(buffer, 0, buffer.length, at)
          at += bytesRead
          if (bytesRead > 0) return Buffer.from(buffer.subarray(0, bytesRead))
          if (state === 'done' || response.destroyed) return null
          if (state === 'failed') throw unmade()
          await pause()
        }
      }
      // The first sound, or a refusal in the format that was asked for.
      const first = await next()
      const promised = how.estimate && wanted.format === 'mp3' ? estimate(wanted) : Infinity
      how.begin(promised === Infinity ? estimate(wanted) : promised)
      response.writeHead(200, {
        ...headers(wanted),
        'accept-ranges': 'none',
        ...(promised === Infinity ? {} : { 'content-length': String(promised) }),
      })
      let sent = 0
      for (let bytes = first; bytes !== null && sent < promised && !response.destroyed; bytes = await next()) {
        const part = bytes.subarray(0, Math.min(bytes.length, promised - sent))
        sent += part.length
        if (!response.write(part)) await drained(response)
      }
      if (response.destroyed) return
      // The promised length is kept: decoders pass over nothing.
      response.end(promised === Infinity || sent === promised ? undefined : Buffer.alloc(promised - sent))
    } finally {
      await file.close()
    }
  }

  async close(): Promise<void> {
    const all = [...this.#made.values()]
    for (const made of all) {
      clearTimeout(made.timer)
      made.abort.abort()
    }
    await Promise.all(all.map(made => made.over))
    this.#made.clear()
    await Promise.all(all.map(made => rm(made.path, { force: true })))
  }
}

export type How = {
  /** Promise a length although it is not known yet (MP3 only: its rate is constant). */
  estimate: boolean
  /** Called once, before the first byte, with how many bytes stand for the whole. */
  begin: (bytes: number) => void
}
const headers = (wanted: Wanted): Record<string, string> => ({
  'content-type': streamMime[wanted.format],
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': '*',
})

/** A stream that is finished: one range at most, and its real length. */
function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  made: { path: string; sizeBytes: number },
  wanted: Wanted,
  how: How,
): void {
  const range = rangeOf(request.headers.range, made.sizeBytes)
  how.begin(made.sizeBytes)
  const common = { ...headers(wanted), 'accept-ranges': 'bytes' }
  if (range.kind === 'impossible') {
    response.writeHead(416, { ...common, 'content-range': `bytes */${made.sizeBytes}`, 'content-length': '0' }).end()
    return
  }
  const [start, end] = range.kind === 'part' ? [range.start, range.end] : [0, made.sizeBytes - 1]
  response.writeHead(range.kind === 'part' ? 206 : 200, {
    ...common,
    'content-length': String(end - start + 1),
    ...(range.kind === 'part' ? { 'content-range': `bytes ${start}-${end}/${made.sizeBytes}` } : {}),
  })
  pipeline(createReadStream(made.path, { start, end }), response, () => undefined)
}

/** Removes what processes that are no more have left. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1])
    if (Number.isInteger(pid) && pid !== process.pid && !lives(pid)) await rm(join(folder, name), { force: true })
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
const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, lookEveryMs))
const drained = (response: ServerResponse): Promise<void> =>
  new Promise(resolve => {
    const over = (): void => {
      response.off('drain', over)
      response.off('close', over)
      resolve()
    }
    response.once('drain', over)
    response.once('close', over)
    if (response.destroyed) over()
  })
/** A little more than a constant rate needs: frames are whole, and the encoder adds its delay. */
export const estimate = ({ bitsPerSecond, durationMs, fromMs }: Wanted): number =>
  Math.ceil((Math.max(0, durationMs - fromMs) / 8000) * bitsPerSecond) + 4096
