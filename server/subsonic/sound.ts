/** Sound for apps: the file as it came unless something else is asked for; a rendition that is ready where it fits; else a stream made for this listener. */
import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { noteDelivered } from '../listening/index.ts'
import { openOriginal, safeName, serveAsset, streamUrlFor, type Want } from '../media/index.ts'
import { holdingAppKeys } from '../people/index.ts'
import { notFound, Refused } from './answer.ts'
import { call, type Asked, type Call } from './call.ts'
import { namesOf, suffixOf } from './show.ts'
import { readPlayable, type Playable } from './store.ts'
import { streamMime, Transcodes, type StreamFormat, type Wanted } from './transcodes.ts'

/** A key that is revoked, or whose person is banned, is cut off after at most this long, also in the middle of a song. */
const lookEveryMs = 1000

/** What is on its way out, and by whose key. */
export class Streams {
  readonly transcodes = new Transcodes()
  readonly #open = new Map<ServerResponse, string>()
  readonly #db: Db
  #timer: NodeJS.Timeout | undefined

  constructor(db: Db) {
    this.#db = db
  }
  get count(): number {
    return this.#open.size
  }
  add(response: ServerResponse, key: string): void {
    this.#open.set(response, key)
    response.once('close', () => {
      this.#open.delete(response)
      if (this.#open.size === 0) this.#stop()
    })
    this.#timer ??= setInterval(() => void this.#look(), lookEveryMs).unref()
  }
  async #look(): Promise<void> {
    const keys = [...new Set(this.#open.values())]
    if (keys.length === 0) return
    const good = await holdingAppKeys(this.#db.write, keys).catch(() => new Set(keys))
    for (const [response, key] of this.#open) if (!good.has(key)) response.destroy()
  }
  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
  async close(): Promise<void> {
    this.#stop()
    for (const response of this.#open.keys()) response.destroy()
    await this.transcodes.close()
  }
}
const streams = new WeakMap<Db, Streams>()
export function streamsOf(db: Db): Streams {
  let one = streams.get(db)
  if (one === undefined) streams.set(db, (one = new Streams(db)))
  return one
}

async function playable({ read, viewer, given }: Asked): Promise<Playable> {
  const song = await readPlayable(read, viewer, given.need('id'))
  if (song === undefined) throw notFound('Song')
  // A preview is not the song: who may not hear all of it gets none of it here.
  if (!song.whole) throw new Refused(50, 'This song can be heard whole by those who bought it')
  if (!song.ready) throw new Refused(0, 'This song is being prepared; try again shortly', { status: 503, retryAfterSeconds: 5 })
  return song
}

const kbpsOf = (song: Playable): number => Math.round((song.bitsPerSecond ?? (song.sizeBytes * 8000) / Math.max(1, song.durationMs)) / 1000)
const allowed = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const usual: Record<StreamFormat, number> = { mp3: 192, opus: 128, aac: 192 }
const formats: Record<string, StreamFormat> = { mp3: 'mp3', opus: 'opus', ogg: 'opus', oga: 'opus', aac: 'aac', m4a: 'aac', mp4: 'aac' }

/** As it came, a rendition, or made anew. Pure. */
export function decide(
  song: Pick<Playable, 'mime' | 'name' | 'sizeBytes' | 'durationMs' | 'bitsPerSecond' | 'keeps'>,
  wanted: { format: string | undefined; maxKbps: number; fromSeconds: number },
): { way: 'original' } | { way: 'made'; format: StreamFormat; kbps: number; rendition: 'aac256' | 'aac128' | null } {
  const name = wanted.format?.toLowerCase()
  const best = { way: 'made', format: 'aac', kbps: 256, rendition: 'aac256' } as const
  if (name === 'raw') return song.keeps ? { way: 'original' } : best
  const kbps = kbpsOf(song as Playable)
  const fits = wanted.maxKbps === 0 || kbps <= wanted.maxKbps
  const format = name === undefined || name === '' ? undefined : formats[name]
  const same = name === undefined || name === '' || name === suffixOf(song.mime, song.name)
  // An unknown format is no reason to send nothing.
  if (song.keeps && wanted.fromSeconds === 0 && fits && (same || format === undefined)) return { way: 'original' }
  const most = wanted.maxKbps === 0 ? Infinity : wanted.maxKbps
  if (!song.keeps && wanted.fromSeconds === 0 && most >= 256 && (format === undefined || format === 'aac')) return best
  if (wanted.fromSeconds === 0 && (format === 'aac' || format === undefined) && most >= 128)
    return { way: 'made', format: 'aac', kbps: Math.min(most, usual.aac), rendition: most >= 256 ? 'aac256' : 'aac128' }
  const made = format ?? 'mp3'
  const wish = Math.min(most, Math.max(usual[made], Number.isFinite(most) ? Math.min(most, 320) : 0), 320)
  return { way: 'made', format: made, kbps: allowed.findLast(one => one <= wish) ?? 32, rendition: null }
}

/** Whatever goes out is noted when it ends: a play that an app tells of counts when its sound was sent. `bytes` stand for `ms` of the song. */
function watch({ request, reply, write, db, viewer, key, log }: Asked, song: Playable, bytes: number, ms: number): void {
  const response = reply.raw
  const { socket } = request.raw
  const began = clock.now()
  const before = socket.bytesWritten
  streamsOf(db).add(response, key.key)
  response.once('close', () => {
    const whole = response.statusCode === 200 && response.writableFinished
    if (request.method === 'HEAD' || (response.statusCode !== 200 && response.statusCode !== 206)) return
    const sent = whole ? 1 : Math.min(1, Math.max(0, socket.bytesWritten - before - response.writableLength) / Math.max(1, bytes))
    if (sent * ms < 1000) return
    write(tx => noteDelivered(tx, viewer.id, song.id, { ms: sent * ms, began })).catch((error: unknown) =>
      log.warn({ err: error }, 'a delivery was not noted'),
    )
  })
}

async function send(asked: Asked, song: Playable, want: Want, bytes = song.sizeBytes): Promise<FastifyReply> {
  const { request, reply, read, write, db, config, log } = asked
  watch(asked, song, bytes, song.durationMs)
  reply.raw.setHeader('access-control-allow-origin', '*')
  return serveAsset({ request, reply, read, write, db, config, log }, song.asset, want)
}

async function stream(asked: Asked): Promise<FastifyReply> {
  const { given, read, config, viewer } = asked
  const song = await playable(asked)
  const fromSeconds = given.whole('timeOffset', 0, 0, 14_400)
  const how = decide(song, { format: given.text('format'), maxKbps: given.whole('maxBitRate', 0, 0, 10_000), fromSeconds })
  if (how.way === 'original') return send(asked, song, { original: true })
  if (how.rendition !== null) {
    const want: Want = { quality: how.rendition === 'aac128' ? 'low' : 'high' }
    const ready = await streamUrlFor(read, config, song.asset, viewer.id, want)
    if (ready?.rendition === how.rendition || ready?.rendition === 'aac128') return send(asked, song, want, ready.sizeBytes)
  }
  const original = await openOriginal(read, song.asset)
  if (original === undefined) throw notFound('Song')
  if (fromSeconds * 1000 >= song.durationMs) throw new Refused(0, 'timeOffset lies behind the end')
  return sendMade(asked, song, {
    asset: song.asset,
    source: original.path,
    format: how.format,
    bitsPerSecond: (allowed.findLast(one => one <= how.kbps) ?? 32) * 1000,
    fromMs: fromSeconds * 1000,
    durationMs: song.durationMs,
  })
}

async function sendMade(asked: Asked, song: Playable, wanted: Wanted): Promise<FastifyReply> {
  const { request, reply, viewer, given, db } = asked
  if (request.method === 'HEAD')
    return reply.header('accept-ranges', 'none').header('cache-control', 'private, no-store').type(streamMime[wanted.format]).send()
  await streamsOf(db).transcodes.send(request.raw, reply.raw, viewer.id, wanted, {
    estimate: given.flag('estimateContentLength', false),
    begin: bytes => {
      reply.hijack()
      watch(asked, song, bytes, Math.max(0, wanted.durationMs - wanted.fromMs))
    },
  })
  return reply
}

/** The file as it came, to keep. */
async function download(asked: Asked): Promise<FastifyReply> {
  const song = await playable(asked)
  if (!song.keeps) throw new Refused(50, 'This is for sale: those who bought it can keep its file')
  const name = safeName(
    `${String(song.number).padStart(2, '0')} ${namesOf(song.artists)} - ${song.title}.${suffixOf(song.mime, song.name)}`,
  )
  const plain = name.replace(/[^\x20-\x7e]|["\\]/g, '_')
  asked.reply.raw.setHeader('content-disposition', `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`)
  return send(asked, song, { original: true })
}

/** A playlist of the renditions, by signed addresses that end; the best first. `bitRate` may be said several times: those are offered. */
async function hls(asked: Asked): Promise<FastifyReply> {
  const { read, config, viewer, given, reply } = asked
  const song = await playable(asked)
  const rates = given.all('bitRate').map(text => Number(/^\d{1,5}/.exec(text)?.[0] ?? 0))
  const kinds = [
    { quality: 'high' as const, kbps: 256 },
    { quality: 'low' as const, kbps: 128 },
  ].filter(({ kbps }) => rates.every(rate => rate === 0) || rates.some(rate => rate >= kbps))
  const variants = new Map<string, string>()
  for (const { quality, kbps } of kinds.length > 0 ? kinds : [{ quality: 'low' as const, kbps: 128 }]) {
    const found = await streamUrlFor(read, config, song.asset, viewer.id, { quality })
    if (found?.playlistUrl != null)
      variants.set(found.playlistUrl, `#EXT-X-STREAM-INF:BANDWIDTH=${Math.round(kbps * 1070)},CODECS="${found.codecs ?? 'mp4a.40.2'}"`)
  }
  if (variants.size === 0) throw new Refused(0, 'This song is being prepared; try again shortly', { status: 503, retryAfterSeconds: 5 })
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', ...[...variants].flatMap(([url, line]) => [line, url]), '']
  return reply.header('cache-control', 'private, no-store').type('application/vnd.apple.mpegurl').send(lines.join('\n'))
}

export const soundCalls: Record<string, Call> = {
  stream: call('listen', stream),
  download: call('listen', download),
  hls: call('listen', hls),
}
