/** What is kept on this device, as every part of the app sees it: read once, told to all tabs when it changes. */
import { useSyncExternalStore } from 'react'
import { playable, type Track } from '../player/track.ts'
import * as db from './db.ts'
import { lastKnown } from './who.ts'
import { barrier, mayKeep, orphans, progressOf, type KeptProblem, type KeptSet, type KeptTrack, type SetProgress } from './rules.ts'

export type Shelf = { tracks: ReadonlyMap<string, KeptTrack>; sets: readonly KeptSet[]; settings: db.Settings; read: boolean }

const bare: Shelf = { tracks: new Map(), sets: [], settings: db.usualSettings, read: false }
let shelf = bare
let reading: Promise<void> | null = null
let again = false
const listeners = new Set<() => void>()
const others = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('planet-offline')

/** Says to the player, before anything of this is loaded, whether it is worth asking (web/offline/find.ts). */
export const anyKey = 'planet.kept'

export const canKeep = (): boolean => typeof indexedDB !== 'undefined' && isSecureContext && 'locks' in navigator && 'caches' in globalThis

/** What failed and could not even be written down as failed: a device without room takes nothing at all. */
const stuck = new Map<string, KeptProblem>()
const asItIs = (track: KeptTrack): KeptTrack => {
  const problem = track.state === 'done' ? undefined : stuck.get(track.id)
  return problem ? { ...track, state: 'failed', problem } : track
}
/** Marks tracks as failed, on the device where it can be written, and in this tab in any case. */
export async function markFailed(ids: readonly string[], problem: KeptProblem): Promise<void> {
  for (const id of ids) stuck.set(id, problem)
  for (const id of ids)
    await db.changeTrack(id, { state: 'failed', problem }).then(
      () => stuck.delete(id),
      () => undefined,
    )
}

/** Reads everything anew; calls that come meanwhile share one more reading. */
export function refresh(): Promise<void> {
  if (reading) {
    again = true
    return reading
  }
  reading = (async () => {
    do {
      again = false
      const [{ tracks, sets }, settings] = await Promise.all([db.readAll(), db.readSettings()])
      shelf = {
        tracks: new Map(tracks.map(one => [one.id, asItIs(one)])),
        sets: sets.toSorted((a, b) => b.addedAt - a.addedAt),
        settings,
        read: true,
      }
      if (tracks.length > 0) localStorage.setItem(anyKey, '1')
      else localStorage.removeItem(anyKey)
    } while (again)
  })().finally(() => {
    reading = null
    for (const listener of listeners) listener()
  })
  return reading
}

/** After every change: this tab reads anew and the others are told. */
export async function changed(): Promise<void> {
  others?.postMessage('changed')
  await refresh()
}

/** Progress of one track, without reading everything: other tabs hear of it too. */
export function moved(track: KeptTrack): void {
  place(track)
  others?.postMessage(track)
}
function place(track: KeptTrack): void {
  if (!shelf.tracks.has(track.id)) return
  shelf = { ...shelf, tracks: new Map(shelf.tracks).set(track.id, track) }
  for (const listener of listeners) listener()
}
if (others)
  others.onmessage = (event: MessageEvent<'changed' | KeptTrack>) => {
    if (event.data === 'changed') void refresh()
    else place(event.data)
  }

export const currentShelf = (): Shelf => shelf
export async function shelfNow(): Promise<Shelf> {
  if (!shelf.read) await refresh()
  return shelf
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (!shelf.read && canKeep()) void refresh()
  return () => listeners.delete(listener)
}
export const onShelf = (listener: () => void): void => {
  listeners.add(listener)
}
export const useShelf = (): Shelf => useSyncExternalStore(subscribe, currentShelf, () => bare)

/** Why a kept track does not play right now; null: it does. */
export const whyNot = (kept: KeptTrack, account: string): ReturnType<typeof barrier> => barrier(kept, account, Date.now())

