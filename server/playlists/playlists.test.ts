import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { addMusic } from './playlists.testing.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let cat: Person
let tracks: string[]
let draft: string

type Entry = { id: string; track: { id: string } | null; title: string; dead: string | null; addedBy: { name: string } | null }
type List = {
  id: string
  name: string
  version: number
  entries: number | null
  role: string | null
  invite: string | null
  invited: boolean
  followers: number
  followed: boolean
  collaborators: { id: string }[]
  can: { change: boolean; fill: boolean }
}

beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben, cat] = [await planet.signUp('Ann'), await planet.signUp('Ben'), await planet.signUp('Cat')]
  const music = await addMusic(planet, ben, 12)
  tracks = music.tracks
  draft = music.draft
})
afterAll(() => planet.close())

const refused = async (work: Promise<unknown>): Promise<[number, string]> => {
  const error = (await work.then(
    () => undefined,
    (one: unknown) => one,
  )) as { status: number; problem: { code: string } } | undefined
  return error === undefined ? [200, ''] : [error.status, error.problem.code]
}
async function make(who: Person, given: object = {}): Promise<string> {
  const id = newId('pls')
  await who.call('POST', '/playlists', { id, name: 'Evenings', ...given })
  return id
}
const read = (who: Person, id: string, more = ''): Promise<List> => who.call<List>('GET', `/playlists/${id}${more}`)
async function entries(who: Person, id: string, limit = 500): Promise<Entry[]> {
  const out: Entry[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: Entry[]; next: string | null } = await who.call(
      'GET',
      `/playlists/${id}/entries?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`,
    )
    out.push(...page.items)
    cursor = page.next
  }
  return out
}
const order = async (who: Person, id: string): Promise<number[]> => (await entries(who, id)).map(one => tracks.indexOf(one.track?.id ?? ''))

test('made once however often it is sent, by one person', async () => {
  const id = newId('pls')
  const body = { id, name: 'Evenings', tracks: tracks.slice(0, 3) }
  await Promise.all([1, 2, 3].map(() => ann.call('POST', '/playlists', body)))
  expect(await order(ann, id)).toEqual([0, 1, 2])
  expect(await refused(ben.call('POST', '/playlists', body))).toEqual([409, 'taken'])
  expect(await refused(planet.stranger.call('POST', '/playlists', body))).toEqual([401, 'unauthenticated'])
  expect((await ann.call<{ items: List[] }>('GET', '/me/playlists')).items.map(one => one.id)).toContain(id)
})

test('nobody else sees a private one; an address opens one by link; everybody finds a public one', async () => {
  const id = await make(ann, { tracks: tracks.slice(0, 2) })
  for (const path of [`/playlists/${id}`, `/playlists/${id}/entries`, `/playlists/${id}/version`, `/playlists/${id}/export`])
    expect([path, (await refused(ben.call('GET', path)))[0]]).toEqual([path, 404])
  for (const [method, path, body] of [
    ['PATCH', `/playlists/${id}`, { name: 'Mine' }],
    ['DELETE', `/playlists/${id}`, undefined],
    ['POST', `/playlists/${id}/entries`, { tracks: [tracks[3]] }],
    ['POST', `/playlists/${id}/follow`, {}],
    ['POST', `/playlists/${id}/invite`, {}],
    ['POST', `/playlists/${id}/copy`, { as: newId('pls') }],
    ['POST', `/playlists/${id}/join`, { invite: 'x'.repeat(24) }],
    ['POST', `/playlists/${id}/restore`, {}],
  ] as const)
    expect([method, path, await refused(ben.call(method, path, body))]).toEqual([method, path, [404, 'not_found']])
  await ann.call('PATCH', `/playlists/${id}`, { visibility: 'link' })
  expect(await read(planet.stranger, id)).toMatchObject({ name: 'Evenings', role: null, can: { change: false, fill: false } })
  const listed = async (): Promise<boolean> =>
    (await planet.stranger.call<{ items: List[] }>('GET', '/playlists?limit=100')).items.some(one => one.id === id)
  expect(await listed()).toBe(false)
  await ann.call('PATCH', `/playlists/${id}`, { visibility: 'public' })
  expect(await listed()).toBe(true)
  expect(await refused(ben.call('PATCH', `/playlists/${id}`, { name: 'Mine' }))).toEqual([403, 'own_playlist_only'])
  expect(await refused(ben.call('POST', `/playlists/${id}/entries`, { tracks: [tracks[3]] }))).toEqual([403, 'own_playlist_only'])
  expect(await refused(ben.call('DELETE', `/playlists/${id}`))).toEqual([403, 'own_playlist_only'])
})

