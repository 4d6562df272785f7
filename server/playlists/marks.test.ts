/** Favourites, stars and history: one's own, once, and gone when they are taken back. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { addPlays } from '../listening/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { addMusic, type Music } from './playlists.testing.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let music: Music
beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben] = [await planet.signUp('Ann'), await planet.signUp('Ben')]
  music = await addMusic(planet, ben, 12)
})
afterAll(() => planet.close())

type List = { items: { id: string; track?: { id: string } }[]; next: string | null }
async function walk(who: Person, path: string, limit: number): Promise<List['items']> {
  const out: List['items'] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: List = await who.call<List>(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`,
    )
    out.push(...page.items)
    cursor = page.next
  }
  return out
}
const status = async (who: Person, method: string, path: string, json?: unknown): Promise<number> =>
  (await who.fetch(`/api/v1${path}`, { method, ...(json === undefined ? {} : { json }) })).status

test('favourites of tracks: twice is once, newest first, one’s own', async () => {
  const { tracks } = music
  for (const id of tracks) await ann.call('PUT', `/me/favourites/${id}`)
  await Promise.all(Array.from({ length: 5 }, () => ann.call('PUT', `/me/favourites/${tracks[0]}`)))
  expect((await walk(ann, '/me/favourites', 5)).map(item => item.id)).toEqual([...tracks].reverse())
  expect(await walk(ben, '/me/favourites', 5)).toEqual([])
  expect(await ann.call('GET', `/me/favourites/${tracks[0]}`)).toEqual({ favourite: true })
  await Promise.all(Array.from({ length: 3 }, () => ann.call('DELETE', `/me/favourites/${tracks[0]}`)))
  expect(await ann.call('GET', `/me/favourites/${tracks[0]}`)).toEqual({ favourite: false })
  for (const id of [newId('trk'), newId('rel'), newId('pag'), music.draft])
    expect(await status(ann, 'PUT', `/me/favourites/${id}`)).toBe(404)
  expect(await status(ann, 'PUT', `/me/favourites/${ben.id}`)).toBe(404)
  for (const [method, path] of [
    ['PUT', `/me/favourites/${tracks[0]}`],
    ['GET', '/me/favourites'],
    ['GET', '/me/favourites/artists'],
    ['PUT', `/me/ratings/${tracks[0]}`],
    ['GET', '/me/history'],
    ['DELETE', '/me/history'],
    ['GET', '/me/playlists'],
  ] as const)
    expect([path, await status(planet.stranger, method, path)]).toEqual([path, 401])
})

test('favourites of releases and artists stand in lists of their own', async () => {
  await ann.call('PUT', `/me/favourites/${music.releases[3]}`)
  await ann.call('PUT', `/me/favourites/${music.page}`)
  expect((await walk(ann, '/me/favourites/releases', 5)).map(item => item.id)).toEqual([music.releases[3]])
  expect((await walk(ann, '/me/favourites/artists', 5)).map(item => item.id)).toEqual([music.page])
  const { starred, marksOf } = await import('./index.ts')
  const viewer = { id: ann.id, name: '', email: '', locale: 'en' as const, roles: [], session: '' }
  const all = await starred(planet.db.read, viewer)
  expect([all.artists.length, all.releases.length, all.tracks.length]).toEqual([1, 1, 11])
  await ann.call('PUT', `/me/ratings/${music.releases[3]}`, { stars: 4 })
  expect(await marksOf(planet.db.read, ann.id, [music.releases[3]!, music.tracks[0]!])).toEqual(
    new Map([[music.releases[3], { starredAt: expect.any(Date), rating: 4 }]]),
  )
})

test('stars: one each, the last says, an average from five people on', async () => {
  const id = music.tracks[2]!
  const seen = (who: Person): Promise<{ own: number; average: number | null; count: number }> => who.call('GET', `/ratings/${id}`)
  await Promise.all([1, 2, 3].map(() => ann.call('PUT', `/me/ratings/${id}`, { stars: 5 })))
  await ann.call('PUT', `/me/ratings/${id}`, { stars: 4 })
  expect(await seen(ann)).toEqual({ own: 4, average: null, count: 0 })
  expect(await seen(ben)).toEqual({ own: 0, average: null, count: 0 })
  for (let i = 0; i < 4; i++) await (await planet.signUp(`Fan ${i}`)).call('PUT', `/me/ratings/${id}`, { stars: 2 })
  expect(await seen(ben)).toEqual({ own: 0, average: 2.4, count: 5 })
  expect((await planet.stranger.call<{ average: number }>('GET', `/ratings/${id}`)).average).toBe(2.4)
  await ann.call('PUT', `/me/ratings/${id}`, { stars: 0 })
  await ann.call('PUT', `/me/ratings/${id}`, { stars: 0 })
  expect(await seen(ann)).toEqual({ own: 0, average: null, count: 0 })
  expect(await status(ann, 'PUT', `/me/ratings/${id}`, { stars: 6 })).toBe(400)
  expect(await status(ann, 'PUT', `/me/ratings/${music.draft}`, { stars: 3 })).toBe(404)
  expect(await status(ann, 'PUT', `/me/ratings/${music.page}`, { stars: 3 })).toBe(404)
})

test('history: searched, by app, taken out one by one or all; what was counted stays counted', async () => {
  const now = clock.now().getTime()
  await planet.db.transaction(tx =>
    addPlays(
      tx,
      Array.from({ length: 24 }, (_, i) => ({
        at: new Date(now - i * 3_600_000 - 1000),
        person: ann.id,
        track: music.tracks[i % 6]!,
        heardMs: 170_000,
      })),
    ),
  )
  await planet.db.pool.query(`update listening.play set device = 'Symfonium' where person = $1 and track = $2`, [ann.id, music.tracks[1]])
  const plays = await walk(ann, '/me/history', 7)
  expect(new Set(plays.map(play => play.id)).size).toBe(24)
  expect(await walk(ann, '/me/history?q=tide 3', 50)).toHaveLength(4)
  expect(await walk(ann, '/me/history?q=100%25', 50)).toHaveLength(0)
  expect(await walk(ann, '/me/history?app=Symfonium', 50)).toHaveLength(4)
  expect((await ann.call<{ items: { name: string }[] }>('GET', '/me/history/apps')).items.map(app => app.name)).toContain('Symfonium')
  const counted = async (): Promise<number> => (await ann.call<{ plays: number }>('GET', `/tracks/${plays[0]!.track!.id}`)).plays
  const before = await counted()
  expect(await status(ben, 'DELETE', `/me/history/${plays[0]!.id}`)).toBe(404)
  await Promise.all([1, 2, 3].map(() => ann.call('DELETE', `/me/history/${plays[0]!.id}`)))
  expect((await walk(ann, '/me/history', 50)).map(play => play.id)).toEqual(plays.slice(1).map(play => play.id))
  expect((await walk(ann, '/me/plays', 50)).map(play => play.id)).not.toContain(plays[0]!.id)
  for (let i = 0; i < 2; i++) await ann.call('DELETE', '/me/history')
  expect(await walk(ann, '/me/history', 50)).toEqual([])
  expect((await ann.call<List>('GET', '/me/recent')).items).toEqual([])
  expect(await walk(ann, '/me/plays', 50)).toEqual([])
  expect(await counted()).toBe(before)
})
