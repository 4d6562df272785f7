/** Each hour: periods that have begun are funded, those that are over are closed, what was held is tried again, pools that are over end. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import { closeDue, giveHeld } from './periods.ts'
import { endPools } from './pools.ts'

const everyMs = 3_600_000

/** Repeating it changes nothing. */
export async function round(db: Pick<Db, 'read' | 'transaction'>, log: JobContext['log'], signal?: AbortSignal): Promise<void> {
  await closeDue(db, log, signal)
  await giveHeld(db.transaction)
  await endPools(db)
}

export const jobs = {
  'royalties.close': async ({ db, write, log, signal }: JobContext) => {
    try {
      await round(db, log, signal)
    } finally {
      await write(tx =>
        enqueue(
          tx,
          'royalties.close',
          {},
          { key: 'royalties.close', queue: 'royalties.close', runAt: new Date(clock.now().getTime() + everyMs) },
        ),
      )
    }
  },
} satisfies Jobs

/** At the start of a worker: the round that keeps itself going. */
export const startRoyaltiesWork = (db: Db): Promise<void> =>
  db.transaction(tx => enqueue(tx, 'royalties.close', {}, { key: 'royalties.close', queue: 'royalties.close' }))
