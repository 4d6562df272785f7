/** Figures of the planet for Prometheus, asked of the database when they are collected. Each is one cheap query. */
import { Gauge, type Registry } from 'prom-client'
import type { Read } from '../foundation/db.ts'
import { countPeople } from '../people/index.ts'
import { countJobs, countOrders, countPlays, countReconciliation, lastRun } from './store.ts'

export function metrics(register: Registry, db: Read): void {
  const gauge = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    look: (gauge: Gauge<L>) => Promise<void>,
  ): void => {
    const one: Gauge<L> = new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [register],
      async collect() {
        try {
          one.reset()
          await look(one)
        } catch {
          // The database is away: the other figures of the process are still worth having.
          one.reset()
        }
      },
    })
  }
  gauge('planet_people', 'Persons who signed up.', [], async one => one.set(await countPeople(db)))
  gauge('planet_plays', 'Plays that count.', [], async one => one.set(await countPlays(db)))
  gauge('planet_orders', 'Orders by state.', ['state'], async one => {
    for (const [state, count] of await countOrders(db)) one.set({ state }, count)
  })
  gauge('planet_jobs', 'Background work: waiting to be tried, of that due by now, or failed for good.', ['state'], async one => {
    const { waiting, due, failed } = await countJobs(db)
    one.set({ state: 'waiting' }, waiting)
    one.set({ state: 'due' }, due)
    one.set({ state: 'failed' }, failed)
  })
  gauge('planet_audit_broken', 'Book checks that found something when they last ran.', [], async one => {
    const run = await lastRun(db)
    if (run) one.set(run.broken)
  })
  gauge('planet_audit_timestamp_seconds', 'When the book checks last ran.', [], async one => {
    const run = await lastRun(db)
    if (run) one.set(Math.floor(run.at.getTime() / 1000))
  })
  gauge(
    'planet_reconciliation',
    'Differences with providers and banks that wait, and currencies whose newest daily proof is red.',
    ['what'],
    async one => {
      const { exceptions, red } = await countReconciliation(db)
      one.set({ what: 'exceptions' }, exceptions)
      one.set({ what: 'proofs_red' }, red)
    },
  )
}
