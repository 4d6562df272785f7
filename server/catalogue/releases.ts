/** Releases, tracks, credits, words and sound: what people get of them and how those who may change them. */
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { catalogue } from '../../shared/catalogue.ts'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { streamUrlFor, waveform } from '../media/index.ts'
import { creditsFor, settleReleases } from './building.ts'
import { playableOf, showCard, showRelease, showTrack, showTrackPage } from './show.ts'
import {
  listGenres,
  listOwnReleases,
  listReleases,
  listTracks,
  readArtist,
  readCards,
  readRelease,
  readSound,
  readTrack,
  readTracks,
} from './store.ts'
import {
  deleteCredits,
  insertCredits,
  lockRelease,
  lockTrack,
  mayEdit,
  updateRelease,
  updateTrack,
  type TrackPlace,
} from './store-write.ts'

type Entries = typeof catalogue.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** Cards in the order of the ids; those the viewer cannot see are left out. */
export const releaseCards = async (db: Read, viewer: Viewer | null, ids: readonly string[]): Promise<Ok<'GET /releases'>['items']> =>
  (await readCards(db, viewer, ids)).map(showCard)

/** Tracks in the order of the ids; those the viewer cannot see are left out. */
export const tracksByIds = async (db: Read, viewer: Viewer | null, ids: readonly string[]): Promise<Ok<'GET /tracks'>['items']> =>
  (await readTracks(db, viewer, ids)).map(showTrack)

export async function getReleases(db: Read, _viewer: Viewer | null, input: Input<'GET /releases'>): Promise<Ok<'GET /releases'>> {
  const { sort, limit, artist = null, genre = null, kind = null } = input
  const after =
    sort === 'new'
      ? fromCursor(input.cursor, [cursorTime, z.string()])
      : fromCursor(input.cursor, [sort === 'popular' ? z.string().regex(/^\d{1,18}$/) : z.string(), z.string()])
  const rows = await listReleases(db, { artist, genre, kind }, sort, after, limit + 1)
  return pageOf(rows, limit, showCard, row =>
    toCursor(sort === 'new' ? row.createdAt : sort === 'title' ? row.sortTitle : row.heat, row.id),
  )
}

export async function getRelease(db: Read, viewer: Viewer | null, { id }: Input<'GET /releases/:id'>): Promise<Ok<'GET /releases/:id'>> {
  const row = await readRelease(db, viewer, id)
  if (row === undefined) throw fault('not_found')
  return showRelease(row)
}

export async function getMyReleases(db: Read, viewer: Viewer, input: Input<'GET /me/releases'>): Promise<Ok<'GET /me/releases'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listOwnReleases(db, viewer, input.page ?? null, after, input.limit + 1)
  return pageOf(rows, input.limit, showCard, row => toCursor(row.createdAt, row.id))
}

/** Cannot see it: not found. Sees it, but it is another's: forbidden. */
async function allow(tx: Tx, viewer: Viewer, thing: { page: string; visibility: string } | undefined): Promise<void> {
  if (thing !== undefined && (await mayEdit(tx, viewer, thing.page))) return
  throw thing === undefined || thing.visibility === 'draft' ? fault('not_found') : fault('forbidden', 'own_page_only')
}

export async function changeRelease(
  tx: Tx,
  viewer: Viewer,
  { id, ...change }: Input<'PATCH /releases/:id'>,
): Promise<Ok<'PATCH /releases/:id'>> {
  await allow(tx, viewer, await lockRelease(tx, id))
  if (!(await updateRelease(tx, id, change, clock.now()))) throw fault('conflict', 'upc_used', { fields: { upc: 'upc_used' } })
  await settleReleases(tx, [id])
  return getRelease(tx, viewer, { id })
}

export async function getArtist(db: Read, viewer: Viewer | null, { id }: Input<'GET /artists/:id'>): Promise<Ok<'GET /artists/:id'>> {
  const row = await readArtist(db, viewer, id)
  if (row === undefined) throw fault('not_found')
  return {
    releases: row.releases.map(showCard),
    appearsOn: row.appearsOn.map(showCard),
    top: row.top.map(showTrack),
    plays30d: row.plays30d,
  }
}

