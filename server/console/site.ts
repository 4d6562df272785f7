/** What everyone may know of this planet. Counted at most every few seconds, however many ask. */
import info from '../../package.json' with { type: 'json' }
import { z } from 'zod'
import type { Decoded } from '../../shared/contract.ts'
import { console_ } from '../../shared/console.ts'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import { readSetting } from '../foundation/settings.ts'
import { countSite } from './store.ts'

type Site = Decoded<(typeof console_.entries)['GET /site']['ok']>

/** While the demo world is made its progress is looked at often; later the counts hardly move. */
const busyMs = 2_000
const quietMs = 30_000

// One entry per database: tests run several planets in one process.
const known = new WeakMap<Read, { site: Promise<Site>; until: number }>()

export function getSite(db: Read): Promise<Site> {
  const now = clock.ticks()
  const before = known.get(db)
  if (before !== undefined && before.until > now) return before.site
  const entry = { site: look(db), until: now + busyMs }
  known.set(db, entry)
  entry.site.then(
    site => {
      if (site.progress.ready + site.progress.failed >= site.progress.total && site.counts.tracks > 0) entry.until = now + quietMs
    },
    () => known.delete(db),
  )
  return entry.site
}

/** The demo writes which tracks it is going to make before it makes them. */
const demoSetting = z.looseObject({ wanted: z.array(z.string()) })

async function look(db: Read): Promise<Site> {
  const counts = await countSite(db)
  const name = await readSetting(db, 'name')
  const demo = demoSetting.safeParse(await readSetting(db, 'demo')).data
  return {
    name: typeof name === 'string' && name !== '' ? name : 'Planet',
    demo: demo !== undefined,
    version: info.version,
    progress: { ready: counts.demoReady, total: demo?.wanted.length ?? counts.demoTracks, failed: counts.demoFailed },
    counts: { artists: counts.artists, releases: counts.releases, tracks: counts.tracks },
  }
}
