import type { Jobs } from '../foundation/jobs.ts'
import { settleParcels } from './parcels.ts'

export const jobs = {
  'shipping.nightly': async ({ db, log }) => {
    const settled = await settleParcels(db)
    if (settled > 0) log.info({ settled }, 'shipping: parcels that were sent long ago have arrived')
  },
} satisfies Jobs
