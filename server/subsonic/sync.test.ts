/** Trap 46: everything, page by page, each once, in few statements, however many there are. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Kysely } from 'kysely'
import { clock } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { app, type App } from './world.testing.ts'

/** 10,000 albums of ten songs, by 1,000 artists, written as rows: no sound is needed to be listed. */
const songs = 100_000
const perAlbum = 10
let planet: TestPlanet
let ann: Person
let phone: App
const id = (kind: string, column: string): string => `'${kind}_' || lpad(${column}::text, 26, '0')`
beforeAll(async () => {
  planet = await startPlanet()
  ann = await planet.signUp('Ann')
  const { secret } = await ann.call<{ secret: string }>('POST', '/me/app-keys', { name: 'Phone', scopes: ['listen', 'library'] })
  phone = app(planet, { apiKey: secret })
  const run = (text: string) => planet.db.pool.query(text)
  await run(
    `insert into people.page (id, kind, name, handle) select ${id('pag', 'n')}, 'artist', chr(65 + n % 26) || ' artist ' || n, 'artist-' || n from generate_series(1, 1000) n`,
  )
  await run(`insert into media.asset (id, kind, sha256, size_bytes, mime, key, name, created_at)
    select ${id('ast', 'n')}, 'audio', md5(n::text) || md5(n::text), 4000000, 'audio/flac', 'originals/' || n, n || '.flac', now() from generate_series(1, ${songs}) n`)
  await run(`insert into media.processing (asset, state, queued_at, ended_at) select id, 'done', now(), now() from media.asset`)
  await run(`insert into media.audio (asset, duration_ms, samples, sample_rate, channels, loudness_lufs, loudness_range_lu, true_peak_dbtp, waveform, preview_start_ms, measured_at)
    select id, 200000, 8820000, 44100, 2, -12, 5, -1, decode(repeat('00', 1800), 'hex'), 0, now() from media.asset`)
  await run(`insert into catalogue.recording (id, title, asset, duration_ms, created_at)
    select ${id('rec', 'n')}, 'Song ' || n, ${id('ast', 'n')}, 200000, now() from generate_series(1, ${songs}) n`)
  await run(`insert into catalogue.release (id, page, title, kind, genre, released_on, created_at, changed_at, track_count, ready_count, artists)
    select ${id('rel', 'n')}, ${id('pag', '(n % 1000 + 1)')}, 'Album ' || n, 'album', 'Genre ' || n % 20, make_date(1950 + n % 70, 1, 1),
      timestamptz '2026-01-01' + n * interval '1 second', now(), ${perAlbum}, ${perAlbum},
      jsonb_build_array(jsonb_build_object('id', ${id('pag', '(n % 1000 + 1)')}, 'name', chr(65 + (n % 1000 + 1) % 26) || ' artist ' || (n % 1000 + 1)))
    from generate_series(1, ${songs / perAlbum}) n`)
  await run(`insert into catalogue.release_artist (release, position, page) select id, 0, page from catalogue.release`)
  await run(`insert into catalogue.track (id, release, recording, number, title, created_at, artists)
    select ${id('trk', 'n')}, ${id('rel', `((n - 1) / ${perAlbum} + 1)`)}, ${id('rec', 'n')}, (n - 1) % ${perAlbum} + 1, 'Song ' || n, now(), r.artists
    from generate_series(1, ${songs}) n join catalogue.release r on r.id = ${id('rel', `((n - 1) / ${perAlbum} + 1)`)}`)
  await run(
    `insert into catalogue.track_artist (track, position, page) select t.id, 0, r.page from catalogue.track t join catalogue.release r on r.id = t.release`,
  )
  await run('analyze')
}, 180_000)
afterAll(() => planet.close())

type Ids = { id: string }[]
async function everything(query: string, kind: string, offset: number): Promise<string[]> {
  const none = { artistCount: 0, albumCount: 0, songCount: 0 }
  const said = await phone.ask('search3', { query, ...none, [`${kind}Count`]: 500, [`${kind}Offset`]: offset })
  return (said['searchResult3'] as Record<string, Ids>)[kind]!.map(one => one.id)
}
const kinds = { artist: 1000, album: songs / perAlbum, song: songs } as const

test('search3 with two quote marks gives each artist, album and song once, in pages of 500', async () => {
  const began = clock.ticks()
  let slowest = 0
  for (const [kind, count] of Object.entries(kinds)) {
    const seen = new Set<string>()
    let given = 0
    for (let offset = 0; ; offset += 500) {
      const start = clock.ticks()
      const page = await everything('""', kind, offset)
      slowest = Math.max(slowest, clock.ticks() - start)
      // Nothing at all means the same.
      if (offset === 500) expect(await everything('', kind, offset)).toEqual(page)
      if (page.length === 0) break
      given += page.length
      for (const one of page) seen.add(one)
    }
    expect([kind, given, seen.size]).toEqual([kind, count, count])
  }
  const seconds = (clock.ticks() - began) / 1000
  process.stderr.write(`search3 of ${songs} songs: ${seconds.toFixed(1)} s in all, slowest page ${Math.round(slowest)} ms\n`)
  // Generous: others may be at work on this machine too.
  expect(seconds).toBeLessThan(90)
})

