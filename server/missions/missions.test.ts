/** Missions through the door: what members do counts once, by the group's days; what is taken out of the counts is taken back once. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { farFromMidnight, startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, recountAll } from './index.ts'
import {
  day,
  hour,
  join,
  makeWorld,
  minute,
  mission,
  missionsOf,
  one,
  open,
  play,
  pointsHeld,
  status,
  work,
  type World,
} from './missions.testing.ts'

let planet: TestPlanet
let world: World
let ana: Person
let ben: Person
beforeAll(async () => {
  await farFromMidnight()
  planet = await startPlanet({ max: 20 })
})
afterAll(async () => {
  for (const check of checks) expect(await check.run(planet.db.read)).toEqual([])
  await planet.close()
})
// Noon in Shanghai, so that no day ends within a test unless it wants to.
const noon = (): void => clock.shift(Math.ceil(Date.now() / day) * day + 4 * hour - Date.now())
beforeEach(async () => {
  noon()
  world = await makeWorld(planet)
  ;[ana, ben] = [await planet.signUp('Ana'), await planet.signUp('Ben')]
  await join(planet, world.group, ana)
  clock.shift(clock.now().getTime() - Date.now() + 2 * hour)
})

describe('listening', () => {
  it('counts minutes that were heard as they grow, once however often it is told, and gives points when the target is reached', async () => {
    const id = await open(world.host, world.group, { page: world.page })
    const first = newId('ply')
    clock.shift(clock.now().getTime() - Date.now() + 20 * minute)
    await play(ana, world.tracks[0]!, 15 * minute, first, [[0, 60_000]])
    await work(planet)
    expect((await one(ana, world.group, id)).progress).toMatchObject({ amount: 1, today: 1, done: false, granted: 0, times: 0 })
    // The same play goes on; an event is passed by for what it adds.
    await play(ana, world.tracks[0]!, 15 * minute, first)
    expect(await work(planet)).toBe(1)
    expect((await one(ana, world.group, id)).progress?.amount).toBe(3.3)
    await play(ana, world.tracks[1]!, 10 * minute)
    await work(planet)
    expect((await one(ana, world.group, id)).progress).toMatchObject({ amount: 5, done: true, granted: 10, why: null, times: 1 })
    expect(await pointsHeld(planet, world.group, ana)).toBe(10)
    // Told again, counted again at night: nothing changes.
    await planet.db.transaction(async tx => {
      const { recount } = await import('./index.ts')
      await recount(tx, [{ person: ana.id, at: new Date(clock.now().getTime() - 12 * minute), kind: 'listen_minutes' }])
    })
    await recountAll(planet.db, new Date(clock.now().getTime() - day))
    expect(await pointsHeld(planet, world.group, ana)).toBe(10)
    const { rows } = await planet.db.pool.query(
      `select body->>'person' as person from house.event where type = 'mission_completed' and body->>'mission' = $1`,
      [id],
    )
    expect(rows).toEqual([{ person: ana.id }])
    expect((await planet.db.pool.query(`select 1 from house.event where type = 'play_grew'`)).rows).toEqual([])
  })

  it('of other music, of people who are no members, and of makers does not count', async () => {
    const id = await open(world.host, world.group, { page: world.page, target: 3 })
    const other = await makeWorld(planet, { tracks: 1 })
    clock.shift(clock.now().getTime() - Date.now() + hour)
    await play(ana, other.tracks[0]!, 50 * minute)
    await play(ben, world.tracks[0]!, 50 * minute)
    await join(planet, world.group, world.artist)
    clock.shift(clock.now().getTime() - Date.now() + hour)
    await play(world.artist, world.tracks[0]!, 20 * minute)
    await work(planet)
    expect((await one(ana, world.group, id)).progress?.amount).toBe(0)
    expect(await pointsHeld(planet, world.group, world.artist)).toBe(0)
    // Whoever joins now has nothing of what was before.
    await join(planet, world.group, ben)
    clock.shift(clock.now().getTime() - Date.now() + hour)
    await play(ben, world.tracks[1]!, 30 * minute)
    await work(planet)
    expect((await one(ben, world.group, id)).progress).toMatchObject({ amount: 3, done: true })
  })

  it('of somebody banned does not count until the ban is lifted', async () => {
    const id = await open(world.host, world.group, { page: world.page, target: 3 })
    const ban = newId('ban')
    const { host, group } = world
    await host.call('POST', '/moderation/bans', { ban, group, person: ana.id, reason: 'spam', words: 'Ads', days: 7 })
    clock.shift(clock.now().getTime() - Date.now() + hour)
    await play(ana, world.tracks[0]!, 50 * minute)
    await work(planet)
    expect(await pointsHeld(planet, group, ana)).toBe(0)
    await host.call('POST', `/moderation/bans/${ban}/lift`, { words: 'Sorry' })
    clock.shift(clock.now().getTime() - Date.now() + hour)
    await play(ana, world.tracks[1]!, 30 * minute)
    await work(planet)
    expect((await one(ana, group, id)).progress).toMatchObject({ done: true })
    expect(await pointsHeld(planet, group, ana)).toBe(10)
  })

  it('belongs to the day of the group on which it began, also when it is told late', async () => {
    const id = await open(world.host, world.group, { page: world.page, target: 3, every: 'daily' })
    // 23:58 in Shanghai: sixteen hours later it is told.
    const midnight = Math.ceil((clock.now().getTime() + 8 * hour) / day) * day - 8 * hour
    clock.shift(midnight + 16 * hour - Date.now())
    await play(ana, world.tracks[0]!, 16 * hour + 2 * minute)
    await work(planet)
    expect((await one(ana, world.group, id)).progress).toMatchObject({ amount: 0, done: false, times: 1 })
    const { rows } = await planet.db.pool.query<{ win: string; at: Date }>(
      `select c.win::text, g.day::text as given from missions.completion c join points.granted g on g.key = c.key where c.mission = $1`,
      [id],
    )
    const before = new Date(midnight + 8 * hour - day).toISOString().slice(0, 10)
    expect(rows).toEqual([{ win: before, given: before }])
  })

  it('withdrawn by an operator is taken back once; heard again it can be reached again', async () => {
    const id = await open(world.host, world.group, { page: world.page, target: 3, every: 'weekly', dayCap: 30 })
    clock.shift(clock.now().getTime() - Date.now() + hour)
    await play(ana, world.tracks[0]!, 50 * minute)
    await work(planet)
    expect(await pointsHeld(planet, world.group, ana)).toBe(10)
    const operator = await planet.staff('operator')
    const asked = {
      person: ana.id,
      from: new Date(clock.now().getTime() - hour).toISOString(),
      until: clock.now().toISOString(),
      reason: 'nobody was there',
    }
    expect(await status(ana.call('POST', '/plays/withdraw', asked))).toBe('403 forbidden')
    expect(await operator.call('POST', '/plays/withdraw', asked)).toEqual({ plays: 1 })
    expect(await operator.call('POST', '/plays/withdraw', asked)).toEqual({ plays: 0 })
    await work(planet)
    expect((await one(ana, world.group, id)).progress).toMatchObject({ amount: 0, done: false, times: 0 })
    expect(await pointsHeld(planet, world.group, ana)).toBe(0)
    await play(ana, world.tracks[1]!, 30 * minute)
    await work(planet)
    expect((await one(ana, world.group, id)).progress).toMatchObject({ done: true, granted: 10, times: 1 })
    const { rows } = await planet.db.pool.query(
      `select round, taken_at is not null as taken from missions.completion where mission = $1 order by round`,
      [id],
    )
    expect(rows).toEqual([
      { round: 1, taken: true },
      { round: 2, taken: false },
    ])
    expect(await pointsHeld(planet, world.group, ana)).toBe(10)
    const { checks: heard } = await import('../listening/index.ts')
    for (const check of heard) expect(await check.run(planet.db.read)).toEqual([])
  })

  it('counts no more of a day than its cap', async () => {
    const id = await open(world.host, world.group, { page: world.page, target: 8, dayCap: 4, every: 'weekly' })
    // A Monday, so that the week has room.
    const monday = Math.ceil((clock.now().getTime() + 4 * hour) / (7 * day)) * 7 * day + 4 * day + 4 * hour
    clock.shift(monday + hour - Date.now())
    await play(ana, world.tracks[0]!, 50 * minute)
    await play(ana, world.tracks[1]!, 30 * minute)
    await work(planet)
    expect((await one(ana, world.group, id)).progress).toMatchObject({ amount: 4, today: 4, done: false })
    clock.shift(monday + day + hour - Date.now())
    await play(ana, world.tracks[0]!, 50 * minute)
    await play(ana, world.tracks[1]!, 30 * minute)
    await work(planet)
    expect((await one(ana, world.group, id)).progress).toMatchObject({ amount: 8, today: 4, done: true })
  })
})

describe('a mission', () => {
  it('is made and opened by hosts alone; sent twice it is one; what it asks stays', async () => {
    const draft = mission({ group: world.group })
    expect(await status(ana.call('POST', '/missions', draft))).toBe('403 hosts_only')
    const [a, b] = await Promise.all([
      world.host.call<{ id: string }>('POST', '/missions', draft),
      world.host.call<{ id: string }>('POST', '/missions', draft),
    ])
    expect(a).toEqual(b)
    expect(await status(world.host.call('POST', '/missions', { ...draft, points: 11 }))).toBe('409 key_reused')
    expect((await missionsOf(ana, world.group)).items).toEqual([])
    expect(await status(ana.call('GET', `/groups/${world.group}/missions/desk`))).toBe('403 hosts_only')
    expect(await status(ana.call('POST', `/missions/${a.id}/open`))).toBe('403 hosts_only')
    expect(await world.host.call('POST', `/missions/${a.id}/open`)).toMatchObject({ state: 'open' })
    expect(await world.host.call('POST', `/missions/${a.id}/open`)).toMatchObject({ state: 'open' })
    expect(await status(world.host.call('DELETE', `/missions/${a.id}`))).toBe('409 mission_opened')
    expect(await world.host.call('PATCH', `/missions/${a.id}`, { nameEn: 'Hear us', target: 1 })).toMatchObject({
      nameEn: 'Hear us',
      target: 5,
    })
    expect(await world.host.call('POST', `/missions/${a.id}/end`)).toMatchObject({ state: 'ended' })
    expect(
      await status(world.host.call('PATCH', `/missions/${a.id}`, { endsAt: new Date(clock.now().getTime() + day).toISOString() })),
    ).toBe('409 mission_ended')
  })

  it('whose parts do not fit is refused', async () => {
    const make = (given: Record<string, unknown>): Promise<string> =>
      status(world.host.call('POST', '/missions', mission({ group: world.group, ...given })))
    expect(await make({ nameZh: '', nameEn: '' })).toBe('400 mission_invalid')
    expect(await make({ event: 'check_in', target: 2 })).toBe('400 mission_invalid')
    expect(await make({ event: 'partner_call' })).toBe('400 mission_invalid')
    expect(await make({ event: 'proof', page: world.page })).toBe('400 mission_invalid')
    expect(await make({ every: 'weekly', target: 100, dayCap: 10 })).toBe('400 mission_invalid')
    expect(await make({ endsAt: new Date(clock.now().getTime() - 1).toISOString() })).toBe('400 mission_invalid')
    expect(await make({ points: 100_000 })).toBe('422 mission_points')
    expect(await make({ release: newId('rel') })).toBe('404 not_found')
  })

  it('is for those of its level and long enough members; whoever is in a window stays in it', async () => {
    const id = await open(world.host, world.group, { page: world.page, target: 3, level: 2 })
    const days = await open(world.host, world.group, { page: world.page, target: 3, memberDays: 3 })
    clock.shift(clock.now().getTime() - Date.now() + hour)
    await play(ana, world.tracks[0]!, 50 * minute)
    await work(planet)
    expect(await one(ana, world.group, id)).toMatchObject({ locked: 'level', progress: { amount: 0 } })
    expect(await one(ana, world.group, days)).toMatchObject({ locked: 'days', progress: { amount: 0 } })
    expect(await one(planet.stranger, world.group, days)).toMatchObject({ locked: 'stranger', progress: null })
    await planet.db.pool.query(`update groups.member set activity = 100 where group_id = $1 and person = $2`, [world.group, ana.id])
    await play(ana, world.tracks[1]!, 30 * minute, newId('ply'), [[0, 40_000]])
    await work(planet)
    // All of the day, not only from the level on.
    expect(await one(ana, world.group, id)).toMatchObject({ locked: null, progress: { amount: 3, done: true } })
  })

  it('reached while the budget is empty is paid when there is some, once', async () => {
    const poor = await makeWorld(planet, { points: 0 })
    await join(planet, poor.group, ana)
    const id = await open(poor.host, poor.group, { event: 'check_in', target: 1 })
    await ana.call('POST', `/groups/${poor.group}/check-in`)
    expect((await one(ana, poor.group, id)).progress).toMatchObject({ done: true, granted: 0, why: 'budget_empty' })
    expect(await poor.host.call('POST', `/missions/${id}/pay`)).toEqual({ paid: 0, left: 1 })
    const { fundPast } = await import('../points/index.ts')
    await planet.db.transaction(tx => fundPast(tx, { group: poor.group, by: poor.host.id, amount: 1000n, at: clock.now() }))
    const [x, y] = await Promise.all([
      poor.host.call<{ paid: number }>('POST', `/missions/${id}/pay`),
      poor.host.call<{ paid: number }>('POST', `/missions/${id}/pay`),
    ])
    expect(x.paid + y.paid).toBe(1)
    expect(await pointsHeld(planet, poor.group, ana)).toBe(10)
    expect((await one(ana, poor.group, id)).progress).toMatchObject({ granted: 10, why: null })
  })
})

describe('check-in', () => {
  it('is once a day of the group, free, with a streak; pressed many times at once it is one', async () => {
    const id = await open(world.host, world.group, { event: 'check_in', target: 3, every: 'weekly' })
    const monday = Math.ceil((clock.now().getTime() + 4 * hour) / (7 * day)) * 7 * day + 4 * day + 4 * hour
    clock.shift(monday - Date.now())
    expect(await status(ben.call('POST', `/groups/${world.group}/check-in`))).toBe('403 members_only')
    expect(await status(planet.stranger.call('POST', `/groups/${world.group}/check-in`))).toBe('401 unauthenticated')
    const press = () => ana.call<{ streak: number; total: number; today: boolean }>('POST', `/groups/${world.group}/check-in`)
    for (const answer of await Promise.all([press(), press(), press()])) expect(answer).toMatchObject({ streak: 1, total: 1, today: true })
    clock.shift(monday + day - Date.now())
    expect((await missionsOf(ana, world.group)).checkIns).toMatchObject({ today: false, streak: 1 })
    expect(await press()).toMatchObject({ streak: 2, best: 2 })
    // The clock goes back: it is the same day as before, and nothing is doubled.
    clock.shift(monday + 5 * hour - Date.now())
    expect(await press()).toMatchObject({ total: 2 })
    clock.shift(monday + 2 * day - Date.now())
    expect(await press()).toMatchObject({ streak: 3, total: 3 })
    expect((await one(ana, world.group, id)).progress).toMatchObject({ amount: 3, done: true, granted: 10 })
    clock.shift(monday + 5 * day - Date.now())
    expect(await press()).toMatchObject({ streak: 1, best: 3, total: 4 })
  })

  it('is once a day whatever zone the group is moved to meanwhile, and the streak stays', async () => {
    const monday = Math.ceil((clock.now().getTime() + 4 * hour) / (7 * day)) * 7 * day + 4 * day + 4 * hour
    const at = (hours: number): void => clock.shift(monday + hours * hour - Date.now())
    const move = (timeZone: string) => world.host.call('PATCH', `/groups/${world.group}`, { timeZone })
    const press = () => ana.call<{ streak: number; total: number; today: boolean }>('POST', `/groups/${world.group}/check-in`)
    at(0)
    expect(await press()).toMatchObject({ streak: 1, total: 1, today: true })
    // Westward it is the day before, eastward in the evening the day after.
    await move('America/Los_Angeles')
    expect(await press()).toMatchObject({ streak: 1, total: 1, today: true })
    at(7)
    await move('Pacific/Kiritimati')
    expect((await missionsOf(ana, world.group)).checkIns).toMatchObject({ streak: 1, today: true })
    for (const answer of await Promise.all([press(), press()])) expect(answer).toMatchObject({ streak: 1, total: 1, today: true })
    // Tuesday in Shanghai too.
    at(13)
    expect((await missionsOf(ana, world.group)).checkIns).toMatchObject({ streak: 1, today: false })
    expect(await press()).toMatchObject({ streak: 2, total: 2 })
    await move('America/Los_Angeles')
    expect(await press()).toMatchObject({ streak: 2, total: 2, today: true })
    at(37)
    expect(await press()).toMatchObject({ streak: 2, total: 2, today: true })
    at(54)
    expect(await press()).toMatchObject({ streak: 3, total: 3, today: true })
  })
})
