/** Background work of the ledger: chaining what was posted, and room for the months to come. */
import { sql } from 'kysely'
import type { Jobs } from '../foundation/jobs.ts'
import { seal } from './chain.ts'

export const jobs = {
  'ledger.seal': async ({ db }) => {
    await seal(db)
  },
  'ledger.nightly': async ({ db }) => {
    await seal(db)
    await sql`select ledger.make_partitions(3)`.execute(db.write)
  },
} satisfies Jobs
