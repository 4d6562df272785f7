/** What leaves the house: digests in their reader's language and time, mails and pushes once, ways out. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '../foundation/clock.ts'
import { closeMail } from '../foundation/mail.ts'
import { until } from '../foundation/testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { makeDigests } from './mailing.ts'
import { allDone, list, mailServer, pushService } from './notices.testing.ts'
import { notify } from './notify.ts'

let planet: TestPlanet
let smtp: Awaited<ReturnType<typeof mailServer>>
let service: Awaited<ReturnType<typeof pushService>>
const never = new AbortController().signal
/** Addresses that the mail server refuses: with 550 for good, with 451 for now. */
const refused = new Map<string, number>()

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
  await allDone(planet)
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
    await notify(tx, [en.id], { what: 'refunded', cause: 'o', link: '/x', facts: { title: 'Snow', minor: '3800', currency: 'CNY' } })
    // A paid order has its receipt, which is a mail of its own.
    await notify(tx, [en.id], { what: 'order_paid', cause: 'p', link: '/x', facts: { number: 'P-1' } })
  })
  await until(() => smtp.to(en.email).length > 1, 'the mail about money')
  await allDone(planet)
  expect(smtp.to(en.email).map(one => one.subject)).toEqual(['You have 2 new notices', '¥38.00 refunded: Snow'])
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
  await allDone(planet)
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
  await allDone(planet)
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
  await allDone(planet)
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
  await allDone(planet)
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

test('a browser that is known renews its address also when no further one fits', async () => {
  const fan = await planet.signUp('Twenty')
  for (let at = 1; at <= 20; at++) await fan.call('POST', '/me/push', service.subscribe(`/many/${at}`))
  await expect(fan.call('POST', '/me/push', service.subscribe('/many/21'))).rejects.toMatchObject({ problem: { code: 'limited' } })
  await fan.call('POST', '/me/push', service.subscribe('/many/7'))
  expect((await fan.call<{ devices: unknown[] }>('GET', '/me/push')).devices).toHaveLength(20)
})
