import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { fundPast, openBudget } from '../points/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { jobs } from './index.ts'
import type { JobContext } from '../foundation/jobs.ts'
import { tokenOf } from './tokens.ts'

let planet: TestPlanet
let host: Person
let group: string
beforeAll(async () => {
  planet = await startPlanet()
  host = await planet.signUp('Host')
  group = await openGroup(host)
})
afterAll(() => planet.close())

async function openGroup(owner: Person): Promise<string> {
  const id = newId('grp')
  await owner.call('POST', '/groups', { id, name: 'Old Club', handle: `club-${id.slice(-8)}` })
  return id
}
type List = {
  id: string
  state: string
  outcomes: Record<string, number>
  progress: Record<string, number>
  points: number
  undoUntil: string | null
}
const bring = (who: Person, csv: string, id = newId('enr'), into = group): Promise<List> =>
  who.call('POST', `/groups/${into}/enrolments`, { id, file: 'members.csv', csv })
const apply = (who: Person, id: string): Promise<List> => who.call('POST', `/enrolments/${id}/apply`, { declared: true })
const token = (list: string, n: number): string => tokenOf(planet.config.secret, list, n)
const codeOf = async (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )
const csv =
  'name,email,since,points,consent\nMia,mia@old.example,2019-05-20,120,yes\nNoor,noor@old.example,,0,no\nMia again,MIA@old.example,,5,yes\n,broken,,0,yes\nLi,li@old.example,,0,2024-01-01\n'

test('a dry run says of each line what would become of it, and nobody is asked', async () => {
  const id = newId('enr')
  const list = await bring(host, csv, id)
  expect(list).toMatchObject({
    state: 'ready',
    outcomes: { invite: 2, no_consent: 1, double: 1, no_address: 1, asked: 0, declined: 0 },
    points: 120,
  })
  // The same again is the same; another content under its id is refused.
  expect(await bring(host, csv, id)).toEqual(list)
  expect(
    (await host.fetch(`/api/v1/groups/${group}/enrolments`, { method: 'POST', json: { id, file: 'x.csv', csv: 'email\na@b.org\n' } }))
      .status,
  ).toBe(409)
  const rows = await host.call<{ items: { n: number; email: string; outcome: string }[]; next: string | null }>(
    'GET',
    `/enrolments/${id}/rows?limit=2`,
  )
  expect(rows.items.map(row => [row.n, row.email, row.outcome])).toEqual([
    [1, 'mi…@old.example', 'invite'],
    [2, 'no…@old.example', 'no_consent'],
  ])
  expect(rows.next).not.toBeNull()
  expect((await planet.stranger.fetch(`/api/v1/invitations/${token(id, 1)}`)).status).toBe(404)
  // Nobody but hosts sees it; for others it is not there.
  const other = await planet.signUp()
  for (const [method, path] of [
    ['GET', `/enrolments/${id}`],
    ['GET', `/enrolments/${id}/rows`],
    ['POST', `/enrolments/${id}/undo`],
    ['DELETE', `/enrolments/${id}`],
  ] as const)
    expect([path, (await other.fetch(`/api/v1${path}`, { method, ...(method === 'GET' ? {} : { json: {} }) })).status]).toEqual([path, 404])
  await host.call('DELETE', `/enrolments/${id}`)
  expect((await host.fetch(`/api/v1/enrolments/${id}`)).status).toBe(404)
})

test('who agreed is invited, joins by the link once, or is never asked again', async () => {
  const { id } = await bring(host, csv)
  expect(await codeOf(host.call('POST', `/enrolments/${id}/apply`, { declared: false }))).not.toBe('done')
  await apply(host, id)
  expect(await apply(host, id)).toMatchObject({ state: 'applying' })
  const links = await (await host.fetch(`/api/v1/enrolments/${id}/links.csv`)).text()
  expect(links).toContain(`/enrol/${token(id, 1)}`)
  expect(links).not.toContain('noor@')
  const shown = await planet.stranger.call<{ state: string; name: string; points: number; since: string }>(
    'GET',
    `/invitations/${token(id, 1)}`,
  )
  expect(shown).toMatchObject({ state: 'open', name: 'Mia', points: 120, since: '2019-05-20' })
  // No line but its own, and no made-up link.
  expect((await planet.stranger.fetch(`/api/v1/invitations/${token(id, 2)}`)).status).toBe(404)
  expect((await planet.stranger.fetch(`/api/v1/invitations/${token(id, 1).slice(0, -1)}_`)).status).toBe(404)

  // Two at once with one link: one joins.
  const [mia, thief] = [await planet.signUp('Mia'), await planet.signUp('Thief')]
  const both = await Promise.all(
    [mia, thief].map(who => who.fetch(`/api/v1/invitations/${token(id, 1)}/accept`, { method: 'POST', json: {} })),
  )
  expect(both.map(answer => answer.status).sort()).toEqual([200, 409])
  const winner = both[0]!.status === 200 ? mia : thief
  // No budget: the points stay out, the member is in. Again is the same.
  expect(await winner.call('POST', `/invitations/${token(id, 1)}/accept`, {})).toMatchObject({ group })
  const standing = await winner.call<{ you: { member: boolean } }>('GET', `/groups/${group}`)
  expect(standing.you.member).toBe(true)

  await planet.stranger.call('POST', `/invitations/${token(id, 5)}/decline`, {})
  const again = await bring(host, csv)
  // Who came in is not written to again, nor who said no.
  expect(again.outcomes).toMatchObject({ invite: 0, asked: 1, declined: 1 })
  // Names and addresses are forgotten with the answer.
  const { rows } = await planet.db.pool.query('select name, email from enrolment.line where list = $1 and n in (1, 5)', [id])
  expect(rows).toEqual([
    { name: '', email: null },
    { name: '', email: null },
  ])
})

