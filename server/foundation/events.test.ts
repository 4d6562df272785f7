import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { connect, tell, tellAll } from './events.ts'
import { handGathered } from './gathered.ts'
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
/** The lists of the jobs that what gathered was made into. */
const lists = async (): Promise<Event[][]> => {
  await handGathered(database.db)
  return (await database.db.pool.query<{ payload: Event[] }>('select payload from graphile_worker._private_jobs order by id')).rows.map(
    row => row.payload,
  )
}
const heard = (play: number, person: string | null = 'usr_a') => ({ type: 'play_recorded' as const, play: `ply_${play}`, person })

test('what gathered is one job for a shard; a person stays in theirs, what is for nobody is for no job', async () => {
  const { transaction } = database.db
  await Promise.all(Array.from({ length: 30 }, (_, n) => transaction(tx => tell(tx, heard(n, n % 2 === 0 ? 'usr_a' : 'usr_b')))))
  await transaction(tx => tell(tx, heard(99, null)))
  const jobs = await lists()
  expect(jobs.map(list => [new Set(list.map(event => event.person)).size, list.length])).toEqual([
    [1, 15],
    [1, 15],
  ])
  expect(
    jobs
      .flat()
      .map(event => event.play)
      .toSorted(),
  ).toEqual(Array.from({ length: 30 }, (_, n) => `ply_${n}`).toSorted())
  // Handed over once.
  expect(await handGathered(database.db)).toBe(0)
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
  expect([await lists(), await count()]).toEqual([[], before])
  await transaction(tx => tell(tx, { type: 'play_grew', play: 'ply_1', person: 'usr_a' }))
  expect([(await lists())[0], await count()]).toMatchObject([[{ type: 'play_grew', play: 'ply_1', person: 'usr_a' }], before])
})

test('nobody waits for a transaction that is not over; what it tells is handed over when it is', async () => {
  const { transaction } = database.db
  await transaction(async tx => {
    await tellAll(
      tx,
      Array.from({ length: 700 }, (_, n) => heard(n)),
    )
    await transaction(other => tell(other, heard(1000)))
    expect((await lists()).map(list => list.length)).toEqual([1])
  })
  expect((await lists()).map(list => list.length)).toEqual([1, 500, 200])
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
  expect(await lists()).toEqual([])
})
