/** Background work: a lock of the planet ends by itself. */
import type { Jobs } from '../foundation/jobs.ts'
import { release } from './bans.ts'
import { lockPerson, readBan } from './store-bans.ts'

export const jobs = {
  /** Harmless at any time and again: it only lets in whom nothing keeps out. */
  'moderation.unlock': async ({ write }, { ban }: { ban: string }) => {
    await write(async tx => {
      const row = await readBan(tx, ban)
      if (row === undefined) return
      await lockPerson(tx, row.person)
      await release(tx, row.person)
    })
  },
} satisfies Jobs
