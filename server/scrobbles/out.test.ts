import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { writeSetting } from '../foundation/settings.ts'
import { addRelease } from '../royalties/closing.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { audioScrobbler, listenBrainz, type StandIn } from './servers.testing.ts'
import { send, waitMs } from './sending.ts'

const keys = { apiKey: 'k'.repeat(32), secret: 's'.repeat(32), session: 'x'.repeat(32) }
let planet: TestPlanet
let tracks: string[]
let brainz: StandIn
let fm: StandIn

beforeAll(async () => {
  planet = await startPlanet({ max: 16 })
  const maker = await planet.signUp('Maker')
  ;({ tracks } = await addRelease(planet, maker.id, [200_000, 180_000, 240_000, 600_000], 'Tide'))
  for (const [n, id] of tracks.entries())
    await planet.db.pool.query('update catalogue.track set title = $2 where id = $1', [id, `Song ${n}`])
  brainz = await listenBrainz('good token')
  fm = await audioScrobbler(keys)
  await planet.db.transaction(tx => writeSetting(tx, 'scrobbles.trusted', [new URL(brainz.root).origin, new URL(fm.root).origin]))
})
afterAll(async () => {
  await Promise.all([brainz.close(), fm.close()])
  await planet.close()
})
beforeEach(() => {
  clock.shift(0)
  for (const one of [brainz, fm]) {
    one.taken.length = 0
    one.playing.length = 0
    one.trouble.length = 0
    one.requests = 0
    one.kept.clear()
    one.unwanted.clear()
    one.valid = true
  }
})

type Link = {
  id: string
  state: string
  reason: string | null
  said: string | null
  name: string | null
  sent: number
  waiting: number
  refused: number
  nextAt: string | null
}
const look = (id: string): Promise<void> => send(planet.db, planet.config, id)
const linkOf = async (who: Person): Promise<Link> => (await who.call<{ items: Link[] }>('GET', '/me/links')).items[0]!
let ms = 0
async function linked(protocol: 'listenbrainz' | 'lastfm' = 'listenbrainz'): Promise<{ who: Person; id: string }> {
  ms = 0
  clock.shift(0)
  const who = await planet.signUp('Ann')
  const { id } = await who.call<Link>('POST', '/me/links', {
    protocol,
    ...(protocol === 'lastfm' ? { root: fm.root, ...keys } : { root: brainz.root, token: 'good token' }),
  })
  await look(id)
  expect(await linkOf(who)).toMatchObject({ state: 'on', name: protocol === 'lastfm' ? 'ann-fm' : 'ann-outside', sent: 0 })
  return { who, id }
}
/** One after the other, from now on. */
async function hear(who: Person, n: number, heardMs = 200_000): Promise<void> {
  ms += 300_000
  clock.shift(ms)
  const startedAt = clock.now().toISOString()
  ms += 260_000
  clock.shift(ms)
  await who.call('POST', '/plays', { id: newId('ply'), track: tracks[n]!, startedAt, ranges: [[0, heardMs]] })
}

test('a link is checked, told what is heard from then on, in order and once', async () => {
  for (const [protocol, server] of [
    ['listenbrainz', brainz],
    ['lastfm', fm],
  ] as const) {
    const { who, id } = await linked(protocol)
    for (const n of [0, 1, 2, 0]) await hear(who, n)
    // A quarter of ten minutes is not half of it, nor four minutes.
    await hear(who, 3, 150_000)
    await Promise.all([look(id), look(id)])
    await look(id)
    expect(server.taken.map(one => one.track)).toEqual(['Song 0', 'Song 1', 'Song 2', 'Song 0'])
    expect(server.taken[0]!.artist).toMatch(/^Tide /)
    expect([...server.taken].sort((a, b) => a.at - b.at)).toEqual(server.taken)
    expect(server.kept.size).toBe(4)
    expect(await linkOf(who)).toMatchObject({ state: 'on', sent: 4, waiting: 0, refused: 0 })
    await hear(who, 3, 250_000)
    await look(id)
    expect(server.taken).toHaveLength(5)
  }
})

