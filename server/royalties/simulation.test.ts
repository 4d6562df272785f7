import { afterAll, expect, test } from 'vitest'
import { audit, thoroughChecks } from '../console/checks.ts'
import { clock } from '../foundation/clock.ts'
import { startPlanet, type TestPlanet } from '../testing.ts'
import { addRelease, enrich } from './closing.testing.ts'
import { closeWithCrashes, compare, listen } from './simulate.testing.ts'
import type { World } from './simulation.testing.ts'

let planet: TestPlanet
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
const hour = 3_600_000

/** Forty listeners for three hours over midnight; all of it (2,000, 48 hours) is `npm run bench -- plays`. */
test('listening of many, compressed: plays are counted exactly once, the pool is paid to the last millionth, the audit is clean', async () => {
  planet = await startPlanet({ max: 20 })
  const [one, two, maker] = [await planet.staff('finance'), await planet.staff('finance'), await planet.signUp('Maker')]
  // Long ago enough that all of it is over now: nothing is posted in the future.
  const start = Date.now() - 12 * 24 * hour
  const shift = (to: number): void => clock.shift(to - Date.now())
  const first = new Date(start).toISOString().slice(0, 10)
  const midnight = Date.parse(`${first}T00:00:00Z`) + 24 * hour
  shift(start)
  await enrich(planet, 50_000_00n)
  const lengths = Array.from({ length: 30 }, (_, n) => 45_000 + n * 9000)
  const { tracks } = await addRelease(planet, maker.id, lengths)
  const made = await one.call<{ id: string; changes: { id: string }[] }>('POST', '/console/pools', {
    name: 'Listening',
    monthly: { amount: '3100000', currency: 'CNY' },
    every: 'day',
    starts: first,
    graceHours: 168,
    reason: 'for those who are heard',
  })
  await two.call('POST', `/console/pools/${made.id}/decide`, { change: made.changes[0]!.id, confirm: true, reason: 'agreed' })
  const people: string[] = []
  for (let n = 0; n < 40; n++) people.push((await planet.signUp(`L ${n}`)).id)
  const world: World = { from: midnight - 1.5 * hour, until: midnight + 1.5 * hour, listeners: 40, lengths, seed: 4 }
  const { books, reports } = await listen(planet.db, world, people, tracks, shift)
  const log = { error: (given: unknown) => expect(given).toBeUndefined() } as unknown as Parameters<typeof closeWithCrashes>[1]
  shift(midnight + 26 * hour)
  await closeWithCrashes(planet.db, log, 2)
  shift(midnight + 9 * 24 * hour)
  const { killed } = await closeWithCrashes(planet.db, log, 3)
  const found = await compare(planet.db, made.id, people, tracks, books)
  expect(found.findings.slice(0, 5)).toEqual([])
  expect(reports).toBeGreaterThan(2000)
  expect(found.counted).toBeGreaterThan(300)
  expect(found.plays).toBeGreaterThan(found.counted)
  expect(killed).toBeGreaterThan(2)
  expect(found.paidMicro).toBeGreaterThan(0n)
  // Nobody heard more than there was time.
  expect(found.listened).toBeLessThanOrEqual(people.length * 3 * hour)
  expect((await audit(planet.db, thoroughChecks)).filter(result => !result.ok)).toEqual([])
})
