import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { openPage } from '../people/index.ts'
import { farFromMidnight, startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { addPlays, jobs } from './index.ts'

const minute = 60_000
const length = 200_000

let planet: TestPlanet
let ann: Person
let ben: Person
let artist: Person
let release: string
let track: string
let shortTrack: string
let draft: string

async function addTrack(page: string, durationMs: number, visibility = 'public'): Promise<{ release: string; track: string }> {
  const [rel, rec, trk] = [newId('rel'), newId('rec'), newId('trk')]
  const { pool } = planet.db
  await pool.query(
    `insert into catalogue.release (id, page, title, kind, visibility, created_at, changed_at) values ($1, $2, 'R', 'single', $3, now(), now())`,
    [rel, page, visibility],
  )
  await pool.query(`insert into catalogue.recording (id, title, duration_ms, created_at) values ($1, 'T', $2, now())`, [rec, durationMs])
  await pool.query(`insert into catalogue.track (id, release, recording, number, title, created_at) values ($1, $2, $3, 1, 'T', now())`, [
    trk,
    rel,
    rec,
  ])
  await pool.query(`insert into catalogue.track_artist (track, position, page) values ($1, 0, $2)`, [trk, page])
  return { release: rel, track: trk }
}

beforeAll(async () => {
  await farFromMidnight()
  planet = await startPlanet({ max: 24 })
  ;[ann, ben, artist] = [await planet.signUp('Ann'), await planet.signUp('Ben'), await planet.signUp('Artist')]
  const page = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: 'Tide', owner: artist.id }))
  ;({ release, track } = await addTrack(page, length))
  ;({ track: shortTrack } = await addTrack(page, 20_000))
  ;({ track: draft } = await addTrack(page, length, 'draft'))
})
afterAll(() => planet.close())
beforeEach(() => clock.shift(0))

type Play = { id: string; heard: boolean; heardMs: number }
type Given = { id?: string; track?: string; agoMs?: number; ranges?: [number, number][] }
const body = ({ id = newId('ply'), track: of = track, agoMs = 10 * minute, ranges = [[0, length]] }: Given) => ({
  id,
  track: of,
  startedAt: new Date(clock.now().getTime() - agoMs).toISOString(),
  ranges,
})
const play = (who: Person, given: Given = {}): Promise<Play> => who.call<Play>('POST', '/plays', body(given))
const refused = async (who: Person, given: Given): Promise<string> => {
  const answer = await who.fetch('/api/v1/plays', { method: 'POST', json: body(given) })
  return `${answer.status} ${((await answer.json()) as { code?: string }).code ?? ''}`
}
/** The counts of a track, and whether they agree with the plays and the days. */
async function counts(of = track): Promise<{ plays: number; plays30d: number }> {
  const { rows } = await planet.db.pool.query(
    `select coalesce(c.plays, 0)::int as plays, coalesce(c.plays30d, 0)::int as plays30d, (select count(*)::int from listening.play where track = $1 and counted) as counted,
       coalesce((select sum(plays) from listening.track_day where track = $1), 0)::int as days, coalesce((select sum(plays) from listening.track_day where track = $1 and not past), 0)::int as present
     from (select 1) one left join listening.track_count c on c.track = $1`,
    [of],
  )
  const [row] = rows
  expect([row.counted, row.days, row.present]).toEqual([row.plays, row.plays, row.plays30d])
  return { plays: row.plays, plays30d: row.plays30d }
}
async function newTrack(durationMs = length): Promise<string> {
  const { rows } = await planet.db.pool.query<{ page: string }>('select page from catalogue.release where id = $1', [release])
  return (await addTrack(rows[0]!.page, durationMs)).track
}

