/** Money out of a reward budget: only one's own, never what points or prizes stand on, once, and while others give. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { joinNow } from '../groups/index.ts'
import { post } from '../ledger/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './checks.ts'
import { fundFromBalance, fundPast, grantPoints, openBudget, payOut, takeOut } from './index.ts'

let planet: TestPlanet
let owner: Person
let second: Person
let fan: Person
beforeAll(async () => {
  planet = await startPlanet()
  ;[owner, second, fan] = (await Promise.all(['Owner', 'Second', 'Fan'].map(name => planet.signUp(name)))) as [Person, Person, Person]
})
afterAll(() => planet.close())
afterEach(async () => {
  clock.shift(0)
  const found = await runChecks(planet.db.read, checks)
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})

const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status?: number; code?: string; problem?: { code: string } }) =>
      error.problem === undefined ? String(error.code) : `${error.status} ${error.problem.code}`,
  )
/** Of one's own balance, which has it from nowhere. */
async function putIn(tx: Tx, group: string, person: Person, amount: bigint): Promise<void> {
  await post(tx, [
    {
      key: `test:${newId('evt')}`,
      kind: 'adjustment',
      cause: 'test:x',
      entries: [
        { account: { owner: 'provider:sandbox', purpose: 'clearing', asset: 'CNY' }, amount: -amount },
        { account: { owner: person.id, purpose: 'available', asset: 'CNY' }, amount },
      ],
    },
  ])
  await fundFromBalance(tx, { group, by: person.id, party: person.id, amount })
}
/** A group with owner and second as hosts, and so much of each one's own money in its budget. */
async function groupWith(put: Partial<Record<'owner' | 'second', bigint>>): Promise<string> {
  const group = newId('grp')
  await owner.call('POST', '/groups', { id: group, name: 'Moon', handle: `m-${group.slice(-10)}`, timeZone: 'UTC' })
  await planet.db.transaction(async tx => {
    for (const { id } of [second, fan]) await joinNow(tx, { group, person: id, how: 'open' })
    await openBudget(tx, { group, by: owner.id, perUnit: 100 })
    for (const [person, amount] of [
      [owner, put.owner ?? 0n],
      [second, put.second ?? 0n],
    ] as const) {
      if (amount > 0n) await putIn(tx, group, person, amount)
    }
  })
  await planet.db.pool.query(`update groups.member set role = 'host' where group_id = $1 and person = $2`, [group, second.id])
  return group
}
const give = (group: string, points: number, key: string = newId('evt'), person = fan) =>
  planet.db.transaction(async tx => (await grantPoints(tx, [{ group, person: person.id, points, key, cause: 'test:x' }])).get(key)!)
type Desk = {
  budget: { money: { amount: string }; bound: { amount: string }; promised: { amount: string }; loose: { amount: string }; free: number }
  takenOut: { amount: { amount: string }; before: { amount: string }; after: { amount: string }; reason: string; party: { id: string } }[]
  parties: { id: string; most: { amount: string } }[]
  can: Record<string, boolean>
}
const desk = (group: string, who = owner): Promise<Desk> => who.call('GET', `/groups/${group}/points`)
const most = async (group: string, who = owner): Promise<string> =>
  (await desk(group, who)).parties.find(({ id }) => id === who.id)!.most.amount
const take = (group: string, amount: number, more: Record<string, unknown> = {}, who = owner): Promise<string> =>
  refused(
    who.call('POST', `/groups/${group}/points/taken-out`, { amount: String(amount), as: who.id, reason: 'No longer needed', ...more }),
  )
const available = async (who: Person): Promise<number> =>
  Number(
    (
      await planet.db.pool.query<{ balance: string }>(
        `select balance from ledger.public_account where owner = $1 and purpose = 'available' and asset = 'CNY'`,
        [who.id],
      )
    ).rows[0]?.balance ?? 0,
  )

test('who put money in takes out what nothing stands on: with a reason, once, and the page says what was there before and after', async () => {
  const group = await groupWith({ owner: 10_000n })
  await give(group, 300)
  expect(
    await refused(planet.stranger.call('POST', `/groups/${group}/points/taken-out`, { amount: '1', as: owner.id, reason: 'Mine' })),
  ).toBe('401 unauthenticated')
  expect(await take(group, 100, {}, fan)).toBe('403 hosts_only')
  expect(await take(group, 100, { as: second.id })).toBe('404 not_found')
  for (const reason of ['', '😀😀', '\u0085\u0085\u0085']) expect(await take(group, 100, { reason })).toBe('400 invalid')
  expect(await take(newId('grp'), 100)).toBe('404 not_found')
  expect(await desk(group)).toMatchObject({
    budget: { money: { amount: '10000' }, bound: { amount: '300' }, loose: { amount: '9700' } },
    can: { takeOut: true },
  })
  expect([await most(group), await most(group, second)]).toEqual(['9700', '0'])
  expect(await take(group, 9701)).toBe('409 budget_short')
  expect(await take(group, 100, {}, second)).toBe('409 budget_share')

  const taking = newId('wdr')
  const before = await available(owner)
  expect(new Set(await Promise.all([1, 2, 3, 4].map(() => take(group, 9000, { taking }))))).toEqual(new Set(['done']))
  expect(await take(group, 9001, { taking })).toBe('409 key_reused')
  expect(await take(group, 9000, { taking, reason: 'Another one' })).toBe('409 key_reused')
  expect(await available(owner)).toBe(before + 9000)
  expect(await desk(group)).toMatchObject({
    budget: { money: { amount: '1000' }, bound: { amount: '300' }, loose: { amount: '700' }, free: 700 },
    takenOut: [
      {
        amount: { amount: '9000' },
        before: { amount: '10000' },
        after: { amount: '1000' },
        reason: 'No longer needed',
        party: { id: owner.id },
      },
    ],
  })
  expect((await give(group, 200)).granted).toBe(200)
  expect(await take(group, 501)).toBe('409 budget_short')
  expect(await take(group, 500)).toBe('done')
  expect((await give(group, 1, newId('evt'), second)).why).toBe('budget_empty')
  const { rows } = await planet.db.pool.query<{ note: string }>(`select note from ledger.public_transfer where key = $1`, [
    `fund_back:${taking}`,
  ])
  expect(rows).toEqual([{ note: 'No longer needed' }])
  await expect(
    planet.db.pool.query('update points.taken_out set amount = amount + 1000, after = after - 1000 where id = $1', [taking]),
  ).rejects.toThrow(/taken_out_check/)
})

