/** What storefront does when something for sale changed. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import { indexOffers, indexStale, indexThings } from './listings.ts'
import { refreshSold, thingsOfPage } from './store-listing.ts'

const refreshEveryMs = 10 * 60_000
type Changed = { kind: string; subject: string }

export const jobs = {
  /** offer_changed, a second of them */
  'storefront.offered': ({ write }: JobContext, changed: Changed | readonly Changed[]) =>
    write(tx => indexOffers(tx, Array.isArray(changed) ? (changed as Changed[]) : [changed as Changed])),
  /** release_changed: its name, picture or visibility */
  'storefront.release': ({ write }: JobContext, { release }: { release: string }) => write(tx => indexThings(tx, [release])),
  /** show_changed: its name, day, picture or state */
  'storefront.show': ({ write }: JobContext, { show }: { show: string }) => write(tx => indexThings(tx, [show])),
  /** page_changed: things are found by the name of who sells them */
  'storefront.page': ({ write }: JobContext, { page }: { page: string }) =>
    write(async tx => indexThings(tx, await thingsOfPage(tx, page))),
  /** Every ten minutes: how often things were sold, and whatever nobody told. Keeps itself going; `startStorefrontWork` begins it. */
  'storefront.refresh': async ({ write, signal }: JobContext) => {
    try {
      while (!signal.aborted && (await write(tx => indexStale(tx))));
      await write(tx => refreshSold(tx))
    } finally {
      await write(tx =>
        enqueue(tx, 'storefront.refresh', {}, { key: 'storefront.refresh', runAt: new Date(clock.now().getTime() + refreshEveryMs) }),
      )
    }
  },
} satisfies Jobs

/** At the start of a worker: the planet's shop is whole, and stays so. */
export const startStorefrontWork = (db: Db): Promise<void> =>
  db.transaction(tx => enqueue(tx, 'storefront.refresh', {}, { key: 'storefront.refresh' }))
