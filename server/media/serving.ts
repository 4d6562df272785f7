/**
 * Sends sound and covers. Answers before the web framework sees the request: at this rate its hooks cost more than the bytes. Hot blocks come from memory,
 * others by one positioned read each; slow listeners hold at most one block.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Db, Read } from '../foundation/db.ts'
import { files } from '../foundation/files.ts'
import type { Http, StreamContext } from '../foundation/http.ts'
import { longestSeconds, masterPlaylist, mediaPlaylist, openFolder, streamUrlFor, type Opened, type Want } from './addresses.ts'
import { coverKey } from './assets.ts'
import { blockBytes, Blocks } from './blocks.ts'
import { pictureSizes, type PictureSize } from './engine/protocol.ts'
import * as store from './store.ts'

/** What stands behind a name: a stored file, or text we write. */
type Found = { key: string; sizeBytes: number; mime: string; etag: string } | { text: Buffer; mime: string; etag: string }
type Entry = { found: Found | null; streamsFromMs: number; readAtMs: number }

/** A withdrawn right cuts its addresses after at most this long. */
const lookAgainMs = 15_000
const lastCallMs = 3000
const mostEntries = 20_000
const mostFolders = 20_000

const fileName = /^(aac256|aac128|opus96|preview)\.(m4a|m3u8)$/
const coverPath = /^\/media\/covers\/(ast_[0-9a-hjkmnp-tv-z]{26})\/(\d{2,4})\.webp$/

export class Serving {
  readonly #secret: string
  readonly #db: Read
  readonly blocks: Blocks
  readonly #folders = new Map<string, Opened>()
  readonly #entries = new Map<string, Entry>()
  /** Answers that go out at the listener's pace. */
  readonly #slow = new Set<ServerResponse>()
  readonly figures = { requests: 0, bytes: 0, refused: 0 }

  constructor(config: Pick<Config, 'secret' | 'mediaCacheBytes'>, db: Read) {
    this.#secret = config.secret
    this.#db = db
    this.blocks = new Blocks(config.mediaCacheBytes)
  }

