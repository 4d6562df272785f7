/** Telling: once per cause under races and retries, gathered while unread, muted, mailed and pushed as chosen. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PlanetEvent } from '../../shared/events.ts'
import { clock, newId } from '../foundation/clock.ts'
import { tell } from '../foundation/events.ts'
import { closeMail } from '../foundation/mail.ts'
import { until } from '../foundation/testing.ts'
import { makeGroup, makePage, post, unhurried } from '../feed/feed.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { listenTo } from './live.testing.ts'
import { allDone, list, mailServer } from './notices.testing.ts'
import { notify, notifyAll, spread } from './notify.ts'

let planet: TestPlanet
let smtp: Awaited<ReturnType<typeof mailServer>>

const unread = async (who: Person): Promise<number> => (await who.call<{ unread: number }>('GET', '/me/notices/unread')).unread
const say = (event: PlanetEvent): Promise<void> => planet.db.transaction(tx => tell(tx, event))

beforeAll(async () => {
  smtp = await mailServer()
  planet = await startPlanet({
    work: true,
    config: { smtpUrl: smtp.url, mailFrom: 'Planet <hello@planet.test>' },
  })
})
afterAll(async () => {
  clock.shift(0)
  closeMail(planet.config)
  await planet.close()
  await smtp.close()
})

test('one cause is told once, whoever tells it at the same time and however often', async () => {
  const [lin, mei] = [await planet.signUp('Lin'), await planet.signUp('Mei')]
  const telling = {
    what: 'refunded' as const,
    cause: 'refund:a',
    facts: { minor: '3800', currency: 'CNY', title: 'Rain' },
    link: '/orders/x',
  }
  await Promise.all(Array.from({ length: 12 }, () => planet.db.transaction(tx => notify(tx, [lin.id, mei.id], telling))))
  await planet.db.transaction(tx => notify(tx, [lin.id], telling))
  expect(await list(lin)).toHaveLength(1)
  expect(await unread(mei)).toBe(1)
  await allDone(planet)
  await until(() => smtp.to(lin.email).length > 0, 'the mail')
  expect(smtp.to(lin.email).map(mail => mail.subject)).toEqual(['¥38.00 refunded: Rain'])
  expect(smtp.to(mei.email)).toHaveLength(1)
})

test('what others do gathers while unread: distinct people, each cause once, a new one after reading', async () => {
  const [author, ...fans] = await Promise.all(['Author', 'Ann', 'Ben', 'Cui', 'Dai'].map(name => planet.signUp(name)))
  const post = newId('pst')
  const reaction = (fan: Person) => ({
    person: author!.id,
    what: 'reacted' as const,
    cause: `reacted:${post}:${fan.id}`,
    bundle: `reacted:${post}`,
    facts: { title: 'post' },
    link: `/posts/${post}`,
    actor: fan.id,
  })
  // All at once, twice each.
  await Promise.all([...fans, ...fans].map(fan => planet.db.transaction(tx => notifyAll(tx, [reaction(fan)]))))
  const [one, ...rest] = await list(author!)
  expect(rest).toEqual([])
  expect(one).toMatchObject({ what: 'reacted', people: 4, read: false })
  expect(one!.actors).toHaveLength(3)
  // A comment of the same person twice is one person.
  await planet.db.transaction(tx => notifyAll(tx, [{ ...reaction(fans[0]!), cause: 'again' }]))
  expect((await list(author!))[0]!.people).toBe(4)
  await author!.call('POST', '/me/notices/read', { notices: [one!.id] })
  expect(await unread(author!)).toBe(0)
  await planet.db.transaction(tx => notifyAll(tx, [reaction(fans[1]!)]))
  expect(await unread(author!)).toBe(0)
  await planet.db.transaction(tx => notifyAll(tx, [{ ...reaction(fans[1]!), cause: 'new' }]))
  expect((await list(author!)).map(item => [item.people, item.read])).toEqual([
    [1, false],
    [4, true],
  ])
  // One's own doing is no news.
  await planet.db.transaction(tx => notifyAll(tx, [{ ...reaction(author!), cause: 'own' }]))
  expect((await list(author!))[0]!.people).toBe(1)
})

test('amounts of a bundle add up, each grant once', async () => {
  const fan = await planet.signUp('Saver')
  const grant = (n: number, amount: bigint) => ({
    person: fan.id,
    what: 'points_arrived' as const,
    cause: `grant:${n}`,
    bundle: 'points:g:d',
    facts: { group: 'Night owls' },
    link: '/points',
    amount,
  })
  await Promise.all([1, 2, 3, 1, 2].map(n => planet.db.transaction(tx => notifyAll(tx, [grant(n, 10n), grant(n + 100, 5n)]))))
  expect((await list(fan)).map(item => item.amount)).toEqual(['45'])
})

test('choices, muted things and people; what concerns decisions and money is always on the page', async () => {
  const [fan, loud] = [await planet.signUp('Fan'), await planet.signUp('Loud')]
  const settings = {
    kinds: [
      { kind: 'mentions', channel: 'app', wanted: false },
      { kind: 'mentions', channel: 'mail', wanted: false },
      { kind: 'mentions', channel: 'push', wanted: false },
    ],
  }
  await fan.call('PATCH', '/me/notices/settings', settings)
  await expect(
    fan.call('PATCH', '/me/notices/settings', { kinds: [{ kind: 'money', channel: 'app', wanted: false }] }),
  ).rejects.toMatchObject({ problem: { code: 'notice_fixed' } })
  await expect(fan.call('PATCH', '/me/notices/settings', { timeZone: 'Moon/Crater' })).rejects.toMatchObject({ status: 400 })
  await fan.call('PUT', `/me/notices/muted/${loud.id}`)
  await fan.call('PUT', `/me/notices/muted/${loud.id}`)
  await expect(fan.call('PUT', `/me/notices/muted/${newId('usr')}`)).rejects.toMatchObject({ status: 404 })
  const post = newId('pst')
  await fan.call('PUT', `/me/notices/muted/${post}`)
  const base = { link: '/x', facts: {} }
  await planet.db.transaction(async tx => {
    await notify(tx, [fan.id], { ...base, what: 'mentioned', cause: 'm' })
    await notify(tx, [fan.id], { ...base, what: 'replied', cause: 'r', actor: loud.id })
    await notify(tx, [fan.id], { ...base, what: 'replied', cause: 'r2', about: [post] })
    await notify(tx, [fan.id], { ...base, what: 'banned', cause: 'b', about: [post] })
    await notify(tx, [fan.id], { ...base, what: 'event_new', cause: 'e', facts: { title: 'Tea', on: '2026-12-01' } })
  })
  expect((await list(fan)).map(item => item.what).toSorted()).toEqual(['banned', 'event_new'])
  expect(await list(fan, '?kind=shows')).toHaveLength(1)
  await fan.call('DELETE', `/me/notices/muted/${loud.id}`)
  await planet.db.transaction(tx => notify(tx, [fan.id], { ...base, what: 'replied', cause: 'r3', actor: loud.id }))
  expect(await unread(fan)).toBe(3)
  const now = await fan.call<{ muted: { thing: string }[]; kinds: { kind: string; app: boolean }[] }>('GET', '/me/notices/settings')
  expect(now.muted.map(one => one.thing)).toEqual([post])
  expect(now.kinds.find(one => one.kind === 'mentions')).toMatchObject({ app: false, mail: false, push: false })
})

test('a page’s followers are told in batches, once, and open pages hear it', async () => {
  const artist = await planet.signUp('River')
  const page = { id: await makePage(planet, artist, 'River') }
  const fan = await planet.signUp('Follower')
  await planet.db.pool.query('insert into people.follow (person, page) values ($1, $2)', [fan.id, page.id])
  await planet.db.pool.query(
    `with p as (insert into people.person (id, name, email, locale) select 'usr_' || lpad(n::text, 26, '0'), 'F' || n, 'f' || n || '@many.test', 'zh' from generate_series(1, 2500) n returning id)
     insert into people.follow (person, page) select id, $1 from p`,
    [page.id],
  )
  const stream = await listenTo(planet, fan, 'me')
  const telling = { what: 'posted' as const, cause: 'posted:p', link: '/posts/p', facts: { page: 'River' }, about: [page.id] }
  await planet.db.transaction(tx => spread(tx, `page:${page.id}`, telling))
  await planet.db.transaction(tx => spread(tx, `page:${page.id}`, telling))
  const told = async () =>
    (await planet.db.pool.query<{ count: number }>(`select count(*)::int as count from notices.notice where cause = 'posted:p'`)).rows[0]!
      .count
  await until(async () => (await told()) === 2501, 'everyone to be told')
  await until(() => stream.messages().length > 0, 'the word')
  stream.close()
  expect(stream.messages()).toEqual([{ topic: 'me', message: { kind: 'notice' } }])
  expect((await planet.db.pool.query(`select told, done_at is not null as done from notices.spread`)).rows).toEqual([
    { told: 2501, done: true },
  ])
})

test('what happens in a group reaches whom it concerns, also when it is told again', async () => {
  const [host, editor, ann, ben] = await Promise.all(['Host', 'Editor', 'Ann', 'Ben'].map(name => planet.signUp(name)))
  const page = await makePage(planet, editor!, 'Mountain')
  const group = await makeGroup(planet, editor!, [ann!, ben!], { page })
  await unhurried(planet)
  await planet.db.pool.query(`update groups.member set role = 'host' where group_id = $1 and person = $2`, [group, host!.id])
  const { id } = await post(ann!, group, `Hello @${ben!.id}`)
  const said = newId('cmt')
  await ben!.call('POST', `/posts/${id}/comments`, { comment: said, text: 'Hi there' })
  await ann!.call('POST', `/posts/${id}/comments`, { comment: newId('cmt'), parent: said, text: 'And you' })
  const loud = await post(editor!, group, 'Tour!', { asArtist: true })
  await ben!.call('PUT', `/posts/${id}/reaction`, { kind: 'heart' })
  await allDone(planet)
  await until(async () => (await list(ann!)).length === 3, 'three notices')
  const all = async (who: Person) =>
    (await list(who)).map(item => [item.what, item.people, item.actors[0]?.name ?? item.facts['page']]).toSorted()
  const anns = [
    ['commented', 1, 'Ben'],
    ['posted', 0, 'Mountain'],
    ['reacted', 1, 'Ben'],
  ]
  const bens = [
    ['mentioned', 1, 'Ann'],
    ['posted', 0, 'Mountain'],
    ['replied', 1, 'Ann'],
  ]
  expect(await all(ann!)).toEqual(anns)
  expect(await all(ben!)).toEqual(bens)
  expect(await all(editor!)).toEqual([['member_joined', 2, expect.any(String) as string]])
  // An artist's own name is never told.
  expect(JSON.stringify(await list(ann!))).not.toContain('Editor')
  const events: PlanetEvent[] = [
    { type: 'post_published', post: loud.id },
    { type: 'comment_written', comment: said },
    { type: 'people_mentioned', subject: id, persons: [ben!.id] },
    { type: 'reaction_given', subject: id, person: ben!.id },
    { type: 'member_joined', group, person: ann!.id },
  ]
  for (const event of events) await say(event)
  await allDone(planet)
  expect([await all(ann!), await all(ben!)]).toEqual([anns, bens])
})

test('nobody reads or marks what another was told', async () => {
  const [one, other] = [await planet.signUp('One'), await planet.signUp('Other')]
  await planet.db.transaction(tx => notify(tx, [one.id], { what: 'kept', cause: 'k', link: '/appeals' }))
  const [mine] = await list(one)
  await other.call('POST', '/me/notices/read', { notices: [mine!.id] })
  expect(await unread(one)).toBe(1)
  expect(await list(other)).toEqual([])
  await expect(one.call('POST', '/me/notices/read', {})).rejects.toMatchObject({ status: 400 })
})

test('what is told to the members of a group is told to nobody who is banned from it', async () => {
  const [host, fan, out, away] = (await Promise.all(['Host', 'Fan', 'Out', 'Away'].map(name => planet.signUp(name)))) as [
    Person,
    Person,
    Person,
    Person,
  ]
  const group = newId('grp')
  await host.call('POST', '/groups', { id: group, handle: `w-${group.slice(-8)}`, name: 'Within', visibility: 'members' })
  for (const one of [fan, out, away]) await one.call('POST', `/groups/${group}/join`, { charter: 0 })
  await host.call('POST', '/moderation/bans', {
    ban: newId('ban'),
    group,
    person: out.id,
    reason: 'spam',
    words: 'Advertising',
    days: null,
    locks: false,
  })
  const [reviewer, operator] = [await planet.staff('reviewer'), await planet.staff('operator')]
  const { id } = await reviewer.call<{ id: string }>('POST', '/moderation/bans', {
    ban: newId('ban'),
    person: away.id,
    reason: 'spam',
    words: 'Advertising',
    days: null,
    locks: false,
  })
  await operator.call('POST', `/moderation/bans/${id}/confirm`, {})
  await host.call('POST', `/groups/${group}/schedule`, {
    event: newId('gev'),
    kind: 'meet',
    title: 'Where we meet',
    startsAt: new Date(clock.now().getTime() + 86_400_000).toISOString(),
    endsAt: new Date(clock.now().getTime() + 90_000_000).toISOString(),
    audience: 'members',
  })
  const told = async (who: Person): Promise<number> => (await list(who)).filter(one => one.what === 'event_new').length
  await until(async () => (await told(fan)) === 1, 'the notice')
  await allDone(planet)
  expect([await told(out), await told(away)]).toEqual([0, 0])
})
