/** Time and chance come from here alone, so that tests can move the one and seed the other. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash, randomBytes } from 'node:crypto'
import { encodeId, uuidv7Bytes, type IdKind } from '../../shared/ids.ts'

let offsetMs = 0
const written = new AsyncLocalStorage<Date>()
let writers = 0

export const clock = {
  /** This moment, as the planet sees it; while history is written, the moment that is written of. */
  now: (): Date => (writers > 0 ? new Date(written.getStore() ?? Date.now() + offsetMs) : new Date(Date.now() + offsetMs)),
  /** Writing history (the demo world, taking over another planet's books): all that `work` does, and nothing beside it, happens at that moment. */
  asOf: async <T>(at: Date, work: () => Promise<T>): Promise<T> => {
    writers++
    try {
      return await written.run(at, work)
    } finally {
      writers--
    }
  },
  /** Milliseconds of a clock that never jumps, for durations. */
  ticks: (): number => performance.now(),
  /** Tests only: moves the planet's time by so many milliseconds from the real one. */
  shift: (ms: number): void => {
    offsetMs = ms
  },
}

/** A new id of this kind, for this moment: `newId('rel')`. */
export function newId(kind: IdKind, at: Date = clock.now()): string {
  return `${kind}_${encodeId(uuidv7Bytes(at.getTime(), randomBytes(10)))}`
}

/** The id that belongs to a key: the same key, the same id. For what a room asks of another once, under a name of its own. */
export const idOfKey = (kind: IdKind, key: string): string => `${kind}_${encodeId(createHash('sha256').update(key).digest())}`

/** So many random bytes as URL-safe text, for tokens and signatures. */
export const randomToken = (bytes = 24): string => randomBytes(bytes).toString('base64url')

/** When an id was made: it begins with its time. */
export function momentOfId(id: string): Date {
  let value = 0n
  for (const sign of id.slice(-26)) value = (value << 5n) | BigInt('0123456789abcdefghjkmnpqrstvwxyz'.indexOf(sign))
  return new Date(Number(value >> 80n))
}
