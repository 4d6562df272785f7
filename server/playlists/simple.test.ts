/** What other apps do with playlists, by index; and that a page asks the database as often for many rows as for few (trap 47). */
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { changePlaylist, dropPlaylist, makePlaylist, playlistsOf, readPlaylist } from './index.ts'
import { addMusic } from './playlists.testing.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let tracks: string[]
beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben] = [await planet.signUp('Ann'), await planet.signUp('Ben')]
  tracks = (await addMusic(planet, ben, 6)).tracks
})
afterAll(() => planet.close())

const viewer = (who: Person) => ({ id: who.id, name: who.name, email: who.email, locale: 'en' as const, roles: [], session: '' })
const change = (who: Person, given: Parameters<typeof changePlaylist>[2]): Promise<void> =>
  planet.db.transaction(tx => changePlaylist(tx, viewer(who), given))
const order = async (who: Person, id: string): Promise<number[] | undefined> =>
  (await readPlaylist(planet.db.read, viewer(who), id))?.tracks.map(track => tracks.indexOf(track))

test('made, changed by index, arranged, thrown away; another’s is not touched', async () => {
  const id = newId('pls')
  for (let i = 0; i < 2; i++)
    await planet.db.transaction(tx =>
      makePlaylist(tx, viewer(ann), { id, name: 'From an app', tracks: [tracks[0]!, tracks[1]!, tracks[2]!, tracks[1]!] }),
    )
  expect(await order(ann, id)).toEqual([0, 1, 2, 1])
  await planet.db.pool.query(`update catalogue.track set streaming = 'none' where id = $1`, [tracks[1]])
  // Dead ones are not seen by the app, so they do not count in its indexes; they stay in the playlist.
  expect(await order(ann, id)).toEqual([0, 2])
  await change(ann, { id, removeAt: [1], add: [tracks[3]!, tracks[4]!] })
  expect(await order(ann, id)).toEqual([0, 3, 4])
  await planet.db.pool.query(`update catalogue.track set streaming = 'full' where id = $1`, [tracks[1]])
  expect(await order(ann, id)).toEqual([0, 1, 1, 3, 4])
  const entries = async (): Promise<string[]> =>
    (await ann.call<{ items: { id: string }[] }>('GET', `/playlists/${id}/entries`)).items.map(one => one.id)
  const before = await entries()
  await change(ann, { id, name: 'Arranged', note: 'n', public: true, order: [tracks[4]!, tracks[0]!, tracks[5]!, tracks[1]!] })
  expect(await order(ann, id)).toEqual([4, 0, 5, 1])
  // Who was in stays the same entry.
  expect((await entries()).filter(one => before.includes(one))).toHaveLength(3)
  expect(await playlistsOf(planet.db.read, viewer(ann))).toMatchObject([
    { id, name: 'Arranged', note: 'n', public: true, entries: 4, editable: true },
  ])
  expect(await order(ben, id)).toEqual([4, 0, 5, 1])
  await expect(change(ben, { id, add: [tracks[2]!] })).rejects.toMatchObject({ code: 'own_playlist_only' })
  await expect(change(ben, { id, name: 'Mine' })).rejects.toMatchObject({ code: 'own_playlist_only' })
  await expect(planet.db.transaction(tx => dropPlaylist(tx, viewer(ben), id))).rejects.toMatchObject({ code: 'own_playlist_only' })
  await change(ann, { id, public: false })
  expect(await order(ben, id)).toBeUndefined()
  await expect(change(ben, { id, add: [tracks[2]!] })).rejects.toMatchObject({ kind: 'not_found' })
  await planet.db.transaction(tx => dropPlaylist(tx, viewer(ann), id))
  expect(await order(ann, id)).toBeUndefined()
  expect(await playlistsOf(planet.db.read, viewer(ann))).toEqual([])
})

/** Statements that reach Postgres while `work` runs. */
async function statements(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  // oxlint-disable-next-line typescript/unbound-method
  const original = pg.Client.prototype.query
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text?: string } | undefined)?.text
    if (text !== undefined && /\b(catalogue|playlists|listening)\./.test(text)) count++
    return (original as unknown as (...given: unknown[]) => never).apply(this, args)
  })
  try {
    await work()
  } finally {
    spy.mockRestore()
  }
  return count
}

test('reading asks as often for many rows as for few', async () => {
  const lists: string[] = []
  for (const count of [1, 6]) {
    const id = newId('pls')
    await ann.call('POST', '/playlists', { id, name: `${count}`, tracks: tracks.slice(0, count) })
    lists.push(id)
  }
  const [small, large] = lists
  for (const path of [
    (id: string) => `/playlists/${id}`,
    (id: string) => `/playlists/${id}/entries`,
    (id: string) => `/playlists/${id}/version`,
    (id: string) => `/playlists/${id}/export?format=json`,
  ])
    expect([path('x'), await statements(() => ann.fetch(`/api/v1${path(large!)}`))]).toEqual([
      path('x'),
      await statements(() => ann.fetch(`/api/v1${path(small!)}`)),
    ])
  expect(await statements(() => ann.call('GET', `/playlists/${large}/entries`))).toBe(3)
  const before = await statements(() => ann.call('GET', '/me/playlists'))
  for (let i = 0; i < 5; i++) await ann.call('POST', '/playlists', { id: newId('pls'), name: 'More', tracks })
  expect(await statements(() => ann.call('GET', '/me/playlists'))).toBe(before)
  const add = (count: number) =>
    statements(() => ann.call('POST', `/playlists/${large}/entries`, { tracks: tracks.slice(0, count), duplicates: 'allow' }))
  expect(await add(6)).toBe(await add(1))
})

test('an app that says “not public” leaves what is shared by its link as it is; an app makes no more lists than a page', async () => {
  const { id } = await ann.call<{ id: string }>('POST', '/playlists', { id: newId('pls'), name: 'By link', visibility: 'link', tracks: [] })
  const seen = (): Promise<number> => planet.stranger.fetch(`/api/v1/playlists/${id}`).then(answer => answer.status)
  // Renamed in an app that tells all it knows of a list.
  await change(ann, { id, name: 'By link still', public: false })
  expect([await seen(), (await ann.call<{ name: string; visibility: string }>('GET', `/playlists/${id}`)).visibility]).toEqual([
    200,
    'link',
  ])
  await change(ann, { id, public: true })
  await change(ann, { id, public: false })
  expect(await seen()).toBe(404)
  const many = await planet.signUp('Many')
  await planet.db.pool.query(
    `insert into playlists.playlist (id, owner, name, visibility, created_at, changed_at)
     select 'pls_' || lpad(n::text, 26, '0'), $1, 'List', 'private', now(), now() from generate_series(1, 1000) n`,
    [many.id],
  )
  await expect(planet.db.transaction(tx => makePlaylist(tx, viewer(many), { name: 'One more' }))).rejects.toMatchObject({
    code: 'too_many_playlists',
  })
})
