/** Random lives of a group's points against a plain model: funded, given, spent, given back, taken back, ended, paid out, and time in between. */
import { sql } from 'kysely'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { testDatabase, type TestDatabase } from '../foundation/testing.ts'
import { joinNow } from '../groups/index.ts'
import { balancesOf } from '../ledger/index.ts'
import { makePerson } from '../people/index.ts'
import { held, mint, money, spentOf, unissued } from './accounts.ts'
import { endLots } from './ending.ts'
import { fundPast, giveBackPoints, grantPoints, openBudget, payOut, pointsOf, spendAll, takeBackPoints, takeOut } from './index.ts'
import { dayMs, Model, rules } from './points.testing.ts'
import { setBudget } from './store-budgets.ts'

const scale = Math.max(0.01, Number(process.env['PLANET_TRIALS'] ?? 1) || 1)
let database: TestDatabase
let owner: string
const persons: string[] = []
beforeAll(async () => {
  database = await testDatabase({ max: 2 })
  const person = (name: string) =>
    database.db.transaction(tx => makePerson(tx, { name, email: `${name.toLowerCase()}@test.example`, password: { hash: 'x' } }))
  owner = await person('Owner')
  for (const name of ['Ana', 'Bo', 'Cy', 'Stranger']) persons.push(await person(name))
})
afterAll(() => database.close())

/** A group with three members of four persons. */
async function makeGroup(): Promise<string> {
  const id = newId('grp')
  const at = clock.now()
  await database.db.transaction(async tx => {
    await sql`insert into groups.fan_group (id, handle, name, kind, time_zone, founder, created_at, changed_at)
      values (${id}, 'points-model', 'Points', 'fans', 'UTC', ${owner}, ${at}, ${at})`.execute(tx)
    for (const person of persons.slice(0, 3)) await joinNow(tx, { group: id, person, how: 'open' })
    await openBudget(tx, { group: id, by: owner, perUnit: rules.perUnit })
    await setBudget(tx, id, { mostPerDay: rules.mostPerDay, lotDays: rules.lotDays })
  })
  return id
}

type Step =
  | { do: 'fund'; amount: number }
  | { do: 'grant'; asks: { key: number; person: number; points: number }[] }
  | { do: 'spend'; asks: { key: number; person: number; points: number }[] }
  | { do: 'back' | 'take'; key: number }
  | { do: 'pay'; key: number; spend: number; cost: number }
  | { do: 'out'; amount: number }
  | { do: 'wait'; days: number }
  | { do: 'end' }
