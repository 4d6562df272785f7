import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { recordSignedSheet } from '../rights/index.ts'
import { addRelease } from '../royalties/closing.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, noteDelivered, nowPlaying, nowPlayingOf, recordTold, recordToldMany } from './index.ts'

const minute = 60_000
const day = 24 * 60 * minute
let planet: TestPlanet
let maker: Person
let tracks: string[]
let release: string
let page: string

beforeAll(async () => {
  planet = await startPlanet({ max: 24 })
  maker = await planet.signUp('Maker')
  ;({ tracks, release, page } = await addRelease(planet, maker.id, [200_000, 180_000, 240_000, 300_000, 60_000], 'Tide'))
})
afterAll(async () => {
  for (const check of checks) expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
  await planet.close()
})
afterEach(() => clock.shift(0))

type Given = { id?: string; track?: string; agoMs?: number; ranges?: [number, number][] }
const report = (who: Person, { id = newId('ply'), track = tracks[0]!, agoMs = 30 * minute, ranges = [[0, 200_000]] }: Given = {}) =>
  who.call<{ id: string; heard: boolean; heardMs: number }>('POST', '/plays', {
    id,
    track,
    startedAt: new Date(clock.now().getTime() - agoMs).toISOString(),
    ranges,
  })
type Row = { id: string; heard: boolean; counted: boolean; uncounted: string | null; heardMs: number; via: string }
const playsOf = async (person: string): Promise<Row[]> =>
  (
    await planet.db.pool.query<Row>(
      `select id, heard, counted, uncounted, heard_ms as "heardMs", via from listening.play where person = $1 order by at, id`,
      [person],
    )
  ).rows
const why = async (person: string): Promise<(string | null)[]> =>
  (await playsOf(person)).map(row => (row.counted ? 'counts' : row.uncounted))

test('bots: views of no length, seek loops and replayed segments come to nothing', async () => {
  const bot = await planet.signUp('Bot')
  for (const ranges of [
    [],
    [[0, 0]],
    [[5000, 5000]],
    [[9000, 100]],
    Array.from({ length: 200 }, (): [number, number] => [100_000, 100_400]),
    Array.from({ length: 100 }, (_, i): [number, number] => [i % 2 === 0 ? 0 : 10_000, i % 2 === 0 ? 9000 : 19_000]),
  ] as [number, number][][])
    expect((await report(bot, { ranges })).heard).toBe(false)
  // A segment asked for again and again, each time as a play of its own.
  await Promise.all(Array.from({ length: 40 }, () => report(bot, { ranges: [[0, 6000]] })))
  expect(await why(bot.id)).toEqual(Array.from({ length: 46 }, () => null))
})

test('thousands of plays by one account count no more than can be heard', async () => {
  const bot = await planet.signUp('Bot')
  const now = clock.now().getTime()
  const { recordPlay } = await import('./plays.ts')
  const viewer = { id: bot.id, name: '', email: '', locale: 'en' as const, roles: [], session: '' }
  // Two hours of half-minute tracks, begun each second, over all tracks.
  for (let batch = 0; batch < 12; batch++)
    await planet.db.transaction(async tx => {
      for (let i = 0; i < 100; i++) {
        const n = batch * 100 + i
        await recordPlay(tx, viewer, '', {
          id: newId('ply'),
          track: tracks[n % 5]!,
          startedAt: new Date(now - 2 * 60 * minute + n * 6000),
          ranges: [[0, 30_000]],
        } as Parameters<typeof recordPlay>[3])
      }
    })
  const rows = await playsOf(bot.id)
  expect(rows).toHaveLength(1200)
  const counted = rows.filter(row => row.counted)
  expect(counted.length).toBeGreaterThan(100)
  expect(counted.reduce((sum, row) => sum + row.heardMs, 0)).toBeLessThanOrEqual(2 * 60 * minute * 1.6)
  expect(new Set(rows.filter(row => row.heard && !row.counted).map(row => row.uncounted))).toEqual(new Set(['near', 'elsewhere', 'often']))
})