  /** Takes the request when its address is ours. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url!
    if (!url.startsWith('/media/')) return false
    this.figures.requests++
    const mark = url.indexOf('?')
    const path = mark < 0 ? url : url.slice(0, mark)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      this.#refuse(response, 405, 'method', { allow: 'GET, HEAD' })
      return true
    }
    const cut = path.lastIndexOf('/') + 1
    const folder = path.slice(0, cut)
    if (folder.startsWith('/media/covers/')) {
      void this.#cover(request, response, path)
      return true
    }
    const opened = this.#open(folder)
    const nowMs = clock.now().getTime()
    if (opened === undefined) {
      this.#refuse(response, 403, 'bad_signature')
      return true
    }
    if (opened.endsMs <= nowMs) {
      this.#refuse(response, 410, 'address_expired')
      return true
    }
    const cache = `private, max-age=${Math.floor((opened.endsMs - nowMs) / 1000)}`
    const entry = this.#entries.get(path.slice(path.indexOf('/', 7)))
    if (entry !== undefined && nowMs - entry.readAtMs < lookAgainMs) this.#answer(request, response, opened, entry, cache)
    else void this.#look(request, response, opened, path, cut, cache, nowMs)
    return true
  }

  #open(folder: string): Opened | undefined {
    const known = this.#folders.get(folder)
    if (known !== undefined) return known
    const opened = openFolder(this.#secret, folder)
    if (opened === undefined) return undefined
    if (this.#folders.size >= mostFolders) this.#folders.clear()
    this.#folders.set(folder, opened)
    return opened
  }

  async #look(
    request: IncomingMessage,
    response: ServerResponse,
    opened: Opened,
    path: string,
    cut: number,
    cache: string,
    nowMs: number,
  ): Promise<void> {
    try {
      const [found, streamsFrom] = await Promise.all([this.#find(opened, path.slice(cut)), store.readStreamsFrom(this.#db, opened.asset)])
      const entry: Entry = { found, streamsFromMs: streamsFrom?.getTime() ?? 0, readAtMs: nowMs }
      if (this.#entries.size >= mostEntries) this.#entries.clear()
      // Files that are not there (yet) are asked for again.
      if (found !== null) this.#entries.set(path.slice(path.indexOf('/', 7)), entry)
      this.#answer(request, response, opened, entry, cache)
    } catch {
      if (!response.headersSent) this.#refuse(response, 503, 'unavailable')
      else response.destroy()
    }
  }

  async #find({ asset, scope }: Opened, name: string): Promise<Found | null> {
    if (scope === 'original') {
      const row = await store.findAsset(this.#db, asset)
      return row === undefined || row.kind !== 'audio' || !/^original(\.[a-z0-9]{1,5})?$/.test(name)
        ? null
        : { key: row.key, sizeBytes: Number(row.sizeBytes), mime: row.mime, etag: `"${row.sha256.slice(0, 24)}"` }
    }
    const renditions = (await store.readRenditions(this.#db, asset)).filter(one => (one.name === 'preview') === (scope === 'preview'))
    if (name === 'master.m3u8' && renditions.length > 0) return textFile(masterPlaylist(renditions))
    const match = fileName.exec(name)
    const rendition = renditions.find(one => one.name === match?.[1])
    if (rendition === undefined || match === null) return null
    if (match[2] === 'm3u8') return textFile(mediaPlaylist(rendition))
    return {
      key: rendition.key,
      sizeBytes: Number(rendition.sizeBytes),
      mime: rendition.mime,
      etag: `"${asset.slice(4)}-${rendition.name}-${rendition.sizeBytes.toString(36)}"`,
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse, opened: Opened, entry: Entry, cache: string): void {
    // What was signed before a right was withdrawn is void; how old a signature is follows from its end.
    if (opened.endsMs - longestSeconds * 1000 < entry.streamsFromMs && entry.streamsFromMs > 0)
      return this.#refuse(response, 403, 'withdrawn')
    if (entry.found === null) return this.#refuse(response, 404, 'not_found')
    this.send(request, response, entry.found, cache)
  }

  async #cover(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const match = coverPath.exec(path)
    const size = Number(match?.[2])
    if (match === null || !(pictureSizes as readonly number[]).includes(size)) return this.#refuse(response, 404, 'not_found')
    try {
      let entry = this.#entries.get(path)
      if (entry === undefined) {
        const key = coverKey(match[1]!, size as PictureSize)
        const there = await files.stat(key)
        if (there === null) return this.#refuse(response, 404, 'not_found')
        entry = {
          found: { key, sizeBytes: there.sizeBytes, mime: 'image/webp', etag: `"${match[1]!.slice(4)}-${size}"` },
          streamsFromMs: 0,
          readAtMs: 0,
        }
        if (this.#entries.size >= mostEntries) this.#entries.clear()
        this.#entries.set(path, entry)
      }
      this.send(request, response, entry.found!, 'public, max-age=31536000, immutable')
    } catch {
      if (!response.headersSent) this.#refuse(response, 503, 'unavailable')
      else response.destroy()
    }
  }

  /** Headers, then the bytes: conditional requests, one range, HEAD. */
  send(request: IncomingMessage, response: ServerResponse, found: Found, cache: string, more: readonly string[] = []): void {
    const { headers } = request
    const total = 'text' in found ? found.text.length : found.sizeBytes
    const common = [
      'content-type',
      found.mime,
      'etag',
      found.etag,
      'cache-control',
      cache,
      'accept-ranges',
      'bytes',
      'x-content-type-options',
      'nosniff',
      ...more,
    ]
    const match = headers['if-none-match']
    if (match !== undefined && (match === '*' || match.split(',').some(one => one.trim().replace(/^W\//, '') === found.etag))) {
      response.writeHead(304, common.slice(2)).end()
      return
    }
    const condition = headers['if-range']
    const range = condition !== undefined && condition !== found.etag ? ({ kind: 'whole' } as const) : rangeOf(headers.range, total)
    if (range.kind === 'impossible') {
      response.writeHead(416, [...common, 'content-range', `bytes */${total}`, 'content-length', '0']).end()
      return
    }
    const start = range.kind === 'part' ? range.start : 0
    const end = range.kind === 'part' ? range.end : total - 1
    const length = end - start + 1
    if (range.kind === 'part') common.push('content-range', `bytes ${start}-${end}/${total}`)
    common.push('content-length', String(length))
    response.writeHead(range.kind === 'part' ? 206 : 200, common)
    if (request.method === 'HEAD' || length === 0) {
      response.end()
      return
    }
    this.figures.bytes += length
    if ('text' in found) {
      response.end(found.text.subarray(start, end + 1))
      return
    }
    this.#bytes(response, found.key, start, end)
  }

  /** Everything that is in memory goes out in one write; from the first block that is not, block by block at the listener's pace. */
  #bytes(response: ServerResponse, key: string, start: number, end: number): void {
    const last = Math.floor(end / blockBytes)
    let index = Math.floor(start / blockBytes)
    // A long file is not pushed into a socket that nobody reads.
    const most = index + 8
    response.cork()
    let open = true
    for (; index <= last && index < most; index++) {
      const block = this.blocks.peek(key, index)
      if (block === undefined) break
      const bytes = slice(block, index, start, end)
      if (index === last) {
        response.end(bytes)
        open = false
      } else response.write(bytes)
    }
    response.uncork()
    if (open) void this.#rest(response, key, index, last, start, end)
  }

  async #rest(response: ServerResponse, key: string, from: number, last: number, start: number, end: number): Promise<void> {
    this.#slow.add(response)
    try {
      for (let index = from; index <= last; index++) {
        if (response.writableNeedDrain && !(await drained(response))) return
        const block = await this.blocks.read(key, index)
        if (response.destroyed) return
        const bytes = slice(block, index, start, end)
        // The file is shorter than it was: the promised length cannot be kept.
        if (bytes.length === 0 || (index < last && block.length < blockBytes)) return void response.destroy()
        if (index === last) response.end(bytes)
        else response.write(bytes)
      }
    } catch {
      response.destroy()
    } finally {
      this.#slow.delete(response)
    }
  }

  /** Ends what is still going out: players go on where they were when the planet is back. */
  async close(): Promise<void> {
    for (const response of this.#slow) response.destroy()
    await this.blocks.close()
  }

  #refuse(response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}): void {
    this.figures.refused++
    const body = JSON.stringify({ type: 'about:blank', title: titles[code] ?? code, status, code })
    response
      .writeHead(status, {
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        'content-length': Buffer.byteLength(body),
        ...headers,
      })
      .end(body)
  }
}

const titles: Record<string, string> = {
  method: 'Only GET and HEAD.',
  bad_signature: 'This address was not made by this planet.',
  address_expired: 'This address has expired; ask for a new one.',
  withdrawn: 'The right to listen was withdrawn.',
  not_found: 'Not found.',
  unavailable: 'Not available right now.',
}
const textFile = (text: string): Found => ({
  text: Buffer.from(text),
  mime: 'application/vnd.apple.mpegurl',
  etag: `"${Buffer.byteLength(text).toString(36)}-${hash(text)}"`,
})
const hash = (text: string): string => {
  let value = 5381
  for (let i = 0; i < text.length; i++) value = ((value * 33) ^ text.charCodeAt(i)) >>> 0
  return value.toString(36)
}
const slice = (block: Buffer, index: number, start: number, end: number): Buffer => {
  const from = index * blockBytes
  const first = Math.max(0, start - from)
  const after = Math.min(block.length, end - from + 1)
  return first === 0 && after === block.length ? block : block.subarray(first, after)
}
/** Whether the listener took what was written; false when the connection ended instead. */
const drained = (response: ServerResponse): Promise<boolean> =>
  new Promise(resolve => {
    const over = (): void => settle(false)
    const taken = (): void => settle(true)
    const settle = (went: boolean): void => {
      response.off('close', over)
      response.off('drain', taken)
      resolve(went)
    }
    response.once('close', over)
    response.once('drain', taken)
    if (response.destroyed) over()
  })

/** HTTP byte ranges (RFC 9110): one range at most; several, or ones we cannot read, count as none. */
export type RangeAnswer = { kind: 'whole' } | { kind: 'part'; start: number; end: number } | { kind: 'impossible' }

const rangeShape = /^bytes=(\d{0,15})-(\d{0,15})$/

/** `end` is included. `sizeBytes` may be 0. */
export function rangeOf(header: string | undefined, sizeBytes: number): RangeAnswer {
  if (header === undefined) return { kind: 'whole' }
  const match = rangeShape.exec(header.trim())
  if (match === null || (match[1] === '' && match[2] === '')) return { kind: 'whole' }
  if (match[1] === '') {
    const last = Number(match[2])
    if (last === 0 || sizeBytes === 0) return { kind: 'impossible' }
    return { kind: 'part', start: Math.max(0, sizeBytes - last), end: sizeBytes - 1 }
  }
  const start = Number(match[1])
  const end = match[2] === '' ? sizeBytes - 1 : Math.min(Number(match[2]), sizeBytes - 1)
  // A last position before the first makes the header invalid: it is ignored, not refused.
  if (match[2] !== '' && Number(match[2]) < start) return { kind: 'whole' }
  if (start >= sizeBytes) return { kind: 'impossible' }
  return { kind: 'part', start, end }
}

const serving = new WeakMap<Db, Serving>()
/** The server of media of this database (one per process in the app). */
export function servingOf(given: { db: Db; config: Pick<Config, 'secret' | 'mediaCacheBytes'> }): Serving {
  let one = serving.get(given.db)
  if (one === undefined) serving.set(given.db, (one = new Serving(given.config, given.db.read)))
  return one
}

/** Puts `/media/…` before the framework's own handling of requests. */
export function mountServing(app: FastifyInstance, given: Pick<Http, 'db' | 'config'>): void {
  const one = servingOf(given)
  const framework = app.server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[]
  app.server.removeAllListeners('request')
  app.server.on('request', (request, response) => {
    if (one.handle(request, response)) return
    for (const listener of framework) listener(request, response)
  })
  app.addHook('preClose', async () => {
    await one.close()
    // Whoever took an answer and does not read it holds its connection; closing waits so long for them.
    setTimeout(() => app.server.closeAllConnections(), lastCallMs).unref()
  })
}

/** Answers a `stream` entry with the sound itself (Range and all), for clients that follow no redirects. `not_found` while there is none. */
export async function serveAsset(context: StreamContext, asset: string, want: Want = {}): Promise<FastifyReply> {
  const { request, reply, read } = context
  const renditions = want.original === true ? [] : await store.readRenditions(read, asset)
  const row = await store.findAsset(read, asset)
  const address = await streamUrlFor(read, context.config, asset, null, want)
  if (row === undefined || address === undefined) throw fault('not_found')
  const rendition = renditions.find(one => one.name === address.rendition)
  const found =
    rendition === undefined
      ? { key: row.key, sizeBytes: Number(row.sizeBytes), mime: row.mime, etag: `"${row.sha256.slice(0, 24)}"` }
      : {
          key: rendition.key,
          sizeBytes: Number(rendition.sizeBytes),
          mime: rendition.mime,
          etag: `"${asset.slice(4)}-${rendition.name}-${rendition.sizeBytes.toString(36)}"`,
        }
  reply.hijack()
  servingOf(context).send(request.raw, reply.raw, found, 'private, no-store')
  return reply
}
