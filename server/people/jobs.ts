/** Background work: taking away what has expired. */
import type { Jobs } from '../foundation/jobs.ts'
import { clock } from '../foundation/clock.ts'
import { mailLinks } from './guests.ts'
import { endExpiredSessions } from './store.ts'

export const jobs = {
  'people.sweep': async ({ write }) => {
    await write(tx => endExpiredSessions(tx, clock.now()))
  },
  'people.guest_link': mailLinks,
} satisfies Jobs
