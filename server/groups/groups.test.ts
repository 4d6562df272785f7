import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { addActivity, allowHost, allowMember, joinNow, removeMember, seeGroup, standing, standings, withdrawMember } from './index.ts'
import { addGroup, addPage, events, join, codeOf as code, audit } from './groups.testing.ts'
import { clock, newId } from '../foundation/clock.ts'
import { ban } from '../moderation/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
let owner: Person
let fan: Person
let other: Person
beforeAll(async () => {
  planet = await startPlanet()
  owner = await planet.signUp('Olive')
  fan = await planet.signUp('Fan')
  other = await planet.signUp('Other')
})
afterEach(() => clock.shift(0))
afterAll(async () => {
  await audit(planet)
  await planet.close()
})

type Group = {
  id: string
  handle: string
  name: string
  members: number
  visibility: string
  state: string
  about: string
  agency: { id: string; confirmedAt: string | null } | null
  charter: { version: number; text: string } | null
  hosts: { id: string; role: string }[]
  you: {
    member: boolean
    role: string | null
    artist: boolean
    level: number
    charter: number
    request: { id: string } | null
    waitDays: number
    banned: boolean
  }
  can: Record<string, boolean>
}
const group = (who: Person, id: string): Promise<Group> => who.call('GET', `/groups/${id}`)

describe('opening', () => {
  test('by anyone; sent again it is one; a taken handle is said', async () => {
    const id = newId('grp')
    const body = { id, handle: `tide-${id.slice(-6)}`, name: 'Tide Watchers', charter: 'Be kind.' }
    await owner.call('POST', '/groups', body)
    const again = await owner.call<Group>('POST', '/groups', body)
    expect(again).toMatchObject({
      id,
      members: 1,
      charter: { version: 1, text: 'Be kind.' },
      you: { role: 'owner', charter: 1 },
      can: { own: true, write: true },
    })
    expect(await code(fan.call('POST', '/groups', { ...body, id: newId('grp') }))).toBe('name_taken')
    expect(await code(fan.call('POST', '/groups', body))).toBe('key_reused')
    expect((await group(fan, body.handle)).id).toBe(id)
    expect((await events(planet, 'group_opened')).filter(event => event['group'] === id)).toHaveLength(1)
  })

  test('an official one only by an editor of the page, one per page, also when two try at once', async () => {
    const page = await addPage(owner)
    const id = (): { id: string; handle: string } => ({ id: newId('grp'), handle: `o-${newId('grp').slice(-10)}` })
    expect(await code(fan.call('POST', '/groups', { ...id(), kind: 'official', name: 'Official', page }))).toBe('own_page_only')
    expect(await code(fan.call('POST', '/groups', { ...id(), kind: 'official', name: 'Official' }))).toBe('invalid')
    expect(await code(fan.call('POST', '/groups', { ...id(), name: 'Nothing', page: newId('pag') }))).toBe('not_found')
    const both = await Promise.all(
      [1, 2].map(() => code(owner.call('POST', '/groups', { ...id(), kind: 'official', name: 'Official', page }))),
    )
    expect(both.toSorted()).toEqual(['official_taken', 'ok'])
    const fans = await addGroup(fan, { page, name: 'Fans of Tide' })
    const strip = await planet.stranger.call<{
      official: { kind: string } | null
      fans: { id: string }[]
      count: number
      mayOpen: boolean
    }>('GET', `/pages/${page}/groups`)
    expect(strip).toMatchObject({ official: { kind: 'official' }, fans: [{ id: fans }], count: 2, mayOpen: false })
  })

  test('server-managed fields in the body are ignored', async () => {
    const id = newId('grp')
    await fan.call('POST', '/groups', {
      id,
      handle: `x-${id.slice(-8)}`,
      name: 'X',
      members: 900,
      demo: true,
      founder: owner.id,
      state: 'closed',
    })
    expect(await group(fan, id)).toMatchObject({ members: 1, state: 'open', you: { role: 'owner' } })
  })
})

