/** Background work of the room: measuring, rendering, taking up what was left, sweeping. */
import { clock } from '../foundation/clock.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import { enqueueMeasuring, enqueueRendering } from './assets.ts'
import { isPassing, lookAgainAt, measureAsset, renderAsset, resumeProcessing } from './processing.ts'
import { sweepUploads } from './uploads.ts'

const day = 24 * 3600_000

/** A refused file is an outcome that was recorded, not a failed job. */
async function settled(work: Promise<string>, busy: () => Promise<void>): Promise<void> {
  try {
    if ((await work) === 'busy') await busy()
  } catch (error) {
    if (isPassing(error)) throw error
  }
}

export const jobs = {
  'media.measure': ({ write, signal }: JobContext, { asset }: { asset: string }) =>
    settled(measureAsset(write, asset, signal), () => write(tx => enqueueMeasuring(tx, asset, lookAgainAt()))),
  'media.render': ({ write, signal }: JobContext, { asset }: { asset: string }) =>
    settled(renderAsset(write, asset, signal), () => write(tx => enqueueRendering(tx, asset, lookAgainAt()))),
  /** At every start of a worker: what a killed one left open. */
  'media.resume': async ({ write }: JobContext) => {
    await resumeProcessing(write)
  },
  'media.sweep': async ({ write, config }: JobContext) => {
    await sweepUploads(write, config)
    await write(tx => enqueue(tx, 'media.sweep', {}, { key: 'media.sweep', runAt: new Date(clock.now().getTime() + day) }))
  },
} satisfies Jobs