test('letters go out once to each who is waiting, with their own link; those who said no meanwhile get none', async () => {
  const into = await openGroup(host)
  const { id } = await bring(
    host,
    'email,name,consent\nx@d.example,Xu <b>,yes\ny@d.example,Yan,yes\nz@d.example,Zoe,yes\n',
    newId('enr'),
    into,
  )
  await apply(host, id)
  await planet.stranger.call('POST', `/invitations/${token(id, 3)}/decline`, {})
  const context = { db: planet.db, read: planet.db.read, config: planet.config, signal: new AbortController().signal } as JobContext
  // Two workers at once.
  await Promise.all([jobs['enrolment.write'](context, { list: id }), jobs['enrolment.write'](context, { list: id })])
  const mails = readdirSync(join(planet.home, 'mail')).filter(name => name.startsWith(id))
  expect(mails.sort()).toEqual([`${id}-1.eml`, `${id}-2.eml`])
  const mail = await PostalMime.parse(readFileSync(join(planet.home, 'mail', mails[0]!)))
  expect(mail.to?.[0]?.address).toBe('x@d.example')
  expect(mail.text).toContain(`/enrol/${token(id, 1)}`)
  expect(mail.html).not.toContain('<b>')
  expect(await host.call<List>('GET', `/enrolments/${id}`)).toMatchObject({
    state: 'applied',
    progress: { of: 3, sent: 3, joined: 0, declined: 1 },
  })
})

test('two lists ask an address once', async () => {
  const into = await openGroup(host)
  const [a, b] = [await bring(host, csv, newId('enr'), into), await bring(host, csv, newId('enr'), into)]
  await Promise.all([apply(host, a.id), apply(host, b.id)])
  const { rows } = await planet.db.pool.query<{ open: number }>(
    `select count(*)::int as open from enrolment.line where group_id = $1 and state = 'waiting'`,
    [into],
  )
  expect(rows[0]!.open).toBe(2)
})

test('undone: open invitations end, idle members leave, who takes part stays', async () => {
  const into = await openGroup(host)
  const { id } = await bring(host, 'email,consent\na@c.example,yes\nb@c.example,yes\nc@c.example,yes\n', newId('enr'), into)
  await apply(host, id)
  const [idle, active] = [await planet.signUp(), await planet.signUp()]
  await idle.call('POST', `/invitations/${token(id, 1)}/accept`, {})
  await active.call('POST', `/invitations/${token(id, 2)}/accept`, {})
  await planet.db.pool.query(`update groups.member set activity = 5 where group_id = $1 and person = $2`, [into, active.id])
  const undone = await host.call<List>('POST', `/enrolments/${id}/undo`, {})
  expect(undone).toMatchObject({ state: 'undone', undoUntil: null })
  expect(await host.call<List>('POST', `/enrolments/${id}/undo`, {})).toEqual(undone)
  const member = async (who: Person): Promise<boolean> =>
    (await who.call<{ you: { member: boolean } }>('GET', `/groups/${into}`)).you.member
  expect([await member(idle), await member(active)]).toEqual([false, true])
  expect(await codeOf((await planet.signUp()).call('POST', `/invitations/${token(id, 3)}/accept`, {}))).toContain('invitation_over')
})

