/** Time and chance come from here alone, so that tests can move the one and seed the other. */
import { randomBytes } from 'node:crypto'
import { encodeId, uuidv7Bytes, type IdKind } from '../../shared/ids.ts'

let offsetMs = 0

export const clock = {
  /** This moment, as the planet sees it. */
  now: (): Date => new Date(Date.now() + offsetMs),
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

/** So many random bytes as URL-safe text, for tokens and signatures. */
export const randomToken = (bytes = 24): string => randomBytes(bytes).toString('base64url')
