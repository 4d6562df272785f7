/** What people read of the catalogue: cards, pages, search, sound; who sees and changes what; and that queries do not grow with rows. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { engine, processAsset, storeAudio } from '../media/index.ts'
import { sine, writeWav } from '../media/sound.testing.ts'
import { openPage } from '../people/index.ts'
import { until } from '../foundation/testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { addRelease, attachAudio, refreshHeat, releaseCards, tracksByIds, type GivenRelease } from './index.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let page: string
let guest: string
let work: string

const add = (given: Partial<GivenRelease>): Promise<{ id: string; tracks: string[] }> =>
  planet.db.transaction(tx => addRelease(tx, { page, title: 'Untitled', kind: 'album', artists: [page], tracks: [], ...given }))

beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ann = await planet.signUp('Ann')
  ben = await planet.signUp('Ben')
  work = mkdtempSync(join(tmpdir(), 'planet-reads-'))
  page = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: '孙晓梅', owner: ann.id }))
  guest = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: 'The Guest', owner: ben.id }))
})
afterAll(async () => {
  await engine().close()
  await planet?.close()
  rmSync(work, { recursive: true, force: true })
})

/** Until no job waits: the search follows by jobs, and their statements are not those of a request. */
const quiet = () =>
  until(
    async () =>
      (await planet.db.pool.query(`select from graphile_worker.jobs where task_identifier like 'search.%' and run_at <= now()`))
        .rowCount === 0,
    'the jobs to end',
  )

/** How many statements an action takes: the least of three times, since a job of the planet may ask something at the same moment. */
async function statements(action: () => Promise<unknown>): Promise<number> {
  const counts: number[] = []
  for (let time = 0; time < 3; time++) counts.push(await statementsOnce(action))
  return Math.min(...counts)
}

/** Statements that reach Postgres while an action runs. */
async function statementsOnce(action: () => Promise<unknown>): Promise<number> {
  let count = 0
  // oxlint-disable-next-line typescript/unbound-method
  const original = pg.Client.prototype.query
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text?: string } | undefined)?.text
    if (text !== undefined && /\b(catalogue|people)\./.test(text) && !text.includes('people.session')) count++
    return (original as unknown as (...given: unknown[]) => never).apply(this, args)
  })
  try {
    await action()
  } finally {
    spy.mockRestore()
  }
  return count
}
const own = async (person: string, release: string): Promise<void> => {
  const client = new pg.Client({ connectionString: planet.db.url })
  await client.connect()
  // A purchase is the shop's to make; here only its trace is needed.
  await client.query('set session_replication_role = replica')
  await client.query('insert into shop.ownership (person, release, line, at) values ($1, $2, $3, now())', [person, release, newId('lin')])
  await client.end()
}
type Track = { id: string; title: string; playable: string; state: string; problem: string | null; plays: number }
type Release = {
  id: string
  title: string
  visibility: string
  tracks: Track[]
  ready: number
  durationMs: number
  trackCount: number
  owned: boolean
  can: { edit: boolean }
  offers: { price: { amount: string } }[]
  credits: { role: string; name: string }[]
}
type Cards = { items: { id: string; title: string }[]; next: string | null }

