/** Downloads of what one bought: the files as they came, or FLAC and MP3 with tags and cover made from them on demand. */
import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { shop } from '../../shared/shop.ts'
import { timingOf, writeTimed, type TimedFormat } from '../../shared/timedtext/index.ts'
import { clock, randomToken } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import { files } from '../foundation/files.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { engine, openOriginal } from '../media/index.ts'
import { isLossless, readLyrics, readPurchase, type Purchase, type PurchaseTrack } from './store-downloads.ts'
import { markDownloaded } from './store-orders.ts'
import { attachment, distinct, fileName, zipStream, type Packed } from '../foundation/zip.ts'

type Entries = typeof shop.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Format = 'original' | 'flac' | 'mp3'

/** Downloads of one person at the same time: making MP3s costs a core. */
const mostPerPerson = 4
const running = new Map<string, number>()

async function load(db: Read, viewer: Viewer, line: string): Promise<Purchase> {
  const found = await readPurchase(db, line, viewer.id)
  if (found === undefined) throw fault('not_found')
  return found
}

/** FLAC is offered only where nothing was lost before. */
const formatsOf = (tracks: readonly PurchaseTrack[]): Format[] =>
  tracks.every(isLossless) ? ['original', 'flac', 'mp3'] : ['original', 'mp3']

const zipUrl = (line: string, format: Format): string => `/api/v1/downloads/${line}/zip?format=${format}`
const trackUrl = (line: string, track: string, format: Format): string => `/api/v1/downloads/${line}/tracks/${track}?format=${format}`

/** What can be downloaded of a line one bought, as its sound is there by now. */
export async function getDownloads(db: Read, viewer: Viewer, { line }: Input<'GET /downloads/:line'>): Promise<Ok<'GET /downloads/:line'>> {
  const { release, title, tracks } = await load(db, viewer, line)
  const bytes = tracks.reduce((sum, track) => sum + Number(track.sizeBytes), 0)
  return {
    line,
    release,
    title,
    formats:
      tracks.length === 0
        ? []
        : formatsOf(tracks).map(format => ({ format, bytes: format === 'original' ? bytes : null, url: zipUrl(line, format) })),
    tracks: tracks.map((track, index) => ({
      id: track.id,
      number: index + 1,
      title: track.title,
      urls: formatsOf([track]).map(format => ({ format, url: trackUrl(line, track.id, format) })),
    })),
  }
}

type Source = { extension: string; mime: string; sizeBytes: number | null; at: Date; open: () => Promise<Readable> }

async function coverPath(db: Read, purchase: Purchase): Promise<{ path: string; extension: string } | undefined> {
  const cover = purchase.cover === null ? undefined : await openOriginal(db, purchase.cover)
  return cover !== undefined && (cover.extension === 'jpg' || cover.extension === 'png') ? cover : undefined
}

const tagsOf = (purchase: Purchase, track: PurchaseTrack): Record<string, string> => {
  const tags: Record<string, string | null> = {
    title: track.title,
    artist: track.artists || purchase.artists,
    album: purchase.title,
    album_artist: purchase.artists,
    track: `${track.number}/${purchase.tracks.filter(one => one.disc === track.disc).length}`,
    disc: String(track.disc),
    date: purchase.releasedOn,
    genre: purchase.genre,
  }
  return Object.fromEntries(Object.entries(tags).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== ''))
}

type Words = Awaited<ReturnType<typeof readLyrics>>
/** The words of a track as text, or null. */
function wordsText(words: Words, purchase: Purchase, track: PurchaseTrack, format: TimedFormat): string | null {
  const found = words.get(track.id)
  if (found === undefined) return null
  const tags = { title: track.title, artist: track.artists || purchase.artists, album: purchase.title, language: found.language }
  return writeTimed(found.lines, timingOf(found.lines) === 'none' ? 'txt' : format, tags)
}

const making = new Map<string, Promise<void>>()

/** Makes a file once, however many ask for it at the same time. */
function once(key: string, make: () => Promise<void>): Promise<void> {
  const found = making.get(key)
  if (found !== undefined) return found
  const made = make().finally(() => making.delete(key))
  making.set(key, made)
  return made
}

/** The key of a converted file: another title or cover is another file. */
async function converted(db: Read, purchase: Purchase, track: PurchaseTrack, format: 'flac' | 'mp3'): Promise<string> {
  // Line by line, as every player reads it; the file beside it has each word.
  const lyrics = wordsText(await readLyrics(db, [track.id]), purchase, track, 'lrc')
  const tags = { ...tagsOf(purchase, track), ...(lyrics === null ? {} : { lyrics }) }
  const about = createHash('sha256')
    .update(JSON.stringify([tags, purchase.cover, 1]))
    .digest('hex')
    .slice(0, 20)
  const key = `downloads/${track.asset}/${about}.${format}`
  if ((await files.stat(key)) !== null) return key
  await once(key, async () => {
    const original = await openOriginal(db, track.asset)
    if (original === undefined) throw new Error(`no original of ${track.asset}`)
    const cover = await coverPath(db, purchase)
    const work = join(
      files.scratch('downloads'),
      `${randomToken(9)
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, '0')}.${format}`,
    )
    await mkdir(dirname(work), { recursive: true })
    try {
      await engine().convert(original.path, work, { format, tags, ...(cover === undefined ? {} : { cover: cover.path }) })
      await files.adopt(key, work, { move: true })
    } finally {
      await rm(work, { force: true })
    }
  })
  return key
}

