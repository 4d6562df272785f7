/** Background work: providers' books day by day, matching, and the proof of the day that ended. */
import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Tx } from '../foundation/db.ts'
import { enqueue, type Jobs } from '../foundation/jobs.ts'
import { isReady } from '../payments/index.ts'
import { dayBefore, prove } from './proof.ts'
import { enqueueFetch, fetchReport, knownSources, providerFor, reconcile } from './reports.ts'
import { daysToFetch, ensureSources, listSources } from './store.ts'

/** A provider has its books of a day ready some hours into the next; what is missing is asked for again the night after. */
const mostDays = 120

async function askForBooks(tx: Tx, config: Config): Promise<void> {
  await ensureSources(tx, knownSources())
  const yesterday = dayBefore(clock.now())
  for (const { id } of await listSources(tx)) {
    const provider = providerFor(id)
    // Without a contract nobody is there to ask.
    if (provider?.report === undefined || !isReady(provider, config)) continue
    for (const day of await daysToFetch(tx, id, yesterday, mostDays)) await enqueueFetch(tx, id, day)
  }
  await enqueue(
    tx,
    'reconciliation.prove',
    {},
    { key: 'reconciliation.prove', maxAttempts: 5, runAt: new Date(clock.now().getTime() + 120_000) },
  )
}

export const jobs = {
  'reconciliation.nightly': ({ write, config }) => write(tx => askForBooks(tx, config)),
  'reconciliation.fetch': fetchReport,
  /** Matches every source (what came late fits now) and proves yesterday, and the days before whose reports came late. */
  'reconciliation.prove': async ({ db, write, log }) => {
    for (const { id } of await listSources(db.read)) await write(tx => reconcile(tx, id))
    let day = dayBefore(clock.now())
    for (let back = 0; back < 4; back++) {
      for (const proof of await prove(db, day))
        if (proof.state === 'red') log.error({ day, currency: proof.currency }, 'what is held is not what is owed')
      day = dayBefore(new Date(`${day}T00:00:00Z`))
    }
  },
} satisfies Jobs
