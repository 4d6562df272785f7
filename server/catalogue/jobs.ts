/** Reactions and background work of the catalogue. */
import { clock } from '../foundation/clock.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import { settleReleases, takeSound } from './building.ts'
import { runImport } from './imports.ts'
import { readRenamed, refreshHeatNow } from './store-write.ts'

const heatEveryMs = 10 * 60_000

export const jobs = {
  'catalogue.import': runImport,
  /** asset_processed, asset_failed: exact lengths, how much of each release is ready, loudness of the whole. */
  'catalogue.sound': ({ write }: JobContext, { asset }: { asset: string }) => write(tx => takeSound(tx, asset)),
  /** page_changed: artists stand everywhere by their new name. */
  'catalogue.page': ({ write }: JobContext, { page }: { page: string }) =>
    write(async tx => settleReleases(tx, await readRenamed(tx, page))),
  /** Every ten minutes: what is popular, and artists that have a new name. Keeps itself going; `startCatalogueWork` begins it. */
  'catalogue.heat': async ({ write }: JobContext) => {
    await write(async tx => {
      await refreshHeatNow(tx)
      await settleReleases(tx, await readRenamed(tx, null))
      await enqueue(tx, 'catalogue.heat', {}, { key: 'catalogue.heat', runAt: new Date(clock.now().getTime() + heatEveryMs) })
    })
  },
} satisfies Jobs
