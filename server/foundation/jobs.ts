/** Background work on graphile-worker: `add_job` is SQL, so the job table is the outbox of the transaction that asks. */
import { EventEmitter } from 'node:events'
import { Logger, run, runMigrations, type TaskList, type WorkerEvents } from 'graphile-worker'
import { sql } from 'kysely'
import pg from 'pg'
import type { Config } from './config.ts'
import type { Db, Read, Tx } from './db.ts'
import { handGathered } from './gathered.ts'
import { withJobLocks } from './job-locks.ts'
import type { Log } from './log.ts'
import { isAway } from './problems.ts'

export type JobContext = {
  db: Db
  read: Read
  write: Db['transaction']
  log: Log
  config: Config
  /** Ends when the process is asked to stop. */
  signal: AbortSignal
  attempt: number
}
/** A room's background work by name (`media.process`). Shallow: load, call an action. Run at least once. */
export type Jobs = Record<string, (context: JobContext, payload: never) => Promise<void>>

export type EnqueueOptions = {
  /** Of several waiting jobs with one key only the newest is kept. */
  key?: string
  /** Jobs of one queue run one after the other. */
  queue?: string
  runAt?: Date
  maxAttempts?: number
  /** Lower runs first; 0 unless told. */
  priority?: number
}

/**
 * Adds a job within the transaction: it exists only if the transaction commits. A job of the same key that is being taken at this very moment is neither
 * waiting nor yet seen as running, and `add_job` then adds nothing (it gives null): whoever asks would never be heard. Asked again, it sees that it runs.
 */
export async function enqueue(tx: Tx | Read, task: string, payload: object, options: EnqueueOptions = {}): Promise<void> {
  for (let times = 0; times < 10; times++) {
    // oxlint-disable-next-line no-await-in-loop -- again only after that race
    const { rows } = await sql<{ id: bigint | null }>`select id from graphile_worker.add_job(
      ${task}, payload => ${JSON.stringify(payload)}::json, queue_name => ${options.queue ?? null}, run_at => ${options.runAt ?? null}::timestamptz,
      max_attempts => ${options.maxAttempts ?? 12}, job_key => ${options.key ?? null}, priority => ${options.priority ?? 0})`.execute(tx)
    if (rows[0]!.id !== null) return
  }
  throw new Error(`job ${task} ${options.key ?? ''} could not be added`)
}

/** Makes or updates the job tables. */
export const migrateJobs = (url: string): Promise<void> => runMigrations({ connectionString: url, logger: quiet })

/**
 * The runner tries again only when an error says 57P03, and a job it could not mark as done for another reason ends the whole process. So whatever
 * means "PostgreSQL is away for now" says so here: when it is back, the job is marked.
 */
function patientPool(options: pg.PoolConfig): pg.Pool {
  const patient = (error: unknown): never => {
    throw isAway(error) ? Object.assign(error as Error, { code: '57P03' }) : error
  }
  class PatientClient extends pg.Client {
    override query = ((...args: unknown[]): unknown => {
      // oxlint-disable-next-line typescript/unbound-method -- called with `this` right below
      const made = (pg.Client.prototype.query as (...given: unknown[]) => unknown).apply(this, args)
      return made instanceof Promise ? made.catch(patient) : made
    }) as pg.Client['query']
  }
  const pool = new pg.Pool({ ...options, Client: PatientClient as unknown as new () => pg.Client })
  // oxlint-disable-next-line typescript/unbound-method -- called with `pool` right below
  const connect = pool.connect as (...given: unknown[]) => unknown
  pool.connect = ((...args: unknown[]): unknown => {
    // Whoever still wants to mark a job when all is over has nobody who waits for it.
    if (pool.ending) return new Promise(() => undefined)
    const made = connect.apply(pool, args)
    return made instanceof Promise ? made.catch(patient) : made
  }) as pg.Pool['connect']
  return pool
}

/** So often workers make jobs of what gathered. */
const gatherMs = 1000
const quiet = new Logger(() => () => undefined)

/** Starts working. `stop` waits for what is running. */
export async function startWorker(options: {
  db: Db
  log: Log
  config: Config
  jobs: Jobs
  concurrency: number
}): Promise<{ stop: () => Promise<void> }> {
  const { db, log, config } = options
  const abort = new AbortController()
  const taskList: TaskList = {}
  for (const [name, job] of Object.entries(options.jobs)) {
    taskList[name] = async (payload, helpers) => {
      try {
        const context: JobContext = {
          db,
          read: db.read,
          write: db.transaction,
          log,
          config,
          signal: abort.signal,
          attempt: helpers.job.attempts,
        }
        await (job as (context: JobContext, payload: unknown) => Promise<void>)(context, payload)
      } catch (error) {
        if (!abort.signal.aborted) log.error({ err: error, job: name, attempt: helpers.job.attempts }, 'a job failed')
        throw error
      }
    }
  }
  // Its own pool: it puts job numbers into JSON, which our int8 as bigint would break when a job fails. Made and ended here: the runner would not wait for
  // its end, and a connection that Postgres closes meanwhile would end the process.
  const pgPool = patientPool({ connectionString: db.url, max: options.concurrency + 2, application_name: 'planet-worker' })
  const lost = (error: Error): void => log.warn({ err: error }, 'a connection of the job runner was lost')
  pgPool.on('error', lost).on('connect', client => client.on('error', lost))
  const events = new EventEmitter() as WorkerEvents
  let pool = ''
  events.on('pool:create', ({ workerPool }) => {
    pool = workerPool.id
  })
  const { started, stop } = await withJobLocks(db.url, log, async () => {
    const runner = await run({
      pgPool,
      taskList,
      concurrency: options.concurrency,
      noHandleSignals: true,
      pollInterval: 2000,
      events,
      logger: quiet,
    })
    return { runner, pool }
  })
  // What gathered within a second becomes jobs.
  let handing: Promise<void> | undefined
  const timer = setInterval(() => {
    handing ??= handGathered(db)
      .then(() => undefined)
      .catch((error: unknown) => log.warn({ err: error }, 'what gathered could not be handed over'))
      .finally(() => (handing = undefined))
  }, gatherMs)
  let stopped: Promise<void> | undefined
  return {
    stop: () => {
      abort.abort()
      clearInterval(timer)
      return (stopped ??= (handing ?? Promise.resolve())
        .then(() => started.runner.stop())
        .catch(() => undefined)
        .then(stop)
        .then(() => pgPool.end()))
    },
  }
}
