/** A song stays itself: better files, codes in tags, two formats beside each other, files that are away. */
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { makeLog } from '../foundation/log.ts'
import { engine } from '../media/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { openWorkshop, tracksOf, type Shown, type Workshop } from './import.testing.ts'
import { importFolder } from './index.ts'

let planet: TestPlanet
let operator: Person
let shop: Workshop
let folder: string

beforeAll(async () => {
  planet = await startPlanet()
  operator = await planet.staff('operator')
  shop = openWorkshop()
})
afterAll(async () => {
  await engine().close()
  await planet?.close()
  shop?.close()
})
beforeEach(() => {
  folder = shop.newFolder()
})
const song = (path: string, ...rest: [clip: number, tags: Record<string, string>, format?: 'flac' | 'mp3']): Promise<string> =>
  shop.song(join(folder, path), ...rest)
const tracks = (): Promise<Shown[]> => tracksOf(planet.db, folder)
const run = async (settleMs?: number) => {
  const { id: _id, ...counts } = await importFolder(
    { db: planet.db, log: makeLog('fatal'), settleMs },
    { folder, person: operator.id, page: null },
  )
  return counts
}
const lossless = async (asset: string): Promise<boolean> =>
  (await planet.db.pool.query<{ lossless: boolean }>('select lossless from media.public_quality where asset = $1', [asset])).rows[0]!
    .lossless
const missing = async (): Promise<string[]> =>
  (
    await planet.db.pool.query<{ path: string }>(
      'select path from catalogue.source_file where root = $1 and missing_since is not null order by path',
      [folder],
    )
  ).rows.map(row => row.path)
// The same clip, tags and format are the same bytes: each story has an album of its own.
const tags = (title: string, track: string, more: Record<string, string> = {}) => ({
  title,
  track,
  artist: 'Dee',
  album: `Same ${folder.slice(-1)}`,
  ...more,
})
const mbid = '0ad2b1f4-6d5c-4e0e-9c3e-7d1f2a3b4c5d'

it('two formats of one song beside each other are one track, of the better file', async () => {
  await song('Same/01 A.mp3', 0, tags('A', '1'), 'mp3')
  await song('Same/01 A.flac', 0, tags('A', '1'))
  await song('Same/02 B.flac', 1, tags('B', '2'))
  expect(await run()).toMatchObject({ found: 3, new: 2, unchanged: 1, failed: 0 })
  const there = await tracks()
  expect(there.map(({ title, number }) => [title, number])).toEqual([
    ['A', 1],
    ['B', 2],
  ])
  expect(await lossless(there[0]!.asset)).toBe(true)
  expect(await run()).toMatchObject({ found: 3, new: 0, changed: 0, unchanged: 3 })
})

it('a better file that comes later replaces the sound and keeps the track; a worse one changes nothing', async () => {
  await song('Same/01 A.mp3', 0, tags('A', '1'), 'mp3')
  await song('Same/02 B.mp3', 1, tags('B', '2', { isrc: 'QZES72000001' }), 'mp3')
  await run()
  const before = await tracks()
  await song('Same/01 A.flac', 0, tags('A', '1'))
  // In another folder, by its code.
  await song('Same (lossless)/disc/02.flac', 1, tags('B', '2', { isrc: 'QZES72000001' }))
  expect(await run()).toMatchObject({ found: 4, new: 0, changed: 2, unchanged: 2 })
  const after = await tracks()
  expect(after.map(({ id, number, release }) => [id, number, release])).toEqual(
    before.map(({ id, number, release }) => [id, number, release]),
  )
  for (const track of after) expect(await lossless(track.asset)).toBe(true)
  await song('Same/again/02 B.mp3', 1, tags('B', '2', { isrc: 'QZES72000001', comment: 'other bytes' }), 'mp3')
  expect(await run()).toMatchObject({ found: 5, new: 0, changed: 0, unchanged: 5 })
  expect((await tracks()).map(({ id, asset }) => [id, asset])).toEqual(after.map(({ id, asset }) => [id, asset]))
})

it('a file that is gone and comes back under another name and other bytes is known by its code', async () => {
  await song('Same/01 A.flac', 2, tags('A', '1', { musicbrainz_trackid: mbid }))
  await song('Same/02 B.flac', 3, tags('B', '2'))
  await run()
  const before = await tracks()
  rmSync(join(folder, 'Same/01 A.flac'))
  await song('Same/renamed entirely.flac', 2, tags('A', '1', { musicbrainz_trackid: mbid, genre: 'Folk' }))
  expect(await run()).toMatchObject({ found: 2, new: 0, changed: 1, unchanged: 1, missing: 0 })
  expect((await tracks()).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
})

it('the same recording on two releases is two tracks of one recording', async () => {
  await song('One/01.flac', 4, { title: 'Song', track: '1', artist: 'Dee', album: 'One', isrc: 'QZES72000009' })
  await run()
  await song('Best of/05.mp3', 4, { title: 'Song', track: '5', artist: 'Dee', album: 'Best of', isrc: 'QZES72000009' }, 'mp3')
  // The same code, but another length: somebody's mistake.
  await song('Wrong/01.flac', 0, { title: 'Other', track: '1', artist: 'Dee', album: 'Wrong', isrc: 'QZES72000009' })
  expect(await run()).toMatchObject({ new: 2 })
  const there = await tracks()
  const { rows } = await planet.db.pool.query<{ recordings: number }>(
    'select count(distinct recording)::int as recordings from catalogue.track where id = any($1)',
    [there.filter(track => track.title === 'Song').map(track => track.id)],
  )
  expect([there.length, rows[0]!.recordings]).toEqual([3, 1])
})

it('missing files are told, keep their music and are there again when they are back; a mount that is away says nothing of files', async () => {
  await song('Same/01 A.flac', 0, tags('A', '1'))
  await song('Same/02 B.flac', 1, tags('B', '2'))
  expect(await run()).toMatchObject({ new: 2, missing: 0, away: false })
  const before = await tracks()
  renameSync(join(folder, 'Same/01 A.flac'), join(folder, 'kept'))
  expect(await run()).toMatchObject({ missing: 1, away: false })
  expect(await missing()).toEqual(['Same/01 A.flac'])
  expect((await tracks()).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  renameSync(join(folder, 'kept'), join(folder, 'Same/01 A.flac'))
  expect(await run()).toMatchObject({ unchanged: 2, missing: 0 })
  expect(await missing()).toEqual([])
  renameSync(folder, `${folder}-away`)
  mkdirSync(folder)
  expect(await run()).toMatchObject({ found: 0, missing: 0, away: true })
  expect(await missing()).toEqual([])
  rmSync(folder, { recursive: true })
  renameSync(`${folder}-away`, folder)
  expect(await run()).toMatchObject({ unchanged: 2, missing: 0, away: false })
})

it('a file that is still being written is left for the next time', async () => {
  const old = await song('Same/01 A.flac', 0, tags('A', '1'))
  utimesSync(old, new Date(), new Date(1_700_000_000_000))
  writeFileSync(join(folder, 'Same/02 B.flac'), 'half of')
  expect(await run(60_000)).toMatchObject({ found: 1, new: 1, failed: 0, unsettled: 1 })
})
