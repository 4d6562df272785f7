/** Answers that many ask for and that are dear on a grown planet: asked of the database at most for a fiftieth of the time. */
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'

/** An answer is kept fifty times as long as it took, at most five minutes: a dear one costs the database 2 % of one core, a cheap one is as good as new. */
const keptTimes = 50
const longestMs = 300_000

/** Wraps a look at the database: callers at the same time share one, later ones the answer while it is kept. */
export function sparing<T>(look: (db: Read) => Promise<T>): (db: Read) => Promise<T> {
  // One entry per database: tests run several planets in one process.
  const known = new WeakMap<Read, { answer: Promise<T>; until: number }>()
  return db => {
    const start = clock.ticks()
    const before = known.get(db)
    if (before !== undefined && before.until > start) return before.answer
    const entry = { answer: look(db), until: Number.POSITIVE_INFINITY }
    known.set(db, entry)
    entry.answer.then(
      () => {
        const end = clock.ticks()
        entry.until = end + Math.min(longestMs, (end - start) * keptTimes)
      },
      () => known.delete(db),
    )
    return entry.answer
  }
}
