/** Counts tries in this process, for doors that guessers knock on. */
import { clock } from '../foundation/clock.ts'
import { fault } from '../../shared/faults.ts'

export type Limit = {
  /** Counts one; throws `limited` when there were too many in the window. */
  take: (key: string) => void
  /** Takes one back: the try was honest. */
  giveBack: (key: string) => void
}

const mostKeys = 100_000

/** At most `most` tries of one key per window of `seconds`. */
export function makeLimit(most: number, seconds: number): Limit {
  const tries = new Map<string, { count: number; until: number }>()
  const sweep = (now: number): void => {
    for (const [key, entry] of tries) if (entry.until <= now || tries.size > mostKeys) tries.delete(key)
  }
  return {
    take(key) {
      const now = clock.now().getTime()
      if (tries.size >= mostKeys) sweep(now)
      const entry = tries.get(key)
      if (entry === undefined || entry.until <= now) {
        tries.set(key, { count: 1, until: now + seconds * 1000 })
        return
      }
      if (entry.count >= most) throw fault('limited', 'limited', { retryAfterSeconds: Math.ceil((entry.until - now) / 1000) })
      entry.count += 1
    },
    giveBack(key) {
      const entry = tries.get(key)
      if (entry !== undefined && entry.count > 0) entry.count -= 1
    },
  }
}
