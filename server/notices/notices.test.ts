/** Telling: once per cause under races and retries, gathered while unread, muted, mailed and pushed as chosen. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { PlanetEvent } from '../../shared/events.ts'
import { clock, newId } from '../foundation/clock.ts'
import { tell } from '../foundation/events.ts'
import { closeMail } from '../foundation/mail.ts'
import { until } from '../foundation/testing.ts'
import { makeGroup, makePage, post, unhurried } from '../feed/feed.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { listenTo } from './live.testing.ts'
import { makeDigests } from './mailing.ts'
import { mailServer, pushService } from './notices.testing.ts'
import { notify, notifyAll, spread } from './notify.ts'

vi.setConfig({ testTimeout: 30_000 })
let planet: TestPlanet
let smtp: Awaited<ReturnType<typeof mailServer>>
let service: Awaited<ReturnType<typeof pushService>>
const never = new AbortController().signal
/** Addresses that the mail server refuses: with 550 for good, with 451 for now. */
const refused = new Map<string, number>()

type Item = {
  id: string
  what: string
  people: number
  amount: string | null
  actors: { name: string }[]
  facts: Record<string, string>
  read: boolean
  link: string
}
const list = async (who: Person, query = ''): Promise<Item[]> => (await who.call<{ items: Item[] }>('GET', `/me/notices${query}`)).items
const unread = async (who: Person): Promise<number> => (await who.call<{ unread: number }>('GET', '/me/notices/unread')).unread
const allDone = (): Promise<unknown> =>
  until(
    async () =>
      (
        await planet.db.pool.query(
          `select 1 from graphile_worker._private_jobs where attempts < max_attempts and run_at <= now() and locked_at is null union all select 1 from graphile_worker._private_jobs where locked_at is not null limit 1`,
        )
      ).rowCount === 0,
    'all work',
  )
const say = (event: PlanetEvent): Promise<void> => planet.db.transaction(tx => tell(tx, event))

