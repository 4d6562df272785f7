/** Background work: lots end, and who has them is told before. */
import { clock } from '../foundation/clock.ts'
import type { Jobs } from '../foundation/jobs.ts'
import { closeFundings } from './budgets.ts'
import { endLots, warnOfEnds } from './ending.ts'

export const jobs = {
  'points.nightly': async ({ db, log, signal }) => {
    const now = clock.now()
    const ended = await endLots(db, now, signal)
    await warnOfEnds(db, now, signal)
    await closeFundings(db, now, signal)
    if (ended > 0) log.info({ ended }, 'points ended')
  },
} satisfies Jobs
