/** Processes are killed in the middle of a crowd that spends: the planet itself, a connection's own server process, all of PostgreSQL. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPostgres } from '../../server/foundation/postgres.ts'
import { until } from '../../server/foundation/testing.ts'
import { ownPlanet, type OwnPlanet, type Running } from '../planet.ts'
import { openDesk, proveDesk, type Desk } from './desk.ts'
import { limitMs, makeCrowd, proveBooks, provePurchases, quiet, scale, type Crowd } from './crowd.ts'

let planet: OwnPlanet
let running: Running
let database: string
beforeAll(async () => {
  planet = await ownPlanet({ PLANET_DEMO: '0' })
  running = await planet.start()
  database = (await startPostgres({ home: planet.home })).url
})
afterAll(() => planet.remove())

const purchases = 160 * scale
/** The process of PostgreSQL; 0 while it starts. */
const postmaster = (): number => {
  try {
    return Number(readFileSync(join(planet.home, 'db/postmaster.pid'), 'utf8').split('\n')[0])
  } catch {
    return 0
  }
}
/** The server processes of the planet's connections. */
const backends = (): number[] =>
  readdirSync('/proc').flatMap(name => {
    try {
      const child = /^\d+$/.test(name) && readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')[1] === String(postmaster())
      return child && /planet planet/.test(readFileSync(`/proc/${name}/cmdline`, 'utf8')) ? [Number(name)] : []
    } catch {
      return []
    }
  })

/** Everyone is paid out while it happens. */
async function runs(desk: Desk, crowd: Crowd): Promise<void> {
  for (const part of [0.2, 0.4, 0.7, 0.9]) {
    await until(() => crowd.seen.done >= purchases * part, `${part} of the purchases`, 120_000)
    await desk.payOut()
  }
}

async function proved(crowd: Crowd, desk: Desk): Promise<void> {
  await quiet(database)
  await proveDesk(desk, database)
  const tally = await provePurchases(crowd, database)
  expect(tally.settled).toBeGreaterThan(purchases / 2)
  expect(tally.unpaid).toBeGreaterThan(0)
  // With what the planet wrote of it.
  expect(crowd.strange.length === 0 ? [] : [...crowd.strange, running.errors()]).toEqual([])
  await proveBooks(planet.run)
}

test(
  'kill -9 of the planet, three times',
  async () => {
    const crowd = await makeCrowd([running.url], database, 16 * scale, 'app')
    const desk = await openDesk(crowd, database)
    crowd.after = desk.after
    const buying = Promise.all([crowd.buy(purchases), runs(desk, crowd)])
    for (const part of [0.25, 0.5, 0.75]) {
      await until(() => crowd.seen.done >= purchases * part, `${part} of the purchases`, 60_000)
      await running.kill()
      running = await planet.start()
    }
    await buying
    expect(crowd.seen.lost).toBeGreaterThan(0)
    await proved(crowd, desk)
  },
  limitMs,
)

test(
  'kill -9 of a server process: PostgreSQL starts over by itself, and so does what the planet does',
  async () => {
    const crowd = await makeCrowd([running.url], database, 16 * scale, 'backend')
    const desk = await openDesk(crowd, database)
    crowd.after = desk.after
    const buying = Promise.all([crowd.buy(purchases), runs(desk, crowd)])
    for (const part of [0.3, 0.6]) {
      await until(() => crowd.seen.done >= purchases * part, `${part} of the purchases`, 60_000)
      const pids = backends()
      expect(pids.length).toBeGreaterThan(0)
      process.kill(pids[Math.floor(pids.length / 2)]!, 'SIGKILL')
    }
    await buying
    expect(crowd.seen.answers.get(503)).toBeGreaterThan(0)
    await proved(crowd, desk)
  },
  limitMs,
)

test(
  'kill -9 of PostgreSQL itself: the planet says "not now", starts it again and goes on',
  async () => {
    const crowd = await makeCrowd([running.url], database, 16 * scale, 'postmaster')
    const desk = await openDesk(crowd, database)
    crowd.after = desk.after
    const buying = Promise.all([crowd.buy(purchases), runs(desk, crowd)])
    for (const part of [0.3, 0.6]) {
      await until(() => crowd.seen.done >= purchases * part, `${part} of the purchases`, 60_000)
      const before = postmaster()
      process.kill(before, 'SIGKILL')
      await until(() => ![0, before].includes(postmaster()), 'another PostgreSQL', 60_000)
    }
    await buying
    expect(running.ended()).toBeUndefined()
    expect(crowd.seen.answers.get(503)).toBeGreaterThan(0)
    await proved(crowd, desk)
    // It holds the home as before: no second planet can be started on it, and it ends cleanly.
    await expect(planet.start({ env: { PORT: '0' } })).rejects.toThrow(/Another Planet already runs/)
    expect(await running.stop()).toBe(0)
  },
  limitMs,
)
