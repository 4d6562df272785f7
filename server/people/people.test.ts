import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { editablePages, handleFor, mayActFor, mayEditPage, openPage } from './index.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let cat: Person
beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben, cat] = [await planet.signUp('Ann'), await planet.signUp('Ben'), await planet.signUp('Cat')]
})
afterAll(() => planet.close())

/** The status and code of a refused call; 200 when it was not refused. */
async function code(who: Person, method: string, path: string, json?: unknown): Promise<string> {
  const answer = await who.fetch(`/api/v1${path}`, { method, ...(json === undefined ? {} : { json }) })
  return answer.ok ? '200' : `${answer.status} ${((await answer.json()) as { code: string }).code}`
}
const viewer = (who: Person) => ({ id: who.id, name: who.name, email: who.email, locale: 'zh' as const, roles: [], session: '' })
type Page = {
  id: string
  name: string
  handle: string
  followers: number
  followed: boolean
  can: { edit: boolean }
  owner: { id: string } | null
  bio: { zh: string }
  links: unknown[]
}

test('me: null for a stranger; name and language can be changed', async () => {
  expect(await planet.stranger.call('GET', '/me')).toEqual({ me: null })
  await ann.call('PATCH', '/me', { name: ' Anna ', locale: 'en', roles: ['operator'] })
  expect(await ann.call('GET', '/me')).toMatchObject({ me: { id: ann.id, name: 'Anna', locale: 'en', roles: [], pages: [] } })
  expect(await code(planet.stranger, 'PATCH', '/me', { name: 'x' })).toBe('401 unauthenticated')
})

test('a refusal is in the language of the page, all of it; for a program in its person’s', async () => {
  const eva = await planet.signUp('Eva')
  await eva.call('PATCH', '/me', { locale: 'zh' })
  const refused = async (headers: Record<string, string>): Promise<boolean[]> => {
    const answer = await eva.fetch('/api/v1/me', { method: 'PATCH', json: { name: '' }, headers })
    const { title, fields } = (await answer.json()) as { title: string; fields: { name: string } }
    return [title, fields.name].map(text => /[\u4e00-\u9fff]/.test(text))
  }
  expect(await refused({ 'accept-language': 'en-GB' })).toEqual([false, false])
  expect(await refused({ 'accept-language': 'en-GB', cookie: `${eva.cookie}; planet_locale=zh` })).toEqual([true, true])
  expect(await refused({ 'accept-language': '*' })).toEqual([true, true])
})

test('sessions of others cannot be seen or ended', async () => {
  const { items } = await ann.call<{ items: { id: string }[] }>('GET', '/me/sessions')
  expect(items).toHaveLength(1)
  expect(await code(ben, 'DELETE', `/me/sessions/${items[0]!.id}`)).toBe('404 not_found')
  expect(await ben.call('DELETE', '/me/sessions')).toEqual({ ended: 0 })
  expect(await ann.call('GET', '/me')).toMatchObject({ me: { id: ann.id } })
})

test('an organisation is seen by its members only; a retry makes it once', async () => {
  const id = newId('org')
  const first = await ann.call('POST', '/organisations', { id, name: 'Tide', kind: 'label' })
  expect(first).toEqual({ id, name: 'Tide', kind: 'label', role: 'owner', members: 1 })
  expect(await ann.call('POST', '/organisations', { id, name: 'Tide', kind: 'label' })).toEqual(first)
  expect(await code(ben, 'POST', '/organisations', { id, name: 'Tide', kind: 'label' })).toBe('409 key_reused')
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['PATCH', '', { name: 'Mine' }],
    ['GET', '/members', undefined],
    ['POST', '/members', { email: ben.email, role: 'owner' }],
    ['PATCH', `/members/${ann.id}`, { role: 'door' }],
    ['DELETE', `/members/${ann.id}`, undefined],
  ] as const)
    expect([method, path, await code(ben, method, `/organisations/${id}${path}`, body)]).toEqual([method, path, '404 not_found'])
  expect(await code(ann, 'POST', '/pages', { kind: 'business', handle: 'tide-x', name: 'x', organisation: newId('org') })).toBe(
    '404 not_found',
  )
})