test('a play grows with its reports; what sounds twice is heard once', async () => {
  const of = await newTrack()
  const id = newId('ply')
  expect(await play(ann, { id, track: of, ranges: [[0, 20_000]] })).toEqual({ id, heard: false, heardMs: 20_000 })
  expect(await counts(of)).toEqual({ plays: 0, plays30d: 0 })
  expect(
    await play(ann, {
      id,
      track: of,
      ranges: [
        [10_000, 20_000],
        [0, 15_000],
      ],
    }),
  ).toMatchObject({ heard: false, heardMs: 20_000 })
  expect(await play(ann, { id, track: of, ranges: [[100_000, 112_000]] })).toMatchObject({ heard: true, heardMs: 32_000 })
  expect(await play(ann, { id, track: of, ranges: [[0, 9_999_999]] })).toMatchObject({ heard: true, heardMs: length })
  expect(await counts(of)).toEqual({ plays: 1, plays30d: 1 })
  const { rows } = await planet.db.pool.query(
    `select count(*)::int as told from house.event where type = 'play_recorded' and body->>'play' = $1`,
    [id],
  )
  expect(rows[0].told).toBe(1)
})

test('half of a short track is enough; a replayed bit is not', async () => {
  expect(await play(ann, { track: shortTrack, ranges: [[0, 9_000]] })).toMatchObject({ heard: false })
  expect(await play(ann, { track: shortTrack, ranges: [[0, 10_000]] })).toMatchObject({ heard: true, heardMs: 10_000 })
  expect(await play(ann, { track: shortTrack, ranges: Array.from({ length: 50 }, (): [number, number] => [0, 1000]) })).toMatchObject({
    heard: false,
    heardMs: 1000,
  })
})

test('no more can be heard than time has passed', async () => {
  const of = await newTrack()
  const id = newId('ply')
  const begun = clock.now().getTime() - 10_000
  expect(await play(ann, { id, track: of, agoMs: 10_000 })).toMatchObject({ heard: false })
  // A tenth for clocks and five seconds.
  expect((await play(ann, { id, track: of })).heardMs).toBeLessThanOrEqual((clock.now().getTime() - begun) * 1.1 + 5000)
  expect(await play(ann, { track: of, agoMs: -5 * minute })).toMatchObject({ heard: false, heardMs: 5000 })
  clock.shift(minute)
  expect(await play(ann, { id, track: of, ranges: [] })).toMatchObject({ heard: true })
  expect(await counts(of)).toEqual({ plays: 1, plays30d: 1 })
})

test('a play belongs to one person and one track', async () => {
  const id = newId('ply')
  await play(ann, { id })
  expect(await refused(ben, { id })).toBe('409 conflict')
  expect(await refused(planet.stranger, { id })).toBe('409 conflict')
  expect(await refused(ann, { id, track: shortTrack })).toBe('409 conflict')
  const guest = newId('ply')
  await play(planet.stranger, { id: guest })
  expect(await refused(ann, { id: guest })).toBe('409 conflict')
})

test('a track that is not there, or not for this person, cannot be played', async () => {
  expect(await refused(ann, { track: newId('trk') })).toBe('404 not_found')
  expect(await refused(ann, { track: draft })).toBe('404 not_found')
  expect(await refused(planet.stranger, { track: draft })).toBe('404 not_found')
  expect(await play(artist, { track: draft })).toMatchObject({ heard: true })
  expect(await counts(draft)).toEqual({ plays: 0, plays30d: 0 })
  for (const ranges of [[[-1, 5]], [[0, 'x']], 'all', Array.from({ length: 201 }, () => [0, 1])])
    expect((await ann.fetch('/api/v1/plays', { method: 'POST', json: { ...body({}), ranges } })).status).toBe(400)
})

test('the makers’ own plays are kept but do not count', async () => {
  const of = await newTrack()
  expect(await play(artist, { track: of })).toMatchObject({ heard: true })
  expect(await counts(of)).toEqual({ plays: 0, plays30d: 0 })
  expect((await artist.call<{ items: { heard: boolean }[] }>('GET', '/me/plays?limit=1')).items).toMatchObject([{ heard: true }])
})