test('one address, however many are behind it', async () => {
  const { recordPlay } = await import('./plays.ts')
  const people = await Promise.all(Array.from({ length: 4 }, () => planet.signUp('One of many')))
  const now = clock.now().getTime()
  const hour = Math.floor(now / 3_600_000) * 3_600_000
  await planet.db.pool.query(
    `insert into listening.guest (guest, track, hour, counted) values ('farm', '*', $1, 598), ('farm', '*', $2, 598)`,
    [new Date(hour), new Date(hour + 3_600_000)],
  )
  for (const { id } of people)
    await planet.db.transaction(tx =>
      recordPlay(tx, { id, name: '', email: '', locale: 'en', roles: [], session: '' }, 'farm', {
        id: newId('ply'),
        track: tracks[1]!,
        startedAt: new Date(now - 10 * minute),
        ranges: [[0, 100_000]],
      } as Parameters<typeof recordPlay>[3]),
    )
  const all = (await Promise.all(people.map(({ id }) => why(id)))).flat()
  expect(all.filter(one => one === 'counts')).toHaveLength(2)
  expect(all.filter(one => one === 'address')).toHaveLength(2)
})

test('one pair of ears: two devices at the same time do not both count; one after the other, and fading into the next, do', async () => {
  const ann = await planet.signUp('Ann')
  const both = [tracks[0]!, tracks[1]!, tracks[2]!]
  await Promise.all(both.map((track, i) => report(ann, { track, agoMs: 60 * minute - i * 1000, ranges: [[0, 150_000]] })))
  expect((await why(ann.id)).sort()).toEqual(['counts', 'elsewhere', 'elsewhere'])
  // Ten seconds of fading between tracks, and a report that comes late and out of order.
  const eva = await planet.signUp('Eva')
  await report(eva, { track: tracks[2]!, agoMs: 60 * minute - 360_000, ranges: [[0, 240_000]] })
  await report(eva, { track: tracks[0]!, agoMs: 60 * minute, ranges: [[0, 200_000]] })
  await report(eva, { track: tracks[1]!, agoMs: 60 * minute - 190_000, ranges: [[0, 180_000]] })
  expect(await why(eva.id)).toEqual(['counts', 'counts', 'counts'])
  await report(eva, { track: tracks[4]!, agoMs: 60 * minute - 100_000, ranges: [[0, 60_000]] })
  expect(await why(eva.id)).toEqual(['counts', 'elsewhere', 'counts', 'counts'])
})

test('makers, who shares in the track, and members of their organisations do not count', async () => {
  const [singer, member] = await Promise.all([planet.signUp('Singer'), planet.signUp('Door')])
  await planet.db.transaction(tx =>
    recordSignedSheet(tx, {
      subject: release,
      kind: 'master',
      by: maker.id,
      parties: [
        { party: maker.id, role: 'vocals', shareBp: 9000 },
        { party: singer.id, role: 'choir', shareBp: 1000 },
      ],
      at: new Date('2026-01-01T00:00:00Z'),
    }),
  )
  await report(singer)
  await report(maker)
  expect([await why(singer.id), await why(maker.id)]).toEqual([['maker'], ['maker']])
  const label = await maker.call<{ id: string }>('POST', '/organisations', { name: 'Label', kind: 'label' })
  await planet.db.pool.query(`insert into people.member (organisation, person, role) values ($1, $2, 'door')`, [label.id, member.id])
  const other = await addRelease(planet, maker.id, [100_000], 'Label')
  await planet.db.pool.query(`update people.page set owner_person = null, owner_organisation = $2 where id = $1`, [other.page, label.id])
  await report(member, { track: other.tracks[0]!, ranges: [[0, 100_000]] })
  expect(await why(member.id)).toEqual(['maker'])
  expect(page).not.toBe(other.page)
})

test('clocks that are wrong: the future is now, the past is seven days ago; a play that is over for long stays as it is', async () => {
  const ann = await planet.signUp('Ann')
  const id = newId('ply')
  const begun = clock.now().getTime()
  expect(await report(ann, { id, agoMs: -60 * minute })).toMatchObject({ heard: false, heardMs: 5000 })
  clock.shift(2 * minute)
  expect(await report(ann, { id, agoMs: -600 * minute })).toMatchObject({ heard: true })
  expect((await report(ann, { id })).heardMs).toBeLessThanOrEqual((clock.now().getTime() - begun) * 1.1 + 5000)
  // A clock that is set back while it plays.
  expect((await report(ann, { id, agoMs: 40 * day, ranges: [[0, 1000]] })).heardMs).toBeGreaterThan(100_000)
  const before = await playsOf(ann.id)
  clock.shift(8 * day)
  await report(ann, { id, ranges: [[0, 200_000]] })
  expect(await playsOf(ann.id)).toEqual(before)
})

