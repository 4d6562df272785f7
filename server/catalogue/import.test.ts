/** Imports end to end: real sound files, a real database, the engine in its own process. */
import { spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { engine } from '../media/index.ts'
import { png, sine, writeWav } from '../media/sound.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { importFolder } from './index.ts'

let planet: TestPlanet
let operator: Person
let work: string
let folder: string
let count = 0
const clips: string[] = []

beforeAll(async () => {
  planet = await startPlanet({ work: true })
  operator = await planet.staff('operator')
  work = mkdtempSync(join(tmpdir(), 'planet-import-'))
  for (let i = 0; i < 6; i++)
    clips.push(writeWav(join(work, `clip${i}.wav`), 1 + i * 0.25, sine(200 + i * 60, -18), { rate: 22_050, channels: 1 }))
}, 60_000)
afterAll(async () => {
  await engine().close()
  await planet?.close()
  rmSync(work, { recursive: true, force: true })
})
beforeEach(() => {
  folder = join(work, `music${++count}`)
  mkdirSync(folder)
})

/** A tagged file made of one of the clips; the same clip, tags and format give the same bytes. */
async function song(
  path: string,
  clip: number,
  tags: Record<string, string>,
  format: 'flac' | 'mp3' = 'flac',
  cover?: string,
): Promise<string> {
  const whole = join(folder, path)
  mkdirSync(join(whole, '..'), { recursive: true })
  await engine().convert(clips[clip]!, whole, { format, tags, ...(cover === undefined ? {} : { cover }) })
  return whole
}
type Outcome = { found: number; new: number; changed: number; unchanged: number; failed: number; failures: Map<string, string> }
async function run(at = folder, page: { id: string; name: string; kind: string; owner: string | null } | null = null): Promise<Outcome> {
  const failures = new Map<string, string>()
  const { id: _id, ...counts } = await importFolder(
    { db: planet.db, log: makeLog('fatal'), onFailure: (file, reason) => failures.set(file, reason) },
    { folder: at, person: operator.id, page },
  )
  return { ...counts, failures }
}
type Shown = {
  id: string
  release: string
  title: string
  disc: number
  number: number
  artists: string
  album: string
  albumArtist: string
  asset: string
}
async function tracks(at = folder): Promise<Shown[]> {
  const { rows } = await planet.db.pool.query<Shown>(
    `select t.id, t.release, t.title, t.disc, t.number, r.title as album, c.asset,
       (select string_agg(p.name, '+' order by x.position) from catalogue.track_artist x join people.page p on p.id = x.page where x.track = t.id) as artists,
       (select string_agg(p.name, '+' order by x.position) from catalogue.release_artist x join people.page p on p.id = x.page where x.release = r.id) as "albumArtist"
     from catalogue.track t join catalogue.release r on r.id = t.release join catalogue.recording c on c.id = t.recording
     where t.id in (select track from catalogue.source_file where root = $1) order by r.title, t.disc, t.number`,
    [at],
  )
  return rows
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
    for (const query of ['qtl', '晴天', 'qingtian', '周傑倫', 'zjl']) {
      const found = await operator.call<{ artists: { name: string }[]; tracks: { title: string }[] }>(
        'GET',
        `/search?q=${encodeURIComponent(query)}`,
      )
      if (query === 'qtl') expect(found.tracks).toEqual([])
      else expect([query, found.tracks.map(({ title }) => title)]).toEqual([query, ['晴天']])
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

describe('uploads', () => {
  async function upload(person: Person, name: string, bytes: Buffer): Promise<string> {
    const made = await person.fetch('/api/v1/uploads', {
      method: 'POST',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': String(bytes.length),
        'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
      },
    })
    expect(made.status).toBe(201)
    const address = new URL(made.headers.get('location')!, planet.url).pathname
    const sent = await person.fetch(address, {
      method: 'PATCH',
      headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      body: new Uint8Array(bytes),
    })
    expect(sent.status).toBe(204)
    return address.split('/').at(-1)!
  }
  type State = {
    id: string
    state: string
    found: number
    new: number
    unchanged: number
    failed: number
    releases: { id: string; title: string }[]
    items: { file: string; state: string; reason: string | null }[]
  }

  it('become a draft of one’s page; broken ones are named; the same id is the same import', async () => {
    const kim = await planet.signUp('Kim')
    const other = await planet.signUp('Other')
    const one = readFileSync(await song('one.flac', 0, { title: 'One', artist: 'Kim', album: 'Up', track: '1' }))
    const two = readFileSync(await song('two.mp3', 1, { title: 'Two', artist: 'Kim', album: 'Up', track: '2' }, 'mp3'))
    const uploads = [
      await upload(kim, 'one.flac', one),
      await upload(kim, 'two.mp3', two),
      await upload(kim, 'words.mp3', Buffer.from('no music at all, no music at all')),
      await upload(kim, 'cover.png', png(300, 300, [9, 99, 199])),
    ]
    const page = await kim.call<{ id: string }>('POST', '/pages', { kind: 'artist', name: 'Kim', handle: 'kim-uploads' })
    await expect(other.call('POST', '/imports', { page: null, uploads })).rejects.toMatchObject({ status: 404 })
    const theirs = await upload(other, 'x.mp3', two)
    await expect(other.call('POST', '/imports', { page: page.id, uploads: [theirs] })).rejects.toMatchObject({ status: 403 })
    await expect(kim.call('POST', '/imports', { page: page.id, uploads: [...uploads, theirs] })).rejects.toMatchObject({ status: 404 })
    const id = `imp_${'0'.repeat(25)}1`
    const [begun, again] = await Promise.all([
      kim.call<State>('POST', '/imports', { id, page: page.id, uploads }),
      kim.call<State>('POST', '/imports', { id, page: page.id, uploads }),
    ])
    expect([begun.id, again.id]).toEqual([id, id])
    await expect(other.call('POST', '/imports', { id, page: null, uploads: [theirs] })).rejects.toMatchObject({ status: 409 })
    await expect(other.call('GET', `/imports/${id}`)).rejects.toMatchObject({ status: 404 })
    const done = await until(async () => {
      const state = await kim.call<State>('GET', `/imports/${id}`)
      return state.state === 'done' ? state : undefined
    }, 'the import')
    expect(done).toMatchObject({ found: 4, new: 2, unchanged: 1, failed: 1, releases: [{ title: 'Up' }] })
    expect(done.items.find(({ state }) => state === 'failed')).toMatchObject({ file: 'words.mp3' })
    const release = done.releases[0]!.id
    await expect(other.call('GET', `/releases/${release}`)).rejects.toMatchObject({ status: 404 })
    expect(await kim.call('GET', `/releases/${release}`)).toMatchObject({
      visibility: 'draft',
      artists: [{ id: page.id }],
      cover: { small: expect.stringContaining('/media/') },
    })
    expect((await kim.call<{ items: { id: string }[] }>('GET', '/me/imports')).items.map(item => item.id)).toEqual([id])
    // The same bytes again: nothing new.
    const second = await kim.call<State>('POST', '/imports', { page: page.id, uploads: [await upload(kim, 'renamed.flac', one)] })
    const finished = await until(async () => {
      const state = await kim.call<State>('GET', `/imports/${second.id}`)
      return state.state === 'done' ? state : undefined
    }, 'the second import')
    expect(finished).toMatchObject({ new: 0, unchanged: 1, failed: 0 })
    expect((await kim.call<{ tracks: unknown[] }>('GET', `/releases/${release}`)).tracks).toHaveLength(2)
  })
})

describe('the command', () => {
  const command = (args: string[]) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), 'import', ...args], {
      env: {
        PATH: process.env['PATH'],
        PLANET_HOME: join(work, 'home'),
        DATABASE_URL: planet.db.url,
        PLANET_LOG: 'fatal',
        PLANET_SECRET: 'x'.repeat(40),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (text: Buffer) => (out += text.toString()))
    child.stderr.on('data', (text: Buffer) => (err += text.toString()))
    const ended = new Promise<{ code: number | null; out: string; err: string }>(resolve =>
      child.on('close', code => resolve({ code, out, err })),
    )
    return { child, ended }
  }

  it('goes on after kill -9 without doubles, and says what it did in one line of JSON', async () => {
    for (let album = 0; album < 8; album++)
      for (let i = 0; i < 3; i++)
        await song(`A${album}/${i}.flac`, i, {
          title: `S${album}${i}`,
          artist: `Band ${album}`,
          album: `Album ${album}`,
          track: `${i + 1}`,
        })
    writeFileSync(join(folder, 'A0/broken.mp3'), 'nothing')
    const killed = command([folder, '--json', '--no-process'])
    await until(async () => (await tracks()).length >= 3, 'the first albums', 30_000)
    killed.child.kill('SIGKILL')
    await killed.ended
    const half = (await tracks()).length
    const again = await command([folder, '--json', '--no-process']).ended
    expect(again.code).toBe(0)
    const said = JSON.parse(again.out.trimEnd().split('\n').at(-1)!) as Record<string, number>
    expect(said).toMatchObject({ found: 25, unchanged: half, new: 24 - half, changed: 0, failed: 1 })
    expect(said['seconds']).toBeGreaterThan(0)
    expect(again.err).toContain(`${join(folder, 'A0/broken.mp3')}: `)
    const all = await tracks()
    expect(all).toHaveLength(24)
    expect(new Set(all.map(({ album, title }) => `${album}/${title}`)).size).toBe(24)
    expect(new Set(all.map(({ release }) => release)).size).toBe(8)
    const third = await command([folder, '--json']).ended
    expect(JSON.parse(third.out)).toMatchObject({ found: 25, new: 0, unchanged: 24, failed: 1 })
  }, 90_000)

  it('refuses what is no folder or no page with one sentence', async () => {
    const none = await command([join(work, 'nowhere')]).ended
    expect(none).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/nowhere: there is no such folder\n$/) })
    const page = await command([folder, '--as', 'nobody-here']).ended
    expect(page).toMatchObject({ code: 1, err: expect.stringContaining('There is no page "nobody-here".') })
    expect((await command([]).ended).code).toBe(1)
    expect(existsSync(join(work, 'home'))).toBe(true)
  }, 30_000)
})