test('several devices at once count once; a loop counts once per length', async () => {
  const of = await newTrack()
  const ear = await planet.signUp()
  const same = await Promise.all(Array.from({ length: 8 }, (_, i) => play(ear, { track: of, agoMs: 10 * minute + i * 1000 })))
  expect(same.every(one => one.heard)).toBe(true)
  expect(await counts(of)).toEqual({ plays: 1, plays30d: 1 })
  // Three times from end to end, and one begun in the middle of the second.
  for (const agoMs of [10 * minute - length, 10 * minute - 2 * length, 10 * minute - 1.5 * length]) await play(ear, { track: of, agoMs })
  expect(await counts(of)).toEqual({ plays: 3, plays30d: 3 })
  await play(ben, { track: of })
  expect(await counts(of)).toEqual({ plays: 4, plays30d: 4 })
})

test('one id reported many times at once is one play', async () => {
  const of = await newTrack()
  const ear = await planet.signUp()
  const id = newId('ply')
  const startedAt = body({}).startedAt
  const all = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      ear.call<Play>('POST', '/plays', { id, track: of, startedAt, ranges: [[i * 10_000, (i + 1) * 10_000]] }),
    ),
  )
  expect(Math.max(...all.map(one => one.heardMs))).toBe(100_000)
  expect(await counts(of)).toEqual({ plays: 1, plays30d: 1 })
  const { rows } = await planet.db.pool.query('select count(*)::int as rows from listening.play where id = $1', [id])
  expect(rows[0].rows).toBe(1)
})

test('a person cannot count for a track more than fifty times a day', async () => {
  const of = await newTrack(30_000)
  for (let i = 0; i < 60; i++) await play(ben, { track: of, agoMs: 60 * minute - i * 31_000 })
  expect(await counts(of)).toEqual({ plays: 50, plays30d: 50 })
})

test('signed out, an address counts six times for a track in an hour', async () => {
  const of = await newTrack()
  const all = await Promise.all(Array.from({ length: 15 }, () => play(planet.stranger, { track: of })))
  expect(all.every(one => one.heard)).toBe(true)
  const first = await counts(of)
  // The test may begin in one hour and end in the next.
  expect([6, 7, 8, 9, 10, 11, 12]).toContain(first.plays)
  clock.shift(60 * minute)
  await play(planet.stranger, { track: of })
  expect((await counts(of)).plays).toBe(first.plays + 1)
  const { rows } = await planet.db.pool.query(`select guest from listening.guest where track = $1 limit 1`, [of])
  expect(rows[0].guest).toMatch(/^[A-Za-z0-9_-]{22}$/)
})

test('a late report counts from when it began, at most seven days back', async () => {
  const id = newId('ply')
  expect(await play(ann, { id, track: await newTrack(), agoMs: 30 * 24 * 60 * minute })).toMatchObject({ heard: true })
  const { rows } = await planet.db.pool.query(`select extract(epoch from now() - at) / 86400 as days from listening.play where id = $1`, [
    id,
  ])
  expect(Number(rows[0].days)).toBeCloseTo(7, 1)
})

test('the thirty days move on each night, once', async () => {
  const of = await newTrack()
  const day = 24 * 60 * minute
  const ago = (days: number) => new Date(clock.now().getTime() - days * day)
  await planet.db.transaction(tx =>
    addPlays(
      tx,
      [0, 5, 29, 30, 31, 45].map(days => ({ at: ago(days), person: ben.id, track: of, heardMs: length })),
    ),
  )
  expect(await counts(of)).toEqual({ plays: 6, plays30d: 3 })
  const { write } = { write: planet.db.transaction }
  const night = () => jobs['listening.nightly']({ write } as Parameters<(typeof jobs)['listening.nightly']>[0])
  clock.shift(1 * day)
  await Promise.all([night(), play(ann, { track: of })])
  await night()
  expect(await counts(of)).toEqual({ plays: 7, plays30d: 3 })
  clock.shift(26 * day)
  await night()
  expect(await counts(of)).toEqual({ plays: 7, plays30d: 2 })
})
