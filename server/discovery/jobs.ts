/** Background work: what is heard together, worked out anew four times a day. Keeps itself going; `startDiscoveryWork` begins it. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import { refreshTogether } from './store.ts'

const everyMs = 6 * 3_600_000
const lookBackMs = 180 * 86_400_000

export const jobs = {
  'discovery.together': async ({ write }: JobContext) => {
    await write(async tx => {
      const now = clock.now().getTime()
      await refreshTogether(tx, new Date(now - lookBackMs))
      await enqueue(tx, 'discovery.together', {}, { key: 'discovery.together', runAt: new Date(now + everyMs) })
    })
  },
} satisfies Jobs

export const startDiscoveryWork = (db: Db): Promise<void> =>
  db.transaction(tx => enqueue(tx, 'discovery.together', {}, { key: 'discovery.together' }))