/** Where the bytes of a track in a format come from. What is an MP3 already is not encoded again. */
function sourceOf(db: Read, purchase: Purchase, track: PurchaseTrack, format: Format): Source {
  if (format === 'original' || (format === 'mp3' && track.mime === 'audio/mpeg'))
    return {
      extension: track.extension,
      mime: track.mime,
      sizeBytes: Number(track.sizeBytes),
      at: purchase.boughtAt,
      open: async () => {
        const original = await openOriginal(db, track.asset)
        if (original === undefined) throw new Error(`no original of ${track.asset}`)
        return original.open()
      },
    }
  const mime = format === 'mp3' ? 'audio/mpeg' : 'audio/flac'
  return {
    extension: format,
    mime,
    sizeBytes: null,
    at: purchase.boughtAt,
    open: async () => files.open(await converted(db, purchase, track, format)),
  }
}

function checkFormat(format: string, tracks: readonly PurchaseTrack[]): Format {
  if (tracks.length === 0) throw fault('not_found', 'nothing_to_download')
  const found = formatsOf(tracks).find(one => one === format)
  if (found === undefined) throw fault('unsupported')
  return found
}

/** Counts a download of this person until its answer is over. */
function admit(person: string, reply: FastifyReply): void {
  const count = running.get(person) ?? 0
  if (count >= mostPerPerson) throw fault('limited', 'limited', { retryAfterSeconds: 10 })
  running.set(person, count + 1)
  reply.raw.once('close', () => {
    const left = (running.get(person) ?? 1) - 1
    if (left <= 0) running.delete(person)
    else running.set(person, left)
  })
}

/** Notes the first download: what was fetched is no longer as if unsold. Refunded at this very moment: nothing is handed out. */
async function note(ctx: StreamContext, line: string, { downloadedAt }: Purchase): Promise<void> {
  if (downloadedAt === null && !(await ctx.write(tx => markDownloaded(tx, line, clock.now())))) throw fault('not_found')
}

/** `03 Title`, on records of several discs `2-03 Title`. */
const trackName = (purchase: Purchase, track: PurchaseTrack): string => {
  const number = String(track.number).padStart(2, '0')
  return `${purchase.tracks.some(one => one.disc !== 1) ? `${track.disc}-` : ''}${number} ${fileName(track.title)}`
}

/** Everything in one zip, in a folder `Artist - Title`, the cover first. Made while it is sent. */
export async function sendZip(
  ctx: StreamContext,
  viewer: Viewer,
  { line, format: wanted = 'original' }: Input<'GET /downloads/:line/zip'>,
): Promise<FastifyReply> {
  const purchase = await load(ctx.read, viewer, line)
  const format = checkFormat(wanted, purchase.tracks)
  const folder = fileName(`${purchase.artists === '' ? '' : `${purchase.artists} - `}${purchase.title}`)
  ctx.reply
    .headers({
      'content-disposition': attachment(`${folder}.zip`),
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    })
    .type('application/zip')
  if (ctx.request.method === 'HEAD') return ctx.reply.send('')
  await note(ctx, line, purchase)
  admit(viewer.id, ctx.reply)
  const name = distinct()
  const packed: Packed[] = []
  const cover = purchase.cover === null ? undefined : await openOriginal(ctx.read, purchase.cover)
  if (cover !== undefined)
    packed.push({ name: `${folder}/${name('cover', cover.extension)}`, at: purchase.boughtAt, open: async () => cover.open() })
  const words = await readLyrics(
    ctx.read,
    purchase.tracks.map(track => track.id),
  )
  for (const track of purchase.tracks) {
    const source = sourceOf(ctx.read, purchase, track, format)
    packed.push({ name: `${folder}/${name(trackName(purchase, track), source.extension)}`, at: source.at, open: source.open })
    const text = wordsText(words, purchase, track, 'elrc')
    if (text !== null)
      packed.push({
        name: `${folder}/${name(trackName(purchase, track), 'lrc')}`,
        at: source.at,
        open: async () => Readable.from([Buffer.from(text)]),
      })
  }
  const zip = zipStream(packed)
  zip.once('error', error => ctx.log.error({ err: error, line }, 'a download broke off'))
  return ctx.reply.send(zip)
}

/** One track as a file. */
export async function sendTrack(
  ctx: StreamContext,
  viewer: Viewer,
  { line, track: id, format: wanted = 'original' }: Input<'GET /downloads/:line/tracks/:track'>,
): Promise<FastifyReply> {
  const purchase = await load(ctx.read, viewer, line)
  const track = purchase.tracks.find(one => one.id === id)
  if (track === undefined) throw fault('not_found')
  const source = sourceOf(ctx.read, purchase, track, checkFormat(wanted, [track]))
  ctx.reply
    .headers({
      'content-disposition': attachment(`${trackName(purchase, track)}.${source.extension}`),
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    })
    .type(source.mime)
  if (source.sizeBytes !== null) ctx.reply.header('content-length', source.sizeBytes)
  if (ctx.request.method === 'HEAD') return ctx.reply.send('')
  await note(ctx, line, purchase)
  admit(viewer.id, ctx.reply)
  return ctx.reply.send(await source.open())
}
