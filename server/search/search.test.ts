/** Searching through the door: every way to ask, what is never found, how soon a change is, and that hostile queries harm nothing. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { addRelease, refreshHeat, type GivenRelease } from '../catalogue/index.ts'
import { until } from '../foundation/testing.ts'
import { openPage } from '../people/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { rebuildPart } from './index.ts'
import { find, matchTrack, matchTracks } from './index.ts'

let planet: TestPlanet
let ann: Person
const pages: Record<string, string> = {}
const releases: Record<string, { id: string; tracks: string[] }> = {}

type Answer = {
  artists: { id: string; name: string; marks: number[] }[]
  releases: { id: string; title: string; marks: { title: number[] } }[]
  tracks: { id: string; title: string; marks: { title: number[]; artists: number[][]; release: number[] } }[]
  lines: { line: string; startMs: number | null; marks: number[]; track: { id: string; title: string } }[]
  playlists: { name: string }[]
  more: string[]
  meant: string | null
  unknownFilters: string[]
}
const search = (q: string, more = ''): Promise<Answer> => planet.stranger.call<Answer>('GET', `/search?q=${encodeURIComponent(q)}${more}`)
const titles = async (q: string): Promise<string[]> => (await search(q)).tracks.map(track => track.title)

/** Until what changed is in the index: each name, release and page has a job of its own. */
const learned = () =>
  until(
    async () =>
      (
        await planet.db.pool.query(
          `select from graphile_worker.jobs where (task_identifier like 'search.%' or task_identifier = 'catalogue.page') and run_at <= now()`,
        )
      ).rowCount === 0,
    'the index to learn of it',
  )

const add = async (title: string, by: string[], tracks: Partial<GivenRelease['tracks'][number]>[], more: Partial<GivenRelease> = {}) => {
  const artists = by.map(name => pages[name]!)
  releases[title] = await planet.db.transaction(tx =>
    addRelease(tx, {
      page: artists[0]!,
      title,
      kind: 'album',
      artists,
      tracks: tracks.map(track => ({ title: 'Untitled', artists, durationMs: 200_000, ...track })),
      ...more,
    }),
  )
  return releases[title]
}

beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ann = await planet.signUp('Ann')
  for (const name of ['周杰伦', '王菲', 'The Beatles', 'Led Zeppelin', '椎名林檎', 'Sigur Rós'])
    pages[name] = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name, owner: ann.id }))
  await add(
    '我很忙',
    ['周杰伦'],
    [
      { title: '青花瓷', isrc: 'TWK970700301', lyrics: { text: '[00:28.00]素胚勾勒出青花笔锋浓转淡\n[01:10.50]天青色等烟雨 而我在等你' } },
      { title: '牛仔很忙' },
      { title: '彩虹' },
    ],
    { releasedOn: '2007', genre: 'Mandopop' },
  )
  await add('寓言', ['王菲'], [{ title: '彼岸花' }, { title: '青花' }, { title: '一九九九' }], { releasedOn: '2000', genre: 'Mandopop' })
  await add('Led Zeppelin IV', ['Led Zeppelin'], [{ title: 'Stairway to Heaven' }, { title: 'Black Dog' }, { title: 'Rock and Roll' }], {
    releasedOn: '1971',
    genre: 'Rock',
  })
  await add(
    'Help!',
    ['The Beatles'],
    [
      { title: 'Help!', lyrics: { text: 'Help, I need somebody\nHelp, not just anybody' } },
      { title: 'Yesterday' },
      { title: 'Ticket to Ride' },
      { title: 'Yesterday (Live)' },
    ],
    { releasedOn: '1965', genre: 'Rock' },
  )
  await add('無罪モラトリアム', ['椎名林檎'], [{ title: 'さくら' }, { title: '丸の内サディスティック' }, { title: '歌舞伎町の女王' }])
  await add('Ágætis byrjun', ['Sigur Rós'], [{ title: 'Svefn-g-englar' }, { title: '1999' }])
  await learned()
  expect((await search('svefn')).tracks).toHaveLength(1)
  expect((await search('麗しの椎名林檎'.slice(3))).artists).toHaveLength(1)
})
afterAll(() => planet?.close())