beforeAll(async () => {
  ;[smtp, service] = [await mailServer(address => refused.get(address) ?? 250), await pushService()]
  planet = await startPlanet({
    work: true,
    config: { smtpUrl: smtp.url, pushOrigins: [service.origin], mailFrom: 'Planet <hello@planet.test>' },
  })
})
afterAll(async () => {
  clock.shift(0)
  closeMail(planet.config)
  await planet.close()
  await smtp.close()
  await service.close()
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
  await allDone()
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

test('a digest comes once, when it is due in its reader’s time, in their language, with a way out', async () => {
  const [en, zh] = [await planet.signUp('Ann <b>'), await planet.signUp('小林')]
  await zh.call('PATCH', '/me', { locale: 'zh' })
  for (const who of [en, zh]) await who.call('PATCH', '/me/notices/settings', { digest: 'daily', digestHour: 9, timeZone: 'Europe/Berlin' })
  const actor = await planet.signUp('<script>alert(1)</script>\r\nBcc: evil@x.test').catch(() => planet.signUp('<script>alert(1)</script>'))
  await planet.db.transaction(async tx => {
    await notify(tx, [en.id, zh.id], {
      what: 'commented',
      cause: 'c1',
      bundle: 'c',
      link: '/posts/a',
      actor: actor.id,
      facts: { group: 'Owls & "Co"' },
    })
    await notify(tx, [en.id, zh.id], { what: 'release_out', cause: 'rel', link: '/releases/r', facts: { page: 'River', title: 'Rain' } })
    await notify(tx, [en.id], { what: 'event_off', cause: 'off', link: '/g', facts: { title: 'Tea' } })
  })
  const [read] = (await list(en)).filter(item => item.what === 'event_off')
  await en.call('POST', '/me/notices/read', { notices: [read!.id] })
  expect(await makeDigests(planet.db, never)).toBe(0)
  // The time the planet stands at moves past their nine o'clock.
  const due = (await planet.db.pool.query<{ digest_at: Date }>('select digest_at from notices.person where person = $1', [en.id])).rows[0]!
    .digest_at
  expect(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' }).format(due)).toBe('09:00')
  clock.shift(due.getTime() + 1000 - clock.now().getTime())
  const made = await Promise.all([makeDigests(planet.db, never), makeDigests(planet.db, never), makeDigests(planet.db, never)])
  expect(made.reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(2)
  await until(() => smtp.to(en.email).length > 0 && smtp.to(zh.email).length > 0, 'the digests')
  clock.shift(0)
  await allDone()
  expect(smtp.to(en.email)).toHaveLength(1)
  const [mail, chinese] = [smtp.to(en.email)[0]!, smtp.to(zh.email)[0]!]
  expect(mail.subject).toBe('You have 2 new notices')
  expect(chinese.subject).toBe('你有 2 条新通知')
  expect(chinese.text).toContain('River 发布了《Rain》')
  expect(mail.text).toContain('River released “Rain”')
  expect(mail.text).not.toContain('Tea')
  expect(mail.html).not.toContain('<script>alert')
  expect(mail.html).toContain('Owls &#38; &#34;Co&#34;')
  const header = (name: string) => mail.headers.find(one => one.key === name)?.value
  expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  const off = new URL(/<(.*)>/.exec(header('list-unsubscribe')!)![1]!)
  const path = off.pathname + off.search
  // Opening the link changes nothing, posting to it does, without signing in.
  const looked = await planet.stranger.fetch(path)
  expect([looked.status, looked.headers.get('location')]).toEqual([303, `/notices/off${off.search}`])
  const token = off.searchParams.get('token')!
  expect(await planet.stranger.call('GET', `/notices/unsubscribe?token=${token}`)).toMatchObject({
    off: false,
    email: expect.stringContaining('…@') as string,
  })
  const posted = await planet.stranger.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  })
  expect(posted.status).toBe(200)
  expect(await en.call('GET', '/me/notices/settings')).toMatchObject({ mailOff: true })
  await planet.db.transaction(async tx => {
    await notify(tx, [en.id], { what: 'letter_answered', cause: 'l', link: '/x', facts: { page: 'River' } })
    await notify(tx, [en.id], { what: 'release_out', cause: 'rel2', link: '/x', facts: { page: 'River', title: 'Snow' } })
    await notify(tx, [en.id], { what: 'order_paid', cause: 'o', link: '/x', facts: { number: 'P-1' } })
  })
  await until(() => smtp.to(en.email).length > 1, 'the mail about money')
  await allDone()
  expect(smtp.to(en.email).map(one => one.subject)).toEqual(['You have 2 new notices', 'Order P-1 is paid'])
  await planet.stranger.call('POST', '/notices/unsubscribe', { token, off: false })
  expect(await en.call('GET', '/me/notices/settings')).toMatchObject({ mailOff: false })
  await expect(planet.stranger.call('POST', '/notices/unsubscribe', { token: 'x'.repeat(32) })).rejects.toMatchObject({ status: 404 })
})

test('a mail that was not taken is tried again, one refused for good ends mails to that address, and none goes out twice', async () => {
  const [slow, gone] = [await planet.signUp('Slow'), await planet.signUp('Gone')]
  refused.set(slow.email, 451).set(gone.email, 550)
  await planet.db.transaction(tx => notify(tx, [slow.id, gone.id], { what: 'appeal_decided', cause: 'ap', link: '/appeals' }))
  const state = async (who: Person) =>
    (await planet.db.pool.query<{ state: string }>('select state from notices.mail where person = $1', [who.id])).rows.map(row => row.state)
  await until(async () => (await state(gone))[0] === 'failed', 'the refusal')
  await until(
    async () =>
      (await planet.db.pool.query(`select 1 from graphile_worker._private_jobs where attempts > 0 and last_error is not null`)).rowCount! >
      0,
    'a try',
  )
  expect(await state(slow)).toEqual(['waiting'])
  refused.delete(slow.email)
  await planet.db.pool.query(`update graphile_worker._private_jobs set run_at = now() where attempts > 0`)
  const { rows } = await planet.db.pool.query<{ id: string }>('select id from notices.mail where person = $1', [slow.id])
  // Several workers at once, and a job that runs a second time.
  const again = () =>
    planet.db.pool.query(`select graphile_worker.add_job('notices.mail', payload => json_build_object('mail', $1::text))`, [rows[0]!.id])
  await Promise.all([again(), again(), again()])
  await until(async () => (await state(slow))[0] === 'sent', 'the mail')
  await allDone()
  expect(smtp.to(slow.email)).toHaveLength(1)
  expect(smtp.to(gone.email)).toHaveLength(0)
  expect(await gone.call('GET', '/me/notices/settings')).toMatchObject({ mailRefused: true })
  await planet.db.transaction(tx => notify(tx, [gone.id], { what: 'appeal_decided', cause: 'ap2', link: '/appeals' }))
  expect(await state(gone)).toEqual(['failed'])
  // Whoever died while sending: nobody can know, so it does not go out again.
  await planet.db.pool.query(
    `update notices.mail set state = 'sending', ended_at = null, tried_at = now() - interval '1 hour' where id = $1`,
    [rows[0]!.id],
  )
  await planet.db.pool.query(`select graphile_worker.add_job('notices.round')`)
  await until(async () => (await state(slow))[0] === 'unsure', 'the doubt')
  await again()
  await allDone()
  expect(smtp.to(slow.email)).toHaveLength(1)
})

test('a push is sealed for its browser, rings once, waits for quiet hours, and dead browsers go', async () => {
  const fan = await planet.signUp('Pushed')
  const { key } = await fan.call<{ key: string }>('GET', '/me/push')
  expect(Buffer.from(key, 'base64url')).toHaveLength(65)
  for (const path of ['/one', '/dead', '/busy']) await fan.call('POST', '/me/push', service.subscribe(path))
  await expect(
    fan.call('POST', '/me/push', { ...service.subscribe('/x'), endpoint: 'http://169.254.169.254/latest' }),
  ).rejects.toMatchObject({ problem: { code: 'push_address' } })
  service.answer('/dead', 410)
  service.answer('/busy', 429)
  const telling = {
    what: 'letter_answered' as const,
    cause: 'push:1',
    link: '/groups/g/letters',
    facts: { page: 'River', group: 'Night owls' },
  }
  await Promise.all([1, 2, 3].map(() => planet.db.transaction(tx => notify(tx, [fan.id], telling))))
  await until(() => service.at('/one').length > 0, 'the push')
  await allDone()
  expect(service.at('/one').map(push => push.message)).toEqual([
    { title: 'Night owls', body: 'River answered your letter', url: '/groups/g/letters', tag: expect.stringMatching(/^ntf_/) as string },
  ])
  expect(service.at('/one')[0]!.headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '259200' })
  expect(service.at('/one')[0]!.headers['authorization']).toContain(key)
  const devices = async () => (await fan.call<{ devices: { here: boolean }[] }>('GET', '/me/push')).devices
  await until(async () => (await devices()).length === 2, 'the dead one to go')
  // Too many requests: tried later, then it arrives once.
  service.answer('/busy', 201)
  await planet.db.pool.query(`update notices.push set due_at = now() - interval '1 second' where state = 'waiting'`)
  await planet.db.pool.query(`select graphile_worker.add_job('notices.push')`)
  await until(() => service.at('/busy').length > 0, 'the second try')
  // Quiet hours around the clock but for the last minute of the day before.
  const minute = clock.now().getUTCHours() * 60 + clock.now().getUTCMinutes()
  await fan.call('PATCH', '/me/notices/settings', { timeZone: 'UTC', quiet: { from: minute, until: (minute + 120) % 1440 } })
  await planet.db.transaction(tx => notify(tx, [fan.id], { ...telling, cause: 'push:2' }))
  await allDone()
  expect(service.at('/one')).toHaveLength(1)
  // Read before it rang: it never does.
  const { rows } = await planet.db.pool.query<{ due_at: Date }>(`select due_at from notices.push where state = 'waiting'`)
  expect(rows).toHaveLength(2)
  const wait = rows[0]!.due_at.getTime() - clock.now().getTime()
  expect(wait).toBeGreaterThan(118 * 60_000)
  expect(wait).toBeLessThanOrEqual(120 * 60_000)
  await fan.call('POST', '/me/notices/read', { until: clock.now().toISOString() })
  await planet.db.pool.query(`update notices.push set due_at = now() - interval '1 second' where state = 'waiting'`)
  await planet.db.pool.query(`select graphile_worker.add_job('notices.push')`)
  await until(
    async () => (await planet.db.pool.query(`select 1 from notices.push where state = 'dropped'`)).rowCount === 2,
    'them to be dropped',
  )
  expect(service.at('/one')).toHaveLength(1)
  // Whoever signs out hears nothing more there.
  await fan.fetch('/api/auth/sign-out', { method: 'POST', json: {}, headers: { origin: planet.url } })
  expect((await planet.db.pool.query('select 1 from notices.device where person = $1', [fan.id])).rowCount).toBe(0)
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
  await allDone()
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
  await until(
    async () =>
      (await planet.db.pool.query(`select 1 from graphile_worker._private_jobs limit 1`)).rowCount === 0 ||
      (
        await planet.db.pool.query(
          `select 1 from graphile_worker._private_jobs where attempts < max_attempts and run_at < now() + interval '5 seconds'`,
        )
      ).rowCount === 0,
    'all of it',
  )
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
