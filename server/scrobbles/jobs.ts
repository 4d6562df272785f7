/** Looks each half minute at links that may have something to tell; once a night at listens whose track was not here. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import { lookAt } from './links.ts'
import { matchLater } from './listens.ts'
import { send } from './sending.ts'
import { dueLinks, forgetSubmissions } from './store-links.ts'

const everyMs = 30_000
const mostLinks = 2000
/** Longer than anything is looked for again. */
const keptMs = 60 * 86_400_000

const sweep = async ({ read, write }: JobContext): Promise<void> => {
  const now = clock.now()
  try {
    const due = await dueLinks(read, now, mostLinks)
    if (due.length > 0)
      await write(async tx => {
        for (const id of due) await lookAt(tx, id)
      })
  } finally {
    await write(tx =>
      enqueue(tx, 'scrobbles.sweep', {}, { key: 'scrobbles.sweep', queue: 'scrobbles.sweep', runAt: new Date(now.getTime() + everyMs) }),
    )
  }
}

export const jobs = {
  'scrobbles.send': ({ db, config, signal }: JobContext, { link }: { link: string }) => send(db, config, link, signal),
  'scrobbles.sweep': sweep,
  'scrobbles.nightly': async ({ write }: JobContext) => {
    await matchLater(write)
    await write(tx => forgetSubmissions(tx, new Date(clock.now().getTime() - keptMs)))
  },
} satisfies Jobs

/** At the start of a worker: the sweep that keeps itself going. */
export const startScrobblesWork = (db: Db): Promise<void> =>
  db.transaction(tx => enqueue(tx, 'scrobbles.sweep', {}, { key: 'scrobbles.sweep', queue: 'scrobbles.sweep' }))
