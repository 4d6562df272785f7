import { beforeEach, describe, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { publish } from '../foundation/live.ts'
import { addGroup, events, join } from '../groups/groups.testing.ts'
import { listenTo } from '../notices/live.testing.ts'
import { password, type Person } from '../testing.ts'
import { bannedFrom, unban } from './index.ts'
import { jobs } from './jobs.ts'
import {
  audit,
  code,
  decide,
  flagOf,
  host,
  members,
  newGroup,
  old,
  operator,
  owner,
  planet,
  report,
  reviewer,
  second,
  setUp,
  stranger,
  write,
  type Ban,
  type List,
  type Statement,
} from './moderation.testing.ts'

setUp()
let [ana, ben]: Person[] = []
let place: string
beforeEach(async () => {
  ;[ana, ben] = members
  place = await newGroup()
})
const ban = (by: Person, person: Person, more: object = {}): Promise<Ban> =>
  by.call('POST', '/moderation/bans', {
    ban: newId('ban'),
    group: place,
    person: person.id,
    reason: 'harassment',
    words: 'Enough',
    days: 7,
    ...more,
  })
/** Of the planet: no group. */
const propose = (by: Person, person: Person, more: object = {}): Promise<Ban> => ban(by, person, { group: undefined, ...more })
const lift = (by: Person, id: string, words = 'It was settled'): Promise<Ban> => by.call('POST', `/moderation/bans/${id}/lift`, { words })
const confirm = (by: Person, id: string): Promise<Ban> => by.call('POST', `/moderation/bans/${id}/confirm`, {})
const out = (who: Person, where: string | null = place): Promise<boolean> =>
  bannedFrom(planet.db.read, who.id, where).then(found => found !== null)
const banned = async (name: string): Promise<Person> => {
  const person = await planet.signUp(name)
  await old(person)
  await join(person, place)
  return person
}

describe('from a group', () => {
  test('holds at once, through a new name and another joining, and cuts what is open; nothing is deleted', async () => {
    const eve = await banned('Eve')
    await write(eve, 'I was here', { group: place })
    const told = await listenTo(planet, eve, `group:${place}`)
    await until(() => told.events.length > 0, 'the stream')
    const made = await ban(host, eve)
    expect(made.state).toBe('on')
    await until(() => told.ended() || told.events.some(({ event }) => event === 'cut'), 'the cut')
    await planet.db.transaction(async tx => {
      await Promise.resolve(publish(tx, `group:${place}`, { kind: 'later' }))
    })
    await eve.call('PATCH', '/me', { name: 'Somebody Else' })
    expect(await out(eve)).toBe(true)
    expect(await code(write(eve, 'Hello again', { group: place }))).toBe('banned')
    await eve.call('DELETE', `/groups/${place}/membership`)
    expect(await code(join(eve, place))).toBe('banned')
    expect(await out(eve, null)).toBe(false)
    expect(told.messages()).toEqual([])
    told.close()
    const again = await listenTo(planet, eve, `group:${place}`)
    again.close()
    expect((await events(planet, 'person_banned')).at(-1)).toEqual({ person: eve.id, group: place })
    const { rows } = await planet.db.pool.query('select 1 from moderation.pace where person = $1 and scope = $2', [eve.id, place])
    expect(rows).toHaveLength(1)
  })
  test('a closed group’s stream stays shut for whoever is banned from it', async () => {
    const closed = await addGroup(owner, { visibility: 'members' })
    await join(ana!, closed)
    const told = await listenTo(planet, ana!, `group:${closed}`)
    await until(() => told.events.length > 0, 'the stream')
    await ban(owner, ana!, { group: closed })
    await until(() => told.ended() || told.events.some(({ event }) => event === 'cut'), 'the cut')
    told.close()
    expect(await code(listenTo(planet, ana!, `group:${closed}`).then(again => again.close()))).not.toBe('taken')
  })
  test('ends by itself, or is lifted; one at a time, whoever asks at once', async () => {
    const dan = await banned('Dan')
    const said = await Promise.all([code(ban(host, dan)), code(ban(owner, dan))])
    expect(said.sort()).toEqual(['already_banned', 'taken'])
    clock.shift(7 * 86_400_000 + 1000)
    try {
      expect(await out(dan)).toBe(false)
      expect(await code(ban(host, dan, { days: null }))).toBe('taken')
      expect(await out(dan)).toBe(true)
    } finally {
      clock.shift(0)
    }
    const on = (await host.call<List<Ban>>('GET', `/moderation/bans?group=${place}&state=on`)).items
    expect(on).toHaveLength(1)
    expect((await Promise.all([code(lift(host, on[0]!.id, 'a')), code(lift(owner, on[0]!.id, 'b'))])).sort()).toEqual([
      'already_decided',
      'taken',
    ])
    expect(await out(dan)).toBe(false)
    expect((await host.call<List<Ban>>('GET', `/moderation/bans?group=${place}&state=ended`)).items).toHaveLength(2)
  })
  test('the same again is the same; strangers, other hosts, and those who look after the group', async () => {
    const fay = await banned('Fay')
    const id = newId('ban')
    for (let i = 0; i < 2; i++) expect((await ban(host, fay, { ban: id })).id).toBe(id)
    expect(await code(ban(host, ana!, { ban: id }))).toBe('key_reused')
    expect(await code(ban(host, fay))).toBe('already_banned')
    const other = await addGroup(stranger)
    expect(await code(ban(stranger, fay))).toBe('not_found')
    expect(await code(lift(stranger, id))).toBe('not_found')
    expect(await code(stranger.call('GET', `/moderation/bans?group=${place}`))).toBe('not_found')
    expect((await stranger.call<List<Ban>>('GET', `/moderation/bans?group=${other}`)).items).toEqual([])
    expect(await code(ban(host, owner))).toBe('cannot_ban')
    expect(await code(ban(host, host))).toBe('own_decision')
    expect(await code(ban(host, fay, { locks: true, ban: newId('ban') }))).toBe('cannot_ban')
    expect(await code(lift(fay, id))).toBe('not_found')
    expect(await code(ban(host, { ...fay, id: newId('usr') }))).toBe('not_found')
    // What the planet's staff decided about a group is not its hosts' to undo.
    const ivo = await banned('Ivo')
    const made = await ban(reviewer, ivo)
    expect(made.can.lift).toBe(true)
    const [seen] = (await host.call<List<Ban>>('GET', `/moderation/bans?group=${place}&state=on`)).items.filter(one => one.id === made.id)
    expect(seen!.can.lift).toBe(false)
    expect(await code(lift(host, made.id))).toBe('forbidden')
    expect((await lift(second, made.id)).state).toBe('ended')
  })
  test('together with a decision; granted on appeal, it ends', async () => {
    const gus = await banned('Gus')
    const { id } = await write(gus, 'Buy here', { group: place })
    await report(ana!, id)
    const flag = await flagOf(host, id, `group=${place}`)
    expect(await code(decide(host, flag.id, 'keep', { ban: { id: newId('ban'), days: 3 } }))).toBe('cannot_ban')
    await decide(host, flag.id, 'hide', { ban: { id: newId('ban'), days: 3 } })
    expect(await out(gus)).toBe(true)
    const mine = (await gus.call<List<Statement>>('GET', '/me/decisions')).items
    expect(mine.map(one => one.action).sort()).toEqual(['ban', 'hide'])
    const statement = mine.find(one => one.action === 'ban')!
    expect(statement).toMatchObject({ ban: { ended: false, locks: false }, words: 'Advertising is not for here' })
    const appeal = newId('ape')
    await gus.call('POST', `/decisions/${statement.id}/appeal`, { appeal, words: 'It was my own concert' })
    expect(await code(host.call('POST', `/moderation/appeals/${appeal}/decide`, { outcome: 'reversed', answer: 'x' }))).toBe(
      'another_person',
    )
    await owner.call('POST', `/moderation/appeals/${appeal}/decide`, { outcome: 'reversed', answer: 'True' })
    expect(await out(gus)).toBe(false)
    expect((await gus.call<Statement>('GET', `/decisions/${statement.id}`)).ban!.ended).toBe(true)
    expect(await audit()).toEqual([])
  })
})

describe('from the planet', () => {
  test('what is written among members reaches nobody who is banned, neither in the group nor in what they follow', async () => {
    const inner = newId('grp')
    await host.call('POST', '/groups', { id: inner, handle: `in-${inner.slice(-8)}`, name: 'Inside', visibility: 'members' })
    const kim = await planet.signUp('Kim')
    await old(kim)
    await join(kim, inner)
    const post = newId('pst')
    await host.call('POST', '/posts', { id: post, place: inner, text: 'Among us' })
    const feed = async (): Promise<string[]> => (await kim.call<List<{ id: string }>>('GET', '/feed')).items.map(one => one.id)
    expect(await feed()).toEqual([post])
    await confirm(second, (await propose(operator, kim)).id)
    expect((await kim.fetch(`/api/v1/posts/${post}`)).status).toBe(404)
    expect(await feed()).toEqual([])
  })
  test('one proposes, another confirms; before that it holds nothing', async () => {
    const hal = await banned('Hal')
    const { id, state } = await propose(operator, hal, { days: 30 })
    expect(state).toBe('proposed')
    expect(await out(hal, null)).toBe(false)
    expect(await code(confirm(operator, id))).toBe('second_person')
    expect(await code(confirm(reviewer, id))).toBe('forbidden')
    expect(await code(confirm(host, id))).toBe('forbidden')
    // The database refuses the same person and a missing one.
    const decision = newId('dcn')
    const force = (by: string | null): Promise<unknown> =>
      planet.db.pool.query('update moderation.ban set confirmed_by = $1, from_at = now(), decision = $2 where id = $3', [by, decision, id])
    for (const by of [operator.id, null]) await expect(force(by)).rejects.toThrow('ban_four_eyes')
    const third = await planet.staff('operator')
    const said = await Promise.all([code(confirm(second, id)), code(confirm(third, id))])
    expect(said.sort()).toEqual(['already_decided', 'taken'])
    expect(await out(hal, null)).toBe(true)
    expect(await out(hal)).toBe(true)
    expect(await code(write(hal, 'Hello', { group: place }))).toBe('banned')
    expect(await code(hal.call('POST', '/groups', { id: newId('grp'), handle: `h-${newId('grp').slice(-8)}`, name: 'New' }))).toBe('banned')
    // They stay signed in: what they own is theirs, and so is the appeal.
    const [statement] = (await hal.call<List<Statement>>('GET', '/me/decisions')).items
    const appeal = newId('ape')
    await hal.call('POST', `/decisions/${statement!.id}/appeal`, { appeal, words: 'Please' })
    const answer = (who: Person): Promise<unknown> =>
      who.call('POST', `/moderation/appeals/${appeal}/decide`, { outcome: 'reversed', answer: 'Yes' })
    const confirmer = said[0] === 'taken' ? second : third
    const { rows } = await planet.db.pool.query<{ confirmed_by: string }>('select confirmed_by from moderation.ban where id = $1', [id])
    const who = [second, third].find(one => one.id === rows[0]!.confirmed_by) ?? confirmer
    for (const one of [operator, who]) expect(await code(answer(one))).toBe('another_person')
    await expect(
      planet.db.pool.query(
        `update moderation.appeal set state = 'upheld', decided_by = $1, answer = 'x', decided_at = now() where id = $2`,
        [who.id, appeal],
      ),
    ).rejects.toThrow('appeal_by_another')
    expect(await code(answer(reviewer))).toBe('taken')
    expect(await out(hal, null)).toBe(false)
  })
  test('with a lock: every session ends, nobody signs in under whatever name, until it is over', async () => {
    const ida = await banned('Ida')
    const signIn = async (): Promise<number> =>
      (
        await planet.stranger.fetch('/api/auth/sign-in/email', {
          method: 'POST',
          json: { email: ida.email, password },
          headers: { origin: planet.url },
        })
      ).status
    const told = await listenTo(planet, ida, 'me')
    await until(() => told.events.length > 0, 'the stream')
    const { id } = await propose(operator, ida, { days: 1, locks: true })
    await ida.call('PATCH', '/me', { name: 'Nobody' })
    await confirm(second, id)
    await until(() => told.ended(), 'the end of the stream')
    expect(await code(ida.call('GET', '/me/decisions'))).toBe('unauthenticated')
    expect(await signIn()).not.toBe(200)
    expect(await audit()).toEqual([])
    const unlock = jobs['moderation.unlock']
    const run = (): Promise<void> => unlock({ write: planet.db.transaction } as Parameters<typeof unlock>[0], { ban: id })
    // Too early it does nothing.
    await run()
    expect(await signIn()).not.toBe(200)
    clock.shift(86_400_000 + 1000)
    try {
      await run()
      expect(await signIn()).toBe(200)
    } finally {
      clock.shift(0)
    }
    const { rows } = await planet.db.pool.query<{ run_at: Date }>(`select run_at from graphile_worker.jobs where key = $1`, [
      `unlock:${id}`,
    ])
    expect(rows).toHaveLength(1)
    await planet.db.transaction(async tx => unban(tx, { id, by: operator.id, words: 'over' }))
  })
  test('staff first loses its role; a proposal can be taken back; one at a time', async () => {
    expect(await code(propose(operator, reviewer))).toBe('cannot_ban')
    expect(await code(propose(operator, operator))).toBe('own_decision')
    expect(await code(propose(host, ana!))).toBe('not_found')
    const jan = await banned('Jan')
    const [{ id }] = [await propose(reviewer, jan)]
    expect(await code(propose(operator, jan))).toBe('already_banned')
    expect((await lift(reviewer, id)).state).toBe('ended')
    expect(await code(confirm(operator, id))).toBe('already_decided')
    expect(await out(jan, null)).toBe(false)
    // Whoever became staff meanwhile is not banned by an old proposal.
    const next = await propose(reviewer, jan)
    await planet.db.pool.query(`update people.person set roles = array['finance'] where id = $1`, [jan.id])
    expect(await code(confirm(operator, next.id))).toBe('cannot_ban')
  })
  test('a host whom the planet bans looks after nothing', async () => {
    const kim = await banned('Kim')
    await owner.call('PATCH', `/groups/${place}/members/${kim.id}`, { role: 'host' })
    await kim.call('GET', `/moderation/flags?group=${place}`)
    const { id } = await propose(operator, kim)
    await confirm(second, id)
    expect(await code(kim.call('GET', `/moderation/flags?group=${place}`))).toBe('not_found')
    expect(await code(ban(kim, ben!))).toBe('not_found')
  })
})
