/** What a device of the door keeps: who it is, the list as it was signed, who is in, and what it has not told yet. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Admission, List, Scan } from './book.ts'

export type Device = { id: string; token: string; show: string; name: string }
export type Facts = {
  device: Device
  list: List
  inside: Admission[]
  /** How far it has heard, and when. */
  heard: { seq: string; at: string; guests: string }
  browser: string
}
interface Schema extends DBSchema {
  facts: { key: string; value: unknown }
  waiting: { key: string; value: Scan }
}
let opened: Promise<IDBPDatabase<Schema>> | undefined
const database = (): Promise<IDBPDatabase<Schema>> =>
  (opened ??= openDB<Schema>('planet-door', 1, {
    upgrade(made) {
      made.createObjectStore('facts')
      made.createObjectStore('waiting', { keyPath: 'id' })
    },
  }))

export const getFact = async <K extends keyof Facts>(name: K): Promise<Facts[K] | undefined> =>
  (await (await database()).get('facts', name)) as Facts[K] | undefined
export const putFact = async <K extends keyof Facts>(name: K, value: Facts[K]): Promise<void> =>
  void (await (await database()).put('facts', value, name))
/** A scan is kept before anybody is let in by it. */
export const putScan = async (scan: Scan): Promise<void> => void (await (await database()).put('waiting', scan))
export const waitingScans = async (most = 200): Promise<Scan[]> => (await database()).getAll('waiting', undefined, most)
export const countWaiting = async (): Promise<number> => (await database()).count('waiting')
export async function dropScans(ids: readonly string[]): Promise<void> {
  const tx = (await database()).transaction('waiting', 'readwrite')
  await Promise.all([...ids.map(id => tx.store.delete(id)), tx.done])
}
/** Its own random word, made once. */
export async function browserWord(): Promise<string> {
  const known = await getFact('browser')
  if (known !== undefined) return known
  const made = [...crypto.getRandomValues(new Uint8Array(18))].map(byte => byte.toString(36).padStart(2, '0')).join('')
  await putFact('browser', made)
  return made
}
/** Ends the device here: the list goes, its word stays. */
export async function forget(): Promise<void> {
  const made = await database()
  for (const name of ['device', 'list', 'inside', 'heard']) await made.delete('facts', name)
  await made.clear('waiting')
}
