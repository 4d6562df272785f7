/** The list of own files, in IndexedDB: tags and where the files are, never the files. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { OwnRoot, OwnTrack } from './track.ts'

export type OwnWords = { id: string; source: string; hint: string }

interface Schema extends DBSchema {
  tracks: { key: string; value: OwnTrack; indexes: { root: string } }
  roots: { key: string; value: OwnRoot }
  words: { key: string; value: OwnWords }
}

let opened: Promise<IDBPDatabase<Schema>> | null = null
const database = (): Promise<IDBPDatabase<Schema>> =>
  (opened ??= openDB<Schema>('planet-own', 1, {
    upgrade(made) {
      made.createObjectStore('tracks', { keyPath: 'id' }).createIndex('root', 'root')
      made.createObjectStore('roots', { keyPath: 'id' })
      made.createObjectStore('words', { keyPath: 'id' })
    },
    blocking: (_from, _to, event) => {
      ;(event.target as IDBDatabase).close()
      opened = null
    },
    terminated: () => (opened = null),
  }))

export async function readAll(): Promise<{ tracks: OwnTrack[]; roots: OwnRoot[] }> {
  const db = await database()
  const [tracks, roots] = await Promise.all([db.getAll('tracks'), db.getAll('roots')])
  return { tracks, roots }
}
export const readTrack = async (id: string): Promise<OwnTrack | undefined> => (await database()).get('tracks', id)
export const readRoot = async (id: string): Promise<OwnRoot | undefined> => (await database()).get('roots', id)
export const readWords = async (id: string): Promise<OwnWords | undefined> => (await database()).get('words', id)

export async function putRoot(root: OwnRoot): Promise<void> {
  await (await database()).put('roots', root)
}
export async function putTracks(tracks: readonly OwnTrack[], words: readonly OwnWords[]): Promise<void> {
  const change = (await database()).transaction(['tracks', 'words'], 'readwrite')
  await Promise.all([
    ...tracks.map(track => change.objectStore('tracks').put(track)),
    ...words.map(one => change.objectStore('words').put(one)),
    change.done,
  ])
}
export async function drop(tracks: readonly string[], roots: readonly string[]): Promise<void> {
  const change = (await database()).transaction(['tracks', 'roots', 'words'], 'readwrite')
  await Promise.all([
    ...tracks.flatMap(id => [change.objectStore('tracks').delete(id), change.objectStore('words').delete(id)]),
    ...roots.map(id => change.objectStore('roots').delete(id)),
    change.done,
  ])
}