export const useProgress = (id: string): SetProgress | null => {
  const { sets, tracks } = useShelf()
  const set = sets.find(one => one.id === id)
  return set ? progressOf(set, tracks) : null
}

export type SetWanted = Pick<KeptSet, 'id' | 'kind' | 'title' | 'by' | 'cover'> & { automatic?: boolean }

export type KeepProps = {
  /** What is kept under one name: `id` is the release's, the playlist's or the track's. */
  set: SetWanted
  tracks: readonly Track[]
}

/** Starts keeping these tracks under one name; those that may not be kept are left out. Returns how many are. */
export async function keepSet(wanted: SetWanted, tracks: readonly Track[]): Promise<number> {
  const account = lastKnown()
  const { tracks: have, sets } = await shelfNow()
  const now = Date.now()
  const good = tracks.filter(track => mayKeep(track, account))
  if (good.length === 0) return 0
  const before = sets.find(set => set.id === wanted.id)
  const set: KeptSet = {
    ...wanted,
    automatic: (wanted.automatic ?? false) && before?.automatic !== false,
    tracks: [...new Set(good.map(track => track.id))],
    account,
    addedAt: before?.addedAt ?? now,
  }
  for (const track of good) stuck.delete(track.id)
  const fresh = good.flatMap((track, index): KeptTrack[] => {
    const known = have.get(track.id)
    const facts = { track: playable(track, 'library'), free: track.streaming === 'full', checkedAt: now }
    // Somebody wants it (again): what was paused or failed gets another try.
    if (known)
      return [{ ...known, ...facts, state: known.state === 'done' || known.state === 'loading' ? known.state : 'waiting', problem: null }]
    return [
      {
        id: track.id,
        ...facts,
        account,
        state: 'waiting',
        problem: null,
        haveBytes: 0,
        sizeBytes: null,
        etag: null,
        mime: null,
        // In their order.
        addedAt: now + index,
        playedAt: now,
      },
    ]
  })
  await db.putSet(set, fresh)
  await changed()
  // What left the list in the meantime.
  if (before) await removeSets([])
  return good.length
}

/** Takes sets off the device, with the tracks that no other set asks for. */
export async function removeSets(ids: readonly string[]): Promise<void> {
  const { tracks, sets } = await shelfNow()
  const left = sets.filter(set => !ids.includes(set.id))
  await dropTracks(
    orphans([...tracks.values()], left).map(one => one.id),
    ids,
  )
}

/** Takes single tracks out of everything. Sets that lose their last one go too. */
export async function removeTracks(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const gone = new Set(ids)
  const { sets } = await shelfNow()
  const thinner = sets
    .filter(set => set.tracks.some(id => gone.has(id)))
    .map(set => ({ ...set, tracks: set.tracks.filter(id => !gone.has(id)) }))
  await db.replaceSets(thinner.filter(set => set.tracks.length > 0))
  await dropTracks(
    ids,
    thinner.filter(set => set.tracks.length === 0).map(set => set.id),
  )
}

async function dropTracks(tracks: readonly string[], sets: readonly string[]): Promise<void> {
  await db.drop(tracks, sets)
  await changed()
  const { dropCovers } = await import('./covers.ts')
  await dropCovers([...shelf.tracks.values()])
}

/** Pauses, or goes on with, what of a set is not done. */
export async function setMoving(id: string, moving: boolean): Promise<void> {
  const { sets, tracks } = await shelfNow()
  for (const track of sets.find(set => set.id === id)?.tracks ?? []) {
    const state = tracks.get(track)?.state
    stuck.delete(track)
    if (!state || state === 'done' || (moving ? state === 'loading' : state === 'paused')) continue
    await db.changeTrack(track, moving ? { state: 'waiting', problem: null } : { state: 'paused' })
  }
  await changed()
}

export async function setSettings(next: Partial<db.Settings>): Promise<void> {
  await db.putSettings({ ...(await db.readSettings()), ...next })
  await changed()
}
