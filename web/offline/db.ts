/** Where kept music lies: IndexedDB. Sound is cut into parts, so that a download that broke off goes on where it was and nothing is ever copied whole. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { KeptSet, KeptTrack } from './rules.ts'

export type Settings = {
  /** Bytes; null: as much as the device gives. */
  limitBytes: number | null
  quality: 'high' | 'low'
  /** Keeps favourites by itself. */
  automatic: boolean
}
export const usualSettings: Settings = { limitBytes: 2_000_000_000, quality: 'high', automatic: false }

/** What a player shows beside the sound, as the planet told it. */
export type Beside = { id: string; lyrics: unknown; waveform: unknown }

interface Schema extends DBSchema {
  tracks: { key: string; value: KeptTrack }
  sets: { key: string; value: KeptSet }
  /** Parts of the sound of a track, in order. */
  parts: { key: [string, number]; value: Blob }
  beside: { key: string; value: Beside }
  facts: { key: string; value: unknown }
}

let opened: Promise<IDBPDatabase<Schema>> | null = null

const database = (): Promise<IDBPDatabase<Schema>> =>
  (opened ??= openDB<Schema>('planet-offline', 1, {
    upgrade(made) {
      made.createObjectStore('tracks', { keyPath: 'id' })
      made.createObjectStore('sets', { keyPath: 'id' })
      made.createObjectStore('parts')
      made.createObjectStore('beside', { keyPath: 'id' })
      made.createObjectStore('facts')
    },
    // A newer version of the app waits for this tab: let it through.
    blocking: (_from, _to, event) => {
      ;(event.target as IDBDatabase).close()
      opened = null
    },
    terminated: () => (opened = null),
  }))

/** All of it, or an error that says why not: a full device ends the transaction, and only the transaction knows the reason. */
async function whole(change: { done: Promise<void>; error: DOMException | null }, work: Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled([...work, change.done])
  const failed = settled.find(one => one.status === 'rejected')
  if (failed) throw change.error ?? failed.reason
}

const partsOf = (id: string): IDBKeyRange => IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER])

export const readAll = async (): Promise<{ tracks: KeptTrack[]; sets: KeptSet[] }> => {
  const db = await database()
  const [tracks, sets] = await Promise.all([db.getAll('tracks'), db.getAll('sets')])
  return { tracks, sets }
}
export const readTrack = async (id: string): Promise<KeptTrack | undefined> => (await database()).get('tracks', id)
export const readBeside = async (id: string): Promise<Beside | undefined> => (await database()).get('beside', id)

export async function putSet(set: KeptSet, tracks: readonly KeptTrack[]): Promise<void> {
  const change = (await database()).transaction(['sets', 'tracks'], 'readwrite')
  await whole(change, [change.objectStore('sets').put(set), ...tracks.map(one => change.objectStore('tracks').put(one))])
}

/** Changes a track that is still there; what was removed meanwhile stays removed (undefined). */
export async function changeTrack(id: string, next: Partial<KeptTrack>): Promise<KeptTrack | undefined> {
  const change = (await database()).transaction('tracks', 'readwrite')
  const before = await change.store.get(id)
  const after = before && { ...before, ...next }
  await whole(change, after ? [change.store.put(after)] : [])
  return after
}

export async function putBeside(beside: Beside): Promise<void> {
  await (await database()).put('beside', beside)
}

/** Lays down the next part of a track and how much is there now, in one: false when the track was removed meanwhile. */
export async function addPart(id: string, index: number, part: Blob, next: Partial<KeptTrack>): Promise<boolean> {
  const change = (await database()).transaction(['parts', 'tracks'], 'readwrite')
  const before = await change.objectStore('tracks').get(id)
  await whole(
    change,
    before ? [change.objectStore('parts').put(part, [id, index]), change.objectStore('tracks').put({ ...before, ...next })] : [],
  )
  return before !== undefined
}

export async function dropParts(id: string): Promise<void> {
  await (await database()).delete('parts', partsOf(id))
}

/** The sound, put together without reading it. */
export async function readSound(id: string, mime: string): Promise<Blob> {
  return new Blob(await (await database()).getAll('parts', partsOf(id)), { type: mime })
}
export const countParts = async (id: string): Promise<number> => (await database()).count('parts', partsOf(id))

export async function drop(tracks: readonly string[], sets: readonly string[]): Promise<void> {
  const change = (await database()).transaction(['tracks', 'sets', 'parts', 'beside'], 'readwrite')
  await Promise.all([
    ...tracks.flatMap(id => [
      change.objectStore('tracks').delete(id),
      change.objectStore('parts').delete(partsOf(id)),
      change.objectStore('beside').delete(id),
    ]),
    ...sets.map(id => change.objectStore('sets').delete(id)),
    change.done,
  ])
}
export async function replaceSets(sets: readonly KeptSet[]): Promise<void> {
  const change = (await database()).transaction('sets', 'readwrite')
  await Promise.all([...sets.map(set => change.store.put(set)), change.done])
}

export async function readSettings(): Promise<Settings> {
  return { ...usualSettings, ...((await (await database()).get('facts', 'settings')) as Partial<Settings> | undefined) }
}
export async function putSettings(settings: Settings): Promise<void> {
  await (await database()).put('facts', settings, 'settings')
}
