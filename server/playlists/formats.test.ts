/** Files in and out: what is written is read back; what is hostile is harmless; what is missing waits. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { computing } from '../foundation/testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { exportTypes, writePlaylist, type OutLine } from './exporting.ts'
import { fromFileName, readPlaylistFile, type Format } from './formats.ts'
import { findMissing } from './importing.ts'
import { addMusic } from './playlists.testing.ts'

const text = fc
  .string({ unit: fc.constantFrom(...'abcé中文 &<>"\'-,=+;#%/\\[]{}'), minLength: 1, maxLength: 20 })
  .map(one => `x${one.trim()}`)
const outLine: fc.Arbitrary<OutLine> = fc.record({
  title: text.filter(one => !/\s[-–—]\s/.test(one)),
  // M3U parts artist and title by the first " - ": a name that holds one, or ends in the beginning of one, cannot be told.
  artist: text.filter(one => !/\s[-–—](\s|$)/.test(one)),
  album: text,
  durationMs: fc.option(fc.integer({ min: 1, max: 3000 }).map(seconds => seconds * 1000)),
  isrc: fc.option(fc.constantFrom('USABC1234567', 'GBXYZ0000001')),
  track: fc.option(fc.constantFrom('trk_01m7x3k989e7p8sqmsqtgkvhsp', 'trk_01m7x3k9bve7vsh7t50b7hk0e4')),
})

test('every format reads back what it wrote', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<Format>('m3u', 'jspf', 'xspf', 'json', 'csv'),
      text,
      fc.array(outLine, { minLength: 1, maxLength: 6 }),
      async (format, name, lines) => {
        const list = { id: newId('pls'), name, note: 'n', owner: 'Ann', changedAt: new Date(), lines }
        const made = writePlaylist(format, list, 'https://planet.example')
        const content = typeof made === 'string' ? made : (await made.toArray()).join('')
        const read = readPlaylistFile(`list.${exportTypes[format].ending}`, content)!
        expect(read.format).toBe(format)
        if (format !== 'csv') expect(read.name).toBe(name)
        const facts = (one: OutLine) => ({
          title: one.title,
          artist: one.artist,
          album: one.album,
          durationMs: one.durationMs,
          track: one.track,
        })
        expect(read.lines.map(facts)).toEqual(lines.map(facts))
        if (format !== 'm3u') expect(read.lines.map(one => one.isrc)).toEqual(lines.map(one => one.isrc))
      },
    ),
    { numRuns: 150 },
  )
})

test('the name of a file tells title and artist', () => {
  expect(fromFileName('/music/Tide/01 - Tide - Ebb.flac')).toMatchObject({ title: 'Ebb', artist: 'Tide' })
  expect(fromFileName('C:\\Music\\07. 慢星.mp3')).toMatchObject({ title: '慢星', artist: '' })
  expect(fromFileName('file:///x/Moon%20Song.ogg?y=1')).toMatchObject({ title: 'Moon Song' })
  expect(fromFileName('../../etc/passwd')).toMatchObject({ title: 'passwd' })
  expect(fromFileName('1979.mp3')).toMatchObject({ title: '1979' })
})

test('what is broken or hostile is unread or harmless, and quick', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><playlist><trackList><track><title>&b;</title></track></trackList></playlist>`
  const outside = `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><playlist><trackList><track><title>&a;</title></track></trackList></playlist>`
  expect(readPlaylistFile('a.xspf', bomb)).toBeUndefined()
  expect(readPlaylistFile('a.xspf', outside)).toBeUndefined()
  expect(readPlaylistFile('a.json', '{"tracks":')).toBeUndefined()
  expect(readPlaylistFile('a.json', '{"__proto__":{"x":1},"tracks":[{"title":"A","__proto__":{"artist":"B"}}]}')!.lines[0]).toMatchObject({
    title: 'A',
    artist: '',
  })
  const took = computing(() => {
    for (const nasty of [
      `#EXTM3U\n#EXTINF:1${'"'.repeat(100_000)},A - B\nx.mp3`,
      `#EXTM3U\n#EXTINF:${' '.repeat(200_000)}\nx.mp3`,
      `${' - '.repeat(100_000)}.mp3`,
      `<playlist>${'<trackList>'.repeat(20_000)}`,
      `${'['.repeat(100_000)}`,
      `title,artist\n"${'a'.repeat(500_000)}`,
      `#EXTM3U\n${'\u0000\u0001'.repeat(50_000)}\n`,
    ])
      readPlaylistFile('list', nasty)
  })
  expect(took).toBeLessThan(4000)
  fc.assert(
    fc.property(fc.constantFrom('a.m3u', 'a.xspf', 'a.json', 'a.csv', 'a'), fc.string({ maxLength: 300 }), (file, content) => {
      for (const line of readPlaylistFile(file, content)?.lines ?? []) {
        expect(line.title.length).toBeGreaterThan(0)
        // oxlint-disable-next-line no-control-regex
        expect(/[\u0000-\u001f]/.test(line.title + line.artist + line.album)).toBe(false)
      }
    }),
  )
})

let planet: TestPlanet
let ann: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ann = await planet.signUp('Ann')
})
afterAll(() => planet.close())

type Read = { name: string; lines: { state: string; title: string; track: { id: string } | null }[] }
type Entries = { items: { id: string; title: string; dead: string | null; track: { id: string } | null }[] }

test('a look, then a playlist; what is missing joins when it arrives; exported and imported again it is the same', async () => {
  const music = await addMusic(planet, ann, 5)
  const found = async (q: string): Promise<number> =>
    (await ann.call<{ tracks: unknown[] }>('GET', `/search?q=${encodeURIComponent(q)}&kind=track`)).tracks.length
  const { until } = await import('../foundation/testing.ts')
  await until(async () => (await found('Tide 5')) > 0, 'search to know the music')
  const content = `#EXTM3U\n#PLAYLIST:From a file\n#EXTINF:180,Tide - Tide 1\n/music/x.mp3\n/music/03 - Tide - Tide 3.flac\nhttps://planet.example/tracks/${music.tracks[4]}\n#EXTINF:180,Later - Comes Later\nlater.mp3\nhttps://planet.example/tracks/${music.draft}\n`
  const read = await ann.call<Read>('POST', '/playlists/read', { file: 'x.m3u8', content })
  expect(read.name).toBe('From a file')
  expect(read.lines.map(line => line.track?.id ?? null).slice(0, 4)).toEqual([music.tracks[0], music.tracks[2], music.tracks[4], null])
  expect(read.lines[3]).toMatchObject({ state: 'missing', title: 'Comes Later' })
  const id = newId('pls')
  const lines = read.lines.slice(0, 4).map(({ state: _state, track, ...line }) => ({ ...line, track: track?.id ?? null }))
  await Promise.all([1, 2].map(() => ann.call('POST', '/playlists/import', { id, name: read.name, lines })))
  const entries = async (list: string): Promise<Entries['items']> => (await ann.call<Entries>('GET', `/playlists/${list}/entries`)).items
  expect((await entries(id)).map(one => one.dead)).toEqual([null, null, null, 'missing'])

  // The same file out of this planet and in again finds everything.
  for (const format of ['m3u', 'jspf', 'xspf', 'json', 'csv']) {
    const out = await ann.fetch(`/api/v1/playlists/${id}/export?format=${format}`)
    expect(out.headers.get('content-disposition')).toContain('attachment')
    const again = await ann.call<Read>('POST', '/playlists/read', { file: `x.${format}`, content: await out.text() })
    expect([format, again.lines.map(line => line.track?.id ?? null)]).toEqual([
      format,
      [music.tracks[0], music.tracks[2], music.tracks[4], null],
    ])
  }
  await addMusic(planet, ann, 1, 'Later')
  await planet.db.pool.query(`update catalogue.track set title = 'Comes Later' where title = 'Later 1'`)
  await planet.db.pool.query(`update catalogue.recording set title = 'Comes Later' where title = 'Later 1'`)
  await planet.db.pool.query(
    `select graphile_worker.add_job('search.release', json_build_object('release', release)) from catalogue.track where title = 'Comes Later'`,
  )
  await until(async () => (await found('Comes Later')) > 0, 'search to know what came')
  expect(await findMissing(planet.db)).toBe(1)
  expect(await findMissing(planet.db)).toBe(0)
  expect((await entries(id))[3]).toMatchObject({ dead: null, title: 'Comes Later' })
})

test('a line whose title says nothing a database can keep is refused, not an accident', async () => {
  const line = (title: string) => ({ title, artist: '\u0000\ud83d', album: 'B' })
  const send = (lines: object[]) =>
    ann.fetch('/api/v1/playlists/import', { method: 'POST', json: { id: newId('pls'), name: 'Odd', note: '', lines } })
  expect((await send([line('Good'), line('\u0000')])).status).toBe(400)
  expect((await send([line('Good\u0000\ud83d')])).status).toBe(200)
})

test('limits: too many lines, too much text, nothing in it', async () => {
  const status = async (json: unknown): Promise<number> => (await ann.fetch('/api/v1/playlists/read', { method: 'POST', json })).status
  expect(await status({ file: 'a.m3u', content: 'x.mp3\n'.repeat(10_001) })).toBe(413)
  expect(await status({ file: 'a.m3u', content: 'x'.repeat(2_000_001) })).toBe(400)
  expect(await status({ file: 'a.m3u', content: '#EXTM3U\n' })).toBe(422)
  expect((await planet.stranger.fetch('/api/v1/playlists/read', { method: 'POST', json: { content: 'x' } })).status).toBe(401)
})

test('a list of any name leaves as a file, and a line whose music is not here is no remark', async () => {
  const id = newId('pls')
  const line = (artist: string) => ({ title: 'Crush', artist, album: '', durationMs: null, isrc: null, track: null })
  await ann.call('POST', '/playlists/import', { id, name: `${'x'.repeat(79)}𠮷𠮷`, note: '', lines: [line('#One'), line('')] })
  const out = await ann.fetch(`/api/v1/playlists/${id}/export?format=m3u`)
  expect(out.status).toBe(200)
  expect(decodeURIComponent(/UTF-8''(.*)$/.exec(out.headers.get('content-disposition')!)![1]!)).toBe(`${'x'.repeat(79)}𠮷.m3u8`)
  const again = await ann.call<Read>('POST', '/playlists/read', { file: 'x.m3u8', content: await out.text() })
  expect(again.lines.map(one => one.title)).toEqual(['Crush', 'Crush'])
})