describe('finds', () => {
  it('by name, beginning, words, pinyin, initials, both scripts, with the artist', async () => {
    for (const [q, first] of [
      ['青花瓷', '青花瓷'],
      ['青花', '青花'],
      ['qinghuaci', '青花瓷'],
      ['qing hua ci', '青花瓷'],
      ['qhc', '青花瓷'],
      ['huaci', '青花瓷'],
      ['周杰伦 qinghua', '青花瓷'],
      ['周杰倫 青花', '青花瓷'],
      ['zjl qhc', '青花瓷'],
      ['zhoujielun caihong', '彩虹'],
      ['王菲 青花', '青花'],
      ['stairway', 'Stairway to Heaven'],
      ['heaven stairway', 'Stairway to Heaven'],
      ['stairway to hea', 'Stairway to Heaven'],
      ['zeppelin dog', 'Black Dog'],
      ['beatles yesterday', 'Yesterday'],
      ['the beatles ticket', 'Ticket to Ride'],
      ['rock roll', 'Rock and Roll'],
      ['sakura', 'さくら'],
      ['サクラ', 'さくら'],
      ['svefn g englar', 'Svefn-g-englar'],
      ['sigur ros 1999', '1999'],
    ] as const)
      expect([q, (await titles(q))[0]]).toEqual([q, first])
    expect((await search('agaetis')).releases[0]?.title).toBe('Ágætis byrjun')
    expect((await search('ZHOU JIE LUN')).artists[0]?.name).toBe('周杰伦')
    expect((await search('beatles')).artists[0]?.name).toBe('The Beatles')
    expect((await planet.stranger.call<{ order: string[] }>('GET', '/search?q=beatles')).order).toEqual(['artist', 'track', 'release'])
    expect((await planet.stranger.call<{ order: string[] }>('GET', '/search?q=help')).order).toEqual(['track', 'release', 'line'])
    expect((await search('無罪')).releases[0]?.title).toBe('無罪モラトリアム')
    expect((await search('无罪')).releases[0]?.title).toBe('無罪モラトリアム')
  })
  it('with typos, by sound, with one wrong character, written together, digits as words', async () => {
    for (const [q, first] of [
      ['stairwey', 'Stairway to Heaven'],
      ['satirway', 'Stairway to Heaven'],
      ['yesterdy', 'Yesterday'],
      ['beatels ticket', 'Ticket to Ride'],
      ['zepelin blakc', 'Black Dog'],
      ['qinghauci', '青花瓷'],
      ['清花瓷', '青花瓷'],
      ['情花磁', '青花瓷'],
      ['青化词', '青花瓷'],
      ['牛子很忙', '牛仔很忙'],
      ['牛仔好忙', '牛仔很忙'],
      ['周杰伦青花瓷', '青花瓷'],
      ['zjlqhc', '青花瓷'],
    ] as const)
      expect([q, (await titles(q))[0]]).toEqual([q, first])
    expect((await search('beatels ticket')).meant).toBe('beatles ticket')
    expect((await search('周杰论')).artists[0]?.name).toBe('周杰伦')
    expect((await search('二〇〇七')).tracks).toEqual([])
    expect(await titles('1999')).toContain('1999')
    expect((await titles('一九九九'))[0]).toBe('一九九九')
  })
  it('lines of songs, with their time and what of them was found', async () => {
    const { lines } = await search('天青色等煙雨')
    expect(lines).toMatchObject([{ line: '天青色等烟雨 而我在等你', startMs: 70_500, track: { title: '青花瓷' }, marks: [0, 6] }])
    expect((await search('天晴色等烟雨')).lines[0]?.track.title).toBe('青花瓷')
    expect((await search('tianqingse deng yanyu')).lines[0]?.line).toBe('天青色等烟雨 而我在等你')
    const plain = await search('need somebody')
    expect(plain.lines).toMatchObject([{ line: 'Help, I need somebody', startMs: null, track: { title: 'Help!' } }])
    expect(plain.lines[0]!.line.slice(...(plain.lines[0]!.marks as [number, number]))).toBe('need somebody')
    expect((await search('i need someb')).lines[0]?.line).toBe('Help, I need somebody')
  })
  it('the whole name first, then its beginning, then its words, then the artist; the most played first', async () => {
    expect((await titles('help')).slice(0, 2)).toEqual(['Help!', expect.anything()])
    expect(await titles('yesterday')).toEqual(['Yesterday', 'Yesterday (Live)'])
    await add(
      'Order',
      ['Sigur Rós'],
      [{ title: 'Aurora' }, { title: 'Aurora Borealis' }, { title: 'Green Aurora' }, { title: 'Aurora Australis' }],
    )
    await vi.waitFor(async () => expect(await titles('aurora')).toHaveLength(4), 150_000)
    await planet.db.pool.query('insert into listening.track_count (track, plays, plays30d) values ($1, 90, 50)', [
      releases['Order']!.tracks[3],
    ])
    await planet.db.transaction(tx => refreshHeat(tx))
    await planet.db.transaction(async tx => (await import('./indexing.ts')).refresh(tx))
    expect(await titles('AURORA')).toEqual(['Aurora', 'Aurora Australis', 'Aurora Borealis', 'Green Aurora'])
  })
  it('what filters leave, and tells of filters it does not know', async () => {
    expect(await titles('artist:beatles yesterday')).toEqual(['Yesterday', 'Yesterday (Live)'])
    expect(await titles('artist:王菲 yesterday')).toEqual([])
    expect((await search('year:1965..1971')).releases.map(release => release.title).sort()).toEqual(['Help!', 'Led Zeppelin IV'])
    expect((await search('genre:mandopop 青花')).tracks.map(track => track.title).sort()).toEqual(['青花', '青花瓷'].sort())
    expect(await titles('album:寓言 青花')).toEqual(['青花'])
    expect((await search('mood:sad yesterday')).unknownFilters).toEqual(['mood:sad'])
  })
  it('pages by kind without doubles or gaps', async () => {
    await add(
      'Many',
      ['Sigur Rós'],
      Array.from({ length: 23 }, (_, i) => ({ title: `Pagewise ${i}` })),
    )
    await vi.waitFor(async () => expect((await search('pagewise')).tracks).toHaveLength(8), 150_000)
    expect((await search('pagewise')).more).toEqual(['track'])
    const seen: string[] = []
    for (let offset = 0; ; offset += 5) {
      const { tracks, artists, more } = await search('pagewise', `&kind=track&limit=5&offset=${offset}`)
      expect(artists).toEqual([])
      seen.push(...tracks.map(track => track.id))
      if (!more.includes('track')) break
    }
    expect([...seen].sort()).toEqual([...releases['Many']!.tracks].sort())
  })
  it('marks what was found', async () => {
    const [track] = (await search('zjl 青花瓷')).tracks
    expect([track!.marks.title, track!.marks.artists]).toEqual([[0, 3], [[0, 3]]])
  })
})

