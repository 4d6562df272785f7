/** Tickets through the door: whose they are, names, handing on, paper and wallet; the signature a door can prove by itself. */
import { createPrivateKey } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { pdfLines } from '../foundation/pdf.testing.ts'
import { until } from '../foundation/testing.ts'
import { readTicketCode, typedCode } from '../../shared/ticket-code.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, findSigner, proves, voidTickets } from './index.ts'
import { addShow, fakeShows, giveTickets, openTestPage, refused, ticketFor, type FakeShows } from './tickets.testing.ts'

let planet: TestPlanet
let world: FakeShows
let seller: Person
let fan: Person
let friend: Person
let page: string
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  world = fakeShows()
  seller = await planet.signUp('Organiser')
  fan = await planet.signUp('Fan')
  friend = await planet.signUp('Friend')
  page = await openTestPage(seller, 'Moon Hall')
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
afterEach(async () => {
  const found = await runChecks(planet.db.read, checks)
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})

type Shown = {
  id: string
  state: string
  code: string
  payload: string | null
  name: string | null
  idTail: string | null
  wallet: boolean
  transfer: { id: string } | null
  can: { rename: boolean; transfer: boolean; resell: boolean }
  show: { id: string }
}
const get = (who: Person, id: string): Promise<Shown> => who.call<Shown>('GET', `/tickets/${id}`)

test('a ticket is its holder’s; its code proves itself by the public key alone, and a changed one does not', async () => {
  const show = addShow(world, page)
  const [one] = await giveTickets(planet, [ticketFor(show.id, fan.id, { seat: 'A-3-12', seatLabel: 'A 区 3 排 12 座' })])
  expect(await refused(get(friend, one!.id))).toBe('404 not_found')
  expect(await refused(planet.stranger.call('GET', `/tickets/${one!.id}`))).toBe('401 unauthenticated')
  const shown = await get(fan, one!.id)
  const code = readTicketCode(shown.payload!)!
  expect([code.ticket, code.show, code.turn]).toEqual([one!.id, show.id, 1])
  const { keys } = await planet.stranger.call<{ keys: string[] }>('GET', '/tickets/keys')
  expect(proves(code, keys[0]!)).toBe(true)
  const last = shown.payload!.at(-9)!
  const forged = readTicketCode(`${shown.payload!.slice(0, -9)}${last === 'A' ? 'B' : 'A'}${shown.payload!.slice(-8)}`)!
  expect(proves(forged, keys[0]!)).toBe(false)
  const other = readTicketCode((await findSigner(planet.db.read))!.code({ id: one!.id, show: show.id, turn: 2 }))!
  expect(proves({ ...other, signature: code.signature }, keys[0]!)).toBe(false)
  expect([typedCode(`${one!.code.slice(0, 4).toLowerCase()}-${one!.code.slice(4)}`), readTicketCode('PT1XYZ')]).toEqual([
    one!.code,
    undefined,
  ])
  // One seat, one ticket: the database says so.
  await expect(giveTickets(planet, [ticketFor(show.id, friend.id, { seat: 'A-3-12' })])).rejects.toThrow('ticket_seat')
  expect((await planet.db.transaction(tx => voidTickets(tx, { ids: [one!.id] }, 'refunded'))).length).toBe(1)
  expect((await planet.db.transaction(tx => voidTickets(tx, { ids: [one!.id] }, 'refunded'))).length).toBe(0)
  expect(await get(fan, one!.id)).toMatchObject({ state: 'void', payload: null, can: { transfer: false } })
  await giveTickets(planet, [ticketFor(show.id, friend.id, { seat: 'A-3-12' })])
})

test('lists: shows to come soonest first, page by page, each ticket once; what is over apart', async () => {
  const inDays = (days: number) => ({ startsAt: new Date(Date.now() + days * 86_400_000) })
  const [later, sooner, over] = [addShow(world, page, inDays(90)), addShow(world, page, inDays(60)), addShow(world, page, inDays(-300))]
  const who = await planet.signUp('Collector')
  await giveTickets(
    planet,
    [...Array(3)].flatMap(() => [later, sooner, over].map(show => ticketFor(show.id, who.id))),
  )
  const seen: string[] = []
  for (let next: string | null = ''; next !== null;) {
    const list: { items: Shown[]; next: string | null } = await who.call(
      'GET',
      `/me/tickets?limit=2${next === '' ? '' : `&cursor=${next}`}`,
    )
    seen.push(...list.items.map(item => `${item.show.id} ${item.id}`))
    next = list.next
  }
  expect(seen.map(text => text.split(' ')[0])).toEqual([...Array(3).fill(sooner.id), ...Array(3).fill(later.id)])
  expect(new Set(seen).size).toBe(6)
  const past = await who.call<{ items: Shown[] }>('GET', '/me/tickets?when=past')
  expect(past.items.map(item => item.show.id)).toEqual([over.id, over.id, over.id])
})