test('nobody takes out what another one’s money left; a payment rests before it can go', async () => {
  const group = await groupWith({ owner: 4000n, second: 4000n })
  // Four thousand were used up: each has half of what is left.
  await planet.db.transaction(tx => payOut(tx, { group, key: newId('evt'), cost: 4000n, to: fan.id }))
  expect([await most(group), await most(group, second)]).toEqual(['2000', '2000'])
  expect(await take(group, 2001)).toBe('409 budget_share')
  expect(await take(group, 2000)).toBe('done')
  expect([await most(group), await take(group, 1)]).toEqual(['0', '409 budget_share'])
  expect([await most(group, second), await take(group, 2000, {}, second)]).toEqual(['2000', 'done'])

  const paid = await groupWith({})
  await planet.db.transaction(tx => fundPast(tx, { group: paid, by: owner.id, amount: 5000n, at: clock.now() }))
  expect([await most(paid), await take(paid, 100)]).toEqual(['0', '409 budget_share'])
  await planet.db.pool.query(`update points.funding set paid_at = paid_at - interval '121 days' where group_id = $1`, [paid])
  const all = (await desk(paid)).budget.loose.amount
  expect([await most(paid), await take(paid, Number(all))]).toEqual([all, 'done'])
})

test('what was used up before another one’s money came is not had of that money; neither is it of one’s own that does not rest yet', async () => {
  const pay = (group: string, cost: bigint) => planet.db.transaction(tx => payOut(tx, { group, key: newId('evt'), cost, to: fan.id }))
  const group = await groupWith({ owner: 4000n })
  await pay(group, 3000n)
  clock.shift(1000)
  await planet.db.transaction(tx => putIn(tx, group, second, 3000n))
  expect([await most(group), await most(group, second)]).toEqual(['1000', '3000'])
  clock.shift(2000)
  await pay(group, 2000n)
  expect([await most(group), await most(group, second)]).toEqual(['500', '1500'])
  expect([await take(group, 501), await take(group, 500), await take(group, 1)]).toEqual(['409 budget_share', 'done', '409 budget_share'])
  expect([await most(group, second), await take(group, 1500, {}, second)]).toEqual(['1500', 'done'])

  const late = await groupWith({ owner: 4000n })
  await pay(late, 4000n)
  clock.shift(3000)
  await planet.db.transaction(tx => fundPast(tx, { group: late, by: owner.id, amount: 5000n, at: clock.now() }))
  expect([await most(late), await take(late, 1)]).toEqual(['0', '409 budget_share'])
})

test('what prizes of raffles will cost stays', async () => {
  const group = await groupWith({ owner: 10_000n })
  const reward = newId('rwd')
  await owner.call('PUT', `/groups/${group}/rewards/${reward}`, {
    title: 'A signed record',
    kind: 'goods',
    points: 3000,
    cost: '2500',
    provider: owner.id,
    stock: 2,
    raffleOnly: true,
  })
  await second.call('POST', `/rewards/${reward}/approve`)
  await planet.db.pool.query('update rewards.reward set kept = 2 where id = $1', [reward])
  expect((await desk(group)).budget).toMatchObject({ promised: { amount: '5000' }, loose: { amount: '5000' } })
  expect([await take(group, 5001), await take(group, 5000)]).toEqual(['409 budget_short', 'done'])
})

test('taking out while points are given: what is out is always covered, whoever comes first', async () => {
  const group = await groupWith({ owner: 1000n })
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, async (_, n) =>
      n % 2 === 0
        ? ((await give(group, 50, newId('evt'), n % 4 === 0 ? fan : second)).why ?? 'given')
        : refused(
            planet.db.transaction(tx =>
              takeOut(tx, { group, by: owner.id, party: owner.id, amount: BigInt(50 + (n % 3)), reason: 'No longer needed' }),
            ),
          ).then(said => (said === 'done' ? 'taken' : said)),
    ),
  )
  const { budget, takenOut } = await desk(group)
  const given = outcomes.filter(one => one === 'given').length
  expect([...new Set(outcomes)].filter(one => !['given', 'taken', 'budget_empty', 'budget_short'].includes(one))).toEqual([])
  expect(outcomes.filter(one => one === 'taken').length).toBe(takenOut.length)
  expect(Number(budget.bound.amount)).toBe(given * 50)
  expect(Number(budget.money.amount)).toBeGreaterThanOrEqual(given * 50)
  expect(Number(budget.money.amount)).toBe(1000 - takenOut.reduce((sum, one) => sum + Number(one.amount.amount), 0))
})
