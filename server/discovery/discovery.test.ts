import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { addPlays } from '../listening/index.ts'
import { openPage } from '../people/index.ts'
import { farFromMidnight, startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { mingle } from './near.ts'
import { refreshTogether } from './store.ts'

type Item = {
  track: { id: string; title: string; artists: { id: string }[] }
  reason: { kind: string; name: string | null; count: number | null }
}
type Turn = { name: string; items: Item[]; next: string | null }
type Mix = { kind: string; genre: string | null; artists: { name: string }[]; tracks: number }

let planet: TestPlanet
let ann: Person
let ben: Person
/** Two genres, six artists each, four tracks an artist: `folk 2.3` is the third track of the second folk artist. */
const track = new Map<string, string>()
const pages: string[] = []

async function makeMusic(owner: string): Promise<void> {
  const { pool } = planet.db
  // What can be heard needs a sound: one measured asset serves all.
  const asset = newId('ast')
  await pool.query(
    `insert into media.asset (id, kind, sha256, size_bytes, mime, key, name, created_at) values ($1, 'audio', repeat('a', 64), 1, 'audio/flac', 'a', 'a.flac', now())`,
    [asset],
  )
  await pool.query(`insert into media.processing (asset, state, queued_at, ended_at) values ($1, 'done', now(), now())`, [asset])
  await pool.query(
    `insert into media.audio (asset, duration_ms, samples, sample_rate, channels, loudness_range_lu, waveform, preview_start_ms, measured_at)
     values ($1, 60000, 2880000, 48000, 2, 3, decode(repeat('00', 1800), 'hex'), 0, now())`,
    [asset],
  )
  for (const genre of ['Folk', 'Techno'])
    for (let a = 1; a <= 6; a++) {
      const page = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: `${genre} ${a}`, owner }))
      pages.push(page)
      const release = newId('rel')
      await pool.query(
        `insert into catalogue.release (id, page, title, kind, genre, released_on, created_at, changed_at) values ($1, $2, $3, 'album', $4, $5, now() - interval '1 year', now())`,
        [release, page, `Album ${genre} ${a}`, genre, `20${10 + a}-01-01`],
      )
      await pool.query(`insert into catalogue.release_artist (release, position, page) values ($1, 0, $2)`, [release, page])
      for (let n = 1; n <= 4; n++) {
        const [recording, id] = [newId('rec'), newId('trk')]
        await pool.query(`insert into catalogue.recording (id, title, duration_ms, asset, created_at) values ($1, 'T', 60000, $2, now())`, [
          recording,
          asset,
        ])
        await pool.query(
          `insert into catalogue.track (id, release, recording, number, title, created_at) values ($1, $2, $3, $4, $5, now() - interval '1 year')`,
          [id, release, recording, n, `${genre} ${a}.${n}`],
        )
        await pool.query(`insert into catalogue.track_artist (track, position, page) values ($1, 0, $2)`, [id, page])
        track.set(`${genre} ${a}.${n}`, id)
      }
      await pool.query(`select catalogue.refresh_release(array[$1])`, [release])
    }
}
const heard = (person: string, names: readonly string[], daysAgo: number, times = 1) =>
  planet.db.transaction(tx =>
    addPlays(
      tx,
      names.flatMap(name =>
        Array.from({ length: times }, (_, i) => ({
          person,
          track: track.get(name)!,
          at: new Date(clock.now().getTime() - daysAgo * 86_400_000 - i * 600_000),
          heardMs: 60_000,
        })),
      ),
    ),
  )

beforeAll(async () => {
  await farFromMidnight()
  planet = await startPlanet()
  ;[ann, ben] = [await planet.signUp('Ann'), await planet.signUp('Ben')]
  await makeMusic(ben.id)
})
afterAll(() => planet.close())

test('similar tracks go with the seed, never hold it, and each says why', async () => {
  const { items } = await planet.stranger.call<{ items: Item[] }>('GET', `/tracks/${track.get('Folk 1.1')}/similar?limit=12`)
  expect(items).toHaveLength(12)
  expect(items.every(item => item.track.title.startsWith('Folk'))).toBe(true)
  expect(items.some(item => item.track.id === track.get('Folk 1.1'))).toBe(false)
  const kinds = new Set(items.map(item => item.reason.kind))
  expect([...kinds].sort()).toEqual(['artist', 'genre'])
  expect(items.find(item => item.reason.kind === 'artist')!.reason.name).toBe('Folk 1')
  await expect(planet.stranger.call('GET', `/tracks/${newId('trk')}/similar`)).rejects.toMatchObject({ status: 404 })
})