test('what a Subsonic client tells counts only when the sound was sent, each time for one play, at the pace of listening', async () => {
  const ann = await planet.signUp('Ann')
  const now = clock.now()
  const tell = (agoMs: number, track = tracks[0]!) =>
    planet.db.transaction(tx =>
      recordTold(tx, ann.id, { track, startedAt: new Date(now.getTime() - agoMs), client: 'Symfonium', source: 'subsonic' }),
    )
  await tell(60 * minute)
  expect(await why(ann.id)).toEqual(['undelivered'])
  const send = (agoMs: number, ms: number, track = tracks[0]!) =>
    planet.db.transaction(tx => noteDelivered(tx, ann.id, track, { ms, began: new Date(now.getTime() - agoMs) }))
  await send(50 * minute, 200_000)
  const twice = await Promise.all([1, 2, 3].map(() => tell(50 * minute)))
  expect(new Set(twice).size).toBe(1)
  expect(await why(ann.id)).toEqual(['undelivered', 'counts'])
  // The same sound, told as another play: it was sent once.
  await tell(40 * minute)
  expect((await why(ann.id))[2]).toBe('undelivered')
  // Sent a moment ago, told at once as heard: it cannot have been.
  await send(1000, 180_000, tracks[1])
  await tell(3 * minute, tracks[1])
  expect((await why(ann.id)).at(-1)).toBe('undelivered')
  // A few seconds of it were sent.
  await send(30 * minute, 9000, tracks[2])
  await tell(29 * minute, tracks[2])
  expect((await playsOf(ann.id)).filter(row => row.counted)).toHaveLength(1)
  const [stranger] = await planet.db.transaction(tx =>
    recordToldMany(tx, ann.id, [{ track: newId('trk'), startedAt: now, client: 'x', source: 'subsonic' }]),
  )
  expect(stranger).toBe(null)
})

test('what was heard elsewhere is history and counts nowhere; the database holds to it', async () => {
  const ann = await planet.signUp('Ann')
  const now = clock.now()
  const told = Array.from({ length: 200 }, (_, i) => ({
    track: tracks[i % 5]!,
    startedAt: new Date(now.getTime() - (i + 1) * 5 * minute),
    client: 'ListenBrainz',
    source: 'listenbrainz' as const,
  }))
  const ids = await planet.db.transaction(tx => recordToldMany(tx, ann.id, told))
  expect(await planet.db.transaction(tx => recordToldMany(tx, ann.id, told))).toEqual(ids)
  expect(new Set(await why(ann.id))).toEqual(new Set(['outside']))
  await expect(planet.db.pool.query(`update listening.play set counted = true, uncounted = null where id = $1`, [ids[0]])).rejects.toThrow(
    'play_outside',
  )
})

test('what is playing is known for ten minutes, one a client', async () => {
  const ann = await planet.signUp('Ann')
  for (const track of [tracks[0]!, tracks[1]!]) await planet.db.transaction(tx => nowPlaying(tx, ann.id, track, 'Phone'))
  await planet.db.transaction(tx => nowPlaying(tx, ann.id, tracks[2]!, 'Desk'))
  expect((await nowPlayingOf(planet.db.read, ann.id)).map(row => row.track).sort()).toEqual([tracks[1], tracks[2]].sort())
  await expect(planet.db.transaction(tx => nowPlaying(tx, ann.id, newId('trk'), 'Desk'))).rejects.toMatchObject({ code: 'not_found' })
  clock.shift(10 * minute + 1000)
  expect(await nowPlayingOf(planet.db.read, ann.id)).toEqual([])
})

test('a report costs a fixed number of statements, however much one has heard', async () => {
  const ann = await planet.signUp('Ann')
  const { recordPlay } = await import('./plays.ts')
  const viewer = { id: ann.id, name: '', email: '', locale: 'en' as const, roles: [], session: '' }
  const cost = async (n: number): Promise<number> =>
    planet.db.transaction(async tx => {
      let statements = 0
      const counting = new Proxy(tx, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name)
          if (name !== 'getExecutor') return typeof value === 'function' ? value.bind(target) : value
          return () => {
            statements += 1
            return target.getExecutor()
          }
        },
      })
      await recordPlay(counting, viewer, 'x'.repeat(22), {
        id: newId('ply'),
        track: tracks[n % 5]!,
        startedAt: new Date(clock.now().getTime() - day + n * 5 * minute),
        ranges: [[0, 60_000]],
      } as Parameters<typeof recordPlay>[3])
      return statements
    })
  const first = await cost(0)
  for (let n = 1; n < 60; n++) await cost(n)
  expect(await cost(60)).toBe(first)
  expect(first).toBeLessThanOrEqual(10)
})
