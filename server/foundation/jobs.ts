/** Background work on graphile-worker: `add_job` is SQL, so the job table is the outbox of the transaction that asks. */
import { EventEmitter } from 'node:events'
import { Logger, run, runMigrations, type TaskList, type WorkerEvents } from 'graphile-worker'
import { sql } from 'kysely'
import pg from 'pg'
import type { Config } from './config.ts'
import type { Db, Read, Tx } from './db.ts'
import { withJobLocks } from './job-locks.ts'
import type { Log } from './log.ts'

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

/** Adds a job within the transaction: it exists only if the transaction commits. */
export async function enqueue(tx: Tx | Read, task: string, payload: object, options: EnqueueOptions = {}): Promise<void> {
  await sql`select graphile_worker.add_job(
    ${task}, payload => ${JSON.stringify(payload)}::json, queue_name => ${options.queue ?? null}, run_at => ${options.runAt ?? null}::timestamptz,
    max_attempts => ${options.maxAttempts ?? 12}, job_key => ${options.key ?? null}, priority => ${options.priority ?? 0})`.execute(tx)
}

/** Makes or updates the job tables. */
export const migrateJobs = (url: string): Promise<void> => runMigrations({ connectionString: url, logger: quiet })

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
  const pgPool = new pg.Pool({ connectionString: db.url, max: options.concurrency + 2, application_name: 'planet-worker' })
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
  let stopped: Promise<void> | undefined
  return {
    stop: () => {
      abort.abort()
      return (stopped ??= started.runner
        .stop()
        .catch(() => undefined)
        .then(stop)
        .then(() => pgPool.end()))
    },
  }
}
