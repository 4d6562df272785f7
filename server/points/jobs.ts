/** Background work: lots end, and who has them is told before. */
import { clock } from '../foundation/clock.ts'
import type { Jobs } from '../foundation/jobs.ts'
import { endLots } from './ending.ts'

export const jobs = {
  'points.end': async ({ db, write, log, signal }) => {
    const ended = await endLots({ read: db.read, transaction: write }, clock.now(), signal)
    if (ended > 0) log.info({ ended }, 'points ended')
  },
} satisfies Jobs
