/** Lyrics that count for a mission, through the door: points come once with what was accepted and go once when it is taken out again, told with the cause. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './index.ts'
import { day, hour, join, makeWorld, minute, one, open, pointsHeld, work, type World } from './missions.testing.ts'

let planet: TestPlanet
let world: World
let ana: Person
let ben: Person
let track: string
beforeAll(async () => {
  planet = await startPlanet({ max: 20 })
})
afterAll(async () => {
  for (const check of checks) expect(await check.run(planet.db.read)).toEqual([])
  await planet.close()
})
const later = (ms: number): void => clock.shift(clock.now().getTime() - Date.now() + ms)
beforeEach(async () => {
  clock.shift(Math.ceil(Date.now() / day) * day + 4 * hour - Date.now())
  world = await makeWorld(planet)
  ;[ana, ben] = [await planet.signUp('Ana'), await planet.signUp('Ben')]
  await join(planet, world.group, ana)
  track = world.tracks[0]!
  await world.artist.call('PUT', `/tracks/${track}/lyrics`, { language: 'zh', text: '月亮出来\n照着大海' })
  later(minute)
})

type Sheet = { parts: { kind: string; base: string | null; language: string }[] }
const baseOf = async (kind: string): Promise<string | null> =>
  (await world.artist.call<Sheet>('GET', `/tracks/${track}/lyrics/sheet`)).parts.find(part => part.kind === kind)?.base ?? null
const translated = (texts: readonly string[]) => ({
  kind: 'translation',
  language: 'en',
  lines: texts.map((text, n) => ({ startMs: 0, endMs: 0, text, of: ['月亮出来', '照着大海'][n]! })),
})
const timed = {
  kind: 'main',
  language: 'zh',
  lines: [
    { startMs: 1000, endMs: 4000, text: '月亮出来' },
    { startMs: 5000, endMs: 9000, text: '照着大海' },
  ],
}
/** Proposes and is accepted; a minute passes. */
async function made(who: Person, body: { kind: string }): Promise<void> {
  const base = await baseOf(body.kind)
  const { id } = await who.call<{ id: string }>('POST', `/tracks/${track}/lyrics/contributions`, {
    contribution: newId('ctr'),
    ...body,
    base,
  })
  await world.artist.call('POST', `/lyrics/contributions/${id}/accept`, { base })
  later(minute)
  await work(planet)
}
const versions = async (kind: string): Promise<string[]> =>
  (await world.artist.call<{ items: { id: string; kind: string }[] }>('GET', `/tracks/${track}/lyrics/versions`)).items
    .filter(one => one.kind === kind)
    .map(one => one.id)
async function restore(version: string): Promise<void> {
  await world.artist.call('POST', `/tracks/${track}/lyrics/restore`, { version })
  later(minute)
  await work(planet)
}
async function takeAway(): Promise<void> {
  await world.artist.call('PUT', `/tracks/${track}/lyrics/parts`, { ...translated([]), base: await baseOf('translation') })
  later(minute)
  await work(planet)
}
type Entry = { points: number; note: string | null }
const told = async (): Promise<[number, string | null][]> =>
  (await ana.call<{ items: Entry[] }>('GET', `/me/points/${world.group}/entries`)).items.map(({ points, note }) => [points, note])

it('a translation that is taken away takes its points along, once, with the cause; one that others corrected keeps them', async () => {
  const mission = await open(world.host, world.group, { event: 'lyric', kind: 'translation', target: 1, every: 'daily' })
  later(minute)
  await made(ana, translated(['The moon comes out', 'It lights the sea']))
  expect((await one(ana, world.group, mission)).progress).toMatchObject({ done: true, granted: 10, times: 1 })
  await made(ben, translated(['The moon comes out', 'It lights up the sea']))
  expect(await pointsHeld(planet, world.group, ana)).toBe(10)
  await takeAway()
  await takeAway()
  expect(await pointsHeld(planet, world.group, ana)).toBe(0)
  expect((await one(ana, world.group, mission)).progress).toMatchObject({ done: false, times: 0 })
  expect((await told())[0]).toEqual([-10, 'lyrics_undone'])
  // Shown again as it was: it counts again, once.
  await restore((await versions('translation'))[0]!)
  expect(await pointsHeld(planet, world.group, ana)).toBe(10)
  expect((await one(ana, world.group, mission)).progress).toMatchObject({ done: true, times: 1 })
  // Long after, and from who left.
  later(70 * day)
  const { jobs } = await import('./index.ts')
  await jobs['missions.nightly']({ db: planet.db, read: planet.db.read, write: planet.db.transaction } as never)
  later(-70 * day)
  await ana.call('DELETE', `/groups/${world.group}/membership`)
  await takeAway()
  const { rows } = await planet.db.pool.query(
    `select round, taken_at is not null as taken from missions.completion where mission = $1 order by 1`,
    [mission],
  )
  expect(rows).toEqual([1, 2].map(round => ({ round, taken: true })))
  expect(await pointsHeld(planet, world.group, ana)).toBe(0)
})

it('a timing that is rolled back takes its points along, one that came before what is restored keeps them', async () => {
  const mission = await open(world.host, world.group, { event: 'lyric', kind: 'main', target: 2, every: 'once' })
  later(minute)
  await made(ana, timed)
  await made(ana, { ...timed, lines: timed.lines.map(line => ({ ...line, startMs: line.startMs + 300 })) } as never)
  expect((await one(ana, world.group, mission)).progress).toMatchObject({ amount: 2, done: true, granted: 10 })
  const [second, first] = await versions('main')
  await restore(first!)
  expect((await one(ana, world.group, mission)).progress).toMatchObject({ amount: 1, done: false })
  expect(await pointsHeld(planet, world.group, ana)).toBe(0)
  // Forward again, and back by the copy of the first.
  await restore(second!)
  expect(await pointsHeld(planet, world.group, ana)).toBe(10)
  await restore((await versions('main'))[1]!)
  expect((await one(ana, world.group, mission)).progress).toMatchObject({ amount: 1, done: false })
  expect(await pointsHeld(planet, world.group, ana)).toBe(0)
})
