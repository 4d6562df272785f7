/** Background work: music that arrived is put where it was missing; what was thrown away long ago goes. */
import { clock } from '../foundation/clock.ts'
import { enqueue, type Jobs } from '../foundation/jobs.ts'
import { findMissing } from './importing.ts'
import { listMissing } from './store-entries.ts'
import { deleteDropped } from './store.ts'

/** What was thrown away or taken out can come back for so long. */
export const keptDays = 30

export const jobs = {
  /** release_changed: an import tells it a thousand times, one look will do, when search knows the new tracks. */
  'playlists.arrived': async ({ db }) => {
    const missing = await listMissing(db.read, '', 1)
    if (missing.length === 0) return
    await db.transaction(tx =>
      enqueue(tx, 'playlists.match', {}, { key: 'playlists.match', runAt: new Date(clock.now().getTime() + 20_000) }),
    )
  },
  /** After an import: harmless at any time, and again. */
  'playlists.match': async ({ db, log, signal }) => {
    const found = await findMissing(db, signal)
    if (found > 0) log.info({ found }, 'playlists: missing music arrived')
  },
  'playlists.nightly': async ({ db, write, signal }) => {
    await write(tx => deleteDropped(tx, new Date(clock.now().getTime() - keptDays * 86_400_000)))
    await findMissing(db, signal)
  },
} satisfies Jobs
