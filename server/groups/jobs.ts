/** Background work of groups. */
import { clock } from '../foundation/clock.ts'
import type { Jobs } from '../foundation/jobs.ts'
import { followShow } from './schedule.ts'
import { expireRequests } from './store-members.ts'

/** A request that nobody decided for so long is over; they may ask again. */
const waitingDays = 30

export const jobs = {
  'groups.nightly': async ({ write }) => {
    const now = clock.now()
    await write(tx => expireRequests(tx, new Date(now.getTime() - waitingDays * 86_400_000), now))
  },
  /** Shows carry themselves onto the schedules of groups. */
  'groups.show': ({ write, config }, { show }: { show: string }) => write(tx => followShow(tx, show, config.url)),
} satisfies Jobs
