/** Imports end to end: real sound files, a real database, the engine in its own process. */
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { engine } from '../media/index.ts'
import { png } from '../media/sound.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { openWorkshop, tracksOf, type Shown, type Workshop } from './import.testing.ts'
import { importFolder } from './index.ts'

let planet: TestPlanet
let operator: Person
let shop: Workshop
let work: string
let folder: string

beforeAll(async () => {
  planet = await startPlanet({ work: true })
  operator = await planet.staff('operator')
  shop = openWorkshop()
  work = shop.work
})
afterAll(async () => {
  await engine().close()
  await planet?.close()
  shop?.close()
})
beforeEach(() => {
  folder = shop.newFolder()
})
const song = (
  path: string,
  ...rest: [clip: number, tags: Record<string, string>, format?: 'flac' | 'mp3', cover?: string]
): Promise<string> => shop.song(join(folder, path), ...rest)
const tracks = (at = folder): Promise<Shown[]> => tracksOf(planet.db, at)
type Outcome = { found: number; new: number; changed: number; unchanged: number; failed: number; failures: Map<string, string> }
async function run(at = folder, page: { id: string; name: string; kind: string; owner: string | null } | null = null): Promise<Outcome> {
  const failures = new Map<string, string>()
  const {
    id: _id,
    unsettled: _unsettled,
    missing: _missing,
    away: _away,
    ...counts
  } = await importFolder(
    { db: planet.db, log: makeLog('fatal'), onFailure: (file, reason) => failures.set(file, reason) },
    { folder: at, person: operator.id, page },
  )
  return { ...counts, failures }
}
const counts = ({ failures: _failures, ...rest }: Outcome) => rest

