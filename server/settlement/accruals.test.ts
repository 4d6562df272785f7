import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { testDatabase } from '../foundation/testing.ts'
import { checks as ledgerChecks } from '../ledger/index.ts'
import { accrue, checks, fundPool, perUnit, settleAccruals, type AccrualPlace } from './index.ts'

let db: Db
let close: () => Promise<void>
beforeAll(async () => {
  ;({ db, close } = await testDatabase())
})
afterAll(async () => {
  for (const check of [...checks, ...ledgerChecks]) expect([check.name, await check.run(db.read)]).toEqual([check.name, []])
  await close()
})

const from = { owner: 'provider:test', purpose: 'clearing', asset: 'CNY', floor: null }
let n = 0
const fund = (pool: string, amount: bigint, currency = 'CNY'): Promise<void> =>
  db.transaction(tx => fundPool(tx, { key: `fund:${++n}`, pool, from: { ...from, asset: currency }, amount, currency, cause: 'test:fund' }))
const balance = async (owner: string, purpose: string, asset: string): Promise<bigint> => {
  const { rows } = await db.pool.query<{ balance: bigint }>(
    'select a.balance from ledger.account a join ledger.asset s on s.id = a.asset where a.owner = $1 and a.purpose = $2 and s.code = $3',
    [owner, purpose, asset],
  )
  return BigInt(rows[0]?.balance ?? 0)
}
async function settleAll(period: string): Promise<number> {
  let paid = 0
  let after: AccrualPlace | null = null
  do {
    const answer: Awaited<ReturnType<typeof settleAccruals>> = await db.transaction(tx => settleAccruals(tx, period, after))
    paid += answer.paid
    after = answer.next
  } while (after !== null)
  return paid
}

test('thousands of plays: every millionth is somebody’s, whole fen become money, the rest stays', async () => {
  const pool = 'plays-2026-11'
  const parties = Array.from({ length: 40 }, (_, index) => newId(index % 5 === 0 ? 'org' : 'usr'))
  await fund(pool, 5000n)
  const play = fc.record({
    shares: fc.uniqueArray(fc.integer({ min: 0, max: 39 }), { minLength: 1, maxLength: 5 }),
    amounts: fc.array(fc.bigInt({ min: 0n, max: 400_000n }), { minLength: 5, maxLength: 5 }),
  })
  const plays = fc.sample(play, { numRuns: 4000, seed: 7 })
  const earned = new Map<string, bigint>()
  for (let i = 0; i < plays.length; i += 500) {
    const accruals = plays.slice(i, i + 500).map(({ shares, amounts }, index) => ({
      key: `play:${i + index}`,
      pool,
      currency: 'CNY',
      cause: `play:${i + index}`,
      parts: shares.map((who, place) => ({ party: parties[who]!, amount: amounts[place]! })),
    }))
    await db.transaction(tx => accrue(tx, accruals))
    // Again: nothing more.
    await db.transaction(tx => accrue(tx, accruals))
    for (const { parts } of accruals) for (const { party, amount } of parts) earned.set(party, (earned.get(party) ?? 0n) + amount)
  }
  // In two halves and twice at once: each is paid once.
  await Promise.all([settleAll('2026-11'), settleAll('2026-11')])
  expect(await settleAll('2026-11')).toBe(0)
  let whole = 0n
  for (const party of parties) {
    const all = earned.get(party) ?? 0n
    expect(await balance(party, 'available', 'CNY')).toBe(all / perUnit)
    expect(await balance(party, 'accrual', 'micro:CNY')).toBe(all % perUnit)
    whole += all
  }
  expect(await balance(`pool:${pool}`, 'pool', 'micro:CNY')).toBe(5000n * perUnit - whole)
})

test('more than a pool has is not given, and a rest grows into a whole unit with the next period', async () => {
  const party = newId('usr')
  await fund('small', 1n, 'JPY')
  const give = (key: string, amount: bigint) =>
    db.transaction(tx => accrue(tx, [{ key, pool: 'small', currency: 'JPY', cause: key, parts: [{ party, amount }] }]))
  await give('one', 600_000n)
  await expect(give('two', 400_001n)).rejects.toMatchObject({ code: 'insufficient' })
  expect(await settleAll('2026-11')).toBe(0)
  await give('three', 400_000n)
  expect(await settleAll('2026-12')).toBe(1)
  expect([await balance(party, 'available', 'JPY'), await balance(party, 'accrual', 'micro:JPY')]).toEqual([1n, 0n])
  await expect(db.transaction(tx => settleAccruals(tx, 'always'))).rejects.toMatchObject({ code: 'invalid' })
})