describe('lists', () => {
  it('are paged without doubles or gaps, whatever they are sorted by', async () => {
    const made: string[] = []
    const at = new Date(1_750_000_000_000)
    for (let i = 0; i < 23; i++) made.push((await add({ title: `Page ${i % 7}`, genre: 'Paging', at, artists: [page, guest] })).id)
    for (const sort of ['new', 'popular', 'title']) {
      const seen: string[] = []
      let next: string | null = null
      do {
        const answer: Cards = await ann.call('GET', `/releases?sort=${sort}&genre=Paging&limit=5${next === null ? '' : `&cursor=${next}`}`)
        seen.push(...answer.items.map(item => item.id))
        next = answer.next
      } while (next !== null)
      expect([sort, [...seen].sort()]).toEqual([sort, [...made].sort()])
    }
    expect((await ann.call<Cards>('GET', `/releases?artist=${guest}&limit=100`)).items).toHaveLength(23)
    expect((await ann.call<Cards>('GET', '/releases?kind=single')).items).toEqual([])
    await expect(ann.call('GET', '/releases?cursor=nonsense')).rejects.toMatchObject({ status: 400 })
    await expect(ann.call('GET', `/releases?sort=popular&cursor=${Buffer.from('["a","b"]').toString('base64url')}`)).rejects.toMatchObject({
      status: 400,
    })
    expect((await ann.call<{ items: { name: string; releases: number }[] }>('GET', '/genres')).items).toContainEqual({
      name: 'Paging',
      releases: 23,
    })
  })

  it('ask the database as often for many rows as for few', async () => {
    const track = (n: number) => ({
      title: `Song ${n}`,
      artists: [page, guest],
      durationMs: 1000,
      credits: [{ role: 'composer', name: `C${n}` }],
    })
    const small = await add({ title: 'Few', tracks: [track(1)] })
    const large = await add({ title: 'Many', tracks: Array.from({ length: 60 }, (_, n) => track(n)) })
    await quiet()
    for (const [address, most] of [
      [(id: string) => `/releases/${id}`, 1],
      [(id: string) => `/tracks/${id === small.id ? small.tracks[0]! : large.tracks[0]!}`, 1],
      [(id: string) => `/releases?limit=${id === small.id ? 1 : 100}`, 1],
      [(id: string) => `/tracks?limit=${id === small.id ? 1 : 100}`, 1],
      [(id: string) => `/artists/${id === small.id ? guest : page}`, 1],
      [(id: string) => `/me/releases?limit=${id === small.id ? 1 : 100}`, 1],
      [(id: string) => `/search?q=song&limit=${id === small.id ? 1 : 50}`, 4],
    ] as const) {
      for (const id of [small.id, large.id]) {
        const count = await statements(() => ann.call('GET', address(id)))
        expect([address(id), count]).toEqual([address(id), Math.max(1, Math.min(count, most))])
      }
    }
    expect(await statements(() => releaseCards(planet.db.read, null, [small.id, large.id]))).toBe(1)
    const list = await tracksByIds(planet.db.read, null, [large.tracks[5]!, small.tracks[0]!, newId('trk'), large.tracks[0]!])
    expect(list.map(item => item.id)).toEqual([large.tracks[5], small.tracks[0], large.tracks[0]])
  })
})