describe('who sees what', () => {
  test('public: anyone reads; members: join to read; invite: not there', async () => {
    const [open, half, hidden] = [
      await addGroup(owner),
      await addGroup(owner, { visibility: 'members' }),
      await addGroup(owner, { visibility: 'invite', joining: 'invite' }),
    ]
    expect((await group(planet.stranger, open)).can['read']).toBe(true)
    expect((await group(fan, half)).can).toMatchObject({ read: false, join: true })
    expect(await code(group(fan, hidden))).toBe('not_found')
    expect(await code(fan.call('GET', `/groups/${half}/schedule`))).toBe('not_found')
    expect(await code(fan.call('GET', `/groups/${open}/members`))).toBe('members_only')
    const operator = await planet.staff('operator')
    expect((await group(operator, hidden)).can['read']).toBe(true)
    expect(await code(operator.call('PATCH', `/groups/${hidden}`, { name: 'Mine' }))).toBe('hosts_only')
    const found = await planet.stranger.call<{ items: { id: string }[] }>('GET', '/groups?sort=new&limit=100')
    expect(found.items.map(one => one.id)).toEqual(expect.arrayContaining([open, half]))
    expect(found.items.map(one => one.id)).not.toContain(hidden)
  })

  test('found by characters, pinyin, initials and beginnings; paged without a repeat', async () => {
    const id = await addGroup(owner, { name: '周杰伦 Tea House' })
    const find = async (q: string): Promise<string[]> =>
      (await fan.call<{ items: { id: string }[] }>('GET', `/groups?q=${encodeURIComponent(q)}&limit=100`)).items.map(one => one.id)
    for (const q of ['周杰伦', '杰伦', 'zhoujie', 'zjl', 'TEA', 'ho', '周 tea']) expect([q, ...(await find(q))]).toContain(id)
    for (const q of ['zzz', '李', "'; drop", '!&|']) expect([q, ...(await find(q))]).not.toContain(id)
    for (const sort of ['members', 'new']) {
      const seen: string[] = []
      for (let next: string | null = ''; next !== null;) {
        const page: { items: { id: string }[]; next: string | null } = await fan.call(
          'GET',
          `/groups?sort=${sort}&limit=2${next ? `&cursor=${next}` : ''}`,
        )
        seen.push(...page.items.map(one => one.id))
        next = page.next
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen).toContain(id)
    }
  })
})

describe('joining', () => {
  test('open: at once, once however often and at once; leaving and coming back keeps the level', async () => {
    const id = await addGroup(owner)
    await Promise.all([1, 2, 3].map(() => join(fan, id)))
    expect(await group(fan, id)).toMatchObject({ members: 2, you: { member: true, level: 1 } })
    expect((await events(planet, 'member_joined')).filter(event => event['group'] === id)).toHaveLength(1)
    await planet.db.transaction(tx => addActivity(tx, [{ group: id, person: fan.id, amount: 25, key: 'a' }]))
    expect((await group(fan, id)).you.level).toBe(2)
    await fan.call('DELETE', `/groups/${id}/membership`)
    await fan.call('DELETE', `/groups/${id}/membership`)
    expect(await group(fan, id)).toMatchObject({ members: 1, you: { member: false, level: 0 } })
    await join(fan, id)
    expect((await group(fan, id)).you.level).toBe(2)
    expect(await code(owner.call('DELETE', `/groups/${id}/membership`))).toBe('owner_stays')
  })

  test('by questions: a host decides, once; the request of another group is not theirs', async () => {
    const id = await addGroup(owner, { joining: 'ask' })
    await owner.call('PATCH', `/groups/${id}`, { questions: ['Since when?'] })
    expect(await code(join(fan, id))).toBe('answers_missing')
    await join(fan, id, { answers: ['2019'] })
    await join(fan, id, { answers: ['2019'] })
    const { items, count } = await owner.call<{ items: { id: string; answers: unknown[] }[]; count: number }>(
      'GET',
      `/groups/${id}/requests`,
    )
    expect(count).toBe(1)
    expect(items[0]!.answers).toEqual([{ question: 'Since when?', answer: '2019' }])
    expect(await code(other.call('GET', `/groups/${id}/requests`))).toBe('hosts_only')
    expect(await code(other.call('POST', `/join-requests/${items[0]!.id}`, { accept: true }))).toBe('hosts_only')
    expect(await code(fan.call('POST', `/join-requests/${items[0]!.id}`, { accept: true }))).toBe('hosts_only')
    await Promise.all([1, 2].map(() => owner.call('POST', `/join-requests/${items[0]!.id}`, { accept: true })))
    expect(await code(owner.call('POST', `/join-requests/${items[0]!.id}`, { accept: false }))).toBe('decided')
    expect(await group(fan, id)).toMatchObject({ members: 2, you: { member: true, request: null } })
    await join(other, id, { answers: ['Today'] })
    expect((await group(other, id)).you.request).not.toBeNull()
    await other.call('DELETE', `/groups/${id}/join`)
    expect((await group(other, id)).you.request).toBeNull()
  })

  test('by invite: for so many, until then; it opens a hidden group to who was given it', async () => {
    const id = await addGroup(owner, { visibility: 'invite', joining: 'invite' })
    const invite = await owner.call<{ token: string }>('POST', `/groups/${id}/invites`, { days: 7, uses: 1 })
    expect(await code(join(fan, id))).toBe('not_found')
    expect((await fan.call<Group>('GET', `/groups/${id}?invite=${invite.token}`)).can).toMatchObject({ join: true, read: false })
    expect(await code(fan.call('GET', `/groups/${id}?invite=${'x'.repeat(24)}`))).toBe('not_found')
    const both = await Promise.all([fan, other].map(who => code(join(who, id, { invite: invite.token }))))
    expect(both.filter(one => one === 'ok')).toHaveLength(1)
    expect((await group(owner, id)).members).toBe(2)
    const third = await planet.signUp('Third')
    const short = await owner.call<{ token: string }>('POST', `/groups/${id}/invites`, { days: 1 })
    clock.shift(2 * 86_400_000)
    expect(await code(third.call('GET', `/groups/${id}?invite=${short.token}`))).toBe('not_found')
    clock.shift(0)
    await owner.call('DELETE', `/groups/${id}/invites/${short.token}`)
    expect(await code(third.call('GET', `/groups/${id}?invite=${short.token}`))).toBe('not_found')
    expect((await owner.call<{ items: unknown[] }>('GET', `/groups/${id}/invites`)).items).toHaveLength(0)
    expect(await code(third.call('GET', `/groups/${id}/invites`))).toBe('not_found')
  })

  test('after so many days of following the page', async () => {
    const page = await addPage(owner)
    const id = await addGroup(owner, { page })
    await owner.call('PATCH', `/groups/${id}`, { followDays: 3 })
    expect(await code(join(other, id))).toBe('follow_first')
    await other.call('POST', `/pages/${page}/follow`)
    expect((await group(other, id)).you.waitDays).toBe(3)
    expect(await code(join(other, id))).toBe('follow_first')
    clock.shift(3 * 86_400_000 + 60_000)
    expect(await code(join(other, id))).toBe('ok')
    expect(await code(owner.call('PATCH', `/groups/${await addGroup(owner)}`, { followDays: 3 }))).toBe('no_page')
  })
})