test('real names: what the show asks for, until the show says; kept no longer than needed', async () => {
  const show = addShow(world, page, { realName: 'id' })
  const [one] = await giveTickets(planet, [ticketFor(show.id, fan.id, { name: '张三', idTail: '123X' })])
  const at = `/tickets/${one!.id}/name`
  expect(await refused(friend.call('PUT', at, { name: 'Me', idTail: '1111' }))).toBe('404 not_found')
  expect(await refused(fan.call('PUT', at, { name: '李四' }))).toBe('400 name_needed')
  expect(await fan.call('PUT', at, { name: '李四', idTail: '456x' })).toMatchObject({ name: '李四', idTail: '456X' })
  world.shows.set(show.id, { ...show, renameUntil: null })
  expect(await refused(fan.call('PUT', at, { name: '王五', idTail: '1111' }))).toBe('409 ticket_fixed')
  // The same again changes nothing, and is no fault.
  expect(await fan.call('PUT', at, { name: '李四', idTail: '456X' })).toMatchObject({ name: '李四' })
})

test('handing on: one link, one taker, the old code is an old picture; a race has one winner', async () => {
  const show = addShow(world, page)
  const [one] = await giveTickets(planet, [ticketFor(show.id, fan.id)])
  const before = await get(fan, one!.id)
  const transfer = newId('trf')
  const at = `/tickets/${one!.id}/transfers`
  expect(await refused(friend.call('POST', at, {}))).toBe('404 not_found')
  const made = await Promise.all([1, 2].map(() => fan.call<{ path: string }>('POST', at, { transfer, email: 'friend@test.example' })))
  expect(made[0]!.path).toBe(made[1]!.path)
  expect(await refused(fan.call('POST', at, { transfer, email: 'other@test.example' }))).toBe('409 key_reused')
  const token = made[0]!.path.split('/').at(-1)!
  const link = `/ticket-transfers/${token}`
  expect(await planet.stranger.call('GET', link)).toMatchObject({ state: 'open', from: 'Fan', mine: false })
  expect(await refused(fan.call('POST', `${link}/accept`, {}))).toBe('409 ticket_own')
  expect(await refused(planet.stranger.call('POST', `${link}/accept`, {}))).toBe('401 unauthenticated')
  // The mail lies there, once, with this link.
  const mail = await until(async () => {
    try {
      return readFileSync(join(planet.home, 'mail', `${transfer}.eml`))
    } catch {
      return undefined
    }
  }, 'the mail with the link')
  const parsed = await PostalMime.parse(mail)
  expect([parsed.to?.[0]?.address, parsed.text?.includes(`${planet.url}${made[0]!.path}`)]).toEqual(['friend@test.example', true])
  const rivals = [friend, await planet.signUp('Rival'), await planet.signUp('Third')]
  const results = await Promise.all(rivals.map(who => refused(who.call('POST', `${link}/accept`, {}))))
  expect(results.toSorted()).toEqual(['409 transfer_over', '409 transfer_over', 'done'])
  const winner = rivals[results.indexOf('done')]!
  expect(await refused(winner.call('POST', `${link}/accept`, {}))).toBe('done')
  const now = await get(winner, one!.id)
  expect([readTicketCode(now.payload!)!.turn, now.code === before.code]).toEqual([2, false])
  expect(await refused(get(fan, one!.id))).toBe('404 not_found')
  // Given for nothing, it is not for sale; nor is what was never paid.
  expect(now.can).toEqual({ rename: false, transfer: true, resell: false })
  expect(await refused(winner.call('POST', `/tickets/${one!.id}/resale`, { price: { amount: '100', currency: 'CNY' } }))).toBe(
    '409 resale_not_yours',
  )
  // A link taken back, one that ran out, one of a show that does not allow it.
  const second = await winner.call<{ path: string }>('POST', at, {})
  await winner.call('DELETE', at)
  const gone = `/ticket-transfers/${second.path.split('/').at(-1)!}`
  expect([
    await refused(fan.call('POST', `${gone}/accept`, {})),
    await refused(fan.call('GET', `/ticket-transfers/${'x'.repeat(32)}`)),
  ]).toEqual(['409 transfer_over', '404 not_found'])
  const third = await winner.call<{ path: string }>('POST', at, {})
  clock.shift(8 * 86_400_000)
  expect(await refused(fan.call('POST', `/ticket-transfers/${third.path.split('/').at(-1)!}/accept`, {}))).toBe('409 transfer_over')
  clock.shift(0)
  world.shows.set(show.id, { ...show, transferUntil: null })
  expect(await refused(winner.call('POST', at, {}))).toBe('409 ticket_fixed')
})

