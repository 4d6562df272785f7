/** What a listener keeps: the queue and favourites. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { listening } from '../../shared/listening.ts'
import { tracksByIds } from '../catalogue/index.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { deleteFavourite, insertFavourite, isFavourite, listFavourites, readQueue, writeQueue } from './store.ts'

type Entries = typeof listening.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

export const getQueue = async (db: Read, viewer: Viewer): Promise<Ok<'GET /me/queue'>> => ({
  queue: (await readQueue(db, viewer.id)) ?? null,
})

export async function keepQueue(tx: Tx, viewer: Viewer, input: Input<'PUT /me/queue'>): Promise<Ok<'PUT /me/queue'>> {
  const index = Math.min(input.index, Math.max(0, input.tracks.length - 1))
  await writeQueue(tx, viewer.id, { ...input, index, updatedAt: clock.now() })
  return { ok: true }
}

export async function getFavourites(db: Read, viewer: Viewer, input: Input<'GET /me/favourites'>): Promise<Ok<'GET /me/favourites'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listFavourites(db, viewer.id, after, input.limit + 1)
  const page = pageOf(
    rows,
    input.limit,
    row => row.track,
    row => toCursor(row.at, row.track),
  )
  const tracks = new Map((await tracksByIds(db, viewer, page.items)).map(track => [track.id, track]))
  return { items: page.items.flatMap(id => tracks.get(id) ?? []), next: page.next }
}

export async function addFavourite(
  tx: Tx,
  viewer: Viewer,
  input: Input<'PUT /me/favourites/:track'>,
): Promise<Ok<'PUT /me/favourites/:track'>> {
  if ((await tracksByIds(tx, viewer, [input.track])).length === 0) throw fault('not_found')
  await insertFavourite(tx, viewer.id, input.track, clock.now())
  return { ok: true }
}

export async function removeFavourite(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /me/favourites/:track'>,
): Promise<Ok<'DELETE /me/favourites/:track'>> {
  await deleteFavourite(tx, viewer.id, input.track)
  return { ok: true }
}

export const getFavourite = async (
  db: Read,
  viewer: Viewer,
  input: Input<'GET /me/favourites/:track'>,
): Promise<Ok<'GET /me/favourites/:track'>> => ({
  favourite: await isFavourite(db, viewer.id, input.track),
})