describe('charter', () => {
  test('is accepted when joining and again when it changes; until then one only reads', async () => {
    const id = await addGroup(owner, { charter: 'Be kind.' })
    expect(await code(join(fan, id))).toBe('charter_new')
    await join(fan, id, { charter: 1 })
    const viewer = { id: fan.id, name: 'Fan', email: '', locale: 'en' as const, roles: [], session: '' }
    expect(await code(allowMember(planet.db.read, viewer, id))).toBe('ok')
    await owner.call('POST', `/groups/${id}/charter`, { text: 'Be kind. No leaks.' })
    await owner.call('POST', `/groups/${id}/charter`, { text: 'Be kind. No leaks.' })
    expect(await code(fan.call('POST', `/groups/${id}/charter`, { text: 'Mine.' }))).toBe('owner_only')
    expect(await code(allowMember(planet.db.read, viewer, id))).toBe('charter_new')
    expect(await code(fan.call('POST', `/groups/${id}/charter/accept`, { version: 1 }))).toBe('charter_new')
    expect((await fan.call<Group>('POST', `/groups/${id}/charter/accept`, { version: 2 })).you.charter).toBe(2)
    expect(await code(allowMember(planet.db.read, viewer, id))).toBe('ok')
    const { items } = await fan.call<{ items: { version: number }[] }>('GET', `/groups/${id}/charter`)
    expect(items.map(one => one.version)).toEqual([2, 1])
  })
})