test('paper with Chinese and the code; an event for the calendar; a pass for the wallet once there is a certificate', async () => {
  const show = addShow(world, page)
  const given = [1, 2].map(n => ticketFor(show.id, fan.id, { seat: `B-${n}`, seatLabel: `看台 ${n} 座`, name: '张三' }))
  const [one] = await giveTickets(planet, given)
  const paper = await fan.fetch(`/api/v1/me/tickets.pdf?show=${show.id}`)
  expect([paper.status, paper.headers.get('content-type')]).toEqual([200, 'application/pdf'])
  const bytes = Buffer.from(await paper.arrayBuffer())
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
  const text = pdfLines(bytes).flat(2).join(' ')
  expect(['月亮与六便士', '看台 1 座', '看台 2 座', '380.00 CNY', '张三'].filter(part => !text.includes(part))).toEqual([])
  expect((await friend.fetch(`/api/v1/tickets/${one!.id}/ticket.pdf`)).status).toBe(404)
  const event = await (await fan.fetch(`/api/v1/tickets/${one!.id}/event.ics`)).text()
  expect(event).toContain(`DTSTART:${show.startsAt.toISOString().replaceAll(/[-:]|\.000/g, '')}`)

  expect((await get(fan, one!.id)).wallet).toBe(false)
  expect((await fan.fetch(`/api/v1/tickets/${one!.id}/ticket.pkpass`)).status).toBe(404)
  const chain = makeChain()
  const operator = await planet.staff('operator')
  expect(await refused(fan.call('PUT', '/desk/wallet', chain))).toBe('403 forbidden')
  expect(await refused(operator.call('PUT', '/desk/wallet', { ...chain, key: makeChain().key }))).toBe('400 wallet_invalid')
  expect(await operator.call('PUT', '/desk/wallet', chain)).toMatchObject({ passType: 'pass.example.planet', team: 'TEAM123456' })
  // With a key that has words: without them, or with others, it is not read.
  const locked = createPrivateKey(chain.key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'a secret',
  }) as string
  for (const passphrase of ['', 'another'])
    expect(await refused(operator.call('PUT', '/desk/wallet', { ...chain, key: locked, passphrase }))).toBe('400 wallet_invalid')
  const kept = await operator.call<object>('PUT', '/desk/wallet', { ...chain, key: locked, passphrase: 'a secret' })
  expect(Object.keys(kept).toSorted()).toEqual(['passType', 'team', 'until'])
  const setting = await planet.db.pool.query<{ value: unknown }>(`select value from house.setting where name = 'tickets.wallet'`)
  expect(JSON.stringify(setting.rows[0])).not.toContain('PRIVATE KEY')
  expect((await get(fan, one!.id)).wallet).toBe(true)
  const pass = await fan.fetch(`/api/v1/tickets/${one!.id}/ticket.pkpass`)
  const zip = Buffer.from(await pass.arrayBuffer())
  expect([pass.headers.get('content-type'), zip.subarray(0, 2).toString()]).toEqual(['application/vnd.apple.pkpass', 'PK'])
  expect(['pass.json', 'manifest.json', 'signature', 'icon.png'].filter(name => !zip.includes(name))).toEqual([])
})

/** A certificate authority and a pass certificate of our own. */
function makeChain(): { certificate: string; key: string; wwdr: string } {
  const folder = mkdtempSync(join(tmpdir(), 'planet-pass-'))
  const run = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  try {
    run('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30', '-subj', '/CN=Test CA')
    run(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'pass.key',
      '-out',
      'pass.csr',
      '-subj',
      '/UID=pass.example.planet/CN=Pass/OU=TEAM123456/O=Test',
    )
    writeFileSync(join(folder, 'serial'), '01')
    run('x509', '-req', '-in', 'pass.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', '7', '-days', '30', '-out', 'pass.pem')
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
    return { certificate: read('pass.pem'), key: read('pass.key'), wwdr: read('ca.pem') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