test('roles: managers appoint those below them, finance and door nobody', async () => {
  const { id } = await ann.call<{ id: string }>('POST', '/organisations', { name: 'Reef', kind: 'venue' })
  const path = `/organisations/${id}/members`
  expect(await code(ann, 'POST', path, { email: 'no-such@person.example', role: 'door' })).toBe('404 no_such_person')
  expect(await ann.call('POST', path, { email: ben.email.toUpperCase(), role: 'manager' })).toMatchObject({
    person: ben.id,
    role: 'manager',
    email: ben.email,
  })
  expect(await code(ann, 'POST', path, { email: ben.email, role: 'door' })).toBe('409 already_member')
  expect(await code(ben, 'POST', path, { email: cat.email, role: 'manager' })).toBe('403 forbidden')
  expect(await code(ben, 'POST', path, { email: cat.email, role: 'door' })).toBe('200')
  expect(await code(ben, 'PATCH', `${path}/${cat.id}`, { role: 'owner' })).toBe('403 forbidden')
  expect(await code(ben, 'PATCH', `${path}/${ann.id}`, { role: 'door' })).toBe('403 forbidden')
  expect(await code(ben, 'PATCH', `${path}/${ben.id}`, { role: 'owner' })).toBe('403 forbidden')
  expect(await code(ben, 'DELETE', `${path}/${ann.id}`)).toBe('403 forbidden')
  expect(await code(cat, 'POST', path, { email: ann.email, role: 'door' })).toBe('403 forbidden')
  expect(await code(cat, 'PATCH', `/organisations/${id}`, { name: 'x' })).toBe('403 forbidden')
  expect(await code(cat, 'POST', '/pages', { kind: 'business', handle: 'reef-x', name: 'x', organisation: id })).toBe('403 forbidden')
  expect(await code(ann, 'DELETE', `${path}/${ann.id}`)).toBe('409 last_owner')
  expect(await code(ann, 'PATCH', `${path}/${ann.id}`, { role: 'manager' })).toBe('409 last_owner')
  expect([
    await mayActFor(planet.db.read, viewer(ben), id),
    await mayActFor(planet.db.read, viewer(cat), id),
    await mayActFor(planet.db.read, viewer(cat), id, ['door']),
  ]).toEqual([true, false, true])
  expect(await code(cat, 'DELETE', `${path}/${cat.id}`)).toBe('200')
  expect(await code(cat, 'GET', path)).toBe('404 not_found')
})

test('two owners who leave at once: one stays', async () => {
  const { id } = await ann.call<{ id: string }>('POST', '/organisations', { name: 'Pair', kind: 'other' })
  for (let round = 0; round < 5; round++) {
    await ann.fetch(`/api/v1/organisations/${id}/members`, { method: 'POST', json: { email: ben.email, role: 'owner' } })
    await ben.fetch(`/api/v1/organisations/${id}/members`, { method: 'POST', json: { email: ann.email, role: 'owner' } })
    const left = await Promise.all([
      code(ann, 'DELETE', `/organisations/${id}/members/${ann.id}`),
      code(ben, 'DELETE', `/organisations/${id}/members/${ben.id}`),
    ])
    expect(left.sort()).toEqual(['200', '409 last_owner'])
    const { rows } = await planet.db.pool.query(
      `select count(*)::int as owners from people.member where organisation = $1 and role = 'owner'`,
      [id],
    )
    expect(rows[0].owners).toBe(1)
  }
})

test('a page: opened once, its handle is nobody else’s, only its own may change it', async () => {
  const id = newId('pag')
  const given = {
    id,
    kind: 'artist',
    handle: 'Night-Ferry',
    name: '夜渡',
    bio: { zh: '海上的民谣', en: 'Folk of the sea' },
    links: [{ label: 'home', url: 'https://night.example' }],
  }
  const page = await ann.call<Page>('POST', '/pages', given)
  expect(page).toMatchObject({ id, handle: 'night-ferry', followers: 0, can: { edit: true }, owner: { id: ann.id } })
  expect(await ann.call('POST', '/pages', given)).toEqual(page)
  expect(await code(ben, 'POST', '/pages', given)).toBe('409 key_reused')
  expect(await code(ben, 'POST', '/pages', { ...given, id: newId('pag') })).toBe('409 name_taken')
  expect(await code(ann, 'POST', '/pages', { ...given, id: undefined, links: [{ label: 'x', url: 'javascript:alert(1)' }] })).toBe(
    '400 invalid',
  )
  expect(await planet.stranger.call('GET', '/pages/NIGHT-ferry')).toMatchObject({
    id,
    can: { edit: false },
    followed: false,
    bio: { zh: '海上的民谣' },
  })
  expect(await code(ben, 'PATCH', `/pages/${id}`, { name: 'Mine' })).toBe('403 own_page_only')
  expect(await code(planet.stranger, 'PATCH', `/pages/${id}`, { name: 'Mine' })).toBe('401 unauthenticated')
  expect(
    await ann.call('PATCH', `/pages/${id}`, { name: '夜航', city: '厦门', verified: true, followers: 9, handle: 'other' }),
  ).toMatchObject({ name: '夜航', city: '厦门', verified: false, followers: 0, handle: 'night-ferry' })
  expect(await ann.call('PATCH', `/pages/${id}`, { city: null })).toMatchObject({ name: '夜航', city: null })
  expect(await code(ann, 'PATCH', `/pages/${id}`, { picture: newId('ast') })).toBe('404 not_found')
  expect(await code(ann, 'GET', '/pages/nobody-here')).toBe('404 not_found')
  expect([
    await mayEditPage(planet.db.read, viewer(ann), id),
    await mayEditPage(planet.db.read, viewer(ben), id),
    await mayEditPage(planet.db.read, null, id),
  ]).toEqual([true, false, false])
})