describe('hosts', () => {
  test('are named by the owner, change what is not the owner’s, and are taken out by the owner alone', async () => {
    const id = await addGroup(owner)
    for (const who of [fan, other]) await join(who, id)
    expect(await code(fan.call('PATCH', `/groups/${id}/members/${fan.id}`, { role: 'host' }))).toBe('owner_only')
    await owner.call('PATCH', `/groups/${id}/members/${fan.id}`, { role: 'host' })
    expect((await fan.call<Group>('PATCH', `/groups/${id}`, { about: 'About us' })).about).toBe('About us')
    expect(await code(fan.call('PATCH', `/groups/${id}`, { visibility: 'members' }))).toBe('owner_only')
    expect(await code(other.call('PATCH', `/groups/${id}`, { about: 'Mine' }))).toBe('hosts_only')
    await owner.call('PATCH', `/groups/${id}/members/${other.id}`, { role: 'host' })
    expect(await code(fan.call('POST', `/groups/${id}/members/${other.id}/remove`, { reason: 'x' }))).toBe('owner_only')
    expect(await code(fan.call('POST', `/groups/${id}/members/${owner.id}/remove`, { reason: 'x' }))).toBe('owner_stays')
    await owner.call('PATCH', `/groups/${id}/members/${other.id}`, { role: 'member' })
    await fan.call('POST', `/groups/${id}/members/${other.id}/remove`, { reason: 'Spam' })
    await fan.call('POST', `/groups/${id}/members/${other.id}/remove`, { reason: 'Spam' })
    expect(await group(other, id)).toMatchObject({ members: 2, you: { member: false } })
    const log = await owner.call<{ items: { what: string; by: string | null; reason: string }[] }>('GET', `/groups/${id}/log`)
    expect(log.items[0]).toMatchObject({ what: 'removed', by: 'Fan', reason: 'Spam' })
    expect(await code(other.call('GET', `/groups/${id}/log`))).toBe('hosts_only')
  })

  test('handing over leaves exactly one owner, also when two do it at once', async () => {
    const id = await addGroup(owner)
    for (const who of [fan, other]) await join(who, id)
    await Promise.all([fan, other].map(who => code(owner.call('PATCH', `/groups/${id}/members/${who.id}`, { role: 'owner' }))))
    const { hosts } = await group(planet.stranger, id)
    expect(hosts.filter(one => one.role === 'owner')).toHaveLength(1)
    expect(hosts.some(one => one.id === owner.id && one.role === 'host')).toBe(true)
  })

  test('the artist’s editors host an official group without being in it', async () => {
    const org = await owner.call<{ id: string }>('POST', '/organisations', { name: 'Label', kind: 'label' })
    const page = await addPage(owner, 'artist', 'Harbour', org.id)
    const id = await addGroup(owner, { kind: 'official', page })
    expect(await code(fan.call('PATCH', `/groups/${id}`, { about: 'x' }))).toBe('hosts_only')
    await owner.call('POST', `/organisations/${org.id}/members`, { email: fan.email, role: 'manager' })
    expect(await fan.call<Group>('PATCH', `/groups/${id}`, { about: 'By the manager' })).toMatchObject({
      you: { artist: true, member: false },
    })
    await owner.call('DELETE', `/organisations/${org.id}/members/${fan.id}`)
    expect(await code(fan.call('PATCH', `/groups/${id}`, { about: 'x' }))).toBe('hosts_only')
  })
})

test('an agency is on record when its own people say so', async () => {
  const org = await other.call<{ id: string }>('POST', '/organisations', { name: 'Agency', kind: 'agency' })
  const page = await addPage(other, 'business', 'Agency', org.id)
  const id = await addGroup(owner)
  expect(await code(owner.call('POST', `/groups/${id}/agency`, { page: await addPage(owner) }))).toBe('no_such_agency')
  await owner.call('POST', `/groups/${id}/agency`, { page })
  expect((await group(planet.stranger, id)).agency).toBeNull()
  expect(await code(owner.call('POST', `/groups/${id}/agency/confirm`, { organisation: org.id }))).toBe('not_found')
  const mine = await other.call<{ agencies: { group: { id: string }; organisation: { id: string } }[] }>('GET', '/me/groups')
  expect(mine.agencies).toMatchObject([{ group: { id }, organisation: { id: org.id } }])
  await other.call('POST', `/groups/${id}/agency/confirm`, { organisation: org.id })
  expect((await group(planet.stranger, id)).agency).toMatchObject({ id: org.id, confirmedAt: expect.any(String) })
  expect(await code(fan.call('DELETE', `/groups/${id}/agency`))).toBe('owner_only')
  await other.call('DELETE', `/groups/${id}/agency`)
  expect((await group(planet.stranger, id)).agency).toBeNull()
})

