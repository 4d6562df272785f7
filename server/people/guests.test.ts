/** Buying without an account: the session, the links of mails, becoming a member; what is closed; and the cart that follows. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { decide, sell, type OrderJson } from '../shop/shop.testing.ts'
import { password, startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { guestToken } from './index.ts'

let planet: TestPlanet
beforeAll(async () => {
  planet = await startPlanet({ work: true })
})
afterAll(() => planet.close())
afterAll(() => clock.shift(0))

/** Someone with this cookie, or none. */
const withCookie = (cookie: string): Person => ({
  ...planet.stranger,
  cookie,
  fetch: (path, { json, ...init } = {}) =>
    fetch(planet.url + path, {
      redirect: 'manual',
      ...init,
      headers: {
        cookie,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(init.headers as Record<string, string>),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    }),
})
type Said = { status: number; body: Record<string, unknown>; who: Person }
/** Asks, and gives who one is after it. */
async function ask(who: Person, path: string, json: object, method = 'POST'): Promise<Said> {
  const answer = await who.fetch(`/api/v1${path}`, { method, json })
  const given = answer.headers.getSetCookie().map(line => line.split(';')[0]!)
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, unknown>,
    who: given.length > 0 ? withCookie(given.join('; ')) : who,
  }
}
const meOf = async (who: Person): Promise<{ id: string; email: string; guest: boolean; name: string } | null> =>
  ((await (await who.fetch('/api/v1/me')).json()) as { me: never }).me
const person = async (email: string) =>
  (
    await planet.db.pool.query<{ id: string; guest: boolean; email: string }>(
      'select id, guest, email from people.person where contact = $1 or email = $1 order by id',
      [email],
    )
  ).rows

test('whoever gives an address buys as a guest; the same again is the same guest, another address another one, a member stays who they are', async () => {
  const first = await ask(planet.stranger, '/checkout/guest', { email: ' Ann@Test.example ', name: 'Ann' })
  expect([first.status, first.body]).toEqual([200, { guest: true, contact: 'ann@test.example' }])
  const me = (await meOf(first.who))!
  expect(me).toMatchObject({ email: 'ann@test.example', guest: true, name: 'Ann' })
  const again = await ask(first.who, '/checkout/guest', { email: 'ann@test.example', name: 'Ann Lee' })
  expect([again.who.cookie, (await meOf(again.who))!.name, (await meOf(again.who))!.id]).toEqual([first.who.cookie, 'Ann Lee', me.id])
  const other = await ask(first.who, '/checkout/guest', { email: 'bo@test.example' })
  expect((await meOf(other.who))!.id).not.toBe(me.id)
  expect(await meOf(first.who)).toBeNull()
  const member = await planet.signUp('Member')
  const same = await ask(member, '/checkout/guest', { email: 'else@test.example' })
  expect([same.body, same.who.cookie]).toEqual([{ guest: false, contact: member.email }, member.cookie])
  // A member's address is nobody's to see: a guest with it is a guest like any other.
  const taken = await ask(planet.stranger, '/checkout/guest', { email: member.email })
  expect([taken.status, taken.body]).toEqual([200, { guest: true, contact: member.email }])
  expect((await meOf(taken.who))!.id).not.toBe(member.id)
  // Nobody signs in as a guest, and nobody finds one by the address.
  const tried = await planet.stranger.fetch('/api/auth/sign-in/email', { method: 'POST', json: { email: 'bo@test.example', password } })
  expect(tried.status).toBe(401)
  expect(
    (
      await planet.stranger.fetch('/api/v1/checkout/guest', {
        method: 'POST',
        json: { email: 'x@y.example' },
        headers: { origin: 'https://evil.example' },
      })
    ).status,
  ).toBe(403)
})