test('entries: in at a place, warned of twice, moved by name, out and back to where they were', async () => {
  const id = await make(ann, { tracks: tracks.slice(0, 4) })
  const [a, b, , d] = await entries(ann, id)
  const ids = [newId('ple')]
  for (let i = 0; i < 2; i++) await ann.call('POST', `/playlists/${id}/entries`, { tracks: [tracks[5]], ids, after: a!.id })
  expect(await order(ann, id)).toEqual([0, 5, 1, 2, 3])
  expect(await refused(ann.call('POST', `/playlists/${id}/entries`, { tracks: [tracks[0], tracks[6]] }))).toEqual([409, 'playlist_repeats'])
  expect(await ann.call('POST', `/playlists/${id}/entries`, { tracks: [tracks[0], tracks[6]], duplicates: 'skip' })).toMatchObject({
    added: 1,
  })
  expect(await ann.call('POST', `/playlists/${id}/entries`, { tracks: [tracks[0]], duplicates: 'allow', after: null })).toMatchObject({
    added: 1,
  })
  expect(await order(ann, id)).toEqual([0, 0, 5, 1, 2, 3, 6])
  await ann.call('POST', `/playlists/${id}/entries/move`, { entries: [d!.id, b!.id], after: null })
  expect(await order(ann, id)).toEqual([3, 1, 0, 0, 5, 2, 6])
  const { version } = await ann.call<{ version: number }>('POST', `/playlists/${id}/entries/remove`, { entries: [a!.id, b!.id] })
  expect(await ann.call('POST', `/playlists/${id}/entries/remove`, { entries: [a!.id, b!.id] })).toEqual({ version })
  expect(await order(ann, id)).toEqual([3, 0, 5, 2, 6])
  // Behind what is gone meanwhile is still a place.
  await ann.call('POST', `/playlists/${id}/entries/move`, { entries: [d!.id], after: a!.id })
  expect(await refused(ann.call('POST', `/playlists/${id}/entries/move`, { entries: [b!.id], after: null }))).toEqual([404, 'entry_gone'])
  for (let i = 0; i < 2; i++) await ann.call('POST', `/playlists/${id}/entries/restore`, { entries: [a!.id, b!.id] })
  expect(await order(ann, id)).toEqual([1, 0, 0, 3, 5, 2, 6])
  expect(await read(ann, id)).toMatchObject({ entries: 7 })
  expect((await entries(ann, id, 2)).map(one => one.id)).toEqual((await entries(ann, id)).map(one => one.id))
  expect(await refused(ann.call('POST', `/playlists/${id}/entries`, { tracks: [draft] }))).toEqual([404, 'not_found'])
})

test('a common list: by invite or by name; both add and move; one who is let go no longer does', async () => {
  const id = await make(ann, { tracks: tracks.slice(0, 2) })
  const { invite } = await ann.call<{ invite: string }>('POST', `/playlists/${id}/invite`, {})
  expect(await read(ben, id, `?invite=${invite}`)).toMatchObject({ invited: true, invite: null, can: { fill: false } })
  expect((await ben.call<{ items: Entry[] }>('GET', `/playlists/${id}/entries?invite=${invite}`)).items).toHaveLength(2)
  expect(await refused(ben.call('POST', `/playlists/${id}/join`, { invite: 'y'.repeat(24) }))).toEqual([404, 'not_found'])
  await Promise.all([1, 2, 3].map(() => ben.call('POST', `/playlists/${id}/join`, { invite })))
  expect(await read(ben, id)).toMatchObject({ role: 'collaborator', collaborators: [{ id: ben.id }], can: { change: false, fill: true } })
  await ben.call('POST', `/playlists/${id}/entries`, { tracks: [tracks[2]] })
  expect((await entries(ann, id)).map(one => one.addedBy?.name)).toEqual(['Ann', 'Ann', 'Ben'])
  expect(await refused(ben.call('PATCH', `/playlists/${id}`, { name: 'Ours' }))).toEqual([403, 'own_playlist_only'])
  expect(await refused(ben.call('POST', `/playlists/${id}/invite`, {}))).toEqual([403, 'own_playlist_only'])
  await ann.call('DELETE', `/playlists/${id}/invite`)
  expect(await refused(cat.call('POST', `/playlists/${id}/join`, { invite }))).toEqual([404, 'not_found'])
  const page = await cat.call<{ id: string; handle: string }>('POST', '/pages', { kind: 'person', name: 'Cat', handle: 'cat-page' })
  for (let i = 0; i < 2; i++) await ann.call('POST', `/playlists/${id}/collaborators`, { page: 'cat-page' })
  expect((await read(cat, id)).collaborators).toHaveLength(2)
  expect(await refused(ann.call('POST', `/playlists/${id}/collaborators`, { page: 'no-such-page' }))).toEqual([422, 'no_such_page'])
  expect(page.handle).toBe('cat-page')
  expect(await refused(ben.call('DELETE', `/playlists/${id}/collaborators/${cat.id}`))).toEqual([403, 'own_playlist_only'])
  for (let i = 0; i < 2; i++) await ann.call('DELETE', `/playlists/${id}/collaborators/${ben.id}`)
  expect(await refused(ben.call('POST', `/playlists/${id}/entries`, { tracks: [tracks[4]] }))).toEqual([404, 'not_found'])
  await cat.call('DELETE', `/playlists/${id}/collaborators/${cat.id}`)
  expect((await read(ann, id)).collaborators).toEqual([])
})