describe('who sees and changes what', () => {
  it('drafts are their editors’, unlisted ones are seen by address only', async () => {
    const { id, tracks } = await add({
      title: 'Geheim',
      visibility: 'draft',
      genre: 'Secret',
      tracks: [{ title: 'Hidden', artists: [page], durationMs: 5 }],
    })
    for (const who of [planet.stranger, ben]) {
      for (const path of [
        `/releases/${id}`,
        `/tracks/${tracks[0]}`,
        `/tracks/${tracks[0]}/stream`,
        `/tracks/${tracks[0]}/waveform`,
        `/tracks/${tracks[0]}/lyrics`,
      ])
        await expect(who.call('GET', path)).rejects.toMatchObject({ status: 404 })
    }
    await expect(ben.call('PATCH', `/releases/${id}`, { title: 'x' })).rejects.toMatchObject({ status: 404 })
    await expect(ben.call('PATCH', `/tracks/${tracks[0]}`, { title: 'x' })).rejects.toMatchObject({ status: 404 })
    await expect(planet.stranger.call('PATCH', `/releases/${id}`, { title: 'x' })).rejects.toMatchObject({ status: 401 })
    expect(await ann.call('GET', `/releases/${id}`)).toMatchObject({ visibility: 'draft', can: { edit: true } })
    expect((await ann.call<Cards>('GET', `/me/releases?page=${page}&limit=1`)).items[0]!.id).toBe(id)
    expect((await ben.call<Cards>('GET', '/me/releases')).items).toEqual([])
    const listed = async () => [
      (await ann.call<Cards>('GET', '/releases?genre=Secret')).items.length,
      (await ann.call<{ releases: unknown[] }>('GET', '/search?q=geheim')).releases.length,
    ]
    expect(await listed()).toEqual([0, 0])
    await ann.call('PATCH', `/releases/${id}`, { visibility: 'unlisted' })
    expect(await planet.stranger.call('GET', `/releases/${id}`)).toMatchObject({ can: { edit: false } })
    expect(await listed()).toEqual([0, 0])
    await ann.call('PATCH', `/releases/${id}`, { visibility: 'public' })
    await quiet()
    expect(await listed()).toEqual([1, 1])
    await expect(ben.call('PATCH', `/releases/${id}`, { title: 'x' })).rejects.toMatchObject({ status: 403 })
    await ann.call('PATCH', `/releases/${id}`, { visibility: 'draft' })
    await quiet()
    expect(await listed()).toEqual([0, 0])
  })

  it('edits change what is asked and nothing else; the search follows', async () => {
    const { id, tracks } = await add({
      title: 'Before',
      label: 'L',
      genre: 'G',
      tracks: [{ title: 'Old name', artists: [page], durationMs: 5 }],
    })
    expect(
      await ann.call('PATCH', `/releases/${id}`, { title: 'Nachher', releasedOn: '2020-02-29', genre: null, upc: '123456789012' }),
    ).toMatchObject({ title: 'Nachher', releasedOn: '2020-02-29', genre: null, label: 'L', upc: '123456789012' })
    const other = await add({ title: 'Other' })
    await expect(ann.call('PATCH', `/releases/${other.id}`, { upc: '123456789012' })).rejects.toMatchObject({
      status: 409,
      problem: { code: 'upc_used' },
    })
    await ann.call('PATCH', `/tracks/${tracks[0]}`, { title: '天涯海角', streaming: 'preview', isrc: 'CNA012400001', instrumental: true })
    expect(await ann.call('GET', `/tracks/${tracks[0]}`)).toMatchObject({
      title: '天涯海角',
      streaming: 'preview',
      isrc: 'CNA012400001',
      instrumental: true,
    })
    await quiet()
    expect((await ann.call<{ tracks: Track[] }>('GET', '/search?q=tyhj')).tracks.map(({ title }) => title)).toEqual(['天涯海角'])
    expect((await ann.call<{ tracks: Track[] }>('GET', '/search?q=old%20name')).tracks).toEqual([])
    const credits = [
      { name: 'Lu', role: 'lyricist' },
      { name: '孙晓梅', role: 'composer', page },
      { name: 'Ma', role: 'mixing' },
    ]
    for (let i = 0; i < 2; i++)
      expect(
        (await ann.call<{ credits: { role: string }[] }>('PUT', `/tracks/${tracks[0]}/credits`, { credits })).credits.map(
          ({ role }) => role,
        ),
      ).toEqual(['lyricist', 'composer', 'mixing'])
    expect((await ann.call<Release>('GET', `/releases/${id}`)).credits).toHaveLength(3)
    await expect(ben.call('PUT', `/tracks/${tracks[0]}/credits`, { credits })).rejects.toMatchObject({ status: 403 })
    await expect(ann.call('GET', `/tracks/${tracks[0]}/lyrics`)).rejects.toMatchObject({ status: 404 })
    await ann.call('PUT', `/tracks/${tracks[0]}/lyrics`, {
      language: 'zh',
      text: '[00:01.00]<00:01.00>天<00:01.50>涯\n[00:01.00]The ends of the earth',
    })
    expect(await planet.stranger.call('GET', `/tracks/${tracks[0]}/lyrics`)).toMatchObject({
      timing: 'word',
      language: 'zh',
      lines: [{ text: '天涯', translation: 'The ends of the earth' }],
    })
    expect(await ann.call('GET', `/tracks/${tracks[0]}`)).toMatchObject({ hasLyrics: true })
    await ann.call('PUT', `/tracks/${tracks[0]}/lyrics`, { language: 'zh', text: '' })
    expect(await ann.call('GET', `/tracks/${tracks[0]}`)).toMatchObject({ hasLyrics: false })
    await expect(ann.call('PATCH', `/releases/${newId('rel')}`, { title: 'x' })).rejects.toMatchObject({ status: 404 })
  })
})

