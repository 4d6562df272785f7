/** For tests of rewards and raffles: a group with hosts, members, a budget and points. */
import { clock, newId } from '../foundation/clock.ts'
import type { Viewer } from '../foundation/session.ts'
import { joinNow } from '../groups/index.ts'
import { fundPast, grantPoints, openBudget } from '../points/index.ts'
import type { Person, TestPlanet } from '../testing.ts'

export type World = { group: string; host: Person; second: Person; fan: Person; other: Person; outsider: Person }
export const viewerOf = (id: string): Viewer => ({ id, name: '', email: '', locale: 'en', roles: [], session: '' })

/** 1,000 yuan in the budget, 100 points a yuan; fan and other have 400 points each. */
export async function makeWorld(planet: TestPlanet): Promise<World> {
  const [host, second, fan, other, outsider] = (await Promise.all(
    ['Host', 'Second', 'Fan', 'Other', 'Outsider'].map(name => planet.signUp(name)),
  )) as [Person, Person, Person, Person, Person]
  const group = newId('grp')
  await host.call('POST', '/groups', { id: group, name: 'Moon', handle: `m-${group.slice(-10)}`, timeZone: 'UTC' })
  await planet.db.transaction(async tx => {
    for (const { id } of [second, fan, other]) await joinNow(tx, { group, person: id, how: 'open' })
    await openBudget(tx, { group, by: host.id, perUnit: 100 })
    await fundPast(tx, { group, by: host.id, amount: 100_000n, at: clock.now() })
  })
  await planet.db.pool.query(`update groups.member set role = 'host' where group_id = $1 and person = $2`, [group, second.id])
  // Old enough for whatever the strict pack asks.
  await planet.db.pool.query(`update people.person set born_on = '1990-01-01', region = 'CN'`)
  for (const person of [fan, other]) await givePoints(planet, group, person.id, 400)
  return { group, host, second, fan, other, outsider }
}
export async function givePoints(planet: TestPlanet, group: string, person: string, points: number): Promise<void> {
  const key = newId('evt')
  const given = await planet.db.transaction(tx => grantPoints(tx, [{ group, person, points, key, cause: 'test:x' }]))
  if (given.get(key)?.granted !== points) throw new Error(`points were not given: ${given.get(key)?.why}`)
}

type Given = Record<string, unknown>
/** A reward that is open. */
export async function addReward(world: World, given: Given): Promise<string> {
  const id = newId('rwd')
  await world.host.call('PUT', `/groups/${world.group}/rewards/${id}`, { title: 'A signed record', points: 100, cost: '0', ...given })
  if (given['provider'] !== undefined) await world.second.call('POST', `/rewards/${id}/approve`)
  if (given['codes'] === 'own') return id
  if (given['raffleOnly'] !== true) await world.host.call('PUT', `/rewards/${id}/state`, { state: 'open' })
  return id
}
export async function addAddress(who: Person, country = 'CN'): Promise<string> {
  const id = newId('adr')
  await who.call('POST', '/me/addresses', { id, name: 'F', phone: '13800000000', country, city: '上海', line: '静安路 1 号' })
  return id
}
/** How a call was refused: `409 sold_out`; `done` when it was not. */
export const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status?: number; code?: string; problem?: { code: string } }) =>
      error.problem === undefined ? (error.code ?? 'broken') : `${error.status} ${error.problem.code}`,
  )
/** Many members with points each, without passwords. */
export async function addMembers(planet: TestPlanet, group: string, count: number, points: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId('usr'))
  await planet.db.pool.query(
    `insert into people.person (id, name, email, email_verified, born_on, region, created_at, updated_at)
     select id, 'Member', id || '@test.example', true, '1990-01-01', 'CN', now(), now() from unnest($1::text[]) as x(id)`,
    [ids],
  )
  await planet.db.pool.query(
    `insert into groups.member (group_id, person, since, active_at) select $1, id, now() - interval '30 days', now() from unnest($2::text[]) as x(id)`,
    [group, ids],
  )
  await planet.db.pool.query('update groups.fan_group set members = members + $2 where id = $1', [group, count])
  for (let at = 0; at < count; at += 500)
    await planet.db.transaction(tx =>
      grantPoints(
        tx,
        ids.slice(at, at + 500).map(person => ({ group, person, points, key: `seed:${person}`, cause: 'test:x' })),
      ),
    )
  return ids
}
