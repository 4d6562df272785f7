/** Background work: what is to be done each night, and the check of the books. */
import { clock } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { enqueue, type Jobs } from '../foundation/jobs.ts'
import { audit, thoroughChecks } from './checks.ts'
import { makePartitions } from './store.ts'

/** Harmless when run twice; each by itself, so that one that fails holds up no other. */
const everyNight = [
  'people.sweep',
  'ledger.nightly',
  'listening.nightly',
  'scrobbles.nightly',
  'playlists.nightly',
  'groups.nightly',
  'points.nightly',
  'shipping.nightly',
  'invoices.nightly',
  'goods.nightly',
  'rewards.nightly',
  'services.nightly',
  'coupons.nightly',
  'raffles.nightly',
  'tickets.nightly',
  'deals.nightly',
  'shows.nightly',
  'tickets.nightly',
  'missions.nightly',
  'immigration.nightly',
  'claiming.nightly',
  'enrolment.nightly',
  'reconciliation.nightly',
  'console.audit',
]

/** The next 03:17 UTC: few listen then in either of our languages' homes, and no full hour's crowd. */
export function nextNight(now: Date): Date {
  const night = new Date(now)
  night.setUTCHours(3, 17, 0, 0)
  return night > now ? night : new Date(night.getTime() + 86_400_000)
}

const schedule = (tx: Tx): Promise<void> => enqueue(tx, 'console.nightly', {}, { key: 'console.nightly', runAt: nextNight(clock.now()) })

/** At the start of a worker: sees to it that the nights come. */
export const startNights = (db: Db): Promise<void> => db.transaction(schedule)

export const jobs = {
  'console.nightly': ({ write }) =>
    write(async tx => {
      for (const task of everyNight) await enqueue(tx, task, {}, { key: task, maxAttempts: 5 })
      await makePartitions(tx)
      await schedule(tx)
    }),
  /** What is broken goes to the operator's log, name by name. */
  'console.audit': async ({ db, log }) => {
    for (const { name, findings } of (await audit(db, thoroughChecks)).filter(result => !result.ok))
      log.error({ check: name, findings }, 'a check of the books found something')
  },
} satisfies Jobs