const key = fc.nat(11)
const points = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 600 }), fc.constantFrom(1, 499, 500, 501))
const asks = fc.array(fc.record({ key, person: fc.nat(3), points }), { minLength: 1, maxLength: 4 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fund' as const), amount: fc.integer({ min: 1, max: 1500 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('grant' as const), asks }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('spend' as const),
      asks: fc.array(fc.record({ key, person: fc.nat(3), points: fc.integer({ min: 1, max: 300 }) }), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('back' as const), key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      key,
      spend: key,
      cost: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 400 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('out' as const), amount: fc.integer({ min: 1, max: 1500 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.constantFrom(1, 1, 5, 14, 29, 30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const) }) },
)
const coded = async <T>(work: Promise<T>): Promise<T | string> =>
  work.catch((error: unknown) => {
    if (error instanceof Fault) return error.code
    throw error
  })

async function doStep(tx: Tx, model: Model, group: string, at: Step): Promise<void> {
  const k = (n: number): string => `${group}:${n}`
  if (at.do === 'fund') {
    // The sandbox keeps a fee; the model hears what came.
    const [before] = await balancesOf(tx, [money(group, 'CNY')])
    await fundPast(tx, { group, by: owner, amount: BigInt(at.amount), at: clock.now() })
    // Rested: what is taken out is bound by points alone.
    await sql`update points.funding set paid_at = paid_at - interval '1000 days' where group_id = ${group} and paid_at > ${clock.now()}::timestamptz - interval '500 days'`.execute(
      tx,
    )
    const [after] = await balancesOf(tx, [money(group, 'CNY')])
    model.fund(Number(after! - before!))
  } else if (at.do === 'grant') {
    const wanted = [...new Map(at.asks.map(ask => [ask.key, ask])).values()]
    // One key is one person's.
    const given = wanted.map(ask => ({ ...ask, person: ask.key % 4 }))
    const out = await grantPoints(
      tx,
      given.map(ask => ({ group, person: persons[ask.person]!, points: ask.points, key: k(ask.key), cause: `mission:${ask.key}` })),
    )
    for (const ask of given) {
      const { granted, why } = out.get(k(ask.key))!
      expect({ granted, why }).toEqual(model.grant(k(ask.key), persons[ask.person]!, ask.points, ask.person < 3))
    }
  } else if (at.do === 'spend') {
    const wanted = [...new Map(at.asks.map(ask => [ask.key, ask])).values()]
    const out = await spendAll(
      tx,
      wanted.map(ask => ({ group, person: persons[ask.person]!, points: ask.points, key: k(ask.key), cause: `exchange:${ask.key}` })),
    )
    for (const ask of wanted) {
      const done = out.get(k(ask.key))!
      const told = done instanceof Fault ? done.code : done.replayed ? 'replayed' : 'ok'
      expect(told).toBe(model.spend(k(ask.key), persons[ask.person]!, ask.points))
    }
  } else if (at.do === 'back') expect(await coded(giveBackPoints(tx, { key: k(at.key), reason: 'refund' }))).toBe(model.giveBack(k(at.key)))
  else if (at.do === 'take')
    expect((await takeBackPoints(tx, [{ key: k(at.key), reason: 'not so' }])).get(k(at.key))).toEqual(model.takeBack(k(at.key)))
  else if (at.do === 'pay')
    expect(
      await coded(
        payOut(tx, { group, key: `p${k(at.key)}`, cost: BigInt(at.cost), to: at.cost === 0 ? null : owner, settles: [k(at.spend)] }),
      ),
    ).toBe(model.payOut(`p${k(at.key)}`, at.cost, k(at.spend)))
  else if (at.do === 'out') {
    const said = await coded(takeOut(tx, { group, by: owner, party: owner, amount: BigInt(at.amount), reason: 'not needed' }))
    expect(typeof said === 'string' ? said : 'done').toBe(model.takeOut(at.amount))
  } else if (at.do === 'end') {
    await endLots({ read: tx, transaction: fn => fn(tx) }, clock.now())
    model.end()
  }
}

async function compare(tx: Tx, model: Model, group: string): Promise<void> {
  const own = [unissued(group), spentOf(group), mint(group), money(group, 'CNY')]
  const [free, spent, minted, funds, ...has] = (await balancesOf(tx, [...own, ...persons.map(person => held(group, person))])).map(Number)
  const wallets = await sql<{ person: string; balance: bigint; debt: bigint; lots: bigint }>`
    select w.person, w.balance, w.debt, coalesce((select sum(remaining) from points.granted g where g.group_id = w.group_id and g.person = w.person), 0)::bigint as lots
    from points.wallet w where w.group_id = ${group}`.execute(tx)
  for (const [index, person] of persons.entries()) {
    const row = wallets.rows.find(one => one.person === person)
    const expected = { balance: model.balance(person), lots: model.balance(person), debt: model.debt(person) }
    expect({ balance: Number(row?.balance ?? 0), lots: Number(row?.lots ?? 0), debt: Number(row?.debt ?? 0) }).toEqual(expected)
    expect(has[index]).toBe(model.balance(person))
    const usable = model.lotsOf(person).filter(lot => lot.endsAt > model.now)
    expect((await pointsOf(tx, person, group)).balance).toBe(usable.reduce((sum, lot) => sum + lot.left, 0))
  }
  expect({ free, spent, funds }).toEqual({ free: model.unissued, spent: model.open, funds: model.money })
  // Points there are = what the money covers: nothing out is unfunded.
  expect(0 - minted!).toBe(free! + spent! + model.outstanding)
  expect(0 - minted!).toBe(funds)
  expect(model.outstanding).toBeLessThanOrEqual(funds!)
}

const one = (key: number, points: number) => ({ key, person: 0, points })
const afterTheEnd: Step[] = [
  { do: 'grant', asks: [one(0, 100)] },
  { do: 'spend', asks: [one(1, 40)] },
  { do: 'wait', days: 30 },
  { do: 'end' },
  { do: 'back', key: 1 },
  { do: 'wait', days: 13 },
  { do: 'spend', asks: [one(2, 30)] },
  { do: 'wait', days: 1 },
  { do: 'end' },
]
const owed: Step[] = [
  { do: 'grant', asks: [one(0, 100), one(4, 30)] },
  { do: 'spend', asks: [one(1, 100)] },
  { do: 'take', key: 0 },
  { do: 'grant', asks: [one(8, 90)] },
  { do: 'back', key: 1 },
  { do: 'pay', key: 3, spend: 1, cost: 5 },
]

class Undo extends Error {}
test(
  'random lives of points follow the model',
  async () => {
    const group = await makeGroup()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }), async steps => {
        // Noon of a day far ahead, the same in each sequence; nothing of a sequence stays.
        const start = Math.ceil(Date.now() / dayMs) * dayMs + 12 * 3_600_000
        await database.db
          .transaction(async tx => {
            const model = new Model()
            model.now = start
            // With money from the start more of it matters.
            for (const one of [{ do: 'fund' as const, amount: 1800 }, ...steps]) {
              if (one.do === 'wait') model.now += one.days * dayMs
              await clock.asOf(new Date(model.now), async () => {
                await doStep(tx, model, group, one)
                await compare(tx, model, group)
              })
            }
            throw new Undo()
          })
          .catch((error: unknown) => {
            if (!(error instanceof Undo)) throw error
          })
      }),
      {
        // What comes back after its end lives on for a while; what was taken back while it was spent is owed.
        examples: [[afterTheEnd], [owed]],
        numRuns: Math.round(30 * scale),
        interruptAfterTimeLimit: 600_000 * Math.max(1, scale),
      },
    )
  },
  120_000 * Math.max(1, scale),
)