test('what at least three listeners heard together is near, two would tell of persons', async () => {
  const people = [await planet.signUp('P1'), await planet.signUp('P2'), await planet.signUp('P3')]
  for (const person of people) await heard(person.id, ['Folk 1.1', 'Techno 5.2'], 3)
  for (const person of people.slice(0, 2)) await heard(person.id, ['Techno 6.2'], 3)
  const since = new Date(clock.now().getTime() - 30 * 86_400_000)
  await planet.db.transaction(tx => refreshTogether(tx, since))
  await planet.db.transaction(tx => refreshTogether(tx, since))
  const { rows } = await planet.db.pool.query(
    'select track, other, listeners, round(score::numeric, 3)::float8 as score from discovery.together order by 1',
  )
  const [a, b] = [track.get('Folk 1.1')!, track.get('Techno 5.2')!]
  expect(rows.map(row => [row.track, row.other].sort().join())).toEqual([[a, b].sort().join(), [a, b].sort().join()])
  expect(rows[0]).toMatchObject({ listeners: 3, score: 1 })
  const { items } = await planet.stranger.call<{ items: Item[] }>('GET', `/tracks/${a}/similar?limit=5`)
  expect(items[0]).toMatchObject({ track: { id: b }, reason: { kind: 'together', name: 'Folk 1.1', count: 3 } })
  // Who stops listening is forgotten by the next working out.
  await planet.db.transaction(tx => refreshTogether(tx, clock.now()))
  expect((await planet.db.pool.query('select 1 from discovery.together')).rowCount).toBe(0)
})

test('similar artists are others, of the same music', async () => {
  const { items } = await planet.stranger.call<{ items: { id: string; name: string; reason: { kind: string } }[] }>(
    'GET',
    `/artists/${pages[0]}/similar`,
  )
  expect(items).toHaveLength(5)
  expect(items.every(item => item.name.startsWith('Folk') && item.id !== pages[0])).toBe(true)
})

test('a radio begins with its seed, repeats nothing until all has sounded, and never ends', async () => {
  const seed = track.get('Techno 2.2')!
  const seen: string[] = []
  let cursor: string | null = null
  for (let turn = 0; turn < 8; turn++) {
    const page: Turn = await planet.stranger.call<Turn>('GET', `/radio?seed=${seed}&salt=x${cursor ? `&cursor=${cursor}` : ''}`)
    expect(page.items.length).toBeGreaterThan(0)
    if (turn === 0) expect(page.items[0]).toMatchObject({ track: { id: seed }, reason: { kind: 'seed' } })
    seen.push(...page.items.map(item => item.track.id))
    cursor = page.next
    expect(cursor).not.toBeNull()
  }
  expect(new Set(seen.slice(0, 48)).size).toBe(48)
  const again = await planet.stranger.call<Turn>('GET', `/radio?seed=${seed}&salt=x`)
  expect(again.items.map(item => item.track.id)).toEqual(seen.slice(0, again.items.length))
  const other = await planet.stranger.call<Turn>('GET', `/radio?seed=${seed}&salt=y`)
  expect(other.items.map(item => item.track.id)).not.toEqual(again.items.map(item => item.track.id))
})

test('a radio starts from a release, an artist and a genre; not from what is not there or no cursor of ours', async () => {
  const release = (
    await planet.db.pool.query<{ release: string }>('select release from catalogue.track where id = $1', [track.get('Folk 3.1')])
  ).rows[0]!.release
  for (const [seed, name] of [
    [release, 'Album Folk 3'],
    [pages[2], 'Folk 3'],
    ['genre:Folk', 'Folk'],
  ])
    expect(await planet.stranger.call('GET', `/radio?seed=${seed}`)).toMatchObject({
      name,
      items: expect.arrayContaining([expect.anything()]),
    })
  const list = newId('pls')
  await ann.call('POST', '/playlists', { id: list, name: 'Mine', tracks: [track.get('Techno 1.1'), track.get('Techno 2.1')] })
  expect(await ann.call('GET', `/radio?seed=${list}`)).toMatchObject({ name: 'Mine', items: expect.arrayContaining([expect.anything()]) })
  expect((await ben.fetch(`/api/v1/radio?seed=${list}`)).status).toBe(404)
  const status = async (query: string) => (await planet.stranger.fetch(`/api/v1/radio?${query}`)).status
  expect(await status(`seed=${newId('trk')}`)).toBe(404)
  expect(await status('seed=genre:Polka')).toBe(404)
  expect(await status('seed=nothing')).toBe(400)
  expect(await status('seed=genre:Folk&cursor=abc')).toBe(400)
})

