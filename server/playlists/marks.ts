/**
 * What is a person's own: favourites of tracks, releases and artists, stars (only averages of many are shown to others), and their history. What is taken out of the
 * history stays counted (artists are paid for it) but leaves every view of that person.
 */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { releaseCards, tracksByIds } from '../catalogue/index.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { pictureAddress } from '../people/index.ts'
import type { Input, Ok } from './playlists.ts'
import { noteMark } from './smart.ts'
import {
  deleteFavourite,
  forgetAll,
  forgetPlay,
  insertFavourite,
  listApps,
  listHistory,
  listFavourites,
  listRatings,
  readMarks,
  readPageCards,
  readRating,
  writeRating,
  type FavouriteRow,
  type Kind,
} from './store-marks.ts'

/** An average of fewer would tell who gave what. */
const raters = 5

/** Whether the viewer sees a track, release or artist. */
async function sees(db: Read, viewer: Viewer | null, id: string): Promise<boolean> {
  if (id.startsWith('trk_')) return (await tracksByIds(db, viewer, [id])).length > 0
  if (id.startsWith('rel_')) return (await releaseCards(db, viewer, [id])).length > 0
  return (await readPageCards(db, [id])).length > 0
}

async function listed(
  db: Read,
  viewer: Viewer,
  kind: Kind,
  input: Input<'GET /me/favourites'>,
): Promise<{ items: string[]; next: string | null }> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listFavourites(db, viewer.id, kind, after, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => row.thing,
    row => toCursor(row.at, row.thing),
  )
}

export async function getFavourites(db: Read, viewer: Viewer, input: Input<'GET /me/favourites'>): Promise<Ok<'GET /me/favourites'>> {
  const { items, next } = await listed(db, viewer, 'trk', input)
  return { items: await tracksByIds(db, viewer, items), next }
}

export async function getFavouriteReleases(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /me/favourites/releases'>,
): Promise<Ok<'GET /me/favourites/releases'>> {
  const { items, next } = await listed(db, viewer, 'rel', input)
  return { items: await releaseCards(db, viewer, items), next }
}

export async function getFavouriteArtists(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /me/favourites/artists'>,
): Promise<Ok<'GET /me/favourites/artists'>> {
  const { items, next } = await listed(db, viewer, 'pag', input)
  const cards = await readPageCards(db, items)
  return { items: cards.map(card => ({ ...card, picture: pictureAddress(card.picture) })), next }
}

/** Makes it a favourite, or no more; twice is once. Says whether the viewer sees such a thing. */
export async function star(tx: Tx, viewer: Viewer, id: string, on: boolean): Promise<boolean> {
  noteMark(viewer.id)
  if (!on) {
    await deleteFavourite(tx, viewer.id, id)
    return true
  }
  if (!(await sees(tx, viewer, id))) return false
  await insertFavourite(tx, viewer.id, id, clock.now())
  return true
}

/** One to five stars, 0 for none. Says whether the viewer sees such a thing. */
export async function rate(tx: Tx, viewer: Viewer, id: string, stars: number): Promise<boolean> {
  if (!(await sees(tx, viewer, id))) return false
  noteMark(viewer.id)
  await writeRating(tx, viewer.id, id, stars, clock.now())
  return true
}

export async function addFavourite(tx: Tx, viewer: Viewer, input: Input<'PUT /me/favourites/:id'>): Promise<Ok<'PUT /me/favourites/:id'>> {
  if (!(await star(tx, viewer, input.id, true))) throw fault('not_found')
  return { ok: true }
}

export async function removeFavourite(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /me/favourites/:id'>,
): Promise<Ok<'DELETE /me/favourites/:id'>> {
  await star(tx, viewer, input.id, false)
  return { ok: true }
}

