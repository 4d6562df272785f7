/** The queue goes with its person from device to device. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addRelease } from '../catalogue/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { keepQueueOf, queueOf } from './index.ts'

let planet: TestPlanet
let maker: Person
let ann: Person
let ben: Person
let tracks: string[]
const [phone, desk, tablet] = [newId('dev'), newId('dev'), newId('dev')]

type Place = {
  version: number
  device: string | null
  deviceName: string
  index: number
  positionMs: number
  playing: boolean
  takenFrom: string | null
  count: number
  track: { id: string; title: string } | null
}
type Queue = Place & { tracks: { id: string }[]; repeat: string; shuffle: boolean }
const names = { [phone]: 'Pixel 8', [desk]: 'Desk', [tablet]: 'Tablet' }
const put = (who: Person, device: string, given: object = {}) =>
  who.call<{ version: number; over: Place | null }>('PUT', '/me/queue', {
    tracks: tracks.slice(0, 4),
    index: 0,
    positionMs: 0,
    device,
    deviceName: names[device],
    ...given,
  })
const at = (who: Person, device: string, given: object) =>
  who.call<{ current: boolean; place: Place | null }>('PUT', '/me/queue/place', { device, ...given })
const take = async (who: Person, device: string) =>
  (await who.call<{ queue: Queue | null }>('POST', '/me/queue/take', { device, deviceName: names[device] })).queue
const place = async (who: Person) => (await who.call<{ place: Place | null }>('GET', '/me/queue/place')).place
const queue = async (who: Person) => (await who.call<{ queue: Queue | null }>('GET', '/me/queue')).queue

beforeAll(async () => {
  planet = await startPlanet()
  maker = await planet.signUp('Maker')
  const page = await maker.call<{ id: string }>('POST', '/pages', { kind: 'artist', name: 'Tide', handle: 'tide' })
  const made = await planet.db.transaction(tx =>
    addRelease(tx, {
      page: page.id,
      title: 'R',
      kind: 'album',
      artists: [page.id],
      visibility: 'public',
      tracks: Array.from({ length: 6 }, (_, i) => ({ title: `T ${i}`, artists: [page.id], durationMs: 180_000 })),
    }),
  )
  tracks = made.tracks
})
beforeEach(async () => {
  clock.shift(0)
  ann = await planet.signUp('Ann')
  ben = await planet.signUp('Ben')
})
afterAll(() => planet.close())

test('what one device keeps, another finds: tracks, place, name and how it repeats; nobody else does', async () => {
  expect([await place(ann), await queue(ann)]).toEqual([null, null])
  expect(await put(ann, phone, { index: 2, positionMs: 83_000, repeat: 'all', shuffle: true })).toEqual({ version: 1, over: null })
  expect(await place(ann)).toMatchObject({
    device: phone,
    deviceName: 'Pixel 8',
    index: 2,
    positionMs: 83_000,
    playing: false,
    count: 4,
    track: { id: tracks[2], title: 'T 2' },
  })
  const found = await queue(ann)
  expect(found).toMatchObject({ index: 2, positionMs: 83_000, repeat: 'all', shuffle: true })
  expect(found!.tracks.map(track => track.id)).toEqual(tracks.slice(0, 4))
  expect([await place(ben), await queue(ben), await take(ben, desk)]).toEqual([null, null, null])
  for (const [method, path] of [
    ['GET', '/me/queue'],
    ['GET', '/me/queue/place'],
    ['PUT', '/me/queue'],
    ['PUT', '/me/queue/place'],
    ['POST', '/me/queue/take'],
  ] as const)
    expect([path, (await planet.stranger.fetch(`/api/v1${path}`, { method, json: method === 'GET' ? undefined : {} })).status]).toEqual([
      path,
      401,
    ])
})

test('told twice is told once; a stranger’s device moves nothing', async () => {
  const { version } = await put(ann, phone)
  expect(await put(ann, phone)).toEqual({ version, over: null })
  expect(await at(ann, phone, { version, index: 1, positionMs: 5000 })).toEqual({ current: true, place: null })
  expect(await at(ann, phone, { version, index: 1, positionMs: 5000 })).toEqual({ current: true, place: null })
  expect(await at(ben, phone, { version, index: 3, positionMs: 9000 })).toEqual({ current: false, place: null })
  expect(await place(ann)).toMatchObject({ version, index: 1, positionMs: 5000 })
  // Other tracks are another version.
  expect((await put(ann, phone, { tracks: tracks.slice(1) })).version).toBe(version + 1)
  // An index behind the end is the end.
  expect((await put(ann, phone, { tracks: tracks.slice(0, 2), index: 9 })).version).toBe(version + 2)
  expect(await place(ann)).toMatchObject({ index: 1, count: 2 })
  await at(ann, phone, { version: version + 2, index: 700, positionMs: 0 })
  expect(await place(ann)).toMatchObject({ index: 1 })
  await put(ann, phone, { tracks: [], index: 0 })
  expect(await place(ann)).toMatchObject({ count: 0, index: 0, track: null })
})

test('the last one that writes wins; the other hears of it, and its place counts no more', async () => {
  const first = await put(ann, phone, { positionMs: 61_000, playing: true })
  const second = await put(ann, desk, { tracks: tracks.slice(2), index: 1 })
  expect(second).toMatchObject({ version: first.version + 1, over: { device: phone, deviceName: 'Pixel 8' } })
  expect(await at(ann, phone, { version: first.version, index: 1, positionMs: 70_000, playing: true })).toMatchObject({
    current: false,
    place: { device: desk, index: 1, positionMs: 0, takenFrom: null },
  })
  expect(await place(ann)).toMatchObject({ device: desk, index: 1, positionMs: 0 })
  // Who knows of the last version replaces nothing unseen.
  expect(await put(ann, phone, { version: second.version })).toEqual({ version: second.version + 1, over: null })
})

test('play here: goes on at the second, and the other device is told to fall silent; twice is once', async () => {
  const start = clock.now().getTime()
  await put(ann, phone, { index: 1, positionMs: 83_000, playing: true })
  clock.shift(9000)
  const seen = await place(ann)
  expect(seen).toMatchObject({ playing: true, device: phone })
  expect(seen!.positionMs - 92_000).toBeLessThan(clock.now().getTime() - start - 9000 + 500)
  expect(seen!.positionMs).toBeGreaterThanOrEqual(92_000)
  const taken = await take(ann, desk)
  expect(taken).toMatchObject({ index: 1, device: desk, deviceName: 'Desk', takenFrom: phone, version: seen!.version + 1 })
  expect(taken!.positionMs).toBeGreaterThanOrEqual(92_000)
  expect((await take(ann, desk))!.version).toBe(taken!.version)
  expect(await at(ann, phone, { version: seen!.version, index: 1, positionMs: 95_000, playing: true })).toMatchObject({
    current: false,
    place: { takenFrom: phone, device: desk },
  })
  // Its own next tracks end that word.
  await put(ann, desk, { tracks: tracks.slice(3), index: 0 })
  expect(await place(ann)).toMatchObject({ takenFrom: null })
})

test('a device that says nothing any more no longer plays, and a track does not go on past its end', async () => {
  await put(ann, phone, { positionMs: 170_000, playing: true })
  clock.shift(30_000)
  expect(await place(ann)).toMatchObject({ playing: true, positionMs: 180_000 })
  clock.shift(60_000)
  expect(await place(ann)).toMatchObject({ playing: false, positionMs: 170_000 })
})

test('devices that write and take at once leave one queue that is whole', async () => {
  const lists = { [phone]: tracks.slice(0, 3), [desk]: tracks.slice(3), [tablet]: [...tracks].reverse() }
  const devices = [phone, desk, tablet]
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, i) => {
      const device = devices[i % 3]!
      return i % 4 === 3 ? take(ann, device) : put(ann, device, { tracks: lists[device], index: i % 3 })
    }),
  )
  const left = (await queue(ann))!
  expect(Object.values(lists)).toContainEqual(left.tracks.map(track => track.id))
  const versions = answers.map(answer => answer?.version ?? 0)
  expect(left.version).toBe(Math.max(...versions))
  // No version was given to two devices with different queues.
  expect(left.index).toBeLessThan(left.tracks.length)
})

test('what can no longer be seen is left out, and the place stays at its track', async () => {
  await put(ann, phone, { tracks: [newId('trk'), tracks[0]!, newId('trk'), tracks[1]!, tracks[0]!], index: 3, positionMs: 7000 })
  const found = (await queue(ann))!
  expect(found.tracks.map(track => track.id)).toEqual([tracks[0], tracks[1], tracks[0]])
  expect(found).toMatchObject({ index: 1, positionMs: 7000, count: 3 })
  await put(ann, phone, { tracks: [tracks[0]!, newId('trk'), tracks[1]!], index: 1, positionMs: 7000 })
  expect(await queue(ann)).toMatchObject({ index: 1, positionMs: 0, count: 2 })
  expect(await place(ann)).toMatchObject({ track: null })
})

test('an app of another kind keeps its queue by its name; wrong input is refused', async () => {
  const viewer = { id: ann.id } as Parameters<typeof queueOf>[1]
  expect(await queueOf(planet.db.read, viewer)).toBeNull()
  await planet.db.transaction(tx =>
    keepQueueOf(tx, viewer, { tracks: tracks.slice(0, 2), index: 1, positionMs: 4000, deviceName: 'Symfonium' }),
  )
  expect(await queueOf(planet.db.read, viewer)).toMatchObject({ tracks: tracks.slice(0, 2), index: 1, positionMs: 4000 })
  expect(await place(ann)).toMatchObject({ device: null, deviceName: 'Symfonium' })
  expect(await take(ann, desk)).toMatchObject({ device: desk, index: 1, positionMs: 4000, takenFrom: null })
  for (const wrong of [
    { tracks: ['x'] },
    { device: 'phone' },
    { deviceName: '' },
    { index: -1 },
    { tracks: Array.from({ length: 1001 }, () => tracks[0]) },
  ])
    expect(
      (
        await ann.fetch('/api/v1/me/queue', {
          method: 'PUT',
          json: { tracks, index: 0, positionMs: 0, device: phone, deviceName: 'P', ...wrong },
        })
      ).status,
    ).toBe(400)
})
