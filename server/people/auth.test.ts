import { getMigrations } from 'better-auth/db/migration'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { password, startPlanet, type TestPlanet } from '../testing.ts'
import { hashPassword, makePerson } from './index.ts'
import { authOptions } from './options.ts'

let planet: TestPlanet
beforeAll(async () => void (planet = await startPlanet()))
afterAll(() => planet.close())

type Answer = { status: number; code: string; fields?: Record<string, string>; cookies: string[]; body: string }
async function post(path: string, json: unknown, headers: Record<string, string> = {}, at = planet): Promise<Answer> {
  const answer = await at.stranger.fetch(`/api/auth${path}`, { method: 'POST', json, headers })
  const body = await answer.text()
  return { status: answer.status, cookies: answer.headers.getSetCookie(), body, ...(JSON.parse(body) as { code: string }) }
}
const email = (name: string): string => `${name}@auth.example`

test('the tables are what better-auth needs', async () => {
  const found = await getMigrations(authOptions({ db: planet.db, config: planet.config, log: makeLog('fatal') }))
  expect({ created: found.toBeCreated, added: found.toBeAdded, problems: found.schemaProblems }).toEqual({
    created: [],
    added: [],
    problems: [],
  })
})

test('signing up makes a person who is signed in, once', async () => {
  const first = await post('/sign-up/email', { name: '  小雨 ', email: 'Rain@Auth.Example', password, locale: 'zh' })
  expect(first.status).toBe(200)
  expect(first.cookies[0]).toMatch(/^planet\.session_token=.*HttpOnly; SameSite=Lax$/)
  expect(first.body).not.toContain('token')
  const { rows } = await planet.db.pool.query(`select name, email, locale, roles from people.person where email = 'rain@auth.example'`)
  expect(rows).toEqual([{ name: '小雨', email: 'rain@auth.example', locale: 'zh', roles: [] }])
  await until(async () => (await planet.db.pool.query(`select 1 from house.event where type = 'person_joined'`)).rowCount, 'the event')
  const again = await post('/sign-up/email', { name: 'x', email: 'RAIN@auth.example', password })
  expect([again.status, again.code, again.cookies]).toEqual([409, 'email_taken', []])
})

test('of two sign-ups at once with one address one wins and the other is told why', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => post('/sign-up/email', { name: 'Twin', email: email('twin'), password })))
  expect(all.map(one => one.status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409, 409, 409])
  expect(new Set(all.filter(one => one.status === 409).map(one => one.code))).toEqual(new Set(['email_taken']))
  const { rows } = await planet.db.pool.query(
    `select count(*)::int as people, (select count(*)::int from people.account a where a.person = any(array_agg(p.id))) as accounts from people.person p where email = $1`,
    [email('twin')],
  )
  expect(rows).toEqual([{ people: 1, accounts: 1 }])
})

test('a body cannot set what the server decides', async () => {
  const answer = await post('/sign-up/email', {
    name: 'Eve',
    email: email('eve'),
    password,
    id: 'usr_00000000000000000000000000',
    roles: ['operator'],
    emailVerified: true,
    image: 'https://evil.example/x.png',
    bannedAt: null,
  })
  expect(answer.status).toBe(200)
  const { rows } = await planet.db.pool.query(
    'select roles, email_verified, image, id like $2 as own_id from people.person where email = $1',
    [email('eve'), 'usr_0000%'],
  )
  expect(rows).toEqual([{ roles: [], email_verified: false, image: null, own_id: false }])
})

test('what is filled in wrong is named, in the reader’s language', async () => {
  const answer = await post('/sign-up/email', { name: '', email: 'nobody', password: 'short' }, { 'accept-language': 'zh-CN' })
  expect([answer.status, answer.code, Object.keys(answer.fields!).sort()]).toEqual([400, 'invalid', ['email', 'name', 'password']])
  expect(answer.fields!['email']).toMatch(/[\u4e00-\u9fff]/)
  expect((await post('/sign-in/email', { email: email('twin') })).status).toBe(400)
  expect((await post('/sign-in/email', { email: { $ne: '' }, password: ['x'] })).status).toBe(400)
})