describe('sound', () => {
  it('waits for what is planned, then goes to a signed address; previews for those who did not buy', async () => {
    const { id, tracks } = await add({
      title: 'Ton',
      tracks: [
        { title: 'Free', artists: [page], durationMs: 40_000 },
        { title: 'Preview', artists: [page, guest], durationMs: 40_000, streaming: 'preview' },
        { title: 'Closed', artists: [page], durationMs: 40_000, streaming: 'none' },
      ],
    })
    const [free, preview, closed] = tracks as [string, string, string]
    const waiting = await planet.stranger.fetch(`/api/v1/tracks/${free}/stream`)
    expect([waiting.status, waiting.headers.get('retry-after'), ((await waiting.json()) as { code: string }).code]).toEqual([
      503,
      '5',
      'not_ready',
    ])
    expect(await ann.call('GET', `/releases/${id}`)).toMatchObject({
      ready: 0,
      durationMs: 120_000,
      tracks: [{ state: 'waiting' }, {}, {}],
    })
    const { asset } = await storeAudio(
      planet.db.transaction,
      writeWav(join(work, 'a.wav'), 35, sine(330, -14), { rate: 22_050, channels: 1 }),
      { name: 'a.wav' },
    )
    for (const track of tracks) await planet.db.transaction(tx => attachAudio(tx, track, asset))
    await processAsset(planet.db.transaction, asset)
    const release = await vi.waitFor(async () => {
      const now = await planet.stranger.call<Release>('GET', `/releases/${id}`)
      expect(now.ready).toBe(3)
      return now
    }, 150_000)
    expect(release.durationMs).toBe(105_000)
    expect(release.tracks.map(track => [track.playable, track.state])).toEqual([
      ['full', 'ready'],
      ['preview', 'ready'],
      ['no', 'ready'],
    ])
    const goes = async (who: Person, track: string, query = ''): Promise<string> => {
      const answer = await who.fetch(`/api/v1/tracks/${track}/stream${query}`)
      return answer.status === 302
        ? new URL(answer.headers.get('location')!, planet.url).pathname.split('/').slice(-2).join('/')
        : `${answer.status} ${((await answer.json()) as { code: string }).code}`
    }
    await vi.waitFor(async () => expect(await goes(planet.stranger, free)).toBe('full/aac256.m4a'), 150_000)
    expect(await goes(planet.stranger, free, '?quality=low')).toBe('full/aac128.m4a')
    expect(await goes(planet.stranger, free, '?codec=opus')).toBe('full/opus96.m4a')
    expect(await goes(planet.stranger, free, '?part=preview')).toBe('preview/preview.m4a')
    expect(await goes(planet.stranger, preview)).toBe('preview/preview.m4a')
    expect(await goes(ben, preview)).toBe('preview/preview.m4a')
    expect(await goes(ann, preview)).toBe('full/aac256.m4a')
    expect(await goes(ben, closed)).toBe('403 not_playable')
    await own(ben.id, id)
    expect(await goes(ben, preview)).toBe('full/aac256.m4a')
    expect(await goes(ben, closed)).toBe('403 not_playable')
    expect(await ben.call('GET', `/releases/${id}`)).toMatchObject({ owned: true, tracks: [{}, { playable: 'full' }, {}] })
    const sound = await planet.stranger.fetch((await planet.stranger.fetch(`/api/v1/tracks/${free}/stream`)).headers.get('location')!, {
      headers: { range: 'bytes=0-99' },
    })
    expect([sound.status, (await sound.arrayBuffer()).byteLength]).toEqual([206, 100])
    expect(
      await planet.stranger
        .fetch(`/api/v1/tracks/${free}/stream`, { headers: { accept: 'application/json' } })
        .then(answer => answer.json()),
    ).toEqual({ url: expect.stringMatching(/^\/media\//) })
    expect((await planet.stranger.call<{ peaks: number[] }>('GET', `/tracks/${free}/waveform`)).peaks).toHaveLength(1800)
    expect(await planet.stranger.call('GET', `/tracks/${free}`)).toMatchObject({
      loudness: { track: expect.closeTo(-17, -1), album: expect.closeTo(-17, -1) },
      audio: { format: 'audio/wav', sampleRate: 22_050, channels: 1 },
    })
    expect((await planet.stranger.call<{ items: Track[] }>('GET', '/tracks?sort=new')).items.map(item => item.id).sort()).toEqual(
      [free, preview].sort(),
    )
  })
})

describe('popularity and names', () => {
  it('sorts by plays, and shows an artist by the new name everywhere', async () => {
    const ids: string[] = []
    for (const name of ['Aurora', 'Aurora Australis'])
      ids.push((await add({ title: name, tracks: [{ title: `${name} song`, artists: [guest], durationMs: 1 }] })).tracks[0]!)
    await planet.db.pool.query('insert into listening.track_count (track, plays, plays30d) values ($1, 90, 50)', [ids[1]])
    await planet.db.transaction(tx => refreshHeat(tx))
    const artist = await planet.stranger.call<{
      releases: { title: string }[]
      appearsOn: { title: string }[]
      top: Track[]
      plays30d: number
    }>('GET', `/artists/${guest}`)
    expect(artist.plays30d).toBe(50)
    expect(artist.top[0]).toMatchObject({ title: 'Aurora Australis song' })
    expect(artist.appearsOn.map(({ title }) => title)).toContain('Aurora')
    await expect(planet.stranger.call('GET', `/artists/${newId('pag')}`)).rejects.toMatchObject({ status: 404 })
    expect((await planet.stranger.call<Cards>('GET', '/releases?sort=popular&limit=1')).items[0]).toMatchObject({
      title: 'Aurora Australis',
    })
    await ben.call('PATCH', `/pages/${guest}`, { name: 'Somebody Else' })
    await vi.waitFor(
      async () =>
        expect(await planet.stranger.call('GET', `/tracks/${ids[0]}`)).toMatchObject({ artists: [{ id: guest, name: 'Somebody Else' }] }),
      150_000,
    )
  })
})
