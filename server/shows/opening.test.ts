/** Buying without an account, and the clock that begins when the map is opened. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { refused } from '../rewards/rewards.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { serveWaiting } from './index.ts'
import { buy, makeShow, numbers, take, type HoldJson, type ShowJson } from './shows.testing.ts'

let planet: TestPlanet
let host: Person
let fan: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[host, fan] = (await Promise.all(['Host', 'Fan'].map(name => planet.signUp(name)))) as [Person, Person]
})
afterAll(() => planet.close())

/** Whoever gives an address. */
async function guest(email: string): Promise<Person> {
  const answer = await planet.stranger.fetch('/api/v1/checkout/guest', { method: 'POST', json: { email } })
  expect(answer.status).toBe(200)
  const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!
  const fetch: Person['fetch'] = (path, init = {}) =>
    planet.stranger.fetch(path, { ...init, headers: { ...(init.headers as Record<string, string>), cookie } })
  return {
    ...planet.stranger,
    cookie,
    fetch,
    call: async (method, path, json) => {
      const got = await fetch(`/api/v1${path}`, { method, ...(json === undefined ? {} : { json }) })
      const body = (await got.json()) as { code: string }
      if (!got.ok) throw Object.assign(new Error(`${method} ${path}: ${got.status}`), { status: got.status, problem: body })
      return body as never
    },
  }
}

test('a hold gets what is left of the eight minutes since the map was opened; never more, a minute at least; sent again it stays', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 10 } })
  const floor = tiers['floor']!
  const lasts = async (more: object): Promise<number> => {
    const begun = Date.now()
    const seconds = (Date.parse((await take(fan, show, floor, 1, more)).until) - begun) / 1000
    return Math.round(seconds / 30) * 30
  }
  expect([await lasts({}), await lasts({ sinceOpen: 0 }), await lasts({ sinceOpen: 300 }), await lasts({ sinceOpen: 4000 })]).toEqual([
    480, 480, 180, 60,
  ])
  expect(await refused(take(fan, show, floor, 1, { sinceOpen: -60 }))).toBe('400 invalid')
  const hold = newId('sth')
  const ask = (sinceOpen: number): Promise<HoldJson> =>
    fan.call<HoldJson>('POST', `/shows/${show}/holds`, { hold, wants: [{ tier: floor, count: 1 }], sinceOpen })
  const first = await ask(120)
  expect((await ask(0)).until).toBe(first.until)
  // One of a person at a time, whenever its map was opened.
  expect(await numbers(planet, floor)).toEqual([10, 0, 1, 9])
})

test('a guest holds, orders, pays and has the ticket; waits for what comes back and is told by a mail that opens it; a lottery is for members', async () => {
  const { show, tiers } = await makeShow(planet, host, { floor: { places: 2 } })
  const floor = tiers['floor']!
  expect(await refused(take(planet.stranger, show, floor, 1))).toBe('401 unauthenticated')
  const mei = await guest('mei@test.example')
  const order = await buy(mei, show, floor, 1)
  expect(order.lines[0]!.state).toBe('held')
  expect((await mei.call<{ items: unknown[] }>('GET', '/me/tickets')).items).toHaveLength(1)
  expect((await mei.call<ShowJson>('GET', `/shows/${show}`)).mine).toMatchObject({ tickets: 1, more: 5 })

  await buy(fan, show, floor, 1)
  const late = await guest('late@test.example')
  const waiting = newId('wtl')
  await late.call('POST', `/shows/${show}/waiting`, { waiting, tier: floor, count: 1 })
  expect(await refused(mei.call('GET', `/waiting/${waiting}`))).toBe('404 not_found')
  const { items } = await mei.call<{ items: { ticket: string }[] }>('GET', `/shows/${show}/mine`)
  await mei.call('POST', `/show-tickets/${items[0]!.ticket}/refund`)
  await serveWaiting(planet.db, floor)
  const offered = await late.call<{ state: string; hold: string }>('GET', `/waiting/${waiting}`)
  expect(offered.state).toBe('offered')
  expect((await late.call<HoldJson>('GET', `/show-holds/${offered.hold}`)).state).toBe('held')
  const folder = join(planet.home, 'mail')
  await until(
    () =>
      (existsSync(folder) ? readdirSync(folder) : [])
        .map(name => readFileSync(join(folder, name), 'utf8').replaceAll('=\n', '').replaceAll('=3D', '='))
        .find(text => text.includes('late@test.example') && text.includes(encodeURIComponent(`/waiting/${waiting}`))),
    'the mail',
  )

  const lottery = await makeShow(planet, host, { front: { places: 2 } }, { sale: 'lottery', open: false })
  await host.call('PUT', `/shows/${lottery.show}/lottery`, {
    opensAt: new Date(Date.now() - 1000).toISOString(),
    closesAt: new Date(Date.now() + 3_600_000).toISOString(),
    hours: 24,
  })
  await host.call('PUT', `/shows/${lottery.show}/state`, { state: 'on_sale' })
  const enter = (who: Person): Promise<unknown> =>
    who.call('PUT', `/shows/${lottery.show}/lottery/entry`, { entry: newId('ltn'), count: 1, tiers: [lottery.tiers['front']] })
  expect([await refused(enter(mei)), await refused(enter(fan))]).toEqual(['403 guest_only', 'done'])
})
