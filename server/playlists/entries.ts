/** Entries: put in, moved, taken out, taken back. Each change locks its playlist, so changes follow each other; a move names entries, never indexes. */
import { fault } from '../../shared/faults.ts'
import { tracksByIds } from '../catalogue/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { placesBetween } from './order.ts'
import { can } from './policy.ts'
import {
  dealPlaces,
  findEntries,
  findTracks,
  insertEntries,
  listTracks,
  readLastPlace,
  readNeighbours,
  setRemoved,
  updatePlaces,
  type Given,
} from './store-entries.ts'
import { lockPlaylist, updatePlaylist, type Locked } from './store.ts'

/** So many entries at most: what a page can still show and a person still look through. */
export const mostEntries = 10_000

/** Locks a playlist whose entries the viewer may change. */
export async function lockForEntries(tx: Tx, viewer: Viewer, id: string): Promise<Locked> {
  const found = await lockPlaylist(tx, viewer.id, id)
  if (found === undefined || !found.seen) throw fault('not_found')
  if (!can.fill(found)) throw fault('forbidden', 'own_playlist_only')
  if (found.smart) throw fault('conflict', 'playlist_by_rule')
  return found
}

/** Places behind an entry (null: at the top; undefined: at the end), dealing all anew where there is no room left. */
async function placesFor(
  tx: Tx,
  playlist: string,
  after: string | null | undefined,
  count: number,
  moved: readonly string[],
): Promise<bigint[]> {
  for (;;) {
    if (after === undefined) return placesBetween(await readLastPlace(tx, playlist), null, count)!
    let place: bigint | null = null
    if (after !== null) {
      const [known] = await findEntries(tx, [after])
      if (known === undefined || known.playlist !== playlist) throw fault('not_found', 'entry_gone')
      place = known.place
    }
    const between = await readNeighbours(tx, playlist, place, moved)
    const places = placesBetween(between.before, between.after, count)
    if (places !== undefined) return places
    await dealPlaces(tx, playlist)
  }
}

export type Added = { version: number; added: number }
/** Puts lines in behind an entry, or at the end. Entries that are in already (a retry) are left. */
export async function putIn(tx: Tx, person: string, list: Locked, lines: readonly Given[], after?: string | null): Promise<Added> {
  const known = await findEntries(
    tx,
    lines.map(line => line.id),
  )
  if (known.some(one => one.playlist !== list.id)) throw fault('conflict', 'taken')
  const there = new Set(known.map(one => one.id))
  const fresh = lines.filter(line => !there.has(line.id))
  if (fresh.length === 0) return { version: list.version, added: 0 }
  if (list.entries + fresh.length > mostEntries) throw fault('conflict', 'playlist_full')
  const places = await placesFor(tx, list.id, after, fresh.length, [])
  const at = clock.now()
  await insertEntries(
    tx,
    list.id,
    person,
    at,
    fresh.map((line, i) => ({ ...line, place: places[i]! })),
  )
  return { version: await updatePlaylist(tx, list.id, at, {}, fresh.length), added: fresh.length }
}

/** Lines of tracks the viewer sees, in the order of the ids, once per mention; what they do not see is left out. */
export async function linesOf(tx: Tx, viewer: Viewer, tracks: readonly string[], ids?: readonly string[]): Promise<Given[]> {
  const known = new Map((await tracksByIds(tx, viewer, [...new Set(tracks)])).map(track => [track.id, track]))
  return tracks.flatMap((id, i) => {
    const track = known.get(id)
    if (track === undefined) return []
    const artist = track.artists.map(one => one.name).join(', ')
    return [
      {
        id: ids?.[i] ?? newId('ple'),
        track: id,
        title: track.title,
        artist,
        album: track.release.title,
        durationMs: track.durationMs,
        isrc: null,
      },
    ]
  })
}

/** Which of these lines are of tracks that are in the playlist already (or twice among themselves). */
export async function repeated(tx: Tx, playlist: string, lines: readonly Given[]): Promise<Set<string>> {
  const there = new Set(
    await findTracks(
      tx,
      playlist,
      lines.flatMap(line => line.track ?? []),
    ),
  )
  const known = new Set(
    (
      await findEntries(
        tx,
        lines.map(line => line.id),
      )
    ).map(one => one.id),
  )
  const out = new Set<string>()
  for (const line of lines) {
    if (line.track === null || known.has(line.id)) continue
    if (there.has(line.track)) out.add(line.id)
    there.add(line.track)
  }
  return out
}

/** Moves entries, in the order given, behind another (null: to the top). Those that are gone meanwhile are left out. */
export async function moveIn(tx: Tx, list: Locked, entries: readonly string[], after: string | null): Promise<number> {
  const known = new Set((await findEntries(tx, entries)).filter(one => one.playlist === list.id && !one.removed).map(one => one.id))
  const moved = [...new Set(entries)].filter(id => known.has(id))
  if (moved.length === 0) throw fault('not_found', 'entry_gone')
  if (after !== null && moved.includes(after)) throw fault('invalid', 'invalid', { fields: { after: 'after' } })
  const places = await placesFor(tx, list.id, after, moved.length, moved)
  await updatePlaces(
    tx,
    moved.map((id, i) => ({ id, place: places[i]! })),
  )
  return updatePlaylist(tx, list.id, clock.now())
}

export async function takeOut(tx: Tx, viewer: Viewer, list: Locked, entries: readonly string[]): Promise<number> {
  const at = clock.now()
  const count = await setRemoved(tx, list.id, entries, viewer.id, at)
  return count === 0 ? list.version : updatePlaylist(tx, list.id, at, {}, -count)
}

export async function takeBack(tx: Tx, list: Locked, entries: readonly string[]): Promise<number> {
  const count = await setRemoved(tx, list.id, entries, null, null)
  if (list.entries + count > mostEntries) throw fault('conflict', 'playlist_full')
  return count === 0 ? list.version : updatePlaylist(tx, list.id, clock.now(), {}, count)
}

/** Makes the playlist exactly these tracks in this order: entries that fit stay, the rest goes. */
export async function arrange(tx: Tx, viewer: Viewer, list: Locked, tracks: readonly string[]): Promise<void> {
  const there = new Map<string, string[]>()
  for (const { id, track } of await listTracks(tx, list.id)) if (track !== null) there.set(track, [...(there.get(track) ?? []), id])
  const lines = await linesOf(tx, viewer, tracks)
  const order = lines.map(line => there.get(line.track!)?.shift() ?? line.id)
  const kept = new Set(order)
  const gone = [...there.values()].flat().filter(id => !kept.has(id))
  if (gone.length > 0) await takeOut(tx, viewer, list, gone)
  const left = { ...list, entries: list.entries - gone.length }
  await putIn(
    tx,
    viewer.id,
    left,
    lines.filter(line => kept.has(line.id)),
  )
  if (order.length > 0) await moveIn(tx, list, order, null)
}