test('followed once, copied to one’s own, thrown away and taken back', async () => {
  const id = await make(ann, { tracks: tracks.slice(0, 3), visibility: 'public' })
  await Promise.all([1, 2, 3].map(() => ben.call('POST', `/playlists/${id}/follow`, {})))
  await ann.call('POST', `/playlists/${id}/follow`, {})
  expect(await read(ben, id)).toMatchObject({ followers: 1, followed: true })
  const as = newId('pls')
  for (let i = 0; i < 2; i++) await ben.call('POST', `/playlists/${id}/copy`, { as, name: 'My copy' })
  expect(await order(ben, as)).toEqual([0, 1, 2])
  expect(await read(ben, as)).toMatchObject({ role: 'owner', source: { id } })
  for (let i = 0; i < 2; i++) await ann.call('DELETE', `/playlists/${id}`)
  expect(await refused(read(ben, id))).toEqual([404, 'not_found'])
  expect(await refused(read(ann, id))).toEqual([404, 'not_found'])
  for (let i = 0; i < 2; i++) await ann.call('POST', `/playlists/${id}/restore`, {})
  expect(await read(ben, id)).toMatchObject({ followers: 1, followed: true })
  await Promise.all([1, 2].map(() => ben.call('DELETE', `/playlists/${id}/follow`)))
  expect(await read(ben, id)).toMatchObject({ followers: 0, followed: false })
})

test('music that cannot be played is shown and never given to a player', async () => {
  const { readPlaylist } = await import('./index.ts')
  const id = await make(ann, { tracks: tracks.slice(8, 12), visibility: 'public' })
  await planet.db.pool.query(`update catalogue.track set streaming = 'none' where id = $1`, [tracks[9]])
  await planet.db.pool.query(
    `update catalogue.release set visibility = 'draft' where id = (select release from catalogue.track where id = $1)`,
    [tracks[10]],
  )
  await planet.db.pool.query('delete from catalogue.track where id = $1', [tracks[11]])
  const shown = await entries(ann, id)
  expect(shown.map(one => one.dead)).toEqual([null, 'unplayable', 'gone', 'missing'])
  expect(shown.every(one => one.title !== '')).toBe(true)
  const viewer = { id: ann.id, name: 'Ann', email: '', locale: 'en' as const, roles: [], session: '' }
  expect((await readPlaylist(planet.db.read, viewer, id))!.tracks).toEqual([tracks[8]])
  // Someone says which track the missing one is.
  for (let i = 0; i < 2; i++) await ann.call('PUT', `/playlists/${id}/entries/${shown[3]!.id}/track`, { track: tracks[7] })
  expect((await entries(ann, id))[3]).toMatchObject({ dead: null, track: { id: tracks[7] } })
})

test('a view that stays open asks for the version', async () => {
  const id = await make(ann)
  const { version } = await read(ann, id)
  expect(await ann.call('GET', `/playlists/${id}/version?since=${version}`)).toEqual({ version, changed: false })
  await ann.call('POST', `/playlists/${id}/entries`, { tracks: [tracks[0]] })
  expect(await ann.call('GET', `/playlists/${id}/version?since=${version}`)).toMatchObject({ changed: true })
})

test('a copy of a list that changes meanwhile counts what it holds', async () => {
  const id = await make(ann, { visibility: 'public', tracks: tracks.slice(0, 6) })
  const there = await entries(ann, id)
  // The copy has read which entries there are and waits to write its own while some of them go.
  const other = await planet.db.pool.connect()
  const copy = newId('pls')
  try {
    await other.query('begin')
    await other.query('lock table playlists.entry in share row exclusive mode')
    const copying = ben.call('POST', `/playlists/${id}/copy`, { as: copy })
    const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid')
    const waits = `select from pg_stat_activity where datname = current_database() and ${rows[0]!.pid} = any(pg_blocking_pids(pid))`
    await until(async () => (await planet.db.pool.query(waits)).rowCount! > 0, 'the copy to wait')
    await other.query(`update playlists.entry set removed_at = now() where id = any($1)`, [there.slice(0, 2).map(one => one.id)])
    await other.query(`update playlists.playlist set entries = entries - 2 where id = $1`, [id])
    await other.query('commit')
    await copying
  } finally {
    other.release()
  }
  expect([(await read(ben, copy)).entries, (await entries(ben, copy)).length]).toEqual([4, 4])
})
