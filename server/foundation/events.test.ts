import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { connect, tell, tellAll } from './events.ts'
import { startWorker } from './jobs.ts'
import { makeLog } from './log.ts'
import { testDatabase, until, type TestDatabase } from './testing.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
  connect(
    { play_recorded: ['test.heard'], play_grew: ['test.heard'], person_joined: ['test.one'] },
    { 'test.heard': { by: 'person', shards: 2 } },
    ['play_grew'],
  )
})
afterAll(() => database.close())
beforeEach(() => database.db.pool.query('delete from graphile_worker._private_jobs'))

type Event = { event: string; type: string; play: string; person: string }
const waiting = async (): Promise<{ key: string | null; payload: Event[] }[]> =>
  (
    await database.db.pool.query<{ key: string | null; payload: Event[] }>(
      'select key, payload from graphile_worker._private_jobs order by id',
    )
  ).rows
const heard = (play: number, person: string | null = 'usr_a') => ({ type: 'play_recorded' as const, play: `ply_${play}`, person })

test('what is told within a second and a shard is one job with a list; a person stays in their shard, what is for nobody is for no job', async () => {
  const { transaction } = database.db
  await Promise.all(Array.from({ length: 30 }, (_, n) => transaction(tx => tell(tx, heard(n, n % 2 === 0 ? 'usr_a' : 'usr_b')))))
  await transaction(tx => tell(tx, heard(99, null)))
  const jobs = await waiting()
  // Two shards, and at most two seconds.
  expect(jobs.length).toBeLessThanOrEqual(4)
  expect(jobs.flatMap(job => job.payload.map(event => event.play)).toSorted()).toEqual(
    Array.from({ length: 30 }, (_, n) => `ply_${n}`).toSorted(),
  )
  const shards = Map.groupBy(
    jobs.flatMap(job => job.payload.map(event => ({ shard: job.key!.split(':')[1], person: event.person }))),
    one => one.person,
  )
  for (const those of shards.values()) expect(new Set(those.map(one => one.shard)).size).toBe(1)
})

test('nothing is told of what did not happen, and what passes by is not written down', async () => {
  const { transaction } = database.db
  const count = async () => (await database.db.pool.query('select 1 from house.event')).rowCount
  const before = await count()
  await expect(
    transaction(async tx => {
      await tell(tx, heard(1))
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect([await waiting(), await count()]).toEqual([[], before])
  await transaction(tx => tell(tx, { type: 'play_grew', play: 'ply_1', person: 'usr_a' }))
  expect([(await waiting())[0]!.payload, await count()]).toMatchObject([[{ type: 'play_grew', play: 'ply_1', person: 'usr_a' }], before])
})

test('many at once go into a job of their own, so that a long transaction makes nobody wait', async () => {
  const { transaction } = database.db
  let tell2: Promise<unknown> | undefined
  await transaction(async tx => {
    await tellAll(
      tx,
      Array.from({ length: 700 }, (_, n) => heard(n)),
    )
    // Another one of the same shard and second is not held up.
    tell2 = transaction(other => tell(other, heard(1000)))
    await tell2
  })
  expect((await waiting()).map(job => [job.key === null, job.payload.length]).toSorted()).toEqual([
    [false, 1],
    [true, 200],
    [true, 500],
  ])
})

test('a worker gets the list once; what comes while it works makes the next job', async () => {
  const { db } = database
  const seen: string[] = []
  let go: () => void = () => undefined
  const held = new Promise<void>(resolve => (go = resolve))
  await db.transaction(tx => tell(tx, heard(1)))
  const worker = await startWorker({
    db,
    log: makeLog('silent'),
    config: { ...readConfig({}, { home: '/tmp', secret: 'x'.repeat(40) }) },
    concurrency: 2,
    jobs: {
      'test.heard': async (_context: unknown, events: Event[]) => {
        seen.push(...events.map(event => event.play))
        if (seen.length === 1) await held
      },
    },
  })
  await until(() => seen.length === 1, 'the first')
  await db.transaction(tx => tell(tx, heard(2)))
  go()
  await until(() => seen.length === 2, 'the second')
  await worker.stop()
  expect(seen).toEqual(['ply_1', 'ply_2'])
  expect(await waiting()).toEqual([])
})