test('while a server is away plays wait, in order; it is asked again later and later; a lost answer makes no second listen', async () => {
  const { who, id } = await linked()
  for (const n of [0, 1]) await hear(who, n)
  brainz.trouble = [{ status: 503 }, { cut: true }, { lost: true }]
  let last = 0
  for (let failures = 1; failures <= 3; failures++) {
    await look(id)
    const link = await linkOf(who)
    expect(link).toMatchObject({ state: 'on', sent: 0, waiting: 2 })
    const wait = Date.parse(link.nextAt!) - clock.now().getTime()
    expect(wait).toBeGreaterThan(last)
    last = wait
    const { requests } = brainz
    await look(id)
    expect(brainz.requests).toBe(requests)
    ms += wait + 1000
    clock.shift(ms)
    if (failures === 1) await hear(who, 2)
    if (failures === 1) expect(await linkOf(who)).toMatchObject({ waiting: 2 })
    if (failures === 1) await planet.db.pool.query(`delete from listening.play where person = $1 and track = $2`, [who.id, tracks[2]])
  }
  await look(id)
  expect(await linkOf(who)).toMatchObject({ state: 'on', sent: 2, waiting: 0, nextAt: null, said: null })
  expect(brainz.taken).toHaveLength(4)
  expect([...brainz.kept.values()].map(one => one.track)).toEqual(['Song 0', 'Song 1'])
  expect([waitMs(1, null), waitMs(2, null), waitMs(3, 3600), waitMs(40, null)]).toEqual([30_000, 60_000, 3_600_000, 6 * 3_600_000])
})

test('too many requests: as long as the server asks for', async () => {
  const { who, id } = await linked()
  await hear(who, 0)
  brainz.trouble = [{ status: 429, headers: { 'retry-after': '7200' } }]
  await look(id)
  const link = await linkOf(who)
  expect(Math.round((Date.parse(link.nextAt!) - clock.now().getTime()) / 60_000)).toBe(120)
  expect(link.said).toMatch(/^429/)
})

test('a token that is not good any more pauses the link, and says so; linked again it goes on where it was', async () => {
  for (const [protocol, server] of [
    ['listenbrainz', brainz],
    ['lastfm', fm],
  ] as const) {
    const { who, id } = await linked(protocol)
    server.valid = false
    await hear(who, 0)
    await look(id)
    expect(await linkOf(who)).toMatchObject({ state: 'paused', reason: 'rejected', waiting: 1, said: expect.stringMatching(/./) })
    await hear(who, 1)
    await look(id)
    await who.call('PUT', `/me/links/${id}`, { on: true })
    await look(id)
    expect(await linkOf(who)).toMatchObject({ state: 'paused', reason: 'rejected' })
    server.valid = true
    await who.call('PUT', `/me/links/${id}`, { on: true })
    await look(id)
    expect(server.taken.map(one => one.track)).toEqual(['Song 0', 'Song 1'])
    await who.call('PUT', `/me/links/${id}`, { on: false })
    await hear(who, 2)
    await look(id)
    expect(server.taken).toHaveLength(2)
  }
})

test('one listen that is not wanted does not hold up the others', async () => {
  const { who, id } = await linked()
  for (const n of [0, 1, 2]) await hear(who, n)
  brainz.unwanted.add('Song 1')
  await look(id)
  expect([...brainz.kept.values()].map(one => one.track)).toEqual(['Song 0', 'Song 2'])
  expect(await linkOf(who)).toMatchObject({ state: 'on', sent: 2, waiting: 0, refused: 1 })
})

test('what its listener took out of the history before it was told is told to nobody', async () => {
  const { who, id } = await linked()
  for (const n of [0, 1]) await hear(who, n)
  brainz.trouble.push({ status: 503 })
  await look(id)
  await hear(who, 2)
  const { items } = await who.call<{ items: { id: string }[] }>('GET', '/me/history')
  // The latest, which was not noted yet, and the first, which waits.
  for (const play of [items[0]!, items[2]!]) await who.call('DELETE', `/me/history/${play.id}`)
  clock.shift((ms += 3_600_000))
  await look(id)
  expect([...brainz.kept.values()].map(one => one.track)).toEqual(['Song 1'])
  expect(await linkOf(who)).toMatchObject({ state: 'on', sent: 1, waiting: 0, refused: 1 })
})

