/** Every check that `planet audit` runs: true of a living world, and able to see the lie it is there for. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breaks, makeWorld } from './broken.testing.ts'
import { audit, describeChecks, runChecks, thoroughChecks } from './console/index.ts'
import { seal } from './ledger/index.ts'
import { farFromMidnight, startPlanet, type TestPlanet } from './testing.ts'

let planet: TestPlanet
beforeAll(async () => {
  await farFromMidnight()
  planet = await startPlanet({ work: true })
  await makeWorld(planet)
  await seal(planet.db)
})
afterAll(() => planet.close())

test('the world is whole', async () => {
  const results = await audit(planet.db, thoroughChecks)
  expect(results.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
  expect(results.length).toBeGreaterThanOrEqual(40)
})

test('every check has a name of its own, a sentence, and tells what it asks', async () => {
  expect(new Set(thoroughChecks.map(({ name }) => name)).size).toBe(thoroughChecks.length)
  for (const { name, meaning, query } of await runChecks(planet.db.read, thoroughChecks)) {
    expect([name, /^[a-z]+\.[a-z0-9_]+$/.test(name), /^[A-Z].*\.$/.test(meaning)]).toEqual([name, true, true])
    expect([name, /\b(from|join)\b/i.test(query)]).toEqual([name, true])
  }
})

class Undo extends Error {}

describe('broken on purpose', () => {
  test.each(thoroughChecks.map(check => ({ name: check.name, check })))('$name sees it', async ({ name, check }) => {
    const lie = breaks[name]
    expect(lie, `broken.testing.ts does not say how to break ${name}`).toBeDefined()
    const seen = planet.db.write.transaction().execute(async tx => {
      await sql`set local session_replication_role = replica`.execute(tx)
      const done = await sql.raw(lie!).execute(tx)
      if (done.numAffectedRows !== undefined) expect(done.numAffectedRows).toBeGreaterThan(0n)
      const [result] = await runChecks(tx, [check])
      expect(result!.findings.length).toBeGreaterThan(0)
      expect(result!.findings.join()).not.toContain('could not be run')
      throw new Undo()
    })
    await expect(seen).rejects.toBeInstanceOf(Undo)
  })
})

test('docs/checks.md says what the checks say', async () => {
  await expect(await describeChecks(thoroughChecks)).toMatchFileSnapshot('../docs/checks.md')
})
