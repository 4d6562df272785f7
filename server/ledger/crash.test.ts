import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { openDb, type Db } from '../foundation/db.ts'
import { migrate } from '../foundation/migrate.ts'
import { startPostgres, type Postgres } from '../foundation/postgres.ts'
import { until } from '../foundation/testing.ts'
import { balancesOf, checks, deepChecks, makePoster, post, seal, type TransferInput } from './index.ts'

let home: string
let postgres: Postgres
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'planet-crash-'))
  postgres = await startPostgres({ home })
  await migrate(postgres.url)
})
afterAll(async () => {
  await postgres.stop()
  rmSync(home, { recursive: true, force: true })
})

/** Kills PostgreSQL as a power cut of its memory would, and starts it again on the same folder. */
async function crash(): Promise<void> {
  const { pid } = postgres
  process.kill(pid, 'SIGKILL')
  const gone = (): boolean => {
    try {
      return !process.kill(pid, 0)
    } catch {
      return true
    }
  }
  await until(gone, 'PostgreSQL to be gone')
  postgres = await until(() => startPostgres({ home }).catch(() => undefined), 'PostgreSQL to start again after a kill')
}

test('PostgreSQL is killed while many post: what was answered is there, each key had one effect, the books are whole', async () => {
  const people = Array.from({ length: 20 }, () => newId('usr'))
  const asked = new Map<string, TransferInput>()
  const answered = new Set<string>()
  const transfer = (): TransferInput => {
    const key = `crash:${String(asked.size).padStart(9, '0')}`
    const entries = [
      { account: { owner: 'provider:sandbox', purpose: 'clearing', asset: 'CNY' }, amount: -7n },
      { account: { owner: people[asked.size % people.length]!, purpose: 'available', asset: 'CNY' }, amount: 7n },
    ]
    const made = { key, kind: 'pay', cause: 'crash', entries }
    asked.set(key, made)
    return made
  }
  for (let round = 0; round < 3; round++) {
    const db: Db = openDb({ url: postgres.url, max: 8 })
    const poster = makePoster(db)
    let up = true
    const aim = answered.size + 600
    const callers = Array.from({ length: 60 }, async (_, i) => {
      while (up) {
        const made = transfer()
        try {
          // Both doors: a few in transactions of their own.
          if (i % 20 === 0) await db.transaction(tx => post(tx, [made]))
          else await poster.submit(made)
          answered.add(made.key)
        } catch {
          up = false
        }
      }
    })
    await until(() => answered.size >= aim, 'enough to be posted')
    await crash()
    up = false
    await Promise.all(callers)
    await db.close()
    const after = openDb({ url: postgres.url, max: 4 })
    const there = new Set((await after.pool.query<{ key: string }>('select key from ledger.transfer')).rows.map(row => row.key))
    expect([...answered].filter(key => !there.has(key))).toEqual([])
    await after.close()
  }
  const db = openDb({ url: postgres.url, max: 8 })
  // Whoever got no answer asks again with the same key.
  const poster = makePoster(db)
  await Promise.all([...asked.values()].map(made => poster.submit(made)))
  const balances = await balancesOf(
    db.read,
    people.map(owner => ({ owner, purpose: 'available', asset: 'CNY' })),
  )
  expect(balances.reduce((a, b) => a + b)).toBe(7n * BigInt(asked.size))
  await seal(db)
  for (const check of [...checks, ...deepChecks]) expect([check.name, await check.run(db.read)]).toEqual([check.name, []])
  await db.close()
}, 240_000)