test('a page whose place is not known is found by counting; what is added meanwhile comes at the end', async () => {
  const { secret } = await ann.call<{ secret: string }>('POST', '/me/app-keys', { name: 'Tablet', scopes: ['listen'] })
  const tablet = app(planet, { apiKey: secret })
  const page = async (who: App, offset: number) =>
    (
      (await who.ask('search3', { query: '', artistCount: 0, albumCount: 0, songCount: 500, songOffset: offset }))['searchResult3'] as {
        song: Ids
      }
    ).song.map(song => song.id)
  const [far, near] = [await page(tablet, 77_500), await page(phone, 77_500)]
  expect(far).toEqual(near)
  expect(far).toHaveLength(500)
  expect(await page(tablet, songs)).toEqual([])
})

/** Statements of a call, as the database sees them. */
async function statements(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const { db } = planet
  const patch = (of: Kysely<never>) => {
    const executor = (of as unknown as { getExecutor: () => { executeQuery: (...args: unknown[]) => Promise<unknown> } }).getExecutor()
    const before = executor.executeQuery
    executor.executeQuery = function (...args) {
      count++
      return before.apply(executor, args)
    }
    return () => {
      executor.executeQuery = before
    }
  }
  const undo = [patch(db.read as unknown as Kysely<never>), patch(db.write as unknown as Kysely<never>)]
  try {
    await work()
  } finally {
    for (const one of undo) one()
  }
  return count
}

test('how many statements a call takes does not grow with what it lists', async () => {
  const album = `rel_${'1'.padStart(26, '0')}`
  const list = (size: number) => phone.ask('getAlbumList2', { type: 'newest', size })
  const search = (size: number) => phone.ask('search3', { query: '', artistCount: size, albumCount: size, songCount: size })
  const counts = {
    list: [await statements(() => list(1)), await statements(() => list(500))],
    search: [await statements(() => search(1)), await statements(() => search(500))],
    random: [
      await statements(() => phone.ask('getRandomSongs', { size: 1 })),
      await statements(() => phone.ask('getRandomSongs', { size: 500 })),
    ],
    artists: [await statements(() => phone.ask('getArtists'))],
    album: [await statements(() => phone.ask('getAlbum', { id: album }))],
  }
  for (const [few, many] of [counts.list, counts.search, counts.random] as [number, number][]) expect(many).toBe(few)
  // One of them is who asks.
  expect([counts.list[0], counts.search[0]! <= 8, counts.artists[0]! <= 4, counts.album[0]! <= 4]).toEqual([2, true, true, true])
  expect(counts.list[0]).toBeGreaterThan(0)
})

test('every order of the album list gives what it says, and its pages do not overlap', async () => {
  type Album = { id: string; name: string; artist: string; year: number; genre: string; created: string; songCount: number }
  const list = async (parameters: Record<string, string | number>) =>
    ((await phone.ask('getAlbumList2', { size: 500, ...parameters }))['albumList2'] as { album: Album[] }).album
  const sorted = <T>(values: T[], compare: (a: T, b: T) => number) =>
    values.every((value, i) => i === 0 || compare(values[i - 1]!, value) <= 0)
  const times: Record<string, number> = {}
  for (const type of ['newest', 'alphabeticalByName', 'alphabeticalByArtist', 'random'] as const) {
    const start = clock.ticks()
    const first = await list({ type })
    times[type] = Math.round(clock.ticks() - start)
    expect([type, first.length, first[0]!.songCount]).toEqual([type, 500, perAlbum])
    if (type === 'random') continue
    const second = await list({ type, offset: 500 })
    expect(new Set([...first, ...second].map(album => album.id)).size).toBe(1000)
    const all = [...first, ...second]
    if (type === 'newest') expect(sorted(all, (a, b) => (a.created >= b.created ? -1 : 1))).toBe(true)
    if (type === 'alphabeticalByName') expect(sorted(all, (a, b) => (a.name.toLowerCase() <= b.name.toLowerCase() ? -1 : 1))).toBe(true)
    if (type === 'alphabeticalByArtist')
      expect(sorted(all, (a, b) => (a.artist.toLowerCase() <= b.artist.toLowerCase() ? -1 : 1))).toBe(true)
  }
  process.stderr.write(`getAlbumList2 of 500 among ${songs / perAlbum} albums, ms: ${JSON.stringify(times)}\n`)
  const up = await list({ type: 'byYear', fromYear: 1990, toYear: 1992 })
  const down = await list({ type: 'byYear', fromYear: 1992, toYear: 1990 })
  expect(new Set(up.map(album => album.year))).toEqual(new Set([1990, 1991, 1992]))
  expect([up[0]!.year, up.at(-1)!.year, down[0]!.year, down.at(-1)!.year]).toEqual([1990, 1992, 1992, 1990])
  expect(new Set((await list({ type: 'byGenre', genre: 'Genre 3' })).map(album => album.genre))).toEqual(new Set(['Genre 3']))
  expect((await list({ type: 'byGenre', genre: 'Genre 3', size: 500, offset: 400 })).length).toBe(100)
  const start = clock.ticks()
  const { artists } = (await phone.ask('getArtists')) as unknown as {
    artists: { index: { name: string; artist: { albumCount: number }[] }[] }
  }
  process.stderr.write(`getArtists of 1,000: ${Math.round(clock.ticks() - start)} ms\n`)
  expect(artists.index.map(one => one.name)).toEqual([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'])
  expect(artists.index.flatMap(one => one.artist).every(artist => artist.albumCount === 10)).toBe(true)
})
