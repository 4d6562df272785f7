import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { password, startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { banPerson, makeReadViewer } from './index.ts'

let planet: TestPlanet
beforeAll(async () => void (planet = await startPlanet()))
afterAll(() => planet.close())

/** What our reader and better-auth each make of a cookie: the person's id or null. */
async function both(cookie: string): Promise<[string | null, string | null]> {
  const ours = await makeReadViewer({ db: planet.db, config: planet.config })({ cookie })
  const theirs = (await (await fetch(`${planet.url}/api/auth/get-session`, { headers: { cookie } })).json()) as { user?: { id: string } }
  return [ours?.id ?? null, theirs.user?.id ?? null]
}
const signIn = async (who: Person, extra: object = {}): Promise<string> => {
  const answer = await planet.stranger.fetch('/api/auth/sign-in/email', { method: 'POST', json: { email: who.email, password, ...extra } })
  expect(answer.status).toBe(200)
  return answer.headers.getSetCookie()[0]!.split(';')[0]!
}

test('agrees with better-auth on a good cookie, however it is written', async () => {
  const ann = await planet.signUp('Ann')
  expect(await both(ann.cookie)).toEqual([ann.id, ann.id])
  expect(await both(`theme=dark; ${ann.cookie}; x=1`)).toEqual([ann.id, ann.id])
  expect(await both(decodeURIComponent(ann.cookie))).toEqual([ann.id, ann.id])
})

test('agrees with better-auth that a tampered cookie is nobody', async () => {
  const ann = await planet.signUp('Ann')
  const value = decodeURIComponent(ann.cookie.split('=')[1]!)
  const [token = '', signed = ''] = value.split('.')
  const other = `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`
  const elsewhere = createHmac('sha256', 'another secret of more than thirty-two').update(token).digest('base64')
  for (const wrong of [
    '',
    '.',
    token,
    `${token}.`,
    `.${signed}`,
    `${other}.${signed}`,
    `${token}.${signed.slice(0, -2)}A=`,
    `${token}.${elsewhere}`,
    `${token}.${'A'.repeat(43)}=`,
    '%E0%A4%A',
    `${value}x`,
  ])
    expect([wrong, ...(await both(`planet.session_token=${encodeURIComponent(wrong)}`))]).toEqual([wrong, null, null])
  expect(await both('planet.session_token=%E0%A4%A')).toEqual([null, null])
})

test('agrees with better-auth on expired, ended and banned', async () => {
  const [ann, ben, cat] = [await planet.signUp('Ann'), await planet.signUp('Ben'), await planet.signUp('Cat')]
  await planet.db.pool.query(`update people.session set expires_at = now() - interval '1 second' where person = $1`, [ann.id])
  expect(await both(ann.cookie)).toEqual([null, null])

  const other = await signIn(ben)
  const list = await ben.call<{ items: { id: string; current: boolean }[] }>('GET', '/me/sessions')
  expect(new Set(list.items.map(one => one.current))).toEqual(new Set([false, true]))
  await ben.call('DELETE', `/me/sessions/${list.items.find(one => !one.current)!.id}`)
  expect(await both(other)).toEqual([null, null])
  expect(await both(ben.cookie)).toEqual([ben.id, ben.id])

  await planet.db.transaction(tx => banPerson(tx, cat.id, true))
  expect(await both(cat.cookie)).toEqual([null, null])
  const back = await planet.stranger.fetch('/api/auth/sign-in/email', { method: 'POST', json: { email: cat.email, password } })
  expect([back.status, ((await back.json()) as { code: string }).code]).toEqual([401, 'login_failed'])
  await planet.db.transaction(tx => banPerson(tx, cat.id, false))
  expect(await both(await signIn(cat))).toEqual([cat.id, cat.id])
})

test('signing out ends the session, not only the cookie', async () => {
  const ann = await planet.signUp('Ann')
  expect((await ann.fetch('/api/auth/sign-out', { method: 'POST', json: {} })).status).toBe(200)
  expect(await both(ann.cookie)).toEqual([null, null])
})

test('a session slides while it is used and ends when it is not; a role that is lost is lost at once', async () => {
  const ann = await planet.signUp('Ann')
  const brief = await signIn(ann, { rememberMe: false })
  const read = makeReadViewer({ db: planet.db, config: planet.config })
  const day = 86_400_000
  const ends = async (): Promise<number[]> =>
    (
      await planet.db.pool.query<{ days: number }>(
        `select round(extract(epoch from expires_at - created_at) / 86400)::int as days from people.session where person = $1 order by remember desc`,
        [ann.id],
      )
    ).rows.map(row => row.days)
  try {
    expect(await ends()).toEqual([30, 1])
    clock.shift(20 * day)
    expect((await read({ cookie: ann.cookie }))?.id).toBe(ann.id)
    expect(await read({ cookie: brief })).toBeNull()
    await until(async () => (await ends())[0] === 50, 'the end to move on')
    clock.shift(49 * day)
    expect((await read({ cookie: ann.cookie }))?.id).toBe(ann.id)
    await until(async () => (await ends())[0] === 79, 'the end to move on again')
    clock.shift(80 * day)
    expect(await read({ cookie: ann.cookie })).toBeNull()
  } finally {
    clock.shift(0)
  }
  const boss = await planet.staff('operator')
  expect((await read({ cookie: boss.cookie }))?.roles).toEqual(['operator'])
  await planet.db.pool.query(`update people.person set roles = '{}' where id = $1`, [boss.id])
  expect((await read({ cookie: boss.cookie }))?.roles).toEqual([])
})
