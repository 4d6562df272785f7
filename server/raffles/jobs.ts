import type { Jobs } from '../foundation/jobs.ts'
import { tick, tickAll } from './drawing.ts'

export const jobs = {
  /** At the close, with the value from outside, and at the last moment; harmless at any time, and again. */
  'raffles.tick': async ({ db, config }, { raffle }: { raffle: string }) => void (await tick(db, config, raffle)),
  'raffles.nightly': async ({ db, config, log }) => {
    const done = await tickAll(db, config)
    if (done > 0) log.warn({ done }, 'raffles: some had waited for the night')
  },
} satisfies Jobs