test('mixes stand around what one heard, are the same all day, and are one’s own', async () => {
  await heard(ann.id, ['Folk 1.1', 'Folk 1.2', 'Folk 2.1', 'Folk 2.2', 'Folk 3.1'], 5, 3)
  await heard(ann.id, ['Techno 1.1', 'Techno 1.2'], 6, 2)
  await heard(ann.id, ['Techno 3.1', 'Techno 3.2', 'Techno 3.3', 'Techno 4.1', 'Techno 4.2'], 90, 4)
  const { items } = await ann.call<{ items: Mix[] }>('GET', '/me/mixes')
  expect(items.map(mix => mix.kind)).toEqual(['daily1', 'daily2', 'often', 'rare'])
  expect(
    items
      .map(mix => mix.genre)
      .slice(0, 2)
      .sort(),
  ).toEqual(['Folk', 'Techno'])
  const folk = items.find(mix => mix.genre === 'Folk')!
  const one = await ann.call<{ items: Item[] }>('GET', `/me/mixes/${folk.kind}`)
  expect(one.items).toHaveLength(folk.tracks)
  expect(one.items.every(item => item.track.title.startsWith('Folk'))).toBe(true)
  const kinds = one.items.map(item => item.reason.kind)
  expect(kinds).toContain('often')
  expect(kinds).toContain('genre')
  // What is heard today changes tomorrow's mixes, not today's.
  await heard(ann.id, ['Techno 6.4', 'Techno 6.3'], 0, 1)
  expect(await ann.call('GET', `/me/mixes/${folk.kind}`)).toEqual(one)
  const rare = await ann.call<{ items: Item[] }>('GET', '/me/mixes/rare')
  expect(rare.items.every(item => item.reason.kind === 'rare' && item.reason.count! >= 89)).toBe(true)
  // What one took out of one's history says nothing any more.
  const { items: plays } = await ann.call<{ items: { id: string; track: { title: string } }[] }>('GET', '/me/history?q=Techno&limit=100')
  for (const play of plays) await ann.call('DELETE', `/me/history/${play.id}`)
  expect((await ann.call<{ items: Mix[] }>('GET', '/me/mixes')).items.map(mix => [mix.kind, mix.genre])).toEqual([
    ['daily1', 'Folk'],
    ['often', null],
  ])
  // A newcomer gets what everyone hears, and nobody gets another's.
  const newcomer = await planet.signUp('New')
  const first = await newcomer.call<{ items: Mix[] }>('GET', '/me/mixes')
  expect(first.items.map(mix => mix.kind)).toEqual(['daily1'])
  expect((await newcomer.call<{ items: Item[] }>('GET', '/me/mixes/daily1')).items.every(item => item.reason.kind === 'popular')).toBe(true)
  expect((await newcomer.fetch('/api/v1/me/mixes/rare')).status).toBe(404)
  expect((await planet.stranger.fetch('/api/v1/me/mixes')).status).toBe(401)
})

test('new music of those one follows comes first among what just arrived', async () => {
  const carl = await planet.signUp('Carl')
  await carl.call('POST', `/pages/${pages[7]}/follow`)
  await planet.db.pool.query(
    `update catalogue.track set created_at = now() - interval '2 days' where release in (select release from catalogue.release_artist where page = any($1))`,
    [[pages[7], pages[0]]],
  )
  await heard(carl.id, ['Folk 4.1', 'Folk 4.2'], 4, 2)
  const { items } = await carl.call<{ items: Mix[] }>('GET', '/me/mixes')
  expect(items.map(mix => mix.kind)).toContain('fresh')
  const fresh = await carl.call<{ items: Item[] }>('GET', '/me/mixes/fresh')
  const reasons = new Map(fresh.items.map(item => [item.track.title, item.reason]))
  expect(reasons.get('Techno 2.1')).toEqual({ kind: 'followed', name: 'Techno 2', count: null })
  expect(reasons.get('Folk 1.1')).toEqual({ kind: 'genre', name: 'Folk', count: null })
})

test('a draft is never suggested', async () => {
  const hidden = track.get('Folk 6.1')!
  await planet.db.pool.query(
    `update catalogue.release set visibility = 'draft' where id = (select release from catalogue.track where id = $1)`,
    [hidden],
  )
  const titles = async (path: string) => (await planet.stranger.call<{ items: Item[] }>('GET', path)).items.map(item => item.track.title)
  expect((await titles(`/tracks/${track.get('Folk 5.1')}/similar?limit=50`)).filter(title => title.startsWith('Folk 6'))).toEqual([])
  expect((await titles('/radio?seed=genre:Folk')).filter(title => title.startsWith('Folk 6'))).toEqual([])
  expect((await planet.stranger.fetch(`/api/v1/radio?seed=${hidden}`)).status).toBe(404)
})

test('mingling loses and doubles nothing, keeps to its limits while others are left', () => {
  const item = fc.record({ artist: fc.integer({ min: 0, max: 5 }), release: fc.integer({ min: 0, max: 8 }) })
  fc.assert(
    fc.property(fc.array(item, { maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (raw, count) => {
      const items = raw.map((one, index) => ({ track: `t${index}`, release: `r${one.release}`, artists: [`a${one.artist}`] }))
      const out = mingle(items, count, { perRelease: 2, perArtist: 3 })
      expect(out).toHaveLength(Math.min(count, items.length))
      expect(new Set(out.map(one => one.track)).size).toBe(out.length)
    }),
  )
})