export const getFavourite = async (
  db: Read,
  viewer: Viewer,
  input: Input<'GET /me/favourites/:id'>,
): Promise<Ok<'GET /me/favourites/:id'>> => ({
  favourite: (await readMarks(db, viewer.id, [input.id])).some(mark => mark.starredAt !== null),
})

export async function getRating(db: Read, viewer: Viewer | null, input: Input<'GET /ratings/:id'>): Promise<Ok<'GET /ratings/:id'>> {
  if (!(await sees(db, viewer, input.id))) throw fault('not_found')
  const { own, average, count } = await readRating(db, viewer?.id ?? null, input.id)
  return count >= raters ? { own, average, count } : { own, average: null, count: 0 }
}

export async function giveStars(tx: Tx, viewer: Viewer, input: Input<'PUT /me/ratings/:id'>): Promise<Ok<'PUT /me/ratings/:id'>> {
  if (!(await rate(tx, viewer, input.id, input.stars))) throw fault('not_found')
  return { ok: true }
}

export async function getRatings(db: Read, viewer: Viewer, input: Input<'GET /me/ratings'>): Promise<Ok<'GET /me/ratings'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listRatings(db, viewer.id, after, input.limit + 1)
  const page = pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.at, row.thing),
  )
  const tracks = await tracksByIds(
    db,
    viewer,
    page.items.map(row => row.thing),
  )
  const byId = new Map(tracks.map(track => [track.id, track]))
  return {
    items: page.items.flatMap(({ thing, stars, at }) => {
      const track = byId.get(thing)
      return track === undefined ? [] : [{ stars, at, track }]
    }),
    next: page.next,
  }
}

/** For other apps: all favourites with when (at most 10,000 of each kind), the latest first. */
export async function starred(
  db: Read,
  viewer: Viewer,
): Promise<Record<'artists' | 'releases' | 'tracks', readonly { id: string; at: Date }[]>> {
  const all = async (kind: Kind): Promise<{ id: string; at: Date }[]> =>
    (await listFavourites(db, viewer.id, kind, undefined, 10_000)).map(({ thing, at }: FavouriteRow) => ({ id: thing, at }))
  return { artists: await all('pag'), releases: await all('rel'), tracks: await all('trk') }
}

/** A person's marks of these things, by id; those without any are left out. One statement. */
export async function marksOf(
  db: Read,
  person: string,
  ids: readonly string[],
): Promise<Map<string, { starredAt: Date | null; rating: number }>> {
  return new Map((await readMarks(db, person, ids)).map(({ id, ...marks }) => [id, marks]))
}

export async function getHistory(db: Read, viewer: Viewer, input: Input<'GET /me/history'>): Promise<Ok<'GET /me/history'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const filter = { q: input.q ? input.q : null, app: input.app ?? null, until: input.until ?? null }
  const rows = await listHistory(db, viewer.id, filter, after, input.limit + 1)
  const page = pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.at, row.id),
  )
  const tracks = new Map((await tracksByIds(db, viewer, [...new Set(page.items.map(row => row.track))])).map(track => [track.id, track]))
  return {
    items: page.items.flatMap(({ track: id, ...row }) => {
      const track = tracks.get(id)
      return track === undefined ? [] : [{ ...row, track }]
    }),
    next: page.next,
  }
}

export const getApps = async (db: Read, viewer: Viewer): Promise<Ok<'GET /me/history/apps'>> => ({ items: await listApps(db, viewer.id) })

export async function forget(tx: Tx, viewer: Viewer, input: Input<'DELETE /me/history/:id'>): Promise<Ok<'DELETE /me/history/:id'>> {
  noteMark(viewer.id)
  if (!(await forgetPlay(tx, viewer.id, input.id))) throw fault('not_found')
  return { ok: true }
}

export async function forgetEverything(tx: Tx, viewer: Viewer): Promise<Ok<'DELETE /me/history'>> {
  noteMark(viewer.id)
  await forgetAll(tx, viewer.id, clock.now())
  return { ok: true }
}
