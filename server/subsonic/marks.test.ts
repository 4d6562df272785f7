/** What apps tell and keep: plays with their times, marks that are all or nothing, lists by what was played and liked, places in lists that have gaps. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '../foundation/clock.ts'
import { addPlays, keepQueueOf } from '../listening/index.ts'
import { makePlaylist } from '../playlists/index.ts'
import { app, makeWorld, type App, type World } from './world.testing.ts'
import type { Viewer } from '../foundation/session.ts'

let w: World
let ann: App
let [one, two, three] = ['', '', '']
beforeAll(async () => {
  w = await makeWorld()
  ann = app(w.planet, { apiKey: w.key, c: 'Tester' })
  ;[one, two, three] = w.tracks.free as [string, string, string]
})
afterAll(() => w.close())

type List = { id: string }[]
const ids = (list: unknown): string[] => (list as List).map(item => item.id)
const viewer = (): Viewer => ({ id: w.ann.id, name: 'Ann', email: w.ann.email, locale: 'en', roles: [], session: 'x' })
const albums = async (type: string): Promise<string[]> =>
  ids(((await ann.ask('getAlbumList2', { type }))['albumList2'] as { album: List }).album)

test('several plays at once, each with its own time; told again they are the same; what is unknown is left out', async () => {
  const at = clock.now().getTime() - 3_600_000
  const told = () => ann.ask('scrobble', { id: [one, two, 'trk_00000000000000000000000000'], time: [at, at + 200_000, at + 400_000] })
  expect((await told()).status).toBe('ok')
  expect((await told()).status).toBe('ok')
  const { rows } = await w.planet.db.pool.query<{ track: string; at: Date; device: string }>(
    'select track, at, device from listening.play where person = $1 order by at',
    [w.ann.id],
  )
  expect(rows.map(row => [row.track, row.at.getTime(), row.device])).toEqual([
    [one, at, 'Tester'],
    [two, at + 200_000, 'Tester'],
  ])
  expect((await ann.ask('scrobble', { id: 'trk_00000000000000000000000000' })).error?.code).toBe(70)
  expect((await ann.ask('scrobble', {})).error?.code).toBe(10)
})

test('now playing is one’s own', async () => {
  await ann.ask('scrobble', { id: three, submission: 'false' })
  const { secret } = await w.maker.call<{ secret: string }>('POST', '/me/app-keys', { name: 'X', scopes: ['listen'] })
  const playing = async (who: App) =>
    (await who.ask('getNowPlaying'))['nowPlaying'] as { entry: (List[number] & { username: string; playerName: string })[] }
  expect((await playing(ann)).entry).toMatchObject([{ id: three, username: 'Ann', playerName: 'Tester' }])
  expect((await playing(app(w.planet, { apiKey: secret }))).entry).toEqual([])
})

test('marks are all or nothing', async () => {
  const unknown = 'rel_00000000000000000000000000'
  expect((await ann.ask('star', { id: [one, w.tracks.draft[0]!], albumId: unknown })).error?.code).toBe(70)
  expect(ids(((await ann.ask('getStarred2'))['starred2'] as { song: List }).song)).toEqual([])
  expect((await ann.ask('star', {})).error?.code).toBe(10)
  expect((await ann.ask('setRating', { id: w.tracks.draft[0]!, rating: 5 })).error?.code).toBe(70)
})

test('albums by what one played and liked', async () => {
  await w.planet.db.pool.query('delete from listening.play where person = $1', [w.ann.id])
  const now = clock.now().getTime()
  const play = (track: string, minutesAgo: number) => ({
    at: new Date(now - minutesAgo * 60_000),
    person: w.ann.id,
    track,
    heardMs: 5000,
    heard: true,
  })
  await w.planet.db.transaction(tx => addPlays(tx, [play(one, 90), play(two, 80), play(one, 70), play(w.tracks.second[0]!, 5)]))
  expect(await albums('recent')).toEqual([w.albums.second, w.albums.free])
  expect(await albums('frequent')).toEqual([w.albums.free, w.albums.second])
  await ann.ask('setRating', { id: w.albums.second, rating: 3 })
  await ann.ask('setRating', { id: w.albums.bought, rating: 5 })
  expect(await albums('highest')).toEqual([w.albums.bought, w.albums.second])
  await ann.ask('star', { albumId: w.albums.free })
  await ann.ask('star', { albumId: w.albums.second })
  expect(await albums('starred')).toEqual([w.albums.second, w.albums.free])
  expect(((await ann.ask('getAlbum', { id: w.albums.free }))['album'] as { starred?: string }).starred).toMatch(/^\d{4}-/)
  // What she takes out of her history is in none of these lists either.
  const { items } = await w.ann.call<{ items: { id: string; track: { id: string } }[] }>('GET', '/me/history')
  await w.ann.call('DELETE', `/me/history/${items.find(item => item.track.id === w.tracks.second[0]!)!.id}`)
  expect(await albums('recent')).toEqual([w.albums.free])
  await w.ann.call('DELETE', '/me/history')
  expect([await albums('recent'), await albums('frequent')]).toEqual([[], []])
})

test('what one bought stays when its maker takes it out of sight', async () => {
  const { bought } = w.albums
  const [song] = w.tracks.bought
  const seen = async (who: { fetch: (path: string) => Promise<Response> }): Promise<number[]> =>
    Promise.all([`/releases/${bought}`, `/tracks/${song}`].map(async path => (await who.fetch(`/api/v1${path}`)).status))
  await w.maker.call('PATCH', `/releases/${bought}`, { visibility: 'draft' })
  expect([await seen(w.ann), await seen(await w.planet.signUp('Ben')), await seen(w.planet.stranger)]).toEqual([
    [200, 200],
    [404, 404],
    [404, 404],
  ])
  expect(((await ann.ask('getAlbum', { id: bought }))['album'] as { song: List }).song.map(one_ => one_.id)).toEqual([song])
  expect((await fetch(`${w.planet.url}/rest/stream?id=${song}&apiKey=${w.key}`)).headers.get('content-type')).toMatch(/^audio\//)
  expect(await albums('newest')).not.toContain(bought)
  // A list counts what it gives.
  const list = await w.planet.db.transaction(tx => makePlaylist(tx, viewer(), { name: 'Mine', tracks: [song!] }))
  const { playlist } = (await ann.ask('getPlaylists'))['playlists'] as { playlist: { id: string; songCount: number }[] }
  expect(playlist.find(one_ => one_.id === list)?.songCount).toBe(1)
  await w.maker.call('PATCH', `/releases/${bought}`, { visibility: 'public' })
})

test('a song that may not be heard leaves no gap: places in playlists and queues are those that were shown', async () => {
  const hidden = w.tracks.paid[0]!
  const list = await w.planet.db.transaction(tx => makePlaylist(tx, viewer(), { name: 'Mixed', tracks: [hidden, one, hidden, two, three] }))
  const entries = async () => ids(((await ann.ask('getPlaylist', { id: list }))['playlist'] as { entry: List }).entry)
  expect(await entries()).toEqual([one, two, three])
  const shown = ((await ann.ask('getPlaylists'))['playlists'] as { playlist: { id: string; songCount: number; duration: number }[] })
    .playlist
  expect(shown.find(one_ => one_.id === list)).toMatchObject({ songCount: 3, duration: 71 })
  expect((await ann.ask('updatePlaylist', { playlistId: list, songIndexToRemove: 1 })).status).toBe('ok')
  expect(await entries()).toEqual([one, three])
  expect((await ann.ask('updatePlaylist', { playlistId: list, songIndexToRemove: 7 })).error?.code).toBe(0)
  expect((await ann.ask('updatePlaylist', { playlistId: list, songIdToAdd: hidden })).error?.code).toBe(70)
  expect(await entries()).toEqual([one, three])
  // Another’s private list is unknown, for reading and for changing.
  const { secret } = await w.maker.call<{ secret: string }>('POST', '/me/app-keys', { name: 'Y', scopes: ['listen', 'library'] })
  const maker = app(w.planet, { apiKey: secret })
  for (const [call, parameters] of [
    ['getPlaylist', { id: list }],
    ['updatePlaylist', { playlistId: list, name: 'Mine' }],
    ['createPlaylist', { playlistId: list, songId: one }],
    ['deletePlaylist', { id: list }],
  ] as const)
    expect([call, (await maker.ask(call, parameters)).error?.code]).toEqual([call, 70])

  await w.planet.db.transaction(tx =>
    keepQueueOf(tx, viewer(), { tracks: [hidden, one, hidden, two], index: 3, positionMs: 900, deviceName: 'Desk' }),
  )
  const queue = (await ann.ask('getPlayQueueByIndex'))['playQueueByIndex'] as {
    entry: List
    currentIndex: number
    position: number
    changedBy: string
  }
  expect([ids(queue.entry), queue.currentIndex, queue.position, queue.changedBy]).toEqual([[one, two], 1, 900, 'Desk'])
  expect((await ann.ask('savePlayQueue', {})).status).toBe('ok')
  expect(((await ann.ask('getPlayQueue'))['playQueue'] as { entry: List }).entry).toEqual([])
})