test('after thirty days nothing is undone, after sixty everything is forgotten', async () => {
  const { id } = await bring(host, 'email,consent\nlate@c.example,yes\n')
  await apply(host, id)
  // Sessions would end before thirty days have passed: the list is older instead.
  await planet.db.pool.query(`update enrolment.list set applied_at = applied_at - interval '31 days' where id = $1`, [id])
  expect(await codeOf(host.call('POST', `/enrolments/${id}/undo`, {}))).toContain('too_late')
  clock.shift(61 * 86_400_000)
  try {
    await jobs['enrolment.nightly']({ db: planet.db } as JobContext)
  } finally {
    clock.shift(0)
  }
  const { rows } = await planet.db.pool.query(`select email, name, state from enrolment.line where list = $1`, [id])
  expect(rows).toEqual([{ email: null, name: '', state: 'withdrawn' }])
})

const existing = (home: string): string[] => (existsSync(join(home, 'mail')) ? readdirSync(join(home, 'mail')) : [])
const memberOf = async (who: Person, into: string): Promise<boolean> =>
  (await who.call<{ you: { member: boolean } }>('GET', `/groups/${into}`)).you.member
const enter = (who: Person, into: string): Promise<unknown> => who.call('POST', `/groups/${into}/join`, { charter: 0 })

test('undone: who was a member before the list, or came again since, stays', async () => {
  const into = await openGroup(host)
  const { id } = await bring(host, 'email,consent\na@f.example,yes\nb@f.example,yes\nc@f.example,yes\n', newId('enr'), into)
  await apply(host, id)
  const [before, idle, back] = [await planet.signUp(), await planet.signUp(), await planet.signUp()]
  await enter(before, into)
  for (const [n, who] of [before, idle, back].entries()) await who.call('POST', `/invitations/${token(id, n + 1)}/accept`, {})
  await back.call('DELETE', `/groups/${into}/membership`)
  await enter(back, into)
  await host.call('POST', `/enrolments/${id}/undo`, {})
  expect([await memberOf(before, into), await memberOf(idle, into), await memberOf(back, into)]).toEqual([true, false, true])
  expect((await host.call<{ members: number }>('GET', `/groups/${into}`)).members).toBe(3)
  // Undone, they may be asked anew.
  expect((await bring(host, 'email,consent\nb@f.example,yes\n', newId('enr'), into)).outcomes).toMatchObject({ invite: 1 })
})

test('points come along once, however many lists name somebody', async () => {
  const into = await openGroup(host)
  await planet.db.transaction(async tx => {
    await openBudget(tx, { group: into, by: host.id, perUnit: 100 })
    await fundPast(tx, { group: into, by: host.id, amount: 10_000n, at: clock.now() })
  })
  const fan = await planet.signUp()
  const accept = (list: string): Promise<{ points: number }> => fan.call('POST', `/invitations/${token(list, 1)}/accept`, {})
  const first = await bring(host, 'email,points,consent\nold@g.example,40,yes\n', newId('enr'), into)
  await apply(host, first.id)
  expect(await accept(first.id)).toMatchObject({ points: 40 })
  const second = await bring(host, 'email,points,consent\nnew@g.example,40,yes\nold@g.example,40,yes\n', newId('enr'), into)
  expect(second.outcomes).toMatchObject({ invite: 1, asked: 1 })
  await apply(host, second.id)
  expect(await accept(second.id)).toMatchObject({ points: 0 })
  expect(await fan.call('GET', `/me/points/${into}`)).toMatchObject({ balance: 40 })
  // Undoing the second takes out nobody who came by the first.
  await host.call('POST', `/enrolments/${second.id}/undo`, {})
  expect(await memberOf(fan, into)).toBe(true)
})

test('a name is cut between signs, not inside one', async () => {
  const into = await openGroup(host)
  const { id } = await bring(host, `email,name,consent\nlong@h.example,${'x'.repeat(79)}🌊 Sea,yes\n`, newId('enr'), into)
  const rows = await host.call<{ items: { name: string }[] }>('GET', `/enrolments/${id}/rows`)
  expect(rows.items[0]!.name).toBe(`${'x'.repeat(79)}🌊`)
})

test('whoever takes the links writes: no letter goes out for these', async () => {
  const into = await openGroup(host)
  const { id } = await bring(host, 'email,consent\na@i.example,yes\nb@i.example,yes\n', newId('enr'), into)
  await apply(host, id)
  const links = await (await host.fetch(`/api/v1/enrolments/${id}/links.csv`)).text()
  expect(links.trim().split('\n')).toHaveLength(3)
  const context = { db: planet.db, read: planet.db.read, config: planet.config, signal: new AbortController().signal } as JobContext
  await jobs['enrolment.write'](context, { list: id })
  expect(existing(planet.home).filter(name => name.startsWith(id))).toEqual([])
  expect(await host.call<List>('GET', `/enrolments/${id}`)).toMatchObject({ state: 'applied', progress: { sent: 2 } })
})