test('a wrong password and an unknown address look the same', async () => {
  const [wrong, unknown] = [
    await post('/sign-in/email', { email: email('twin'), password: 'not-the-password' }),
    await post('/sign-in/email', { email: email('nobody'), password: 'not-the-password' }),
  ]
  expect(wrong.body).toBe(unknown.body)
  expect([wrong.status, wrong.code, wrong.cookies, unknown.cookies]).toEqual([401, 'login_failed', [], []])
  expect((await post('/sign-in/email', { email: email('twin'), password: '' })).status).toBe(400)
})

test('other sites cannot sign anyone in or out', async () => {
  const good = { email: email('twin'), password }
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
  ] as Record<string, string>[]) {
    for (const path of ['/sign-in/email', '/sign-out'])
      expect([headers, path, (await post(path, good, headers)).code]).toEqual([headers, path, 'foreign_origin'])
  }
  expect((await post('/sign-in/email', good, { origin: planet.url })).status).toBe(200)
  // The same planet under another of its names: what counts is that Origin and Host agree.
  expect((await post('/sign-in/email', good, { origin: planet.url.replace('http:', 'https:') })).status).toBe(200)
})

test('nothing else of the library is open', async () => {
  for (const path of [
    '/update-user',
    '/delete-user',
    '/list-sessions',
    '/revoke-sessions',
    '/change-email',
    '/request-password-reset',
    '/reset-password',
    '/link-social',
    '/sign-in/social',
    '/verify-password',
    '/get-access-token',
  ])
    expect([path, (await post(path, {})).status]).toEqual([path, 404])
})

test('changing the password ends every other session', async () => {
  const one = await planet.signUp('Pat')
  const second = (await post('/sign-in/email', { email: one.email, password })).cookies[0]!.split(';')[0]!
  expect((await post('/change-password', { currentPassword: password, newPassword: 'another-password' })).status).toBe(401)
  expect(
    (await one.fetch('/api/auth/change-password', { method: 'POST', json: { currentPassword: 'wrong', newPassword: 'another-password' } }))
      .status,
  ).toBe(400)
  const changed = await one.fetch('/api/auth/change-password', {
    method: 'POST',
    json: { currentPassword: password, newPassword: 'another-password' },
  })
  expect(changed.status).toBe(200)
  const me = async (cookie: string) =>
    ((await (await fetch(`${planet.url}/api/v1/me`, { headers: { cookie } })).json()) as { me: { id: string } | null }).me?.id
  expect([await me(one.cookie), await me(second), await me(changed.headers.getSetCookie()[0]!.split(';')[0]!)]).toEqual([
    undefined,
    undefined,
    one.id,
  ])
  expect((await post('/sign-in/email', { email: one.email, password })).status).toBe(401)
  expect((await post('/sign-in/email', { email: one.email, password: 'another-password' })).status).toBe(200)
})

test('guessing is slowed down, also for addresses nobody has', async () => {
  const strict = await startPlanet({ config: { rateLimits: true } })
  try {
    const one = await strict.signUp('Gus')
    for (const address of [one.email, email('nobody')]) {
      const codes: number[] = []
      for (let i = 0; i < 12; i++)
        codes.push((await post('/sign-in/email', { email: address, password: 'wrong-password' }, {}, strict)).status)
      expect(codes).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429])
    }
    const refused = await strict.stranger.fetch('/api/auth/sign-in/email', { method: 'POST', json: { email: one.email, password } })
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    // A client cannot change its address by a header.
    expect(
      (await post('/sign-in/email', { email: one.email, password }, { 'x-forwarded-for': '9.9.9.9', 'x-planet-client': '9.9.9.9' }, strict))
        .status,
    ).toBe(429)
  } finally {
    await strict.close()
  }
})

test('persons made without a request can sign in', async () => {
  const hash = await hashPassword('planet-demo')
  await planet.db.transaction(async tx => {
    for (const name of ['fan', 'host'])
      await makePerson(tx, { name, email: `${name}@Demo.example`, password: { hash }, roles: name === 'host' ? ['reviewer'] : [] })
  })
  expect((await post('/sign-in/email', { email: 'fan@demo.example', password: 'planet-demo' })).status).toBe(200)
  await expect(
    planet.db.transaction(tx => makePerson(tx, { name: 'x', email: 'FAN@demo.example', password: { hash } })),
  ).rejects.toMatchObject({ code: 'email_taken' })
})
