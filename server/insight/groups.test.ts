/** The dashboard of a group, counted by hand. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { addActivity, joinNow, removeMember } from '../groups/index.ts'
import { fundPast, grantPoints, openBudget, spendPoints } from '../points/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
beforeAll(async () => {
  planet = await startPlanet()
})
afterEach(() => clock.shift(0))
afterAll(() => planet.close())

type Day = { day: string; joined: number; left: number; members: number; active: number; given: number; spent: number; ended: number }
type Dashboard = {
  days: Day[]
  cohorts: { week: string; joined: number; active: number[] }[]
  active: { day: number; week: number; month: number }
  points: { out: number; covered: number | null } | null
}
const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status: number; problem: { code: string } }) => `${error.status} ${error.problem.code}`,
  )

test('growth, who comes back, points and their cover, day by day in the group’s time zone; for hosts alone', async () => {
  const owner = await planet.signUp('Owner')
  const fans = (await Promise.all(['A', 'B', 'C'].map(name => planet.signUp(name)))) as [Person, Person, Person]
  const group = newId('grp')
  // A Wednesday, eight in the evening there; a quarter of a year ago nothing was.
  const noon = new Date('2026-11-04T12:00:00Z')
  const at = <T>(days: number, work: (tx: Parameters<Parameters<typeof planet.db.transaction>[0]>[0]) => Promise<T>): Promise<T> =>
    clock.asOf(new Date(noon.getTime() + days * 86_400_000), () => planet.db.transaction(work))
  await clock.asOf(noon, () => owner.call('POST', '/groups', { id: group, name: 'Moon', handle: 'moon', timeZone: 'Asia/Shanghai' }))
  const made = await planet.db.pool.query(`update groups.member_log set at = $1 where group_id = $2`, [noon, group])
  expect(made.rowCount).toBe(1)
  await at(0, async tx => {
    for (const { id } of fans) await joinNow(tx, { group, person: id, how: 'open' })
    await addActivity(tx, [{ group, person: fans[0].id, amount: 2, key: 'one' }])
    await openBudget(tx, { group, by: owner.id })
    await fundPast(tx, { group, by: owner.id, amount: 10_000n, at: clock.now() })
  })
  await at(6, async tx => {
    await addActivity(
      tx,
      [0, 1].map(n => ({ group, person: fans[n]!.id, amount: 2, key: `two:${n}` })),
    )
    await grantPoints(tx, [{ group, person: fans[0].id, points: 100, key: 'g', cause: 'test:x' }])
    await spendPoints(tx, { group, person: fans[0].id, points: 30, key: 's', cause: 'test:x' })
    await removeMember(tx, { group, person: fans[2].id })
  })
  const read = (query = 'from=2026-11-03&to=2026-11-11'): Promise<Dashboard> => owner.call('GET', `/groups/${group}/dashboard?${query}`)
  clock.shift(new Date('2026-11-20T12:00:00Z').getTime() - Date.now())
  const board = await read()
  const day = (name: string): Day => board.days.find(row => row.day === name)!
  expect(board.days.map(row => row.members)).toEqual([0, 4, 4, 4, 4, 4, 4, 3, 3])
  expect(day('2026-11-04')).toMatchObject({ joined: 4, left: 0, given: 0 })
  expect(day('2026-11-10')).toMatchObject({ joined: 0, left: 1, given: 100, spent: 30, ended: 0 })
  expect(day('2026-11-10').active).toBeGreaterThanOrEqual(2)
  expect(board.cohorts[0]).toMatchObject({ week: '2026-11-02', joined: 4 })
  expect(board.cohorts[0]!.active[1]).toBeGreaterThanOrEqual(2)
  expect(board.points).toMatchObject({ out: 70 })
  expect(board.points!.covered).toBeGreaterThan(90)

  expect(await refused(fans[0].call('GET', `/groups/${group}/dashboard`))).toBe('403 hosts_only')
  expect(await refused(planet.stranger.call('GET', `/groups/${group}/dashboard`))).toBe('401 unauthenticated')
  expect(await refused(fans[0].call('GET', `/groups/${group}/dashboard.csv`))).toBe('403 hosts_only')
  expect(await refused(read('from=2020-01-01'))).toBe('400 invalid')
  for (const table of ['days', 'cohorts', 'missions', 'rewards']) {
    const answer = await owner.fetch(`/api/v1/groups/${group}/dashboard.csv?table=${table}&from=2026-11-03&to=2026-11-11`)
    const text = await answer.text()
    expect([table, answer.status, answer.headers.get('content-type')]).toEqual([table, 200, 'text/csv; charset=utf-8'])
    if (table === 'days') expect(text).toContain('2026-11-10,0,1,3,')
  }
})
