/** Background work of the ledger: chaining what was posted, and room for the months to come. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type Jobs } from '../foundation/jobs.ts'
import { seal } from './chain.ts'
import { makeCheckpoints } from './checkpoints.ts'
import { releaseDueHolds } from './holds.ts'
import { makePartitions } from './store-chain.ts'

const everyMs = 60_000

export const jobs = {
  'ledger.seal': async ({ db, write, config }) => {
    try {
      await seal(db)
      await makeCheckpoints(db, config.secret)
    } finally {
      await write(tx => enqueue(tx, 'ledger.seal', {}, { key: 'ledger.seal', runAt: new Date(clock.now().getTime() + everyMs) }))
    }
  },
  'ledger.holds': async ({ db, write }) => {
    try {
      await releaseDueHolds(db)
    } finally {
      await write(tx => enqueue(tx, 'ledger.holds', {}, { key: 'ledger.holds', runAt: new Date(clock.now().getTime() + everyMs) }))
    }
  },
  'ledger.nightly': async ({ db, config }) => {
    await seal(db)
    await makeCheckpoints(db, config.secret)
    await makePartitions(db.write)
  },
} satisfies Jobs

/** At the start of a worker: from now on, what was posted is chained and holds whose time has passed are released every minute. */
export const startLedgerWork = (db: Db): Promise<void> =>
  db.transaction(async tx => {
    await enqueue(tx, 'ledger.seal', {}, { key: 'ledger.seal' })
    await enqueue(tx, 'ledger.holds', {}, { key: 'ledger.holds' })
  })