describe('the index', () => {
  it('learns of a new name, a new release and new words within a second, and shows nothing that is hidden', async () => {
    const made = await add('Brand New Thing', ['王菲'], [{ title: 'Unheard Melody', lyrics: { text: 'words nobody sang before' } }])
    await vi.waitFor(async () => expect(await titles('unheard')).toEqual(['Unheard Melody']), { timeout: 150_000, interval: 20 })
    for (const visibility of ['draft', 'unlisted']) {
      await ann.call('PATCH', `/releases/${made.id}`, { visibility })
      // At once, before any job ran.
      const hidden = await search('unheard melody')
      expect([
        hidden.tracks,
        hidden.releases,
        (await search('brand new thing')).releases,
        (await search('words nobody sang')).lines,
      ]).toEqual([[], [], [], []])
      await vi.waitFor(async () => {
        const { rows } = await planet.db.pool.query('select 1 from search.entry where release = $1', [made.id])
        expect(rows).toEqual([])
      }, 150_000)
      expect((await find(planet.db.read, null, { q: '', kinds: ['track'], limit: 1000 })).tracks).not.toContain(made.tracks[0])
    }
    await ann.call('PATCH', `/releases/${made.id}`, { visibility: 'public', title: 'Renamed Thing' })
    await vi.waitFor(async () => expect((await search('renamed thing')).releases).toHaveLength(1), { timeout: 150_000, interval: 20 })
    expect((await search('brand new thing')).releases).toEqual([])
    expect((await search('words nobody sang')).lines).toHaveLength(1)
    await ann.call('PATCH', `/pages/${pages['王菲']}`, { name: '夏芙蓉' })
    await vi.waitFor(async () => expect(await titles('夏芙蓉 unheard')).toEqual(['Unheard Melody']), 150_000)
    expect((await search('王菲')).artists).toEqual([])
  })
  it('is made anew part by part, also after it was stopped in between', async () => {
    const everything = async (): Promise<unknown> =>
      (await planet.db.pool.query('select id, key, terms from search.entry order by id')).rows
    // What the renamed page has elsewhere is learned by jobs of its own.
    await learned()
    const before = await everything()
    await planet.db.pool.query('truncate search.entry, search.lyric, search.word')
    await expect(ann.call('POST', '/search/rebuild')).rejects.toMatchObject({ status: 403 })
    const operator = await planet.staff('operator')
    expect(await operator.call('POST', '/search/rebuild', {})).toEqual({ begun: true })
    expect(await operator.call('POST', '/search/rebuild', {})).toEqual({ begun: true })
    // The job and this process at once, from wherever the other one is.
    await rebuildPart(planet.db)
    await vi.waitFor(async () => expect(await everything()).toEqual(before), 150_000)
    await vi.waitFor(async () => expect((await search('天青色等烟雨')).lines).toHaveLength(1), 150_000)
  })
})

