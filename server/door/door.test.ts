/** Doors through the door: who may keep one, what a device knows alone, and what becomes of scans of several that could not hear each other. */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { addShow, fakeShows, giveTickets, refused, ticketFor, type FakeShows } from '../tickets/tickets.testing.ts'
import { checks as ticketChecks, voidTickets, type ShowFacts, type TicketRow } from '../tickets/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './index.ts'

let planet: TestPlanet
let world: FakeShows
let owner: Person
let keeper: Person
let fan: Person
let page: string
let organisation: string
beforeAll(async () => {
  planet = await startPlanet()
  world = fakeShows()
  ;[owner, keeper, fan] = (await Promise.all(['Owner', 'Keeper', 'Fan'].map(name => planet.signUp(name)))) as [Person, Person, Person]
  organisation = newId('org')
  await owner.call('POST', '/organisations', { id: organisation, name: 'Moon Hall', kind: 'venue' })
  await owner.call('POST', `/organisations/${organisation}/members`, { email: keeper.email, role: 'door' })
  page = newId('pag')
  await owner.call('POST', '/pages', {
    id: page,
    kind: 'business',
    name: 'Moon Hall',
    handle: `hall-${page.slice(-8)}`,
    organisation,
  })
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
afterEach(async () => {
  const found = await runChecks(planet.db.read, [...checks, ...ticketChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})

type Admission = { scan: string; subject: string; slot: number; at: string; door: string; device: string; ended: string | null }
type Synced = {
  seq: string
  at: string
  results: { id: string; verdict: string; first: Admission | null }[]
  admissions: Admission[]
  conflicts: { subject: string; won: string; lost: string; first: { at: string; door: string; device: string } }[]
  tickets: { id: string; state: string }[]
  guests: { hash: string; items: { id: string }[] } | null
  counts: { tiers: { tier: string; issued: number; in: number }[]; guests: number; guestsIn: number }
}
type Scan = { id: string; kind: string; subject: string; how: string; at: string; of?: string; turn?: number; why?: string }
const now = (ms = 0): string => new Date(clock.now().getTime() + ms).toISOString()
const scan = (subject: string, at: string, given: Partial<Scan> = {}): Scan => ({
  id: newId('scn'),
  kind: 'admit',
  subject,
  how: 'camera',
  at,
  ...given,
})

/** A browser of its own, let in by a code. */
async function deviceOf(show: string, name: string, door?: string): Promise<(scans?: Scan[], more?: object) => Promise<Synced>> {
  const { code } = await owner.call<{ code: string }>('POST', `/shows/${show}/door-links`, {
    name,
    ...(door === undefined ? {} : { door }),
  })
  const { token } = await planet.stranger.call<{ token: string }>('POST', '/door/enter', { code, browser: `browser-${name}-0123456789` })
  return (scans = [], more = {}) => planet.stranger.call<Synced>('POST', '/door/sync', { token, clock: now(), scans, ...more })
}
const showWith = async (count: number, given: Partial<ShowFacts> = {}): Promise<{ show: ShowFacts; tickets: TicketRow[] }> => {
  const show = addShow(world, page, given)
  const tickets = await giveTickets(
    planet,
    Array.from({ length: count }, () => ticketFor(show.id, fan.id)),
  )
  return { show, tickets }
}
const stateOf = async (id: string): Promise<string> =>
  (await planet.db.pool.query<{ state: string }>('select state from tickets.ticket where id = $1', [id])).rows[0]!.state

test('doors, codes and devices: who works there keeps the door, a manager opens it; a code is for one browser and can be ended', async () => {
  const { show } = await showWith(2)
  const desk = `/shows/${show.id}/door`
  expect([await refused(fan.call('GET', desk)), await refused(planet.stranger.call('GET', desk))]).toEqual([
    '404 not_found',
    '401 unauthenticated',
  ])
  expect(await keeper.call('GET', desk)).toMatchObject({ can: { manage: false }, counts: { tiers: [{ issued: 2, in: 0 }] } })
  const door = newId('dor')
  expect(await refused(keeper.call('PUT', `/shows/${show.id}/doors/${door}`, { name: '正门' }))).toBe('403 forbidden')
  expect(await refused(fan.call('PUT', `/shows/${show.id}/doors/${door}`, { name: '正门' }))).toBe('404 not_found')
  await owner.call('PUT', `/shows/${show.id}/doors/${door}`, { name: '正门' })
  await owner.call('PUT', `/shows/${show.id}/doors/${door}`, { name: '正门' })
  expect(await refused(owner.call('PUT', `/shows/${show.id}/doors/${newId('dor')}`, { name: '正门' }))).toBe('409 name_taken')
  expect(await refused(keeper.call('POST', `/shows/${show.id}/door-links`, { name: 'Phone' }))).toBe('403 forbidden')
  const id = newId('dev')
  const made = await Promise.all(
    [1, 2, 3, 4].map(() => owner.call<{ code: string; path: string }>('POST', `/shows/${show.id}/door-links`, { id, door, name: 'Phone' })),
  )
  for (const one of made) expect(one).toEqual(made[0])
  expect(await refused(owner.call('POST', `/shows/${show.id}/door-links`, { id, door, name: 'Other' }))).toBe('409 key_reused')
  const enter = (browser: string) =>
    planet.stranger.call<{ token: string }>('POST', '/door/enter', { code: made[0]!.code.toLowerCase(), browser })
  const first = await enter('the-first-browser-0001')
  expect(await enter('the-first-browser-0001')).toEqual(first)
  expect(await refused(enter('another-browser-000002'))).toBe('409 link_over')
  expect(await refused(planet.stranger.call('POST', '/door/enter', { code: 'AAAA-AAAA', browser: 'the-first-browser-0001' }))).toBe(
    '404 not_found',
  )

  // The list, and its proof.
  const { text, signature } = await planet.stranger.call<{ text: string; signature: string }>('POST', '/door/list', { token: first.token })
  const list = JSON.parse(text) as { publicKey: string; tickets: { id: string }[]; device: { door: string } }
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: list.publicKey }, format: 'jwk' })
  const prove = (what: string) => verify(null, createHash('sha256').update(what).digest(), key, Buffer.from(signature, 'base64url'))
  expect([prove(text), prove(text.replace('正门', '后门')), list.tickets.length, list.device.door]).toEqual([true, false, 2, '正门'])

  // Ended, it hears nothing and tells nothing; so does a device of someone who does not work there any more.
  expect(await refused(keeper.call('POST', `/door-devices/${id}/revoke`))).toBe('403 forbidden')
  expect(await refused(fan.call('POST', `/door-devices/${id}/revoke`))).toBe('404 not_found')
  await owner.call('POST', `/door-devices/${id}/revoke`)
  for (const path of ['/door/list', '/door/sync'])
    expect(await refused(planet.stranger.call('POST', path, { token: first.token, clock: now() }))).toBe('403 device_over')
  const own = newId('dev')
  const staff = await keeper.call<{ token: string }>('POST', desk, { id: own, name: 'Keeper’s phone' })
  expect(await keeper.call('POST', desk, { id: own, name: 'Keeper’s phone' })).toEqual(staff)
  expect(await refused(owner.call('POST', desk, { id: own, name: 'Mine' }))).toBe('409 key_reused')
  expect(await refused(planet.stranger.call('POST', '/door/list', { token: staff.token }))).toBe('done')
  await owner.call('DELETE', `/organisations/${organisation}/members/${keeper.id}`)
  expect(await refused(planet.stranger.call('POST', '/door/list', { token: staff.token }))).toBe('403 device_over')
  await owner.call('POST', `/organisations/${organisation}/members`, { email: keeper.email, role: 'door' })
})

test('a ticket lets one in once, told by whichever device hears it; told again it is answered as before', async () => {
  const { show, tickets } = await showWith(3)
  const [a, b] = [await deviceOf(show.id, 'A'), await deviceOf(show.id, 'B')]
  const first = scan(tickets[0]!.id, now())
  expect((await a([first])).results).toMatchObject([{ verdict: 'admitted', first: null }])
  expect((await a([first])).results).toMatchObject([{ verdict: 'admitted' }])
  expect(await stateOf(tickets[0]!.id)).toBe('used')
  const late = await b([scan(tickets[0]!.id, now())])
  expect(late.results).toMatchObject([{ verdict: 'double', first: { scan: first.id, device: 'A' } }])
  expect(late.counts).toMatchObject({ tiers: [{ issued: 3, in: 1 }] })
  // Codes of an earlier turn, void ones, those of another show, those nobody knows.
  const other = await showWith(1)
  await planet.db.transaction(tx => voidTickets(tx, { ids: [tickets[1]!.id] }, 'refunded'))
  const odd = await b([
    scan(tickets[2]!.id, now(), { turn: 9 }),
    scan(tickets[1]!.id, now()),
    scan(other.tickets[0]!.id, now()),
    scan(newId('tkt'), now()),
    scan('', now(), { kind: 'refused', why: 'forged' }),
  ])
  expect(odd.results.map(one => one.verdict)).toEqual(['old_code', 'void', 'unknown', 'unknown', 'refused'])
  expect(await stateOf(tickets[2]!.id)).toBe('issued')
  // What changed since is told: the void ticket, and who is in.
  const heard = await a([], { seq: '0', since: now(-1000) })
  expect([heard.admissions.map(one => one.subject), heard.tickets.find(one => one.id === tickets[1]!.id)?.state]).toEqual([
    [tickets[0]!.id],
    'void',
  ])
  expect((await a([], { seq: heard.seq })).admissions).toEqual([])
  // Undone with a reason, it is good again.
  const undone = await a([scan(tickets[0]!.id, now(), { kind: 'undo', of: first.id, why: 'wrong person' })])
  expect([undone.results[0]!.verdict, await stateOf(tickets[0]!.id)]).toEqual(['undone', 'issued'])
  expect((await b([scan(tickets[0]!.id, now())])).results[0]!.verdict).toBe('admitted')
  await expect(planet.db.pool.query(`delete from door.scan where id = $1`, [first.id])).rejects.toThrow('append-only')
})

test('offline: the earliest scan stands whoever tells it first, clocks that go wrong are set right, both devices hear when and where it was', async () => {
  const { show, tickets } = await showWith(2)
  const door = newId('dor')
  await owner.call('PUT', `/shows/${show.id}/doors/${door}`, { name: '东门' })
  const [a, b] = [await deviceOf(show.id, 'A', door), await deviceOf(show.id, 'B')]
  // B lets in at 20:05 and tells at once; A let the same one in at 20:00, by a clock an hour behind, and tells later.
  const later = scan(tickets[0]!.id, now(-60_000))
  expect((await b([later])).results[0]!.verdict).toBe('admitted')
  const earlier = scan(tickets[0]!.id, now(-3_600_000 - 300_000))
  const told = await a([earlier], { clock: now(-3_600_000) })
  expect(told.results[0]!.verdict).toBe('admitted')
  const heard = await b([], { seq: '0' })
  expect(heard.conflicts).toMatchObject([{ subject: tickets[0]!.id, won: earlier.id, lost: later.id }])
  expect(heard.admissions.map(one => [one.scan, one.ended]).toSorted()).toEqual(
    [
      [later.id, 'beaten'],
      [earlier.id, null],
    ].toSorted(),
  )
  const standing = heard.admissions.find(one => one.scan === earlier.id)!
  const first = { at: standing.at, door: '东门', device: 'A' }
  expect([told.conflicts, heard.conflicts]).toMatchObject([[{ first }], [{ first }]])
  type Told = { conflicts: object[]; scans: { id: string; at: string }[] }
  const desk = await owner.call<Told>('GET', `/shows/${show.id}/door`)
  const lostAt = desk.scans.find(one => one.id === later.id)!.at
  expect(desk.conflicts).toMatchObject([{ first, wonBy: '东门 · A', lostBy: 'B', lostAt }])
  expect(lostAt > first.at).toBe(true)
  // One who comes after hears of the same first, as told at once and in what was missed.
  const third = await b([scan(tickets[0]!.id, now())], { seq: heard.seq })
  expect([third.results[0], third.conflicts[0]]).toMatchObject([{ verdict: 'double', first: { door: '东门', device: 'A' } }, { first }])
  // A clock that runs ahead says nothing happened later than now.
  await a([scan(tickets[1]!.id, now(7_200_000))], { clock: now(3_600_000) })
  const { rows } = await planet.db.pool.query<{ ok: boolean }>('select bool_and(at <= received_at) as ok from door.scan where show = $1', [
    show.id,
  ])
  expect(rows[0]!.ok).toBe(true)
})

test('a crowd: many devices tell the same tickets at once; each is in once, by its earliest scan', async () => {
  const { show, tickets } = await showWith(20)
  const devices = await Promise.all(Array.from({ length: 5 }, (_, n) => deviceOf(show.id, `D${n}`)))
  const scans = devices.map((_, n) => tickets.map((ticket, m) => scan(ticket.id, now(-10_000 * ((n * 7 + m * 3) % 11)))))
  await Promise.all(devices.map((device, n) => device(scans[n]!)))
  const { rows } = await planet.db.pool.query<{ subject: string; scan: string }>(
    'select subject, scan from door.admission where show = $1 and ended is null',
    [show.id],
  )
  const best = (subject: string): string =>
    scans
      .flat()
      .filter(one => one.subject === subject)
      .toSorted((x, y) => (x.at < y.at || (x.at === y.at && x.id < y.id) ? -1 : 1))[0]!.id
  expect(rows.map(row => [row.subject, row.scan]).toSorted()).toEqual(tickets.map(ticket => [ticket.id, best(ticket.id)]).toSorted())
})

test('guests come with others, as many as the list says; who went out comes in again only where the show allows it', async () => {
  const { show, tickets } = await showWith(1, { reentry: true })
  const guest = { id: newId('gst'), name: '王老师', plus: 1, mark: 'vip', note: '' }
  world.guests.set(show.id, [guest])
  const a = await deviceOf(show.id, 'A')
  const come = await a([1, 2, 3].map(n => scan(guest.id, now(n * -1000), { how: 'name' })))
  expect(come.results.map(one => one.verdict).toSorted()).toEqual(['admitted', 'admitted', 'double'])
  expect([come.counts.guests, come.counts.guestsIn, come.guests!.items.map(one => one.id)]).toEqual([2, 2, [guest.id]])
  expect((await a([], { guests: come.guests!.hash })).guests).toBe(null)
  const ticket = tickets[0]!.id
  const round = await a([scan(ticket, now(-5000)), scan(ticket, now(-4000), { kind: 'exit' }), scan(ticket, now(-3000))])
  expect(round.results.map(one => one.verdict)).toEqual(['admitted', 'left', 'admitted'])
  world.shows.set(show.id, { ...show, reentry: false })
  expect((await a([scan(ticket, now(), { kind: 'exit' })])).results[0]!.verdict).toBe('nothing')
})

test('who was in and went out has used their ticket: told at once, or when a later coming in was a mistake', async () => {
  const { show, tickets } = await showWith(2, { reentry: true })
  const [one, two] = tickets.map(ticket => ticket.id) as [string, string]
  const a = await deviceOf(show.id, 'A')
  const seen = await a([scan(one, now(-5000)), scan(one, now(-4000), { kind: 'exit' })])
  expect([seen.results.map(result => result.verdict), await stateOf(one)]).toEqual([['admitted', 'left'], 'used'])
  await a([scan(two, now(-5000))])
  await a([scan(two, now(-4000), { kind: 'exit' })])
  const again = scan(two, now(-3000))
  await a([again])
  const undone = await a([scan(two, now(-2000), { kind: 'undo', of: again.id, why: 'Wrong person' })])
  expect([undone.results[0]!.verdict, await stateOf(two)]).toEqual(['undone', 'used'])
  // Let in by mistake only: not used.
  const { tickets: others } = await showWith(1, { reentry: true })
  const b = await deviceOf(others[0]!.show, 'B')
  const mistake = scan(others[0]!.id, now(-3000))
  await b([mistake])
  await b([scan(others[0]!.id, now(-2000), { kind: 'undo', of: mistake.id, why: 'Wrong person' })])
  expect(await stateOf(others[0]!.id)).toBe('issued')
})