export async function getTracks(db: Read, viewer: Viewer | null, input: Input<'GET /tracks'>): Promise<Ok<'GET /tracks'>> {
  const { sort, limit } = input
  const after =
    sort === 'new'
      ? fromCursor(input.cursor, [cursorTime, z.string()])
      : fromCursor(input.cursor, [z.string().regex(/^\d{1,18}$/), z.string()])
  const rows = await listTracks(db, viewer, sort, after, limit + 1)
  return pageOf(rows, limit, showTrack, row => toCursor(sort === 'new' ? row.createdAt : row.heat, row.id))
}

export async function getTrack(db: Read, viewer: Viewer | null, { id }: Input<'GET /tracks/:id'>): Promise<Ok<'GET /tracks/:id'>> {
  const row = await readTrack(db, viewer, id)
  if (row === undefined) throw fault('not_found')
  return showTrackPage(row)
}

async function lockOwn(tx: Tx, viewer: Viewer, id: string): Promise<TrackPlace> {
  const place = await lockTrack(tx, id)
  await allow(tx, viewer, place)
  return place!
}

export async function changeTrack(tx: Tx, viewer: Viewer, { id, ...change }: Input<'PATCH /tracks/:id'>): Promise<Ok<'PATCH /tracks/:id'>> {
  const place = await lockOwn(tx, viewer, id)
  await updateTrack(tx, id, change)
  if (change.title !== undefined) await settleReleases(tx, [place.release])
  return getTrack(tx, viewer, { id })
}

export async function setCredits(
  tx: Tx,
  viewer: Viewer,
  { id, credits }: Input<'PUT /tracks/:id/credits'>,
): Promise<Ok<'PUT /tracks/:id/credits'>> {
  const place = await lockOwn(tx, viewer, id)
  await deleteCredits(tx, id)
  await insertCredits(
    tx,
    creditsFor({ work: place.work ?? '', recording: place.recording }, credits).map(credit =>
      credit.work === '' ? { ...credit, work: null, recording: place.recording } : credit,
    ),
  )
  return getTrack(tx, viewer, { id })
}

export const getGenres = async (db: Read): Promise<Ok<'GET /genres'>> => ({ items: await listGenres(db) })

/**
 * Redirects to a signed address, where seeking is cheap; a caller that asks for JSON gets the address itself. The preview for those who may hear no more.
 * Faults: `not_playable` (no streaming, or the file cannot be played), `not_ready` with Retry-After while it is being prepared.
 */
export async function streamTrack(
  context: StreamContext,
  viewer: Viewer | null,
  input: Input<'GET /tracks/:id/stream'>,
): Promise<{ url: string } | FastifyReply> {
  const { read, reply, request, config } = context
  const sound = await readSound(read, viewer, input.id)
  if (sound === undefined) throw fault('not_found')
  const playable = playableOf(sound)
  if (playable === 'no') throw fault('forbidden', 'not_playable')
  if (sound.state === 'failed') throw fault('unprocessable', 'not_playable')
  const preview = playable === 'preview' || input.part === 'preview'
  const address =
    sound.asset === null
      ? undefined
      : await streamUrlFor(read, config, sound.asset, viewer?.id ?? null, { preview, quality: input.quality, opus: input.codec === 'opus' })
  if (address === undefined) throw fault('unavailable', 'not_ready', { retryAfterSeconds: 5 })
  reply.header('cache-control', 'private, no-store').header('vary', 'accept')
  if (request.headers.accept?.includes('application/json')) return { url: address.url }
  return reply.redirect(address.url, 302)
}

/** 1,800 peaks of a track the viewer may see. */
export async function getWaveform(
  db: Read,
  viewer: Viewer | null,
  { id }: Input<'GET /tracks/:id/waveform'>,
): Promise<Ok<'GET /tracks/:id/waveform'>> {
  const sound = await readSound(db, viewer, id)
  if (sound === undefined) throw fault('not_found')
  const peaks = sound.asset === null ? undefined : await waveform(db, sound.asset)
  if (peaks === undefined) throw fault('unavailable', 'not_ready', { retryAfterSeconds: 5 })
  return { peaks: [...peaks] }
}