test('a guest buys and listens, and nothing else', async () => {
  const { who } = await ask(planet.stranger, '/checkout/guest', { email: 'closed@test.example' })
  for (const [path, json] of [
    ['/pages', { kind: 'artist', name: 'X', handle: 'x-guest' }],
    ['/groups', { handle: 'g-guest', name: 'X', visibility: 'public', joining: 'open' }],
    ['/organisations', { name: 'X', kind: 'label' }],
    ['/me/app-keys', { name: 'Phone', scopes: ['listen'] }],
  ] as const) {
    const said = await ask(who, path, json)
    expect([path, said.status, said.body['code']]).toEqual([path, 403, 'guest_only'])
  }
  const address = { id: newId('adr'), name: 'Ann', phone: '13800000000', country: 'CN', city: '杭州', line: '西湖路 1 号' }
  expect((await ask(who, '/me/addresses', address)).status).toBe(200)
  expect((await ask(who, '/me', { name: 'Renamed' }, 'PATCH')).status).toBe(200)
})

test('the link of a mail opens on any device until it runs out; a member’s session is left only when they say so', async () => {
  const { who } = await ask(planet.stranger, '/checkout/guest', { email: 'link@test.example' })
  const { id } = (await meOf(who))!
  const token = guestToken(planet.config.secret, id)
  const elsewhere = await ask(planet.stranger, '/checkout/open', { token })
  expect([elsewhere.body, (await meOf(elsewhere.who))!.id]).toEqual([{ state: 'open' }, id])
  expect((await meOf(who))!.id).toBe(id)
  const member = await planet.signUp('Other')
  const asked = await ask(member, '/checkout/open', { token })
  expect([asked.body, (await meOf(asked.who))!.id]).toEqual([{ state: 'other' }, member.id])
  expect((await meOf((await ask(member, '/checkout/open', { token, leave: true })).who))!.id).toBe(id)
  for (const bad of [
    `${token}x`,
    token.replace(id, newId('usr')),
    'nonsense',
    guestToken(planet.config.secret, id, new Date(Date.now() - 91 * 86_400_000)),
  ]) {
    const said = await ask(planet.stranger, '/checkout/open', { token: bad })
    expect([said.status, said.body['code']]).toEqual([410, 'link_over'])
  }
})

test('with a password from the mail’s link a guest is a member, once, and all other sessions end; a taken address is told only there', async () => {
  const { who } = await ask(planet.stranger, '/checkout/guest', { email: 'keep@test.example' })
  const { id } = (await meOf(who))!
  const token = guestToken(planet.config.secret, id)
  expect((await ask(planet.stranger, '/checkout/keep', { token, password: 'short' })).status).toBe(400)
  const tries = await Promise.all([1, 2, 3].map(() => ask(planet.stranger, '/checkout/keep', { token, password, name: 'Keeper' })))
  expect(tries.map(one => one.status).toSorted()).toEqual([200, 410, 410])
  const kept = tries.find(one => one.status === 200)!.who
  expect(await meOf(kept)).toMatchObject({ id, email: 'keep@test.example', guest: false, name: 'Keeper' })
  expect(await meOf(who)).toBeNull()
  expect((await ask(planet.stranger, '/checkout/open', { token })).body).toEqual({ state: 'member' })
  const signedIn = await planet.stranger.fetch('/api/auth/sign-in/email', {
    method: 'POST',
    json: { email: 'keep@test.example', password },
  })
  expect(signedIn.status).toBe(200)
  const second = await ask(planet.stranger, '/checkout/guest', { email: 'keep@test.example' })
  const refused = await ask(planet.stranger, '/checkout/keep', {
    token: guestToken(planet.config.secret, (await meOf(second.who))!.id),
    password,
  })
  expect([refused.status, refused.body['code']]).toEqual([409, 'email_taken'])
  expect((await person('keep@test.example')).map(row => row.guest)).toEqual([false, true])
})

test('the links are mailed to whoever bought with an address, and the answer never says whether anyone did', async () => {
  await ask(planet.stranger, '/checkout/guest', { email: 'lost@test.example' })
  const said = await Promise.all(
    ['lost@test.example', 'never@test.example'].map(email => ask(planet.stranger, '/checkout/link', { email })),
  )
  expect(said.map(one => [one.status, one.body])).toEqual([[200, { ok: true }], [200, { ok: true }]]) // prettier-ignore
  const folder = join(planet.home, 'mail')
  const mails = (): string[] => {
    try {
      return readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8'))
    } catch {
      return []
    }
  }
  const mail = await until(() => mails().find(text => text.includes('lost@test.example')), 'the mail')
  expect(mail).toContain('checkout/open')
  expect(mails().some(text => text.includes('never@test.example'))).toBe(false)
})

