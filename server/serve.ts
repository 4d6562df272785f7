/** Serving: opens the home, mounts the app, works the jobs, and ends cleanly when asked. */
import { rmSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { buildApp, jobs } from './app.ts'
import type { Config } from './foundation/config.ts'
import { clock } from './foundation/clock.ts'
import * as demo from './demo/index.ts'
import { startWorker } from './foundation/jobs.ts'
import { print, printError, untilAskedToStop } from './foundation/progress.ts'
import { stopPostgres } from './foundation/postgres.ts'
import { openHome, refuseWhileServed, type Home } from './home.ts'
import { startCatalogueWork } from './catalogue/index.ts'
import { startNights } from './console/index.ts'
import { startDiscoveryWork } from './discovery/index.ts'
import { startIntakeWork, startWatching } from './intake/index.ts'
import { startLedgerWork } from './ledger/index.ts'
import { startMediaWork } from './media/index.ts'
import { startNoticesWork } from './notices/index.ts'
import { startPaymentsWork } from './payments/index.ts'
import { startBookingsWork } from './bookings/index.ts'
import { startRefundsWork } from './refunds/index.ts'
import { startRoyaltiesWork } from './royalties/index.ts'
import { startScrobblesWork } from './scrobbles/index.ts'
import { startSearchWork } from './search/index.ts'
import { startSeatingWork } from './seating/index.ts'
import { startStorefrontWork } from './storefront/index.ts'
import { startFeedWork } from './feed/index.ts'
import { startSettler, startShopWork } from './shop/index.ts'

/** Tables that grow with time have a partition for each month; this and the next three always exist. */
const partitioned = ['house.event']

async function makePartitions(home: Home): Promise<void> {
  for (const table of partitioned) await sql`select house.make_partitions(${table}::regclass, 3)`.execute(home.db.write)
}

/** By then the first pages were made, and nobody waits for the first answer. */
const keepCompiledMs = 20_000

export type ServeOptions = {
  web: 'built' | 'dev' | false
  work: boolean
  /** Fills an empty planet, then renders its music in the background. */
  demo: boolean
}

/** Runs until asked to stop. Resolves with the exit code. */
export async function serve(config: Config, options: ServeOptions): Promise<number> {
  const from = clock.ticks()
  if (config.databaseUrl === undefined) printError(`Opening the database in ${config.home}…`)
  const home = await openHome(config, { alone: true })
  const stopAsked = untilAskedToStop()
  let worker: Awaited<ReturnType<typeof startWorker>> | undefined
  try {
    await makePartitions(home)
    const app = await buildApp(home, options.web ? { web: options.web } : {})
    await app.server.listen({ host: config.host, port: config.port })
    if (options.demo) await demo.fillWorld(home.db, { tracks: config.demoTracks })
    if (options.work) {
      worker = await startWork(home)
    }
    const address = app.server.server.address()
    const port = typeof address === 'object' && address !== null ? address.port : config.port
    print(`Planet is up: ${config.urlGiven ? config.url : `http://localhost:${port}`}`)
    home.log.info({ milliseconds: Math.round(clock.ticks() - from) }, 'up')
    // Written at a clean end anyway; a planet that is killed has it for its next start too.
    const keeping = setTimeout(flushCompileCache, keepCompiledMs).unref()
    const why = await stopAsked
    clearTimeout(keeping)
    printError(`Stopping (${why})…`)
    await Promise.all([app.server.close(), worker?.stop()])
    return 0
  } finally {
    await worker?.stop()
    await home.close()
  }
}

/** Takes up what was left unfinished, then works the jobs. */
async function startWork(home: Home): ReturnType<typeof startWorker> {
  const { db, log, config } = home
  await startNights(db)
  await startLedgerWork(db)
  await startMediaWork(db)
  await startCatalogueWork(db)
  await startSearchWork(db)
  await startStorefrontWork(db)
  await startFeedWork(db)
  await startIntakeWork(db, config.music)
  await startDiscoveryWork(db)
  await startNoticesWork(db)
  await startPaymentsWork(db, config)
  await startShopWork(db)
  await startRefundsWork(db)
  await startRoyaltiesWork(db)
  await startScrobblesWork(db)
  await startBookingsWork(db)
  await startSeatingWork(db)
  const worker = await startWorker({ db, log, config, jobs, concurrency: Math.max(2, availableParallelism()) })
  const watching = startWatching(db, log)
  const settler = startSettler(db, log)
  return {
    stop: async () => {
      await watching.stop()
      await settler.stop()
      await worker.stop()
    },
  }
}

/** `planet work`: only the jobs. */
export async function work(config: Config): Promise<number> {
  const home = await openHome(config)
  const stopAsked = untilAskedToStop()
  const worker = await startWork(home)
  print('Working.')
  await stopAsked
  await worker.stop()
  await home.close()
  return 0
}

/** `planet reset`: the folder's state is gone afterwards. */
export async function reset(config: Config): Promise<void> {
  await refuseWhileServed(config)
  if (config.databaseUrl !== undefined) {
    const { default: pg } = await import('pg')
    const client = new pg.Client({ connectionString: config.databaseUrl })
    await client.connect()
    const found = await client.query<{ name: string }>(
      `select nspname as name from pg_namespace where nspname not in ('pg_catalog','information_schema','public') and nspname !~ '^pg_'`,
    )
    for (const { name } of found.rows) await client.query(`drop schema "${name}" cascade`)
    await client.query('drop table if exists public.migration')
    await client.end()
  } else await stopPostgres(config.home)
  for (const name of ['db', 'db.new', 'files', 'demo', 'tmp', 'uploads']) rmSync(join(config.home, name), { recursive: true, force: true })
}