test('of many who want one handle at once one gets it', async () => {
  const all = await Promise.all(
    [ann, ben, cat, ann, ben].map(who => code(who, 'POST', '/pages', { kind: 'person', handle: 'only-one', name: 'One' })),
  )
  expect(all.sort()).toEqual(['200', '409 name_taken', '409 name_taken', '409 name_taken', '409 name_taken'])
})

test('an organisation’s managers edit its pages until they no longer are', async () => {
  const { id: organisation } = await ann.call<{ id: string }>('POST', '/organisations', { name: 'Bay', kind: 'label' })
  const { id } = await ann.call<Page>('POST', '/pages', { kind: 'business', handle: 'bay', name: 'Bay', organisation })
  await ann.call('POST', `/organisations/${organisation}/members`, { email: cat.email, role: 'manager' })
  expect(await code(cat, 'PATCH', `/pages/${id}`, { city: '海口' })).toBe('200')
  expect(await editablePages(planet.db.read, viewer(cat))).toContain(id)
  expect(await cat.call('GET', '/me')).toMatchObject({ me: { organisations: [{ id: organisation, role: 'manager' }] } })
  await ann.call('PATCH', `/organisations/${organisation}/members/${cat.id}`, { role: 'finance' })
  expect(await code(cat, 'PATCH', `/pages/${id}`, { city: 'x' })).toBe('403 own_page_only')
  expect(await editablePages(planet.db.read, viewer(cat))).not.toContain(id)
})

test('following: twice is once, and the count is right after a rush', async () => {
  const { id } = await ann.call<Page>('POST', '/pages', { kind: 'artist', handle: 'followed', name: 'F' })
  await ben.call('POST', `/pages/${id}/follow`)
  expect(await ben.call('POST', `/pages/${id}/follow`)).toMatchObject({ followers: 1, followed: true })
  const rush: Promise<unknown>[] = []
  for (let i = 0; i < 40; i++) rush.push([ann, ben, cat][i % 3]!.call(i % 4 === 3 ? 'DELETE' : 'POST', `/pages/${id}/follow`))
  await Promise.all(rush)
  const count = async () =>
    (
      await planet.db.pool.query(
        'select followers, (select count(*)::int from people.follow where page = p.id) as rows from people.page p where id = $1',
        [id],
      )
    ).rows[0]
  const after = await count()
  expect(after.followers).toBe(after.rows)
  for (const who of [ann, ben, cat]) await who.call('DELETE', `/pages/${id}/follow`)
  expect(await count()).toEqual({ followers: 0, rows: 0 })
  expect(await code(planet.stranger, 'POST', `/pages/${id}/follow`)).toBe('401 unauthenticated')
  expect(await code(ann, 'POST', `/pages/${newId('pag')}/follow`)).toBe('404 not_found')
})

test('lists page through everything once', async () => {
  const ids = await planet.db.transaction(async tx => {
    const out: string[] = []
    for (let i = 0; i < 23; i++) out.push(await openPage(tx, { kind: 'business', name: `店 ${i % 3}`, owner: null }))
    return out
  })
  for (const id of ids.slice(0, 9)) await cat.call('POST', `/pages/${id}/follow`)
  const walk = async (who: Person, path: string): Promise<string[]> => {
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: { id: string }[]; next: string | null } = await who.call(
        'GET',
        `${path}limit=4${cursor ? `&cursor=${cursor}` : ''}`,
      )
      seen.push(...page.items.map(item => item.id))
      cursor = page.next
    }
    return seen
  }
  const pages = await walk(planet.stranger, '/pages?kind=business&')
  expect(new Set(pages).size).toBe(pages.length)
  for (const id of ids) expect(pages).toContain(id)
  expect(new Set(pages.slice(0, 9))).toEqual(new Set(ids.slice(0, 9)))
  expect(await walk(cat, '/me/follows?')).toEqual(ids.slice(0, 9).reverse())
  for (const cursor of ['x', Buffer.from('[1]').toString('base64url'), Buffer.from('{"a":1}').toString('base64url')])
    expect(await code(cat, 'GET', `/me/follows?cursor=${cursor}`)).toBe('400 invalid')
})

test('handles are made from names, in Latin letters', async () => {
  expect(handleFor('周杰伦')).toBe('zhou-jie-lun')
  expect(handleFor('Björk & the Owls')).toBe('bjork-the-owls')
  expect(handleFor('♥')).toMatch(/^page-/)
  const made = await planet.db.transaction(async tx => {
    const out: string[] = []
    for (let i = 0; i < 10; i++) out.push(await openPage(tx, { kind: 'artist', name: '回声 Echo', owner: null }))
    return out
  })
  const { rows } = await planet.db.pool.query<{ handle: string }>(
    // Ids of one millisecond stand in any order: it is the order they were made in that counts.
    'select handle from people.page where id = any($1) order by array_position($1, id)',
    [made],
  )
  expect(rows.slice(0, 3).map(row => row.handle)).toEqual(['hui-sheng-echo', 'hui-sheng-echo-2', 'hui-sheng-echo-3'])
  expect(new Set(rows.map(row => row.handle)).size).toBe(10)
})