test('a closed group is read by who was in it, changed by nobody, and can be opened again', async () => {
  const id = await addGroup(owner)
  await join(fan, id)
  expect(await code(fan.call('POST', `/groups/${id}/close`))).toBe('owner_only')
  await owner.call('POST', `/groups/${id}/close`)
  expect(await code(group(other, id))).toBe('not_found')
  expect((await group(fan, id)).can).toMatchObject({ read: true, write: false })
  expect(await code(owner.call('PATCH', `/groups/${id}`, { about: 'x' }))).toBe('group_closed')
  expect(await code(planet.db.transaction(tx => joinNow(tx, { group: id, person: other.id, how: 'demo' })))).toBe('group_closed')
  await owner.call('POST', `/groups/${id}/open`)
  expect((await group(other, id)).can['join']).toBe(true)
})

describe('the door for other rooms', () => {
  test('activity counts once per key, at most 100 a day, and only of members; thousands in one go', async () => {
    const id = await addGroup(owner)
    await join(fan, id)
    const add = (rows: { amount: number; key: string; at?: Date; person?: string }[]): Promise<void> =>
      planet.db.transaction(tx =>
        addActivity(
          tx,
          rows.map(row => ({ group: id, person: fan.id, ...row })),
        ),
      )
    await Promise.all(
      [1, 2, 3].map(() =>
        add([
          { amount: 5, key: 'a' },
          { amount: 7, key: 'b' },
          { amount: 9, key: 'c', person: other.id },
        ]),
      ),
    )
    const stands = (): Promise<{ activity: number; level: number }> => standing(planet.db.read, fan.id, id)
    expect((await stands()).activity).toBe(12)
    await Promise.all([1, 2].map(n => add(Array.from({ length: 30 }, (_, i) => ({ amount: 4, key: `many ${n} ${i}` })))))
    expect((await stands()).activity).toBe(100)
    await add([{ amount: 60, key: 'tomorrow', at: new Date(Date.now() + 86_400_000) }])
    expect(await stands()).toMatchObject({ activity: 160, level: 4 })
  })

  test('standings of many, in the order asked; coming and going without a request', async () => {
    const [one, two] = [await addGroup(owner), await addGroup(owner)]
    expect(await planet.db.transaction(tx => joinNow(tx, { group: two, person: fan.id, how: 'enrolment:enr_x' }))).toBe(true)
    expect(await planet.db.transaction(tx => joinNow(tx, { group: two, person: fan.id, how: 'demo' }))).toBe(false)
    const found = await standings(planet.db.read, [
      { person: fan.id, group: one },
      { person: owner.id, group: one },
      { person: fan.id, group: two },
      { person: fan.id, group: newId('grp') },
    ])
    expect(found.map(({ member, role }) => ({ member, role }))).toEqual([
      { member: false, role: null },
      { member: true, role: 'owner' },
      { member: true, role: 'member' },
      { member: false, role: null },
    ])
    await join(other, two)
    const gone = await planet.db.transaction(tx =>
      withdrawMember(tx, { group: two, persons: [fan.id, other.id, owner.id], how: 'enrolment:enr_x' }),
    )
    expect(gone).toEqual([fan.id])
    expect(await planet.db.transaction(tx => removeMember(tx, { group: two, person: owner.id }))).toBe(false)
    expect((await group(owner, two)).members).toBe(2)
  })

  test('a ban keeps out of what is written, survives leaving, renaming and asking anew, and ends', async () => {
    const host = await planet.signUp('Host')
    const id = await addGroup(host, { visibility: 'members' })
    await join(fan, id)
    const viewer = { id: fan.id, name: 'Fan', email: '', locale: 'en' as const, roles: [], session: '' }
    await planet.db.transaction(tx =>
      ban(tx, { person: fan.id, group: id, reason: 'spam', words: 'Spam.', by: host.id, until: new Date(Date.now() + 86_400_000) }),
    )
    expect(await code(seeGroup(planet.db.read, viewer, id))).toBe('not_found')
    expect((await group(fan, id)).you.banned).toBe(true)
    await fan.call('DELETE', `/groups/${id}/membership`)
    await fan.call('PATCH', '/me', { name: 'Somebody new' })
    expect(await code(join(fan, id))).toBe('banned')
    expect(await code(planet.db.transaction(tx => joinNow(tx, { group: id, person: fan.id, how: 'demo' })))).toBe('banned')
    expect(await code(allowHost(planet.db.read, viewer, id))).toBe('hosts_only')
    clock.shift(2 * 86_400_000)
    expect(await code(join(fan, id))).toBe('ok')
    clock.shift(0)
  })
})
