/**
 * Jobs of a killed process stay locked to it, for four hours in graphile-worker. Here every worker holds an advisory lock of its session for as long as it
 * lives; whoever can take the lock of another knows that it is dead and frees its jobs and queues: at every start, and once a minute.
 */
import pg from 'pg'
import type { Log } from './log.ts'

/** Starting workers and sweeping exclude each other: a worker that has taken jobs but not yet its lock must not look dead. */
const gate = 20160421n
const everyMs = 60_000

/** Frees what dead workers left, then runs `start` (which must say the id of the pool it made) and holds the lock for it. `stop` after the pool has ended. */
export async function withJobLocks<T extends { pool: string }>(
  url: string,
  log: Log,
  start: () => Promise<T>,
): Promise<{ started: T; stop: () => Promise<void> }> {
  let client: pg.Client | undefined
  let pool: string | undefined
  const connected = async (): Promise<pg.Client> => {
    if (client !== undefined) return client
    const made = new pg.Client({ connectionString: url, application_name: 'planet-jobs' })
    made.on('error', error => {
      log.warn({ err: error }, 'the connection that holds the job lock was lost')
      if (client === made) client = undefined
    })
    await made.connect()
    client = made
    if (pool !== undefined) await hold(made, pool)
    return made
  }
  const gated = async <R>(work: (held: pg.Client) => Promise<R>): Promise<R> => {
    const held = await connected()
    await held.query('select pg_advisory_lock($1)', [gate])
    try {
      return await work(held)
    } finally {
      await held.query('select pg_advisory_unlock($1)', [gate])
    }
  }
  const started = await gated(async held => {
    await freeDead(held, undefined)
    const made = await start()
    pool = made.pool
    await hold(held, pool)
    return made
  })
  let sweeping: Promise<void> | undefined
  const timer = setInterval(() => {
    sweeping ??= gated(held => freeDead(held, pool))
      .catch((error: unknown) => log.warn({ err: error }, 'jobs of dead workers could not be freed'))
      .finally(() => (sweeping = undefined))
  }, everyMs)
  return {
    started,
    stop: async () => {
      clearInterval(timer)
      await sweeping
      await client?.end().catch(() => undefined)
    },
  }
}

const hold = async (client: pg.Client, pool: string): Promise<void> => {
  await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [pool])
}

async function freeDead(client: pg.Client, own: string | undefined): Promise<void> {
  const { rows } = await client.query<{ pool: string }>(`
    select distinct locked_by as pool from (
      select locked_by from graphile_worker._private_jobs where locked_by is not null
      union all select locked_by from graphile_worker._private_job_queues where locked_by is not null) locks`)
  for (const { pool } of rows) {
    if (pool === own) continue
    const got = await client.query<{ got: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as got', [pool])
    if (!got.rows[0]!.got) continue
    // Asked for again by its key while it ran, a job has made way for the new one, with its tries used up so that it never runs again: freed, it would look failed.
    await client.query(
      'delete from graphile_worker._private_jobs where locked_by = $1 and key is null and attempts >= max_attempts and updated_at > locked_at',
      [pool],
    )
    await client.query('select graphile_worker.force_unlock_workers(array[$1])', [pool])
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [pool])
  }
}
