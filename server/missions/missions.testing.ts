/** For tests of missions: a group with a funded budget, an artist's tracks, plays that count. */
import { expect } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { handGathered } from '../foundation/gathered.ts'
import { joinNow, openGroup } from '../groups/index.ts'
import { openPage } from '../people/index.ts'
import { fundPast, openBudget } from '../points/index.ts'
import type { Person, TestPlanet } from '../testing.ts'
import { jobs } from './index.ts'
import type { Ok } from './words.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
export type Mission = Ok<'GET /groups/:id/missions'>['items'][number]
export type Missions = Ok<'GET /groups/:id/missions'>

export type World = { group: string; page: string; tracks: string[]; host: Person; artist: Person }

/** A public group of a page whose budget holds so many points. Its host founded it. */
export async function makeWorld(planet: TestPlanet, given: { points?: number; zone?: string; tracks?: number } = {}): Promise<World> {
  const [host, artist] = [await planet.signUp('Host'), await planet.signUp('Artist')]
  const page = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: 'Tide', owner: artist.id }))
  const group = newId('grp')
  await planet.db.transaction(tx =>
    openGroup(tx, {
      id: group,
      kind: 'fans',
      name: 'Moon rabbits',
      handle: `rabbits-${group.slice(-10)}`,
      page,
      founder: host.id,
      timeZone: given.zone ?? 'Asia/Shanghai',
    }),
  )
  const points = given.points ?? 10_000
  await planet.db.transaction(async tx => {
    await openBudget(tx, { group, by: host.id })
    if (points > 0) await fundPast(tx, { group, by: host.id, amount: BigInt(points), at: clock.now() })
  })
  const tracks: string[] = []
  for (let n = 0; n < (given.tracks ?? 3); n++) tracks.push(await addTrack(planet, page, 200_000))
  return { group, page, tracks, host, artist }
}

export async function addTrack(planet: TestPlanet, page: string, durationMs: number): Promise<string> {
  const [rel, rec, trk] = [newId('rel'), newId('rec'), newId('trk')]
  const { pool } = planet.db
  await pool.query(
    `insert into catalogue.release (id, page, title, kind, visibility, created_at, changed_at) values ($1, $2, 'R', 'single', 'public', now(), now())`,
    [rel, page],
  )
  await pool.query(`insert into catalogue.recording (id, title, duration_ms, created_at) values ($1, 'T', $2, now())`, [rec, durationMs])
  await pool.query(`insert into catalogue.track (id, release, recording, number, title, created_at) values ($1, $2, $3, 1, 'T', now())`, [
    trk,
    rel,
    rec,
  ])
  await pool.query(`insert into catalogue.track_artist (track, position, page) values ($1, 0, $2)`, [trk, page])
  return trk
}

export const join = (planet: TestPlanet, group: string, person: Person): Promise<unknown> =>
  planet.db.transaction(tx => joinNow(tx, { group, person: person.id, how: 'open' }))

/** Runs what gathered for missions; says how many events those jobs held. */
export async function work(planet: TestPlanet): Promise<number> {
  await handGathered(planet.db)
  const { rows } = await planet.db.pool.query<{ id: string; task: string; payload: never }>(
    `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t where t.id = j.task_id and t.identifier like 'missions.%' and t.identifier <> 'missions.nightly' returning j.id::text, t.identifier as task, j.payload`,
  )
  const context = { db: planet.db, read: planet.db.read, write: planet.db.transaction } as never
  for (const { task, payload } of rows)
    await (jobs as unknown as Record<string, (context: never, payload: never) => Promise<void>>)[task]!(context, payload)
  return rows.reduce((sum, { payload }) => sum + (Array.isArray(payload) ? (payload as unknown[]).length : 1), 0)
}

export const mission = (given: Record<string, unknown>): Record<string, unknown> => ({
  id: newId('msn'),
  event: 'listen_minutes',
  nameZh: '听歌',
  nameEn: 'Listen',
  target: 5,
  points: 10,
  every: 'daily',
  ...given,
})
/** Makes and opens a mission; its id. */
export async function open(host: Person, group: string, given: Record<string, unknown> = {}): Promise<string> {
  const made = await host.call<{ id: string; state: string }>('POST', '/missions', mission({ group, ...given }))
  expect(made.state).toBe('draft')
  await host.call('POST', `/missions/${made.id}/open`)
  return made.id
}
export const missionsOf = (who: Person, group: string): Promise<Missions> => who.call<Missions>('GET', `/groups/${group}/missions`)
export async function one(who: Person, group: string, id: string): Promise<Mission> {
  const found = (await missionsOf(who, group)).items.find(item => item.id === id)
  if (found === undefined) throw new Error(`no mission ${id}`)
  return found
}
/** A whole play of a track that began so long ago. */
export const play = (
  who: Person,
  track: string,
  agoMs: number,
  id = newId('ply'),
  ranges: [number, number][] = [[0, 200_000]],
): Promise<unknown> => who.call('POST', '/plays', { id, track, startedAt: new Date(clock.now().getTime() - agoMs).toISOString(), ranges })
export async function pointsHeld(planet: TestPlanet, group: string, person: Person): Promise<number> {
  const { rows } = await planet.db.pool.query<{ balance: string }>(
    `select coalesce((select balance from points.wallet where group_id = $1 and person = $2), 0)::text as balance`,
    [group, person.id],
  )
  return Number(rows[0]!.balance)
}
export async function status(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    const { status: code, problem } = error as { status: number; problem: { code?: string } }
    return `${code} ${problem.code ?? ''}`
  }
}
