/** What search does when something changed. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import { indexPage, indexReleases, isStale, rebuildPart, refresh } from './indexing.ts'

const refreshEveryMs = 10 * 60_000

export const jobs = {
  /** release_changed: names, words or visibility of it or its tracks */
  'search.release': ({ write }: JobContext, { release }: { release: string }) => write(tx => indexReleases(tx, [release])),
  /** page_opened, page_changed */
  'search.page': ({ write }: JobContext, { page }: { page: string }) => write(tx => indexPage(tx, page)),
  /** Every ten minutes: what is popular. Keeps itself going; `startSearchWork` begins it. */
  'search.refresh': async ({ write }: JobContext) => {
    await write(async tx => {
      await refresh(tx)
      await enqueue(tx, 'search.refresh', {}, { key: 'search.refresh', runAt: new Date(clock.now().getTime() + refreshEveryMs) })
    })
  },
  /** Makes the index anew, part by part; ended in between, it goes on where it was. */
  'search.rebuild': async ({ db, signal }: JobContext) => {
    while (!signal.aborted && (await rebuildPart(db)));
    if (signal.aborted) throw new Error('stopped before the index was made')
  },
} satisfies Jobs

/** At the start of a worker: keeps popularity fresh, and makes the index when its rules changed or it was left half made. */
export const startSearchWork = (db: Db): Promise<void> =>
  db.transaction(async tx => {
    await enqueue(tx, 'search.refresh', {}, { key: 'search.refresh' })
    if (await isStale(tx)) await enqueue(tx, 'search.rebuild', {}, { key: 'search.rebuild', queue: 'search.rebuild' })
  })
