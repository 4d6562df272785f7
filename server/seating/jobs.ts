import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type Jobs } from '../foundation/jobs.ts'
import { sweepHolds } from './halls.ts'

const everyMs = 10_000

export const jobs = {
  /** Every ten seconds: holds that ran out come back to the sale. Who wants places meanwhile gets them without waiting for this. */
  'seating.sweep': async ({ db, write, signal }) => {
    try {
      while (!signal.aborted && (await sweepHolds(db)) > 0) continue
    } finally {
      await write(tx =>
        enqueue(
          tx,
          'seating.sweep',
          {},
          { key: 'seating.sweep', queue: 'seating.sweep', runAt: new Date(clock.now().getTime() + everyMs) },
        ),
      )
    }
  },
} satisfies Jobs

/** At the start of a worker: the sweep that keeps itself going. */
export const startSeatingWork = (db: Db): Promise<void> =>
  db.transaction(tx => enqueue(tx, 'seating.sweep', {}, { key: 'seating.sweep', queue: 'seating.sweep' }))
