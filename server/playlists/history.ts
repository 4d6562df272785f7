/** A person's own history. What is taken out of it stays counted (artists are paid for it) but leaves every view of that person. */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { tracksByIds } from '../catalogue/index.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import type { Input, Ok } from './playlists.ts'
import { noteMark } from './smart.ts'
import { forgetAll, forgetPlay, listApps, listHistory } from './store-history.ts'

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
