import type { Jobs } from '../foundation/jobs.ts'
import { settleExchanges } from './exchanges.ts'

export const jobs = {
  'rewards.nightly': async ({ db, log }) => {
    const { over, paid } = await settleExchanges(db)
    if (over + paid > 0) log.info({ over, paid }, 'rewards: some ran out, some were paid')
  },
} satisfies Jobs