describe('a folder', () => {
  it('arrives with artists, albums, credits, words and cover, and a second time changes nothing', async () => {
    const cover = join(work, 'front.png')
    writeFileSync(cover, png(320, 320, [40, 90, 160]))
    await song(
      'Blue/01.flac',
      0,
      {
        title: 'One',
        artist: 'Ann feat. Ben',
        album: 'Blue',
        album_artist: 'Ann',
        track: '1',
        date: '2008-05-01',
        genre: 'Folk',
        composer: 'Cid',
        copyright: '2008 Ann',
      },
      'flac',
      cover,
    )
    await song(
      'Blue/02.mp3',
      1,
      { title: 'Two', artist: 'Ann', album: 'Blue', album_artist: 'Ann', track: '2', date: '2008-05-01', genre: 'Folk' },
      'mp3',
    )
    writeFileSync(join(folder, 'Blue/02.lrc'), '[00:00.10]first line\n[00:00.60]second line')
    await song('七里香/01 - 晴天.flac', 2, {})
    writeFileSync(
      join(folder, '七里香/album.json'),
      JSON.stringify({ name: '七里香', artist: '周杰伦', year: 2004, tracks: [{ file: '01 - 晴天.flac', title: '晴天', bpm: 70 }] }),
    )
    writeFileSync(join(folder, '七里香/cover.png'), png(300, 300, [200, 120, 20]))
    expect(counts(await run())).toEqual({ found: 3, new: 3, changed: 0, unchanged: 0, failed: 0 })
    const first = await tracks()
    expect(first.map(({ album, albumArtist, title, artists, number }) => [album, albumArtist, title, artists, number])).toEqual([
      ['Blue', 'Ann', 'One', 'Ann+Ben', 1],
      ['Blue', 'Ann', 'Two', 'Ann', 2],
      ['七里香', '周杰伦', '晴天', '周杰伦', 1],
    ])
    const release = await operator.call<{
      releasedOn: string
      genre: string
      copyright: string
      cover: { small: string; accent: string } | null
      credits: { name: string; role: string }[]
      can: { edit: boolean }
    }>('GET', `/releases/${first[0]!.release}`)
    expect(release).toMatchObject({
      releasedOn: '2008-05-01',
      genre: 'Folk',
      copyright: '2008 Ann',
      credits: [{ name: 'Cid', role: 'composer' }],
      can: { edit: true },
    })
    expect((await operator.fetch(release.cover!.small)).status).toBe(200)
    expect(await operator.call('GET', `/tracks/${first[1]!.id}/lyrics`)).toMatchObject({
      timing: 'line',
      language: 'other',
      lines: [{ startMs: 100, text: 'first line' }, { text: 'second line' }],
    })
    for (const query of ['晴天', 'qingtian', '周傑倫', 'zjl']) {
      const found = async () =>
        (await operator.call<{ tracks: { title: string }[] }>('GET', `/search?q=${encodeURIComponent(query)}`)).tracks
      await until(async () => (await found()).map(({ title }) => title).join() === '晴天', `"${query}" finds what was imported`)
    }
    const before = await planet.db.pool.query('select * from catalogue.track order by id')
    expect(counts(await run())).toEqual({ found: 3, new: 0, changed: 0, unchanged: 3, failed: 0 })
    expect(counts(await run())).toEqual({ found: 3, new: 0, changed: 0, unchanged: 3, failed: 0 })
    expect((await planet.db.pool.query('select * from catalogue.track order by id')).rows).toEqual(before.rows)
    await until(
      async () => (await operator.call<{ ready: number }>('GET', `/releases/${first[0]!.release}`)).ready === 2,
      'both tracks measured',
    )
  })

  it('a moved file keeps its track, a replaced one too, a touched one nothing, a missing one is kept', async () => {
    const tags = (title: string, track: string) => ({ title, track, artist: 'Dee', album: 'Move' })
    await song('Move/a.flac', 0, tags('A', '1'))
    await song('Move/b.flac', 1, tags('B', '2'))
    await song('Move/c.mp3', 2, tags('C', '3'), 'mp3')
    await run()
    const before = await tracks()
    const idOf = (title: string, list = before) => list.find(track => track.title === title)!.id
    // Moved to another folder and renamed; touched; replaced by other sound; replaced by a better format.
    mkdirSync(join(folder, 'elsewhere'))
    renameSync(join(folder, 'Move/a.flac'), join(folder, 'elsewhere/first.flac'))
    expect(counts(await run())).toEqual({ found: 3, new: 0, changed: 1, unchanged: 2, failed: 0 })
    expect(idOf('A', await tracks())).toBe(idOf('A'))
    utimesSync(join(folder, 'Move/b.flac'), new Date(), new Date(1_700_000_000_000))
    expect(counts(await run())).toEqual({ found: 3, new: 0, changed: 0, unchanged: 3, failed: 0 })
    await song('Move/b.flac', 3, tags('B', '2'))
    expect(counts(await run())).toEqual({ found: 3, new: 0, changed: 1, unchanged: 2, failed: 0 })
    const replaced = await tracks()
    expect(idOf('B', replaced)).toBe(idOf('B'))
    expect(replaced.find(({ title }) => title === 'B')!.asset).not.toBe(before.find(({ title }) => title === 'B')!.asset)
    rmSync(join(folder, 'Move/c.mp3'))
    await song('Move/c.flac', 2, tags('C', '3'))
    expect(counts(await run())).toEqual({ found: 3, new: 0, changed: 1, unchanged: 2, failed: 0 })
    expect(idOf('C', await tracks())).toBe(idOf('C'))
    // Names exchanged: tracks follow their sound.
    renameSync(join(folder, 'Move/b.flac'), join(folder, 'Move/x'))
    renameSync(join(folder, 'Move/c.flac'), join(folder, 'Move/b.flac'))
    renameSync(join(folder, 'Move/x'), join(folder, 'Move/c.flac'))
    await run()
    const swapped = await tracks()
    expect([idOf('B', swapped), idOf('C', swapped)]).toEqual([idOf('B'), idOf('C')])
    // The mount is away: nothing is deleted.
    renameSync(folder, `${folder}-away`)
    mkdirSync(folder)
    expect(counts(await run())).toEqual({ found: 0, new: 0, changed: 0, unchanged: 0, failed: 0 })
    expect((await operator.call<{ tracks: unknown[] }>('GET', `/releases/${before[0]!.release}`)).tracks).toHaveLength(3)
    // The whole folder under another name.
    expect(counts(await run(`${folder}-away`))).toMatchObject({ found: 3, new: 0, changed: 3 })
    expect((await tracks(`${folder}-away`)).map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort())
  })

  it('takes new tags, but not over what a person changed', async () => {
    await song('Tag/a.flac', 0, { title: 'Old', artist: 'Eve', album: 'Tag', track: '1' })
    await song('Tag/b.flac', 1, { title: 'Mine', artist: 'Eve', album: 'Tag', track: '2' })
    await run()
    const [a, b] = await tracks()
    await operator.call('PATCH', `/tracks/${b!.id}`, { title: 'By hand' })
    await song('Tag/a.flac', 0, { title: 'New', artist: 'Eve', album: 'Tag 2', track: '1', genre: 'Jazz' })
    await song('Tag/b.flac', 1, { title: 'Other', artist: 'Eve feat. Fay', album: 'Tag 2', track: '2', genre: 'Jazz' })
    expect(counts(await run())).toMatchObject({ new: 0, changed: 2 })
    const after = await tracks()
    expect(after.map(({ id, title, album, artists, release }) => [id, title, album, artists, release])).toEqual([
      [a!.id, 'New', 'Tag 2', 'Eve', a!.release],
      [b!.id, 'By hand', 'Tag 2', 'Eve+Fay', a!.release],
    ])
    // A file more for an album that is there.
    await song('Tag/c.flac', 2, { title: 'Third', artist: 'Eve', album: 'Tag 2', track: '3' })
    expect(counts(await run())).toMatchObject({ new: 1, changed: 0, unchanged: 2 })
    expect(new Set((await tracks()).map(({ release }) => release)).size).toBe(1)
  })

  it('names what is broken and goes on', async () => {
    const good = await song('Bad/good.flac', 0, { title: 'Good', artist: 'Gus', album: 'Bad', track: '1' })
    const cut = await song('Bad/cut.flac', 4, { title: 'Cut', artist: 'Gus', album: 'Bad', track: '2' })
    truncateSync(cut, Math.floor(readFileSync(cut).length * 0.6))
    const cutMp3 = await song('Bad/cut.mp3', 4, { title: 'Cut', artist: 'Gus', album: 'Bad', track: '3' }, 'mp3')
    truncateSync(cutMp3, Math.floor(readFileSync(cutMp3).length * 0.6))
    writeFileSync(join(folder, 'Bad/text.mp3'), 'this is no music, only words\n'.repeat(50))
    writeFileSync(join(folder, 'Bad/empty.ogg'), '')
    writeFileSync(join(folder, 'Bad/list.mp3'), '#EXTM3U\nfile:///etc/passwd\n')
    writeFileSync(join(folder, 'Bad/cover.jpg'), 'not a picture')
    writeFileSync(join(folder, 'Bad/album.json'), '{"title": [1, 2')
    symlinkSync('..', join(folder, 'Bad/loop'))
    symlinkSync('nowhere.flac', join(folder, 'Bad/dangling.flac'))
    copyFileSync(good, join(folder, 'Bad/._good.flac'))
    copyFileSync(good, join(folder, `Bad/${'🎵 “quoted” 100% 名字 #?&'.repeat(3)}.flac`))
    writeFileSync(Buffer.concat([Buffer.from(join(folder, 'Bad/bad')), Buffer.from([0xff, 0xfe]), Buffer.from('.mp3')]), 'x')
    const outcome = await run()
    // The copy of the good file is the same recording on the same album.
    expect([...outcome.failures.keys()]).toHaveLength(7)
    expect(counts(outcome)).toEqual({ found: 9, new: 1, changed: 0, unchanged: 1, failed: 7 })
    const names = [...outcome.failures.keys()].map(path => path.replace('Bad/', '')).sort()
    expect(names.filter(name => !name.startsWith('bad'))).toEqual([
      'cut.flac',
      'cut.mp3',
      'dangling.flac',
      'empty.ogg',
      'list.mp3',
      'text.mp3',
    ])
    for (const reason of outcome.failures.values()) expect(reason).toMatch(/^[^\n]{4,120}$/)
    expect((await tracks()).map(({ title }) => title)).toEqual(['Good'])
  })

  it('belongs to one page with --as, and needs nobody to own what it makes', async () => {
    const page = await operator.call<{ id: string; name: string }>('POST', '/pages', {
      kind: 'artist',
      name: 'Hal',
      handle: 'hal-of-import',
    })
    await song('a.flac', 3, {})
    await song('b.flac', 5, { title: 'B', artist: 'Ida', album: 'With Ida' })
    await run(folder, { id: page.id, name: 'Hal', kind: 'artist', owner: operator.id })
    expect((await tracks()).map(({ albumArtist, artists, title }) => [albumArtist, artists, title])).toEqual([
      ['Hal', 'Ida', 'B'],
      ['Hal', 'Hal', 'a'],
    ])
  })

  it('is imported by one process at a time', async () => {
    for (let i = 0; i < 4; i++) await song(`x/${i}.flac`, i, { title: `T${i}`, artist: 'Jo', album: 'Race', track: `${i + 1}` })
    const [one, two] = await Promise.allSettled([run(), run()])
    const won = [one, two].filter(result => result.status === 'fulfilled')
    expect(won.length).toBeGreaterThanOrEqual(1)
    for (const result of [one, two])
      if (result.status === 'rejected') expect((result.reason as { code: string }).code).toBe('import_running')
    expect(await tracks()).toHaveLength(4)
  })
})
