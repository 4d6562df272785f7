/** Background work: each night the thirty days move on, addresses are forgotten and the next months get their partitions. */
import { clock } from '../foundation/clock.ts'
import type { Jobs } from '../foundation/jobs.ts'
import { dayOf } from './plays.ts'
import { forgetDeliveries, forgetPlaying } from './store-told.ts'
import { forgetGuests, makePartitions, passDays } from './store.ts'

export const jobs = {
  /** Harmless to run at any time, and again. */
  'listening.nightly': async ({ write }) => {
    const now = clock.now()
    await write(async tx => {
      await passDays(tx, dayOf(now))
      await forgetGuests(tx, new Date(now.getTime() - 3_600_000))
      await forgetDeliveries(tx, new Date(now.getTime() - 8 * 86_400_000))
      await forgetPlaying(tx, new Date(now.getTime() - 3_600_000))
    })
    await write(makePartitions)
  },
} satisfies Jobs
