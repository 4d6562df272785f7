/** Points through the door: who may, the same twice, and many at once on a real database. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { joinNow } from '../groups/index.ts'
import { post } from '../ledger/index.ts'
import { farFromMidnight, startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { held } from './accounts.ts'
import { closeFundings, payee } from './budgets.ts'
import { checks } from './checks.ts'
import { endLots, warnOfEnds } from './ending.ts'
import { fundPast, giveBackPoints, grantPoints, payOut, pointsOf, spendPoints, takeBackPoints, takePayoutBack } from './index.ts'

let planet: TestPlanet
let owner: Person
let fan: Person
let other: Person
let group: string
let charge: string
type Desk = {
  budget: { money: { amount: string }; bound: { amount: string }; free: number; out: number; spent: number } | null
  can: Record<string, boolean>
  fundings: { state: string; payPath: string | null }[]
}
beforeAll(async () => {
  await farFromMidnight()
  planet = await startPlanet({ work: true })
  ;[owner, fan, other] = (await Promise.all(['Owner', 'Fan', 'Other'].map(name => planet.signUp(name)))) as [Person, Person, Person]
  group = newId('grp')
  await owner.call('POST', '/groups', { id: group, name: 'Moon', handle: 'moon', timeZone: 'UTC' })
  await planet.db.transaction(async tx => {
    for (const { id } of [fan, other]) await joinNow(tx, { group, person: id, how: 'open' })
  })
})
afterAll(() => planet.close())

const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status?: number; code?: string; problem?: { code: string } }) =>
      error.problem === undefined ? String(error.code) : `${error.status} ${error.problem.code}`,
  )
const path = (rest = ''): string => `/groups/${group}/points${rest}`
const desk = (): Promise<Desk> => owner.call('GET', path())
const grant = (key: string, points: number, person = fan.id) =>
  planet.db.transaction(tx => grantPoints(tx, [{ group, person, points, key, cause: 'test:x', note: 'A test' }])).then(out => out.get(key)!)
const whole = async (): Promise<void> =>
  expect((await runChecks(planet.db.read, checks)).filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])

test('only who owns the group opens its budget, what points are worth stays, and nothing can be given before money came', async () => {
  expect(await refused(planet.stranger.call('GET', path()))).toBe('401 unauthenticated')
  expect(await refused(fan.call('GET', path()))).toBe('403 hosts_only')
  expect(await refused(fan.call('PUT', path(), { perUnit: 100, mostPerDay: null, lotDays: null }))).toBe('403 hosts_only')
  expect((await grant('early', 10)).why).toBe('budget_empty')
  expect(await refused(owner.call('POST', path('/fundings'), { amount: '10000' }))).toBe('409 no_budget')
  expect((await desk()).budget).toBeNull()
  await owner.call('PUT', path(), { perUnit: 100, mostPerDay: null, lotDays: null })
  await owner.call('PUT', path(), { perUnit: 100, mostPerDay: 400, lotDays: 60 })
  expect(await refused(owner.call('PUT', path(), { perUnit: 200, mostPerDay: 400, lotDays: 60 }))).toBe('409 worth_fixed')
  await expect(planet.db.pool.query('update points.budget set per_unit = 1')).rejects.toThrow(/what points are worth stays/)
  expect((await grant('early', 10)).why).toBe('budget_empty')
})

test('a budget is paid for like an order, or from what a party has; the same twice is once', async () => {
  const funding = newId('fnd')
  const asked = await owner.call<{ id: string; payPath: string }>('POST', path('/fundings'), { funding, amount: '20000' })
  expect(await owner.call('POST', path('/fundings'), { funding, amount: '20000' })).toEqual(asked)
  expect(await refused(owner.call('POST', path('/fundings'), { funding, amount: '20001' }))).toBe('409 key_reused')
  expect((await desk()).budget).toMatchObject({ money: { amount: '0' }, free: 0 })
  const page = await owner.fetch(asked.payPath)
  expect(page.status).toBe(303)
  charge = page.headers.get('location')!.split('/').at(-1)!
  await owner.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome: 'pay' } })
  await until(async () => (await desk()).budget!.free > 0, 'the money')
  const { budget, fundings } = await desk()
  // The sandbox keeps its fee.
  expect(Number(budget!.money.amount)).toBe(budget!.free)
  expect(budget!.free).toBeLessThan(20_000)
  expect(fundings).toMatchObject([{ state: 'paid', payPath: null }])
  // Another try of the same payer fails after that: what is paid stays so.
  await planet.db.transaction(tx => payee.failed(tx, [{ payment: newId('pay'), subject: funding, problem: 'card_declined' }]))
  expect((await desk()).fundings).toEqual(fundings)

  const from = newId('fnd')
  const give = { funding: from, amount: '500', as: owner.id }
  expect(await refused(owner.call('POST', path('/fundings'), give))).toBe('409 insufficient')
  expect(await refused(owner.call('POST', path('/fundings'), { ...give, as: fan.id }))).toBe('404 not_found')
  await planet.db.transaction(tx =>
    post(tx, [
      {
        key: 'test:income',
        kind: 'adjustment',
        cause: 'test:x',
        entries: [
          { account: { owner: 'provider:sandbox', purpose: 'clearing', asset: 'CNY' }, amount: -600n },
          { account: { owner: owner.id, purpose: 'available', asset: 'CNY' }, amount: 600n },
        ],
      },
    ]),
  )
  await Promise.all([1, 2, 3].map(() => owner.call('POST', path('/fundings'), give)))
  expect((await desk()).budget!.free).toBe(budget!.free + 500)
  await whole()
})

test('hosts give by hand: not to themselves, not to strangers, within the day’s limit, once, and take back once', async () => {
  const key = newId('grt')
  const ask = { key, person: fan.id, points: 120, note: 'Helped at the door' }
  expect(await refused(fan.call('POST', path('/grants'), ask))).toBe('403 hosts_only')
  expect(await refused(owner.call('POST', path('/grants'), { ...ask, person: owner.id }))).toBe('403 not_oneself')
  expect(await refused(owner.call('POST', path('/grants'), { ...ask, person: newId('usr') }))).toBe('409 not_member')
  const made = await Promise.all([1, 2, 3].map(() => owner.call<{ id: string; points: number }>('POST', path('/grants'), ask)))
  expect(new Set(made.map(({ id, points }) => `${id} ${points}`)).size).toBe(1)
  expect(await refused(owner.call('POST', path('/grants'), { ...ask, points: 121 }))).toBe('409 key_reused')
  const rest = await owner.call<{ points: number }>('POST', path('/grants'), { person: fan.id, points: 120, note: 'And again' })
  // Two hundred a day by hand.
  expect(rest.points).toBe(80)
  expect(await refused(owner.call('POST', path('/grants'), { person: fan.id, points: 1, note: 'More' }))).toBe('409 cap_day')
  expect(await fan.call('GET', `/me/points/${group}`)).toMatchObject({ balance: 200, debt: 0, today: { given: 200, most: 400 } })
  const back = `${path('/grants')}/${made[0]!.id}/take-back`
  expect(await refused(other.call('POST', back, { reason: 'Not so' }))).toBe('403 hosts_only')
  await Promise.all([1, 2].map(() => owner.call('POST', back, { reason: 'Was not there' })))
  expect(await fan.call('GET', `/me/points/moon`)).toMatchObject({ balance: 80 })
  const { items } = await fan.call<{ items: { kind: string; points: number; note: string; balanceAfter: number }[] }>(
    'GET',
    `/me/points/${group}/entries`,
  )
  expect(items.map(({ kind, points, balanceAfter }) => [kind, points, balanceAfter])).toEqual([
    ['points_taken', -120, 80],
    ['points', 80, 200],
    ['points', 120, 120],
  ])
  expect(items[0]!.note).toBe('Was not there')
  expect(await fan.call('GET', '/me/points')).toMatchObject({ items: [{ balance: 80, group: { id: group } }] })
  expect(await other.call('GET', '/me/points')).toEqual({ items: [] })
  const grants = await owner.call<{ items: unknown[]; next: string | null }>('GET', `${path('/grants')}?limit=1&person=${fan.id}`)
  expect(grants.items).toMatchObject([{ points: 80, takenBack: null }])
  expect(await owner.call('GET', `${path('/grants')}?limit=1&cursor=${grants.next}`)).toMatchObject({
    items: [{ points: 120, remaining: 0, takenBack: { reason: 'Was not there' } }],
  })
  await whole()
})

test('races: one key is given once, a balance is spent once, given back once, and the budget is never exceeded', async () => {
  const race = newId('grp')
  await owner.call('POST', '/groups', { id: race, name: 'Race', handle: 'race' })
  await owner.call('PUT', `/groups/${race}/points`, { perUnit: 1, mostPerDay: null, lotDays: null })
  const fans = [fan.id, other.id, ...(await Promise.all(['A', 'B', 'C', 'D'].map(name => planet.signUp(name)))).map(({ id }) => id)]
  await planet.db.transaction(async tx => {
    for (const person of fans) await joinNow(tx, { group: race, person, how: 'open' })
    await fundPast(tx, { group: race, by: owner.id, amount: 30_000n, at: clock.now() })
  })
  const free = (await owner.call<Desk>('GET', `/groups/${race}/points`)).budget!.free
  expect(free).toBeGreaterThan(250)
  // Three hundred points, or what the fee left of them, for thirty-six grants of ten, each asked for twice.
  const asked = await Promise.all(
    Array.from({ length: 72 }, async (_, n) => {
      const key = `race:${n % 36}`
      return planet.db.transaction(async tx =>
        (await grantPoints(tx, [{ group: race, person: fans[n % 6]!, points: 10, key, cause: 'test:x' }])).get(key)!,
      )
    }),
  )
  const given = asked.filter(({ why }) => why === null)
  expect(given.length).toBe(Math.floor(free / 10))
  expect(asked.every(({ why }) => why === null || why === 'repeated' || why === 'budget_empty')).toBe(true)
  const before = await Promise.all(fans.map(person => pointsOf(planet.db.write, person, race)))
  expect(before.reduce((sum, { balance }) => sum + balance, 0)).toBe(given.length * 10)

  const person = fans[0]!
  const { balance } = before[0]!
  const spent = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      refused(
        planet.db.transaction(tx => spendPoints(tx, { group: race, person, points: balance, key: `spend:${n % 6}`, cause: 'test:x' })),
      ),
    ),
  )
  // The winner's key was asked for twice: one of them is told it was done.
  expect(spent.filter(one => one === 'done').length).toBe(2)
  expect(spent.filter(one => one === 'not_enough_points').length).toBe(10)
  const won = `spend:${spent.indexOf('done') % 6}`
  const backs = await Promise.all(
    Array.from({ length: 5 }, () => planet.db.transaction(tx => giveBackPoints(tx, { key: won, reason: 'sold out' }))),
  )
  expect(backs.filter(Boolean).length).toBe(1)
  expect((await pointsOf(planet.db.write, person, race)).balance).toBe(balance)
  // Spending and taking back at once: what could not be taken is owed, and nothing is below zero.
  const keys = [...new Set(asked.flatMap(({ id, why }, n) => (why === null && id !== null && n % 6 === 0 ? [`race:${n % 36}`] : [])))]
  await Promise.all([
    ...keys.map(key => planet.db.transaction(tx => takeBackPoints(tx, [{ key, reason: 'not heard' }]))),
    ...[1, 2, 3].map(n =>
      refused(planet.db.transaction(tx => spendPoints(tx, { group: race, person, points: 10, key: `late:${n}`, cause: 'test:x' }))),
    ),
  ])
  const end = await pointsOf(planet.db.write, person, race)
  expect(end.balance === 0 || end.debt === 0).toBe(true)
  await whole()
})

test('paid out once, never more than leaves what is out covered; a payout can come back', async () => {
  await grant('reward', 200, other.id)
  await planet.db.transaction(tx => spendPoints(tx, { group, person: other.id, points: 150, key: 'xch', cause: 'test:x' }))
  const before = (await desk()).budget!
  expect(before.spent).toBe(150)
  const cost = BigInt(before.money.amount)
  expect(await refused(planet.db.transaction(tx => payOut(tx, { group, key: 'xch', cost, to: fan.id })))).toBe('budget_short')
  const paid = await Promise.all(
    Array.from({ length: 4 }, () =>
      planet.db.transaction(tx => payOut(tx, { group, key: 'xch', cost: 100n, to: fan.id, note: 'A poster' })),
    ),
  )
  expect(paid.filter(Boolean).length).toBe(1)
  expect((await desk()).budget).toMatchObject({ spent: 0, free: before.free + 50, money: { amount: String(cost - 100n) } })
  // It went back to the sender: points and money return, each once.
  expect(await planet.db.transaction(tx => takePayoutBack(tx, { group, key: 'xch', reason: 'returned' }))).toBe(true)
  expect(await planet.db.transaction(tx => takePayoutBack(tx, { group, key: 'xch', reason: 'returned' }))).toBe(false)
  expect(await planet.db.transaction(tx => giveBackPoints(tx, { key: 'xch', reason: 'returned' }))).toBe(true)
  expect((await desk()).budget).toMatchObject({ free: before.free, money: { amount: String(cost) } })
  expect((await pointsOf(planet.db.write, other.id, group)).balance).toBe(200)
  await whole()
})

test('a bank takes a funding back: what no point stands on goes, what is out stays covered, at the planet’s cost', async () => {
  // The fee and what came from a balance leave less than what is out then.
  await grant('more', 200, other.id)
  const before = (await desk()).budget!
  const bank = (outcome: string) => owner.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome } })
  await bank('dispute')
  await bank('dispute_lost')
  await until(async () => (await desk()).budget!.money.amount !== before.money.amount, 'the loss')
  const after = (await desk()).budget!
  expect(after).toMatchObject({ free: 0, out: before.out, spent: before.spent, money: { amount: after.bound.amount } })
  expect((await grant('after', 10)).why).toBe('budget_empty')
  await whole()
})

test('who has points that end soon is told once at each stage; then they end, and can be given anew', async () => {
  const at = new Date(clock.now().getTime() + 50 * 86_400_000)
  expect(await warnOfEnds(planet.db, at)).toBe(2)
  expect(await warnOfEnds(planet.db, at)).toBe(0)
  const { rows } = await planet.db.pool.query<{ body: { points: number; stage: number } }>(
    `select body from house.event where type = 'points_ending'`,
  )
  expect(rows.map(({ body }) => [body.points, body.stage]).toSorted()).toEqual([
    [400, 1],
    [80, 1],
  ])
  const free = (await desk()).budget!.free
  expect(await endLots(planet.db, new Date(at.getTime() + 11 * 86_400_000))).toBeGreaterThanOrEqual(2)
  expect((await desk()).budget!.free).toBe(free + 480)
  // Nobody pays any more what was asked for and not paid.
  await owner.call('POST', path('/fundings'), { amount: '300' })
  expect(await closeFundings(planet.db, new Date(clock.now().getTime() + 3_600_000))).toBe(0)
  expect(await closeFundings(planet.db, at)).toBe(1)
  expect((await desk()).fundings.every(({ state }) => state === 'paid')).toBe(true)
  const { rows: left } = await planet.db.pool.query(`select from ledger.public_account where owner = $1 and asset = $2 and balance > 0`, [
    fan.id,
    held(group, fan.id).asset,
  ])
  expect(left.length).toBe(0)
  await whole()
})

test('the database itself refuses: more out of a lot than in it, a lot forgotten, another person’s grant', async () => {
  for (const lie of [
    `update points.granted set remaining = remaining + 1`,
    `update points.granted set points = points + 1, asked = asked + 1, remaining = remaining + 1`,
    `delete from points.granted`,
    `update points.wallet set balance = -1`,
    `update points.wallet set debt = 5, balance = 5`,
    `update points.spent set state = 'open', ended_at = null where state = 'returned'`,
  ])
    await expect(planet.db.pool.query(lie)).rejects.toThrow()
  expect(
    await refused(planet.db.transaction(tx => grantPoints(tx, [{ group, person: fan.id, points: 1.5, key: 'half', cause: 'test:x' }]))),
  ).toBe('invalid')
})
