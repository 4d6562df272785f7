/** Opens the planet's home for any command: its database (embedded or DATABASE_URL), migrated, and the doors to it. The last one out stops an embedded PostgreSQL. */
import pg from 'pg'
import { ConfigError, type Config } from './foundation/config.ts'
import { openDb, type Db } from './foundation/db.ts'
import { openFiles } from './foundation/files.ts'
import { makeLog, type Log } from './foundation/log.ts'
import { migrate } from './foundation/migrate.ts'
import { isPostgresRunning, startPostgres, stopPostgres, type Postgres } from './foundation/postgres.ts'

export type Home = { config: Config; db: Db; log: Log; url: string; close: () => Promise<void> }

export type OpenOptions = {
  /** Say no when another process serves this home already. */
  alone?: boolean
  maxConnections?: number
  log?: Log
}

// Held as long as a process serves: any number, the same for all.
const serveLock = 20160420

async function lockHome(url: string, waitMs: number): Promise<pg.Client | null> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  const end = performance.now() + waitMs
  for (;;) {
    const got = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [serveLock])
    if (got.rows[0]!.got) return client
    // A process that was killed a moment ago may still hold it until PostgreSQL sees its connection gone.
    if (performance.now() > end) break
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  await client.end()
  return null
}

/** Says no when a planet serves this home: what a command is about to do would pull the ground from under it. */
export async function refuseWhileServed(config: Config): Promise<void> {
  if (config.databaseUrl === undefined && !isPostgresRunning(config.home)) return
  const url = config.databaseUrl ?? (await startPostgres({ home: config.home })).url
  const lock = await lockHome(url, 1000)
  if (lock === null) throw new ConfigError('A planet runs on this home; stop it first.')
  await lock.end()
}

const watchEveryMs = 1000

/**
 * Keeps a served home standing: an embedded PostgreSQL that was killed is started again (it recovers what was committed), and the lock that went with
 * its connection is taken again. Until then requests are answered 503. `stop` waits for what is under way.
 */
function watch(home: string, url: string, first: pg.Client, log: Log): { stop: () => Promise<void> } {
  let lock: pg.Client | null = first
  const lose = (client: pg.Client): void => {
    client.on('end', () => {
      if (lock === client) lock = null
    })
  }
  lose(first)
  const look = async (): Promise<void> => {
    if (!isPostgresRunning(home)) {
      log.error({ home }, 'PostgreSQL is gone; it is started again')
      await startPostgres({ home })
    }
    if (lock !== null) return
    lock = await lockHome(url, 0)
    if (lock !== null) lose(lock)
  }
  let looking: Promise<void> | undefined
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => log.warn({ err: error }, 'PostgreSQL is not back yet'))
      .finally(() => (looking = undefined))
  }, watchEveryMs)
  return {
    stop: async () => {
      clearInterval(timer)
      await looking
      await lock?.end().catch(() => undefined)
    },
  }
}

async function othersConnected(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const found = await client.query(
      `select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`,
    )
    return found.rowCount! > 0
  } catch {
    return true
  } finally {
    await client.end().catch(() => undefined)
  }
}

export async function openHome(config: Config, options: OpenOptions = {}): Promise<Home> {
  const log = options.log ?? makeLog(config.logLevel)
  let postgres: Postgres | undefined
  let url = config.databaseUrl
  if (url === undefined) {
    postgres = await startPostgres({ home: config.home })
    url = postgres.url
  }
  let lock: pg.Client | null = null
  try {
    if (options.alone && postgres !== undefined) {
      lock = await lockHome(url, postgres.started ? 0 : 5000)
      if (lock === null)
        throw new ConfigError(`Another Planet already runs on ${config.home}; stop it first, or set PLANET_HOME to another folder.`)
    }
    await migrate(url)
    openFiles(config)
  } catch (error) {
    await lock?.end().catch(() => undefined)
    if (postgres && !(await othersConnected(url))) await postgres.stop()
    throw error
  }
  const db = openDb({ url, readUrls: config.databaseReadUrls, log, ...(options.maxConnections ? { max: options.maxConnections } : {}) })
  const watched = postgres !== undefined && lock !== null ? watch(config.home, url, lock, log) : undefined
  let closing: Promise<void> | undefined
  return {
    config,
    db,
    log,
    url,
    close: () =>
      (closing ??= (async () => {
        await db.close()
        await watched?.stop()
        if (postgres !== undefined && !(await othersConnected(url))) await stopPostgres(config.home)
      })()),
  }
}