test('plays whose track is gone do not hold up the others', async () => {
  const { who, id } = await linked()
  const maker = await planet.signUp('Gone')
  const { tracks: gone } = await addRelease(planet, maker.id, [200_000, 200_000], 'Gone')
  tracks.push(...gone)
  for (const n of [4, 5, 0]) await hear(who, n)
  // Its maker took it out before it was told; one at a time, after something was not wanted.
  await planet.db.pool.query('update scrobbles.link set batch = 1 where id = $1', [id])
  brainz.trouble.push({ status: 503 })
  await look(id)
  await planet.db.pool.query('delete from catalogue.track where id = any($1)', [gone])
  clock.shift((ms += 3_600_000))
  await look(id)
  expect([...brainz.kept.values()].map(one => one.track)).toEqual(['Song 0'])
  expect(await linkOf(who)).toMatchObject({ state: 'on', sent: 1, waiting: 0, refused: 2 })
  tracks.length = 4
})

test('what is playing is told while it is fresh; what came from outside never goes out again', async () => {
  const { who, id } = await linked()
  const { secret } = await who.call<{ secret: string }>('POST', '/me/app-keys', { name: 'P', scopes: ['submit'] })
  expect(secret).toMatch(/^plk_/)
  await who.call('POST', '/plays', { id: newId('ply'), track: tracks[1], startedAt: clock.now().toISOString(), ranges: [[0, 3000]] })
  await look(id)
  await look(id)
  expect(brainz.playing).toEqual(['Song 1'])
  await planet.db.pool.query(
    `insert into listening.play (id, at, person, track, ranges, heard_ms, heard, counted, source, device, via, reported_at) values ($1, now() + interval '1 second', $2, $3, '{0,200000}', 200000, true, false, 'external', 'x', 'outside', now())`,
    [newId('ply'), who.id, tracks[0]],
  )
  clock.shift(60_000)
  await look(id)
  expect(brainz.taken).toEqual([])
})

test('links are one’s own; addresses inside are not called; nothing of a secret is shown', async () => {
  const [ann, ben] = [await planet.signUp('Ann'), await planet.signUp('Ben')]
  const body = { id: newId('lnk'), protocol: 'listenbrainz', root: 'http://127.0.0.1:9', token: 'very secret' }
  const status = async (who: Person, method: string, path: string, json?: object): Promise<string> => {
    const answer = await who.fetch(`/api/v1/me/links${path}`, { method, ...(json === undefined ? {} : { json }) })
    return `${answer.status} ${((await answer.json()) as { code?: string }).code ?? 'ok'}`
  }
  const all = await Promise.all([1, 2, 3].map(() => status(ann, 'POST', '', body)))
  expect(all).toEqual(['200 ok', '200 ok', '200 ok'])
  expect(await status(ann, 'POST', '', { ...body, token: 'other' })).toBe('409 key_reused')
  expect(await status(ann, 'POST', '', { ...body, id: newId('lnk') })).toBe('409 link_exists')
  expect(await status(ann, 'POST', '', { ...body, id: newId('lnk'), protocol: 'lastfm' })).toBe('400 invalid')
  expect(await status(ann, 'POST', '', { ...body, id: newId('lnk'), root: 'ftp://x.example' })).toBe('400 invalid')
  expect(await status(planet.stranger, 'POST', '', body)).toBe('401 unauthenticated')
  expect(await status(ben, 'PUT', `/${body.id}`, { on: false })).toBe('404 not_found')
  expect(await status(ben, 'DELETE', `/${body.id}`)).toBe('404 not_found')
  await look(body.id)
  const link = await linkOf(ann)
  expect(link).toMatchObject({ state: 'paused', reason: 'blocked' })
  expect(JSON.stringify(link)).not.toContain('secret')
  const { rows } = await planet.db.pool.query<{ sealed: Buffer }>('select sealed from scrobbles.link where id = $1', [body.id])
  expect(rows[0]!.sealed.toString('latin1')).not.toContain('very secret')
  expect(await status(ann, 'DELETE', `/${body.id}`)).toBe('200 ok')
  expect(await status(ann, 'DELETE', `/${body.id}`)).toBe('404 not_found')
  for (let i = 0; i < 10; i++) await ann.call('POST', '/me/links', { ...body, id: newId('lnk'), root: `http://127.0.0.1:${1000 + i}` })
  expect(await status(ann, 'POST', '', { ...body, id: newId('lnk'), root: 'http://127.0.0.1:2000' })).toBe('409 too_many_links')
})
