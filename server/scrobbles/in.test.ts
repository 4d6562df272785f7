import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { addRelease } from '../royalties/closing.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { indexReleases } from '../search/index.ts'
import { matchLater } from './index.ts'
import { mostBytes } from './protocol.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let token: string
let deaf: string
let track: string
let page: string

beforeAll(async () => {
  planet = await startPlanet({ max: 16 })
  ;[ann, ben] = await Promise.all([planet.signUp('Ann'), planet.signUp('Ben')])
  const made = await addRelease(planet, ben.id, [200_000], 'Tide')
  ;[track] = made.tracks as [string]
  page = (await planet.db.pool.query<{ name: string }>('select name from people.page where id = $1', [made.page])).rows[0]!.name
  await name(track, 'Rising Water')
  const key = (who: Person, scopes: string[]) => who.call<{ secret: string }>('POST', '/me/app-keys', { name: 'Player', scopes })
  token = (await key(ann, ['submit'])).secret
  deaf = (await key(ann, ['listen'])).secret
})
afterAll(() => planet.close())

async function name(id: string, title: string): Promise<void> {
  const { pool } = planet.db
  await pool.query('update catalogue.track set title = $2 where id = $1', [id, title])
  await pool.query('update catalogue.recording set title = $2 where id = (select recording from catalogue.track where id = $1)', [
    id,
    title,
  ])
  const { rows } = await pool.query<{ release: string }>('select release from catalogue.track where id = $1', [id])
  await planet.db.transaction(tx => indexReleases(tx, [rows[0]!.release]))
}
type Answer = { status: number; body: Record<string, unknown>; headers: Headers }
async function send(path: string, json?: unknown, secret: string | null = token, raw?: string): Promise<Answer> {
  const answer = await fetch(planet.url + path, {
    ...(json === undefined && raw === undefined ? {} : { method: 'POST', body: raw ?? JSON.stringify(json) }),
    headers: { ...(secret === null ? {} : { authorization: `Token ${secret}` }), 'content-type': 'application/json' },
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown>, headers: answer.headers }
}
const now = (): number => Math.floor(clock.now().getTime() / 1000)
const listen = (at: number, title = 'Rising Water', artist = page, info: object = {}) => ({
  listened_at: at,
  track_metadata: { artist_name: artist, track_name: title, additional_info: info },
})
const submit = (type: string, ...payload: unknown[]) => send('/1/submit-listens', { listen_type: type, payload })
const count = async (table: string): Promise<number> =>
  Number((await planet.db.pool.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]!.n)

test('a token is asked for as the protocol has it, in the header or the address', async () => {
  expect(await send('/1/validate-token', undefined, null)).toMatchObject({
    status: 400,
    body: { code: 400, error: 'You need to provide an Authorization token.' },
  })
  const good = { code: 200, message: 'Token valid.', valid: true, user_name: 'Ann' }
  expect((await send('/1/validate-token')).body).toEqual(good)
  expect((await send(`/1/validate-token?token=${token}`, undefined, null)).body).toEqual(good)
  for (const bad of ['nothing', deaf])
    expect((await send('/1/validate-token', undefined, bad)).body).toEqual({ code: 200, message: 'Token invalid.', valid: false })
  expect(await send('/1/submit-listens', {}, null)).toMatchObject({
    status: 401,
    body: { code: 401, error: 'You need to provide an Authorization header.' },
  })
  expect(await send('/1/submit-listens', {}, '')).toMatchObject({
    status: 401,
    body: { error: 'Provided Authorization header is invalid.' },
  })
  for (const bad of ['nothing', deaf])
    expect(await send('/1/submit-listens', {}, bad)).toMatchObject({
      status: 401,
      body: { code: 401, error: 'Invalid authorization token.' },
    })
})

test('a listen is kept once, matched to our track, shown in the history, and never counts', async () => {
  const at = now() - 4000
  const one = listen(at, 'Rising Water', page, { submission_client: 'Pano Scrobbler', duration_ms: 200_000 })
  const answers = await Promise.all(Array.from({ length: 6 }, () => submit('single', one)))
  expect(answers.map(({ status, body }) => [status, body])).toEqual(Array.from({ length: 6 }, () => [200, { status: 'ok' }]))
  expect(answers[0]!.headers.get('x-ratelimit-limit')).toBe('50')
  expect(Number(answers[0]!.headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0)
  expect(Number(answers[0]!.headers.get('x-ratelimit-reset'))).toBeGreaterThan(now() - 60)
  expect(answers[0]!.headers.get('x-ratelimit-reset-in')).toMatch(/^\d+$/)
  expect(await submit('single', one)).toMatchObject({ status: 200 })
  expect((await send('/1/submit-listens?return_msid=true', { listen_type: 'single', payload: [one] })).body).toMatchObject({
    status: 'ok',
    recording_msid: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  expect(await count('scrobbles.listen')).toBe(1)
  const plays = await ann.call<{ items: { at: string; via: string; track: { id: string } }[] }>('GET', '/me/plays')
  expect(plays.items).toMatchObject([{ via: 'outside', track: { id: track }, at: new Date(at * 1000).toISOString() }])
  expect((await ann.call<{ items: object[] }>('GET', '/me/history')).items).toMatchObject([{ via: 'outside', app: 'Pano Scrobbler' }])
  expect(await count(`listening.play where counted`)).toBe(0)
  expect((await ann.call<{ items: { client: string; track: { id: string } }[] }>('GET', '/me/listens')).items).toMatchObject([
    { client: 'Pano Scrobbler', track: { id: track } },
  ])
  expect((await ben.call<{ items: unknown[] }>('GET', '/me/listens')).items).toEqual([])
})

test('what our own player told of is not there twice', async () => {
  const eva = await planet.signUp('Eva')
  const { secret } = await eva.call<{ secret: string }>('POST', '/me/app-keys', { name: 'P', scopes: ['submit'] })
  const startedAt = new Date((now() - 600) * 1000)
  const id = `ply_${'0'.repeat(26)}`
  await eva.call('POST', '/plays', { id, track, startedAt: startedAt.toISOString(), ranges: [[0, 200_000]] })
  expect((await send('/1/submit-listens', { listen_type: 'single', payload: [listen(now() - 598)] }, secret)).status).toBe(200)
  expect((await eva.call<{ items: { id: string }[] }>('GET', '/me/plays')).items.map(item => item.id)).toEqual([id])
  const { body } = await send('/1/user/Eva/listens', undefined, secret)
  expect(body).toMatchObject({ payload: { count: 1, user_id: 'Eva' } })
})

test('many at once; what is not here is kept and found when it comes', async () => {
  const start = now() - 500_000
  const many = Array.from({ length: 1000 }, (_, i) =>
    listen(start + i * 200, i % 2 === 0 ? 'Rising Water' : 'Not here yet', i % 2 === 0 ? page : 'Nobody'),
  )
  const before = await count('scrobbles.listen')
  expect(await submit('import', ...many)).toMatchObject({ status: 200 })
  expect(await submit('import', ...many)).toMatchObject({ status: 200 })
  expect((await count('scrobbles.listen')) - before).toBe(1000)
  expect(await ann.call('GET', '/me/listens?unmatched=true&limit=1')).toMatchObject({ unmatched: 500 })
  const later = await addRelease(planet, ben.id, [100_000], 'Later')
  await planet.db.pool.query(`update people.page set name = 'Nobody' where id = $1`, [later.page])
  await name(later.tracks[0]!, 'Not here yet')
  clock.shift(24 * 3_600_000)
  expect(await matchLater(planet.db.transaction)).toBe(500)
  expect(await matchLater(planet.db.transaction)).toBe(0)
  clock.shift(0)
  expect(await ann.call('GET', '/me/listens?unmatched=true&limit=1')).toMatchObject({ unmatched: 0, items: [] })
})

test('what is wrong is said as the protocol says it', async () => {
  const at = now()
  const error = async (given: unknown, raw?: string): Promise<unknown> => {
    const { status, body } = await send('/1/submit-listens', given, token, raw)
    expect([status, body['code']]).toEqual([400, 400])
    return body['error']
  }
  expect(await error(undefined, '{')).toMatch(/^Cannot parse JSON document: /)
  expect(await error({ payload: [] })).toBe('Invalid JSON document submitted.')
  expect(await error({ listen_type: 'single', payload: [] })).toBe('JSON document does not contain any listens')
  expect(await error({ listen_type: 'single', payload: [listen(at, '\0')] })).toBe(
    'JSON document does not contain required track_metadata.track_name.',
  )
  expect(await error({ listen_type: 'other', payload: [listen(at)] })).toBe('JSON document requires a valid listen_type key.')
  expect(await error({ listen_type: 'single', payload: [listen(at), listen(at - 1)] })).toMatch(/^JSON document contains more than listen/)
  expect(await error({ listen_type: 'import', payload: Array.from({ length: 1001 }, () => listen(at)) })).toMatch(/^Too many listens/)
  expect(await error({ listen_type: 'single', payload: [listen(at, 'x'.repeat(11_000))] })).toMatch(/^JSON document is too large/)
  expect(await error({ listen_type: 'single', payload: [{ track_metadata: {} }] })).toBe(
    'JSON document must contain the key listened_at at the top level.',
  )
  expect(await error({ listen_type: 'single', payload: [{ ...listen(at), listened_at: 'then' }] })).toBe(
    'JSON document must contain an int value for listened_at.',
  )
  expect(await error({ listen_type: 'single', payload: [listen(at + 7200)] })).toBe('Value for key listened_at is too high.')
  expect(await error({ listen_type: 'single', payload: [{ ...listen(at), more: 1 }] })).toMatch(
    /may only contain listened_at and track_metadata/,
  )
  expect(await error({ listen_type: 'single', payload: [{ listened_at: at, track_metadata: { track_name: 'T' } }] })).toMatch(
    /valid metadata.track_name/,
  )
  expect(await error({ listen_type: 'single', payload: [listen(at, '')] })).toBe(
    'JSON document does not contain required track_metadata.track_name.',
  )
  expect(await error({ listen_type: 'single', payload: [listen(at, 'T', 'A', { recording_mbid: 'x' })] })).toBe(
    'recording_mbid MBID format invalid.',
  )
  expect(await error({ listen_type: 'playing_now', payload: [listen(at)] })).toBe(
    'JSON document must not contain listened_at while submitting playing_now.',
  )
  const large = await send('/1/submit-listens', undefined, token, 'x'.repeat(mostBytes + 1))
  expect([large.status, large.body['code']]).toEqual([413, 413])
  expect(await count(`scrobbles.listen where title = 'T'`)).toBe(0)
})

test('half a sign, NUL and names like them are taken as far as they are text', async () => {
  const at = now() - 5000
  const wave = '\u{1f30a}'
  const odd = listen(at, `Half ${wave.slice(0, 1)}`, page, {
    submission_client: `${'p'.repeat(59)}${wave}`,
    [`odd${wave.slice(1)}`]: 'a\0b',
    path: String.raw`C:\u0000`,
  })
  expect((await submit('single', odd)).status).toBe(200)
  // Told again it is the same.
  expect((await submit('single', odd)).status).toBe(200)
  const { track_metadata: metadata } = odd
  expect((await submit('playing_now', { track_metadata: metadata })).status).toBe(200)
  const { rows } = await planet.db.pool.query<{ title: string; client: string; path: string }>(
    `select title, client, info->>'path' as path from scrobbles.listen where person = $1 and title like 'Half%'`,
    [ann.id],
  )
  expect(rows).toEqual([{ title: 'Half \ufffd', client: `${'p'.repeat(59)}\ufffd`, path: String.raw`C:\u0000` }])
})

test('playing now, listens and the latest import, for oneself only', async () => {
  const { track_metadata: metadata } = listen(0, 'Rising Water', page, { duration_ms: 60_000, submission_client: 'X' })
  expect(await submit('playing_now', { track_metadata: metadata })).toMatchObject({ status: 200, body: { status: 'ok' } })
  expect((await send('/1/user/Ann/playing-now')).body).toEqual({
    payload: { count: 1, user_id: 'Ann', playing_now: true, listens: [{ playing_now: true, track_metadata: metadata }] },
  })
  clock.shift(61_000)
  expect((await send('/1/user/Ann/playing-now')).body).toMatchObject({ payload: { count: 0, listens: [] } })
  clock.shift(0)
  const { body } = await send('/1/user/Ann/listens?count=3')
  const { payload } = body as {
    payload: { count: number; latest_listen_ts: number; listens: { listened_at: number; recording_msid: string; user_name: string }[] }
  }
  expect([payload.count, payload.listens[0]!.listened_at, payload.listens[0]!.user_name]).toEqual([3, payload.latest_listen_ts, 'Ann'])
  const third = payload.listens[2]!.listened_at
  const next = (await send(`/1/user/Ann/listens?max_ts=${third}&count=2`)).body as typeof body & { payload: typeof payload }
  expect(next.payload.listens[0]!.listened_at).toBeLessThan(third)
  const after = (await send(`/1/user/Ann/listens?min_ts=${third}&count=100`)).body as { payload: typeof payload }
  expect(after.payload.listens.map(one => one.listened_at)).toEqual(payload.listens.slice(0, 2).map(one => one.listened_at))
  for (const path of ['/1/user/Ben/listens', '/1/user/Ben/playing-now', '/1/latest-import?user_name=Ben'])
    expect(await send(path)).toMatchObject({ status: 404, body: { code: 404, error: 'Cannot find user: Ben' } })
  expect((await send('/1/latest-import?user_name=Ann')).body).toEqual({ musicbrainz_id: 'Ann', latest_import: 0 })
  for (const ts of [500, 900, 700]) expect((await send('/1/latest-import', { ts })).body).toEqual({ status: 'ok' })
  expect((await send('/1/latest-import?user_name=Ann')).body).toEqual({ musicbrainz_id: 'Ann', latest_import: 900 })
})

test('what one took out of one’s history is not told to apps either', async () => {
  const eve = await planet.signUp('Eve')
  const { secret } = await eve.call<{ secret: string }>('POST', '/me/app-keys', { name: 'P', scopes: ['submit'] })
  const at = now() - 3600
  for (const n of [0, 1])
    await eve.call('POST', '/plays', {
      id: newId('ply'),
      track,
      startedAt: new Date((at + n * 600) * 1000).toISOString(),
      ranges: [[0, 200_000]],
    })
  await send('/1/submit-listens', { listen_type: 'import', payload: [listen(at - 4000), listen(at - 8000, 'Nobody knows it')] }, secret)
  const told = async () =>
    ((await send('/1/user/Eve/listens', undefined, secret)).body['payload'] as { listens: { listened_at: number }[] }).listens.map(
      one => one.listened_at - at,
    )
  expect(await told()).toEqual([600, 0, -4000, -8000])
  const { items } = await eve.call<{ items: { id: string }[] }>('GET', '/me/history')
  for (const play of [items[0]!, items[2]!]) await eve.call('DELETE', `/me/history/${play.id}`)
  expect(await told()).toEqual([0, -8000])
  await eve.call('DELETE', '/me/history')
  expect(await told()).toEqual([])
})

test('past listens come out of an export; what cannot be read is said with its place', async () => {
  const line = { ...listen(1_600_000_000), recording_msid: 'x', inserted_at: 1, user_name: 'a' }
  const body = { listens: [line, { nothing: true }, line] }
  expect(await ann.call('POST', '/me/listens', body)).toMatchObject({
    found: 3,
    new: 1,
    known: 1,
    matched: 1,
    failures: 1,
    failed: [{ place: 1 }],
  })
  expect(await ann.call('POST', '/me/listens', body)).toMatchObject({ new: 0, known: 2 })
  expect((await planet.stranger.fetch('/api/v1/me/listens', { method: 'POST', json: body })).status).toBe(401)
})

test('too many requests are told when to come again', async () => {
  const strict = await startPlanet({ config: { rateLimits: true } })
  try {
    const answers: Response[] = []
    for (let i = 0; i < 52; i++) answers.push(await fetch(`${strict.url}/1/validate-token?token=x`))
    expect(answers.slice(0, 50).every(one => one.status === 200)).toBe(true)
    expect(answers.at(-1)!.status).toBe(429)
    expect(await answers.at(-1)!.json()).toMatchObject({ code: 429, error: expect.stringMatching(/^Rate limit exceeded/) })
    expect(answers.at(-1)!.headers.get('retry-after')).toMatch(/^\d+$/)
  } finally {
    await strict.close()
  }
})