test('a guest with a member’s address sees and is answered what any other guest is, from the first question to the receipt', async () => {
  const seller = await planet.signUp('Seller')
  const member = await planet.signUp('Somebody')
  const { offer } = await sell(planet, seller, { price: 900n })
  /** The whole way, without what differs by itself: ids, numbers, times, and the address. */
  const walk = async (email: string): Promise<string> => {
    const first = await planet.stranger.fetch('/api/v1/checkout/guest', { method: 'POST', json: { email } })
    const who = withCookie(first.headers.getSetCookie()[0]!.split(';')[0]!)
    const seen: unknown[] = [first.status, [...first.headers.keys()].toSorted(), await first.json()]
    const read = async (path: string): Promise<void> => {
      const answer = await who.fetch(`/api/v1${path}`)
      seen.push(path, answer.status, await answer.json())
    }
    await read('/me')
    const placed = await ask(who, '/orders', { lines: [{ offer, quantity: 1 }], contact: email })
    seen.push(placed.status, placed.body)
    const order = placed.body as unknown as OrderJson
    await decide(who, order)
    await until(async () => ((await (await who.fetch(`/api/v1/orders/${order.id}`)).json()) as OrderJson).state === 'settled', 'the order')
    for (const path of [
      `/orders/${order.id}`,
      '/me/orders',
      '/me/cart',
      '/me/gift-cards',
      '/me/invitations',
      '/me/tickets',
      '/me/sessions',
    ])
      await read(path)
    seen.push((await ask(who, '/checkout/link', { email })).body, (await ask(planet.stranger, '/checkout/link', { email })).body)
    return JSON.stringify(seen)
      .replaceAll(email, 'ADDRESS')
      .replaceAll(email.split('@')[0]!, 'NAME')
      .replaceAll(/[a-z]{2,4}_[0-9a-hjkmnp-tv-z]{26}|ch_[\w-]+|\d{4}-\d\d-\d\dT[\d:.]+Z|"number":"[\d-]+"/g, 'X')
  }
  const [theirs, nobodys] = [await walk(member.email), await walk('nobody-here@test.example')]
  expect(theirs).toBe(nobodys)
  // What is theirs shows none of it: neither side leads to the other.
  expect((await member.call<{ items: unknown[] }>('GET', '/me/orders')).items).toEqual([])
})

test('a cart follows its owner; of two devices at once one is told, the same again is the same, and the planet takes no foreign pictures', async () => {
  const member = await planet.signUp('Shopper')
  const line = {
    offer: newId('off'),
    quantity: 2,
    title: 'T-shirt',
    detail: 'L',
    picture: '/media/x.avif',
    price: { amount: '12800', currency: 'CNY' },
    url: '/products/prd_x',
    choice: { size: 'L' },
  }
  expect(await member.call('GET', '/me/cart')).toEqual({ version: 0, lines: [] })
  expect(await member.call('PUT', '/me/cart', { version: 0, lines: [line] })).toEqual({ version: 1, lines: [line] })
  expect(await member.call('PUT', '/me/cart', { version: 0, lines: [line] })).toEqual({ version: 1, lines: [line] })
  const racing = await Promise.all(
    [3, 4, 5].map(quantity => ask(member, '/me/cart', { version: 1, lines: [{ ...line, quantity }] }, 'PUT')),
  )
  expect(racing.map(one => one.status).toSorted()).toEqual([200, 409, 409])
  expect(await member.call('GET', '/me/cart')).toMatchObject({ version: 2 })
  expect((await ask(member, '/me/cart', { version: 2, lines: [{ ...line, picture: 'https://evil.example/x.png' }] }, 'PUT')).status).toBe(
    400,
  )
  const much = Array.from({ length: 100 }, (_, n) => ({ ...line, choice: { n, words: 'x'.repeat(4000) } }))
  expect((await ask(member, '/me/cart', { version: 2, lines: much }, 'PUT')).status).toBe(413)
  expect((await ask(await planet.signUp('Stranger'), '/me/cart', { version: 2, lines: [] }, 'PUT')).body['code']).toBe('cart_changed')
})
