/** Connections are cut between a commit and its answer, on both sides of the planet; then two planets and a worker share one database, with the same keys at both. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPostgres, type Postgres } from '../../server/foundation/postgres.ts'
import { until } from '../../server/foundation/testing.ts'
import { freePort, ownPlanet, type OwnPlanet, type Running } from '../planet.ts'
import { openDesk, proveDesk, type Desk } from './desk.ts'
import { limitMs, makeCrowd, proveBooks, provePurchases, quiet, scale, type Crowd } from './crowd.ts'
import { httpWire, postgresWire, type Wire } from './proxy.ts'

let home: string
let postgres: Postgres
let wire: Wire
let planet: OwnPlanet
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'planet-wires-'))
  postgres = await startPostgres({ home })
  wire = await postgresWire(join(new URL(postgres.url).searchParams.get('host')!, '.s.PGSQL.5432'))
  planet = await ownPlanet({ PLANET_DEMO: '0', DATABASE_URL: `postgres://planet@127.0.0.1:${wire.port}/planet` })
})
afterAll(async () => {
  await planet.remove()
  await wire.close()
  await postgres.stop()
  rmSync(home, { recursive: true, force: true })
})

const purchases = 160 * scale

/** The crowd buys, sellers and banks give back, and everyone is paid out meanwhile. */
async function trade(crowd: Crowd, cut: () => void = () => undefined): Promise<Desk> {
  // Signing in is not what is cut: better-auth has no keys that would make it safe to ask again.
  const desk = await openDesk(crowd, postgres.url)
  cut()
  crowd.after = desk.after
  const runs = async (): Promise<void> => {
    for (const part of [0.2, 0.5, 0.8]) {
      await until(() => crowd.seen.done >= purchases * part, `${part} of the purchases`, 120_000)
      await desk.payOut()
    }
  }
  await Promise.all([crowd.buy(purchases), runs()])
  return desk
}

async function proved(crowd: Crowd, desk: Desk): Promise<void> {
  await quiet(postgres.url)
  await proveDesk(desk, postgres.url)
  const tally = await provePurchases(crowd, postgres.url)
  expect(tally.settled).toBeGreaterThan(purchases / 2)
  expect(crowd.strange).toEqual([])
  await proveBooks(planet.run)
}

test(
  'cut between commit and answer: what was done is found again by its key',
  async () => {
    const running = await planet.start({ command: ['serve'], port: await freePort() })
    const front = await httpWire(() => Number(new URL(running.url).port))
    const crowd = await makeCrowd([`http://127.0.0.1:${front.port}`], postgres.url, 16 * scale, 'cut')
    const desk = await trade(crowd, () => {
      Object.assign(wire.rates, { commit: 0.03, answer: 0.001 })
      front.rates.answer = 0.03
    })
    Object.assign(wire.rates, { commit: 0, answer: 0 })
    front.rates.answer = 0
    expect(wire.cuts.commit).toBeGreaterThan(5)
    expect(front.cuts.answer).toBeGreaterThan(5)
    expect(running.ended()).toBeUndefined()
    await proved(crowd, desk)
    expect(await running.stop()).toBe(0)
    await front.close()
  },
  limitMs,
)

test(
  'two planets and a worker on one database, each key at both at once',
  async () => {
    const both: Running[] = [
      await planet.start({ command: ['serve'] }),
      await planet.start({ command: ['serve', '--no-work'], port: await freePort() }),
      await planet.start({ command: ['work'], env: { DATABASE_URL: postgres.url } }),
    ]
    const crowd = await makeCrowd([both[0]!.url, both[1]!.url], postgres.url, 16 * scale, 'both')
    const desk = await trade(crowd)
    for (const one of both) expect(one.ended()).toBeUndefined()
    await proved(crowd, desk)
    for (const one of both) expect(await one.stop()).toBe(0)
  },
  limitMs,
)
