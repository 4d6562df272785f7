import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { enqueue, startWorker } from './jobs.ts'
import { makeLog } from './log.ts'
import { testDatabase, until, type TestDatabase } from './testing.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

const config = { ...readConfig({}, { home: '/tmp', secret: 'x'.repeat(40) }) }
const worker = (jobs: Parameters<typeof startWorker>[0]['jobs']) =>
  startWorker({ db: database.db, log: makeLog('silent'), config, jobs, concurrency: 2 })
/** Kills it, and waits until PostgreSQL has noticed. */
async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
  const sessions = `select from pg_stat_activity where datname = current_database() and application_name = 'planet-jobs'`
  await until(async () => (await database.db.pool.query(sessions)).rowCount === 0, 'the session of the killed to end')
}

test('a job whose process was killed is done by the next one at once, its queue too', async () => {
  await database.db.transaction(async tx => {
    await enqueue(tx, 'test.hang', { n: 1 }, { queue: 'one', maxAttempts: 5 })
    await enqueue(tx, 'test.hang', { n: 2 }, { queue: 'one', maxAttempts: 5 })
  })
  const program = `import { startWorker } from '${import.meta.dirname}/jobs.ts'; import { openDb } from '${import.meta.dirname}/db.ts'; import { makeLog } from '${import.meta.dirname}/log.ts'
    await startWorker({ db: openDb({ url: ${JSON.stringify(database.url)} }), log: makeLog('silent'), config: {}, concurrency: 2, jobs: { 'test.hang': () => { console.log('took it'); return new Promise(() => setInterval(() => {}, 1000)) } } })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const seen: number[] = []
  const living = await worker({ 'test.hang': async (_context: unknown, { n }: { n: number }) => void seen.push(n) })
  // Who is alive keeps what it took.
  await living.stop()
  expect(seen).toEqual([])
  await kill(child)
  const next = await worker({ 'test.hang': async (_context: unknown, { n }: { n: number }) => void seen.push(n) })
  await until(() => seen.length === 2, 'both jobs')
  expect(seen.toSorted()).toEqual([1, 2])
  await next.stop()
})

test('a job that was asked for again while it ran, and killed, leaves only the new one', async () => {
  await database.db.transaction(tx => enqueue(tx, 'test.renews', {}, { key: 'renews' }))
  const imports = ['jobs.ts', 'db.ts', 'log.ts'].map(file => JSON.stringify(`${import.meta.dirname}/${file}`))
  const program = `import { enqueue, startWorker } from ${imports[0]}; import { openDb } from ${imports[1]}; import { makeLog } from ${imports[2]}
    const renews = async ({ write }) => {
      await write(tx => enqueue(tx, 'test.renews', {}, { key: 'renews', runAt: new Date(Date.now() + 3_600_000) }))
      console.log('asked again')
      return new Promise(() => setInterval(() => {}, 1000))
    }
    await startWorker({ db: openDb({ url: ${JSON.stringify(database.url)} }), log: makeLog('silent'), config: {}, concurrency: 1, jobs: { 'test.renews': renews } })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  await kill(child)
  await (await worker({})).stop()
  const { rows } = await database.db.pool.query(
    `select key, attempts, locked_at from graphile_worker.jobs where task_identifier = 'test.renews'`,
  )
  expect(rows).toEqual([{ key: 'renews', attempts: 0, locked_at: null }])
})

test('a job that fails is tried again', async () => {
  let tries = 0
  const one = await worker({
    'test.twice': async () => {
      if (++tries < 2) throw new Error('not yet')
    },
  })
  await database.db.transaction(tx => enqueue(tx, 'test.twice', {}, { queue: 'again' }))
  await database.db.transaction(tx => enqueue(tx, 'test.twice', {}))
  await until(() => tries >= 3, 'the third try')
  expect(tries).toBe(3)
  await one.stop()
})

test('a job asked for at the very moment it is taken is not lost', async () => {
  const ask = () => database.db.transaction(tx => enqueue(tx, 'test.taken', {}, { key: 'taken' }))
  await ask()
  const taking = await database.db.pool.connect()
  try {
    // As a worker takes it: seen by nobody before it commits.
    await taking.query('begin')
    await taking.query(
      `update graphile_worker._private_jobs set locked_by = 'someone', locked_at = now(), attempts = 1 where key = 'taken'`,
    )
    const asked = ask()
    const { rows } = await taking.query<{ pid: number }>('select pg_backend_pid() as pid')
    const waits = `select from pg_stat_activity where datname = current_database() and ${rows[0]!.pid} = any(pg_blocking_pids(pid))`
    await until(async () => (await database.db.pool.query(waits)).rowCount === 1, 'whoever asks to wait for the one who takes')
    await taking.query('commit')
    await asked
  } finally {
    taking.release()
  }
  const jobs = `select key, locked_by from graphile_worker.jobs where task_identifier = 'test.taken' order by id`
  expect((await database.db.pool.query(jobs)).rows).toEqual([
    { key: null, locked_by: 'someone' },
    { key: 'taken', locked_by: null },
  ])
})