describe('hostile and empty queries', () => {
  it('find nothing or something, and break nothing', async () => {
    for (const q of [
      '',
      ' ',
      '!!!',
      '%',
      '_',
      "'",
      '"',
      '\\',
      "'; drop table search.entry; --",
      'a & b | !c:*',
      '%%%%',
      '(((',
      '\u0000'.slice(1),
      '💩',
      '𠮷野家',
      'year:',
      'artist:""',
      ':::',
    ])
      expect([q, typeof (await search(q)).tracks]).toEqual([q, 'object'])
    for (const q of ['', '%20', '%25%27%22', '!!!', '__']) {
      const { tracks, artists, releases: found, lines } = await planet.stranger.call<Answer>('GET', `/search?q=${q}`)
      expect([tracks, artists, found, lines]).toEqual([[], [], [], []])
    }
    for (const letter of ['长', 'a', '青', 'qing ', '1 '])
      expect((await planet.stranger.fetch(`/api/v1/search?q=${encodeURIComponent(letter.repeat(200).slice(0, 200))}`)).status).toBe(200)
    expect((await planet.stranger.fetch(`/api/v1/search?q=${'a'.repeat(201)}`)).status).toBe(400)
    expect((await planet.stranger.fetch('/api/v1/search?q=a&kind=person')).status).toBe(400)
    expect((await planet.stranger.fetch('/api/v1/search?q=a&offset=-1')).status).toBe(400)
  })
  it('ask the database as often for much as for little', async () => {
    const statements = async (q: string): Promise<number> => {
      let count = 0
      // oxlint-disable-next-line typescript/unbound-method
      const original = pg.Client.prototype.query
      const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
        const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text?: string } | undefined)?.text
        if (text !== undefined && /\b(search|catalogue|people|playlists)\./.test(text) && !/session|graphile/.test(text)) count++
        return (original as unknown as (...given: unknown[]) => never).apply(this, args)
      })
      try {
        await search(q)
      } finally {
        spy.mockRestore()
      }
      return count
    }
    expect(await statements('pagewise')).toBeLessThanOrEqual(6)
    expect(await statements('pagewise 7')).toBeLessThanOrEqual(6)
    expect(await statements('pagwise zeppelni beatels')).toBeLessThanOrEqual(9)
  })
})

describe('other rooms', () => {
  it('page through everything, each once', async () => {
    for (const q of ['', '""', "''"]) {
      const seen: string[] = []
      for (let offset = 0; ; offset += 7) {
        const { tracks } = await find(planet.db.read, null, { q, kinds: ['track'], limit: 7, offset })
        seen.push(...tracks)
        if (tracks.length < 7) break
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect([...seen].sort()).toEqual(
        Object.values(releases)
          .flatMap(release => release.tracks)
          .sort(),
      )
    }
    expect((await find(planet.db.read, null, { q: 'beatles', limit: 5 })).artists).toEqual([pages['The Beatles']])
  })
  it('find the track that is meant', async () => {
    const [qing] = releases['我很忙']!.tracks
    const [, yesterday] = releases['Help!']!.tracks
    expect(await matchTrack(planet.db.read, { title: 'x', artist: 'y', isrc: 'TW-K97-07-00301' })).toEqual({ track: qing, certainty: 1 })
    expect(
      await matchTracks(planet.db.read, [
        { title: '青花瓷', artist: '周杰倫', durationMs: 201_000, album: '我很忙' },
        { title: 'Yesterday - Remastered 2009', artist: 'Beatles', durationMs: 199_000 },
        { title: 'Yesterday', artist: 'Somebody' },
        { title: '', artist: '' },
        { title: 'yesterday', artist: 'The Beatles feat. Nobody', durationMs: 400_000 },
      ]),
    ).toEqual([
      { track: qing, certainty: 1 },
      { track: yesterday, certainty: expect.closeTo(0.8, 5) },
      null,
      null,
      { track: yesterday, certainty: expect.closeTo(0.55, 5) },
    ])
  })
})
