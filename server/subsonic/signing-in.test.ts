/** Trap 31: who gets in, who does not, and that no secret reaches a log. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp } from '../app.ts'
import { clock } from '../foundation/clock.ts'
import { makeLog } from '../foundation/log.ts'
import { startPlanet, password, type Person, type TestPlanet } from '../testing.ts'
import { app, token, type Parameters_ } from './world.testing.ts'

let planet: TestPlanet
let ann: Person
let key: string
let keyId: string
const make = async (who: Person, name = 'App') =>
  who.call<{ key: { id: string }; secret: string }>('POST', '/me/app-keys', { name, scopes: ['listen'] })
beforeAll(async () => {
  planet = await startPlanet({ config: { rateLimits: true } })
  ann = await planet.signUp('Ann')
  const made = await make(ann)
  key = made.secret
  keyId = made.key.id
})
afterAll(() => planet.close())
afterAll(() => clock.shift(0))

const ping = async (who: Parameters_): Promise<number | 'ok'> => (await app(planet, who).ask('ping')).error?.code ?? 'ok'
const hex = (text: string): string => `enc:${Buffer.from(text).toString('hex')}`

test('an app key opens in every way, the account’s password in none', async () => {
  const u = ann.email
  await ann.call('POST', '/pages', { kind: 'person', handle: 'ann-sings', name: 'Ann' })
  const { t, s } = token(key)
  expect(
    await Promise.all([
      ping({ apiKey: key }),
      ping({ u, p: key }),
      ping({ u, p: hex(key) }),
      ping({ u, t, s }),
      ping({ u, t: t.toUpperCase(), s }),
      ping({ u: u.toUpperCase(), t, s }),
      ping({ u: 'ann-sings', t, s }),
      ping({ u: ann.id, p: key }),
    ]),
  ).toEqual(Array.from({ length: 8 }, () => 'ok'))
  expect(
    await Promise.all([
      ping({ u, p: password }),
      ping({ u, p: hex(password) }),
      ping({ u, ...token(password) }),
      ping({ apiKey: password }),
    ]),
  ).toEqual([40, 40, 40, 44])
  // A session's cookie is no key: other sites may ask here.
  const cookie = await fetch(`${planet.url}/rest/ping?f=json`, { headers: { cookie: ann.cookie } })
  expect(await cookie.json()).toMatchObject({ 'subsonic-response': { error: { code: 10 } } })
  // By form, and mixed between form and address.
  const form = await fetch(`${planet.url}/rest/ping.view?f=json&u=${encodeURIComponent(u)}`, {
    method: 'POST',
    body: new URLSearchParams({ t, s }),
  })
  expect(await form.json()).toMatchObject({ 'subsonic-response': { status: 'ok' } })
})

test('what is missing, wrong, empty, doubled or contradictory has its own number', async () => {
  const u = ann.email
  const { t, s } = token(key)
  const found = {
    nothing: await ping({}),
    'user only': await ping({ u }),
    'token without salt': await ping({ u, t }),
    'salt without token': await ping({ u, s }),
    'no user': await ping({ t, s }),
    'unknown user': await ping({ u: 'nobody@test.example', t, s }),
    'unknown user, password': await ping({ u: 'nobody@test.example', p: key }),
    'empty password': await ping({ u, p: '' }),
    'empty enc': await ping({ u, p: 'enc:' }),
    'broken enc': await ping({ u, p: 'enc:zz' }),
    'odd enc': await ping({ u, p: `${hex(key)}a` }),
    'empty token': await ping({ u, t: '', s }),
    'empty key': await ping({ apiKey: '' }),
    'wrong token': await ping({ u, t: 'a'.repeat(32), s }),
    'another salt': await ping({ u, t, s: `${s}x` }),
    'token and password': await ping({ u, t, s, p: key }),
    'key and user': await ping({ apiKey: key, u }),
    'key and token': await ping({ apiKey: key, t, s }),
    'two users': await ping({ u: [u, 'other@test.example'], t, s }),
    'two passwords': await ping({ u, p: [key, 'other'] }),
    'two keys': await ping({ apiKey: [key, 'other'] }),
    'the same twice': await ping({ apiKey: [key, key] }),
    'wrong key': await ping({ apiKey: 'plk_000000000000000000000000' }),
    'NUL in it': await ping({ u: 'a\u0000b', p: key }),
  }
  expect(found).toEqual({
    nothing: 10,
    'user only': 10,
    'token without salt': 10,
    'salt without token': 10,
    'no user': 10,
    'unknown user': 40,
    'unknown user, password': 40,
    'empty password': 40,
    'empty enc': 40,
    'broken enc': 40,
    'odd enc': 40,
    'empty token': 40,
    'empty key': 10,
    'wrong token': 40,
    'another salt': 40,
    'token and password': 43,
    'key and user': 43,
    'key and token': 43,
    'two users': 43,
    'two passwords': 43,
    'two keys': 43,
    'the same twice': 'ok',
    'wrong key': 44,
    'NUL in it': 40,
  })
  // Whether there is such a person cannot be told by the answer.
  const text = async (who: Parameters_) => (await app(planet, who).raw('ping')).text()
  expect(await text({ u: 'nobody@test.example', t, s })).toBe(await text({ u, t: 'b'.repeat(32), s }))
  const bob = await planet.signUp('Bob')
  expect(await ping({ u: bob.email, t, s })).toBe(40)
})

test('getOpenSubsonicExtensions needs nobody; a key that is revoked, over or of someone banned opens nothing at once', async () => {
  expect((await app(planet, {}).ask('getOpenSubsonicExtensions')).status).toBe('ok')
  const other = await make(ann, 'Other')
  expect(await ping({ apiKey: other.secret })).toBe('ok')
  await ann.call('DELETE', `/me/app-keys/${other.key.id}`)
  expect([await ping({ apiKey: other.secret }), await ping({ u: ann.email, ...token(other.secret) })]).toEqual([44, 40])
  const eve = await planet.signUp('Eve')
  const banned = await make(eve)
  await planet.db.pool.query('update people.person set banned_at = now() where id = $1', [eve.id])
  expect([await ping({ apiKey: banned.secret }), await ping({ u: eve.email, p: banned.secret })]).toEqual([44, 40])
})

test('whoever guesses is slowed down, by name and address; who is right is not', async () => {
  const victim = await planet.signUp('Victim')
  const { secret } = await make(victim)
  const tries = await Promise.all(Array.from({ length: 70 }, (_, i) => app(planet, { u: victim.email, p: `guess${i}` }).raw('ping')))
  const limited = tries.filter(answer => answer.status === 429)
  expect(limited.length).toBeGreaterThanOrEqual(10)
  expect(Number(limited[0]!.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await limited[0]!.json()).toMatchObject({ 'subsonic-response': { status: 'failed', error: { code: 0 } } })
  // Also with the right key that name has to wait; others at the same address go on, however often they ask.
  expect((await app(planet, { u: victim.email, p: secret }).raw('ping')).status).toBe(429)
  for (let i = 0; i < 5; i++) expect(await Promise.all(Array.from({ length: 30 }, () => ping({ apiKey: key })))).not.toContain(0)
  clock.shift(301_000)
  expect(await ping({ u: victim.email, p: secret })).toBe('ok')
  clock.shift(0)
})

test('no secret reaches a log, whatever fails', async () => {
  const lines: string[] = []
  const log = makeLog('trace', { write: line => void lines.push(line) })
  const { server } = await buildApp({ config: planet.config, db: planet.db, log, url: planet.db.url, close: async () => undefined })
  const { t, s } = token(key, 'saltysaltysalt')
  const secrets = { apiKey: key, u: ann.email, t, s }
  const ask = async (url: string, more: { method?: 'GET' | 'POST'; payload?: string; headers?: Record<string, string> } = {}) =>
    (await server.inject({ url, ...more })).statusCode
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  await ask(`/rest/getEverything?apiKey=${key}`)
  await ask(`/rest/ping?u=${ann.email}&t=${t}&s=${s}`)
  await ask(`/rest/ping?u=${ann.email}&p=${key}wrong`)
  await ask(`/rest/getSong?id=x&apiKey=${key}`)
  await ask('/rest/ping', { method: 'POST', payload: `apiKey=${key}&f=json`, headers: form })
  await ask('/rest/ping', { method: 'POST', payload: `apiKey=${key}&x=${'y'.repeat(3_000_000)}`, headers: form })
  await ask('/rest/ping', { method: 'POST', payload: `{"apiKey":"${key}`, headers: { 'content-type': 'application/json' } })
  await ask(`/rest/../rest/%2e/%00?apiKey=${key}`)
  await ask(`/api/v1/none?apiKey=${key}`, { headers: { referer: `http://x/rest/ping?apiKey=${key}`, authorization: `Token ${key}` } })
  // A database that fails while a call is under way.
  await planet.db.pool.query('alter table people.app_key rename to app_key_away')
  const broken = await server.inject({ url: `/rest/ping?f=json&apiKey=${key}` })
  const brokenToken = await server.inject({ url: `/rest/ping?f=json&u=${ann.email}&t=${t}&s=${s}` })
  await planet.db.pool.query('alter table people.app_key_away rename to app_key')
  expect([broken.json(), brokenToken.json()]).toMatchObject(
    Array.from({ length: 2 }, () => ({
      'subsonic-response': { status: 'failed', error: { code: 0, message: expect.stringMatching(/^Something went wrong here/) } },
    })),
  )
  await server.close()
  expect(lines.length).toBeGreaterThan(3)
  expect(lines.join('\n')).toContain('/rest/')
  for (const secret of [secrets.apiKey, secrets.t, secrets.s, encodeURIComponent(key)]) expect(lines.join('\n')).not.toContain(secret)
  expect(keyId).toMatch(/^key_/)
})
