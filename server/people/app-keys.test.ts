/** App keys: made, shown once, used, revoked; by their owner alone. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { appKeyFor, banPerson, holdingAppKeys, makeAppKey, networkOf, noteAppKeyUse, personByAppKey } from './index.ts'
import { until } from '../foundation/testing.ts'

type Key = { id: string; name: string; scopes: string[]; lastUsedAt: string | null; lastClient: string | null; lastNetwork: string | null }
type Made = { key: Key; secret: string }
let planet: TestPlanet
let ann: Person
beforeAll(async () => {
  planet = await startPlanet()
  ann = await planet.signUp('Ann')
})
afterAll(() => planet.close())
afterAll(() => clock.shift(0))

const make = (who: Person, given: object = {}) => who.call<Made>('POST', '/me/app-keys', { name: 'Phone', scopes: ['listen'], ...given })
const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

test('a key is shown once, opens by itself and by Subsonic’s token, and lies nowhere as text', async () => {
  const { key, secret } = await make(ann, { scopes: ['listen', 'submit'] })
  expect(secret).toMatch(/^plk_[0-9a-z]{24}$/)
  const listed = await ann.call<{ items: Key[] }>('GET', '/me/app-keys')
  expect(JSON.stringify(listed)).not.toContain(secret)
  expect(listed.items.find(one => one.id === key.id)?.scopes).toEqual(['listen', 'submit'])
  expect(await personByAppKey(planet.db.read, secret)).toMatchObject({
    key: key.id,
    name: 'Phone',
    person: { id: ann.id },
    scopes: ['listen', 'submit'],
  })
  expect(await personByAppKey(planet.db.read, `${secret}x`)).toBeNull()
  const token = md5(`${secret}salt`)
  const byToken = (name: string) => appKeyFor(planet.db.read, planet.config, name, own => md5(`${own}salt`) === token)
  expect((await byToken(ann.email.toUpperCase()))?.key).toBe(key.id)
  expect((await byToken(ann.id))?.key).toBe(key.id)
  expect(await byToken('nobody@test.example')).toBeNull()
  await ann.call('POST', '/pages', { kind: 'person', handle: 'ann-the-listener', name: 'Ann' })
  expect((await byToken('Ann-the-Listener'))?.key).toBe(key.id)
  const { rows } = await planet.db.pool.query<{ row: string; sealed: Buffer }>(
    'select k::text as row, sealed from people.app_key k where id = $1',
    [key.id],
  )
  expect(rows[0]!.row).not.toContain(secret)
  expect(rows[0]!.sealed.toString('latin1')).not.toContain(secret)
  // A sealed secret moved to another row does not open there.
  const other = await make(ann)
  await planet.db.pool.query('update people.app_key set sealed = $1 where id = $2', [rows[0]!.sealed, other.key.id])
  expect(await appKeyFor(planet.db.read, planet.config, ann.email, own => own === other.secret)).toBeNull()
})

test('a retry gets the same secret until an app has used it; another’s id, or other wishes, are refused', async () => {
  const id = newId('key')
  const first = await make(ann, { id })
  expect((await make(ann, { id })).secret).toBe(first.secret)
  await expect(make(ann, { id, name: 'Other' })).rejects.toMatchObject({ status: 409, problem: { code: 'key_reused' } })
  await expect(make(await planet.signUp(), { id })).rejects.toMatchObject({ status: 409 })
  noteAppKeyUse(planet.db.write, id, { client: 'Symfonium', address: '203.0.113.77' })
  const used = await until(async () => {
    const { items } = await ann.call<{ items: Key[] }>('GET', '/me/app-keys')
    return items.find(one => one.id === id && one.lastUsedAt !== null)
  }, 'the use to be noted')
  expect(used).toMatchObject({ lastClient: 'Symfonium', lastNetwork: '203.0.113.x' })
  await expect(make(ann, { id })).rejects.toMatchObject({ status: 409, problem: { code: 'key_reused' } })
})

test('strangers make none, others cannot revoke, and what is revoked, over or banned opens nothing', async () => {
  await expect(make(planet.stranger)).rejects.toMatchObject({ status: 401 })
  await expect(make(ann, { scopes: [] })).rejects.toMatchObject({ status: 400 })
  await expect(make(ann, { scopes: ['admin'] })).rejects.toMatchObject({ status: 400 })
  await expect(make(ann, { expiresAt: new Date(clock.now().getTime() - 1000).toISOString() })).rejects.toMatchObject({ status: 400 })
  const { key, secret } = await make(ann)
  const bob = await planet.signUp('Bob')
  await expect(bob.call('DELETE', `/me/app-keys/${key.id}`)).rejects.toMatchObject({ status: 404 })
  const ends = await make(ann, { expiresAt: new Date(clock.now().getTime() + 60_000).toISOString() })
  expect(await holdingAppKeys(planet.db.read, [key.id, ends.key.id, 'key_x'])).toEqual(new Set([key.id, ends.key.id]))
  clock.shift(61_000)
  expect(await personByAppKey(planet.db.read, ends.secret)).toBeNull()
  clock.shift(0)
  await ann.call('DELETE', `/me/app-keys/${key.id}`)
  await expect(ann.call('DELETE', `/me/app-keys/${key.id}`)).rejects.toMatchObject({ status: 404 })
  expect(await personByAppKey(planet.db.read, secret)).toBeNull()
  const own = await make(bob)
  await planet.db.transaction(tx => banPerson(tx, bob.id, true))
  expect(await personByAppKey(planet.db.read, own.secret)).toBeNull()
  expect(await appKeyFor(planet.db.read, planet.config, bob.email, () => true)).toBeNull()
  expect((await holdingAppKeys(planet.db.read, [own.key.id])).size).toBe(0)
})

test('at most fifty, also when sixty are made at once', async () => {
  const eve = await planet.signUp('Eve')
  const made = await Promise.allSettled(
    Array.from({ length: 60 }, (_, i) =>
      planet.db.transaction(tx => makeAppKey(tx, planet.config, eve.id, { name: `App ${i}`, scopes: ['listen'] })),
    ),
  )
  expect(made.filter(one => one.status === 'fulfilled')).toHaveLength(50)
  await expect(make(eve)).rejects.toMatchObject({ status: 409, problem: { code: 'too_many_keys' } })
})

test('a network is told coarsely', () => {
  expect(networkOf('::ffff:198.51.100.9')).toBe('198.51.100.x')
  expect(networkOf('2001:db8:12:34::7')).toBe('2001:db8:12::/48')
  expect(networkOf('::1')).toBe('0:0:0::/48')
  expect(networkOf('what')).toBe('unknown')
})
