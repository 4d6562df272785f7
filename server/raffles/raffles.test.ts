/** Raffles through the door: published, entered, drawn, verified outside; or called off with everything back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { listText, tagOf, verifyRaffle, type RaffleFile } from '../../shared/raffle-draw.ts'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { checks as pointsChecks, pointsOf } from '../points/index.ts'
import { checks as rewardChecks } from '../rewards/index.ts'
import { addAddress, addMembers, addReward, makeWorld, refused, type World } from '../rewards/rewards.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { verifyCommand } from '../verify.ts'
import { tick, tickAll } from './drawing.ts'
import { checks } from './index.ts'
import { hashes } from './verify.ts'

let planet: TestPlanet
let world: World
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'planet-raffles-'))
  planet = await startPlanet()
  world = await makeWorld(planet)
})
afterAll(async () => {
  clock.shift(0)
  rmSync(folder, { recursive: true, force: true })
  await planet.close()
})
afterEach(async () => {
  clock.shift(0)
  const found = await runChecks(planet.db.read, [...checks, ...rewardChecks, ...pointsChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})

type Raffle = {
  id: string
  state: string
  why: string | null
  tickets: number
  people: number
  commitment: string | null
  digest: string | null
  seed: string | null
  winners: { place: number; prize: number; ticket: number; tag: string; mine: boolean }[]
  me: { person: string; tag: string; salt: string; entries: { first: number; tickets: number }[]; exchanges: string[] } | null
  can: Record<string, boolean>
}
const hour = 3_600_000
const soon = (ms: number): string => new Date(clock.now().getTime() + ms).toISOString()
const allowPoints = (yes: boolean): Promise<unknown> =>
  planet.db.pool.query(
    yes
      ? `insert into policy.change (id, values, reason, proposed_by, proposed_at, state, decided_by, decided_at, decision, version)
         values ('prp_' || lpad('1', 26, '0'), '{"raffles":"points","pointsPurchase":"never","pointsTransfer":"never","spendingRanks":"never"}', 'test', 'usr_a', now(), 'confirmed', 'usr_b', now(), 'test', 1)`
      : 'select 1',
  )
type Given = Record<string, unknown>
async function addRaffle(given: Given = {}, host: Person = world.host): Promise<string> {
  const id = newId('raf')
  const prizes = given['prizes'] ?? [{ reward: await addReward(world, { kind: 'goods', stock: 2, raffleOnly: true }), quantity: 2 }]
  await host.call('PUT', `/groups/${world.group}/raffles/${id}`, {
    title: 'A night with the band',
    opensAt: soon(0),
    closesAt: soon(hour),
    drawBy: soon(48 * hour),
    ...given,
    prizes,
  })
  return id
}
const see = (who: Person, id: string): Promise<Raffle> => who.call('GET', `/raffles/${id}`)
const file = async (id: string, who: Person = planet.stranger): Promise<string> =>
  (await who.fetch(`/api/v1/raffles/${id}/raffle.json`)).text()
const balance = async (person: string): Promise<number> => (await pointsOf(planet.db.read, person, world.group)).balance

test('from the commitment to the winners: published, entered, closed, drawn; anyone draws it again', async () => {
  const { host, fan, other, outsider, group } = world
  const id = newId('raf')
  const prize = await addReward(world, { kind: 'goods', stock: 2, raffleOnly: true })
  const body = {
    title: 'A night with the band',
    opensAt: soon(0),
    closesAt: soon(hour),
    drawBy: soon(48 * hour),
    mostTickets: 3,
    prizes: [{ reward: prize, quantity: 2 }],
  }
  const put = (who: Person, change: Given = {}): Promise<string> =>
    refused(who.call('PUT', `/groups/${group}/raffles/${id}`, { ...body, ...change }))
  expect(await put(planet.stranger)).toBe('401 unauthenticated')
  expect(await put(fan)).toBe('403 hosts_only')
  expect(await put(host, { points: 10 })).toBe('403 raffle_policy')
  expect(await put(host, { drawBy: body.closesAt })).toBe('422 raffle_times')
  expect(await put(host, { prizes: [{ reward: newId('rwd'), quantity: 1 }] })).toBe('422 reward_invalid')
  expect(await put(host)).toBe('done')
  expect(await refused(see(fan, id))).toBe('404 not_found')
  expect(await refused(fan.call('POST', `/raffles/${id}/publish`))).toBe('404 not_found')
  expect((await fan.fetch(`/api/v1/raffles/${id}/raffle.json`)).status).toBe(404)
  await Promise.all([1, 2].map(() => host.call('POST', `/raffles/${id}/publish`)))
  expect(await put(host, { title: 'Another' })).toBe('409 raffle_published')
  await expect(planet.db.pool.query('update raffles.raffle set most_tickets = 9 where id = $1', [id])).rejects.toThrow('is published')
  await expect(planet.db.pool.query(`update raffles.raffle set commitment = repeat('0', 64) where id = $1`, [id])).rejects.toThrow(
    'is published',
  )

  const open = await see(planet.stranger, id)
  expect([open.state, open.commitment?.length, open.seed, open.why]).toEqual(['open', 64, null, 'signed_out'])
  expect((await planet.db.pool.query('select sealed from raffles.secret where raffle = $1', [id])).rows).toHaveLength(1)
  expect(await refused(planet.stranger.call('POST', `/raffles/${id}/entries`))).toBe('401 unauthenticated')
  expect(await refused(outsider.call('POST', `/raffles/${id}/entries`))).toBe('403 members_only')
  await planet.db.pool.query('update people.person set born_on = null where id = $1', [other.id])
  expect(await refused(other.call('POST', `/raffles/${id}/entries`))).toBe('403 declare_first')
  await planet.db.pool.query(`update people.person set born_on = '1990-01-01' where id = $1`, [other.id])
  const entry = newId('rtk')
  await Promise.all([1, 2, 3].map(() => fan.call('POST', `/raffles/${id}/entries`, { entry, tickets: 2 })))
  expect(await refused(fan.call('POST', `/raffles/${id}/entries`, { entry, tickets: 1 }))).toBe('409 key_reused')
  expect(await refused(other.call('POST', `/raffles/${id}/entries`, { entry, tickets: 2 }))).toBe('409 key_reused')
  expect(await refused(fan.call('POST', `/raffles/${id}/entries`, { tickets: 2 }))).toBe('409 raffle_tickets')
  await Promise.all([fan.call('POST', `/raffles/${id}/entries`), other.call('POST', `/raffles/${id}/entries`, { tickets: 3 })])
  const mine = (await see(fan, id)).me!
  expect(mine.tag).toBe(await tagOf(hashes, id, fan.id, mine.salt))
  expect((await see(other, id)).tickets).toBe(6)
  // A group that closed sells no more tickets; what was taken stays.
  await host.call('POST', `/groups/${world.group}/close`)
  expect(await refused(other.call('POST', `/raffles/${id}/entries`))).toBe('409 raffle_closed')
  expect([(await see(other, id)).why, (await see(other, id)).tickets]).toEqual(['over', 6])
  await host.call('POST', `/groups/${world.group}/open`)
  const saved = join(folder, 'open.json')
  writeFileSync(saved, await file(id))
  expect(await refused(host.call('POST', `/raffles/${id}/draw`))).toBe('409 raffle_early')
  expect(await tick(planet.db, planet.config, id)).toBe(false)

  clock.shift(hour + 1000)
  expect(await refused(fan.call('POST', `/raffles/${id}/entries`))).toBe('409 raffle_closed')
  // Drawn several times at once is drawn once.
  await Promise.all([
    tick(planet.db, planet.config, id),
    tick(planet.db, planet.config, id),
    host.call('POST', `/raffles/${id}/draw`).catch(() => undefined),
  ])
  const drawn = await see(fan, id)
  expect([drawn.state, drawn.winners.length, drawn.winners.filter(one => one.mine).length]).toEqual(['drawn', 2, 1])
  expect(await hashes.sha256(drawn.seed!)).toBe(open.commitment)
  expect((await planet.db.pool.query('select 1 from raffles.secret where raffle = $1', [id])).rows).toHaveLength(0)
  const whole = join(folder, 'raffle.json')
  writeFileSync(whole, await file(id))
  expect(await verifyCommand([whole, '--against', saved])).toBe(0)
  const parsed = JSON.parse(await file(id)) as RaffleFile
  expect(await hashes.sha256(listText(parsed.entries))).toBe(drawn.digest)
  const bad = join(folder, 'bad.json')
  writeFileSync(bad, JSON.stringify({ ...parsed, winners: parsed.winners.toReversed() }))
  expect(await verifyCommand([bad])).toBe(1)

  // The winner says where to, and it is a parcel like any other.
  const [exchange] = drawn.me!.exchanges as [string]
  expect(await fan.call('GET', `/exchanges/${exchange}`)).toMatchObject({
    state: 'claim',
    cause: 'raffle',
    points: 0,
    can: { claim: true, cancel: false },
  })
  expect(await refused(other.call('POST', `/exchanges/${exchange}/claim`, { address: await addAddress(other) }))).toBe('404 not_found')
  const address = await addAddress(fan)
  await Promise.all([1, 2].map(() => fan.call('POST', `/exchanges/${exchange}/claim`, { address })))
  expect(await fan.call('GET', `/exchanges/${exchange}`)).toMatchObject({ state: 'waiting', parcel: 'to_pack' })
})

test('a value from outside: written in by a second person, after it can be known; without it everything goes back', async () => {
  const { host, second, fan, group } = world
  const prize = await addReward(world, { kind: 'experience', stock: 5, raffleOnly: true })
  const prizes = [{ reward: prize, quantity: 2 }]
  const outside = { what: 'The index of Friday', from: soon(2 * hour) }
  const [id, late] = [await addRaffle({ outside, prizes }), await addRaffle({ outside, prizes })]
  for (const one of [id, late]) {
    await host.call('POST', `/raffles/${one}/publish`)
    await fan.call('POST', `/raffles/${one}/entries`)
  }
  clock.shift(hour + 1000)
  expect(await tickAll(planet.db, planet.config)).toBe(2)
  const closed = await see(host, id)
  expect([closed.state, closed.digest?.length, closed.seed, closed.can['outside']]).toEqual(['closed', 64, null, false])
  expect(await refused(second.call('POST', `/raffles/${id}/outside`, { value: '3141.59' }))).toBe('409 raffle_early')
  clock.shift(2 * hour + 1000)
  expect(await refused(host.call('POST', `/raffles/${id}/outside`, { value: '3141.59' }))).toBe('403 four_eyes')
  expect(await refused(fan.call('POST', `/raffles/${id}/outside`, { value: '3141.59' }))).toBe('403 hosts_only')
  await second.call('POST', `/raffles/${id}/outside`, { value: '3141.59' })
  expect(await refused(second.call('POST', `/raffles/${id}/outside`, { value: '2' }))).toBe('409 raffle_state')
  await tick(planet.db, planet.config, id)
  const verdict = await verifyRaffle(await file(id), hashes)
  expect([verdict.ok, verdict.file?.outsideValue, verdict.file?.winners.length]).toEqual([true, '3141.59', 1])

  clock.shift(49 * hour)
  await tickAll(planet.db, planet.config)
  const off = await see(fan, late)
  expect([off.state, off.seed?.length, off.winners]).toEqual(['void', 64, []])
  expect((await verifyRaffle(await file(late), hashes)).ok).toBe(false)
  // One piece was won; what nobody won, and the prizes of the one that is off, are there again.
  const { rows } = await planet.db.pool.query('select taken, kept from rewards.reward where id = $1', [prize])
  expect([rows[0], group.length > 0]).toEqual([{ taken: 1, kept: 0 }, true])
})

test('tickets for points: spent, settled by the draw, back when it is called off', async () => {
  await allowPoints(true)
  const { host, fan, other } = world
  const make = async (): Promise<string> => {
    const id = await addRaffle({
      points: 20,
      mostTickets: 5,
      prizes: [{ reward: await addReward(world, { kind: 'voucher', codes: 'made', stock: 1, raffleOnly: true }), quantity: 1 }],
    })
    await host.call('POST', `/raffles/${id}/publish`)
    return id
  }
  const [drawn, off] = [await make(), await make()]
  const before = await balance(fan.id)
  await fan.call('POST', `/raffles/${drawn}/entries`, { tickets: 2 })
  await Promise.all([1, 2, 3].map(() => fan.call('POST', `/raffles/${off}/entries`)))
  await other.call('POST', `/raffles/${off}/entries`, { tickets: 2 })
  expect(await balance(fan.id)).toBe(before - 100)
  expect(await refused(fan.call('POST', `/raffles/${off}/void`, { reason: 'x' }))).toBe('403 hosts_only')
  await Promise.all([1, 2].map(() => host.call('POST', `/raffles/${off}/void`, { reason: 'The band is ill' })))
  expect([await balance(fan.id), (await see(fan, off)).state]).toEqual([before - 40, 'void'])
  clock.shift(hour + 1000)
  await tick(planet.db, planet.config, drawn)
  expect(await refused(host.call('POST', `/raffles/${drawn}/void`, { reason: 'x' }))).toBe('409 raffle_state')
  const { me } = await see(fan, drawn)
  expect(await fan.call('GET', `/exchanges/${me!.exchanges[0]}`)).toMatchObject({ state: 'ready', vouchers: [{ state: 'issued' }] })
  expect(await balance(fan.id)).toBe(before - 40)
})

test('many at the same moment: numbers without gaps, the list is what was published', async () => {
  const { host, group } = world
  const id = await addRaffle({})
  await host.call('POST', `/raffles/${id}/publish`)
  const members = await addMembers(planet, group, 60, 1)
  const { enter } = await import('./entering.ts')
  await Promise.all(
    members.map(person =>
      planet.db.transaction(tx => enter(tx, { id: person, name: '', email: '', locale: 'en', roles: [], session: '' }, { id, tickets: 1 })),
    ),
  )
  expect(await see(host, id)).toMatchObject({ tickets: 60, people: 60 })
  clock.shift(hour + 1000)
  await tick(planet.db, planet.config, id)
  expect((await verifyRaffle(await file(id), hashes)).ok).toBe(true)
})

test('prizes that are set aside go out under the terms that were said yes to', async () => {
  const { host, second, group } = world
  const body = { kind: 'goods', title: 'A signed record', points: 100, cost: '80', stock: 2, provider: second.id, raffleOnly: true }
  const reward = await addReward(world, body)
  // The second host said yes as the one who is not the setter of the terms.
  const id = await addRaffle({ prizes: [{ reward, quantity: 1 }] })
  await host.call('POST', `/raffles/${id}/publish`)
  for (const change of [{ provider: host.id }, { cost: '100' }, { provider: null }])
    expect(await refused(host.call('PUT', `/groups/${group}/rewards/${reward}`, { ...body, ...change }))).toBe('409 reward_fixed')
  await host.call('PUT', `/groups/${group}/rewards/${reward}`, { ...body, title: 'A signed record, red' })
  await host.call('POST', `/raffles/${id}/void`, { reason: 'test' })
  await host.call('PUT', `/groups/${group}/rewards/${reward}`, { ...body, provider: host.id })
})

test('the file of a drawn raffle is the same for all who ask, and is drawn again by anyone', async () => {
  const { fan, other, host } = world
  const id = await addRaffle()
  await host.call('POST', `/raffles/${id}/publish`)
  for (const one of [fan, other]) await one.call('POST', `/raffles/${id}/entries`)
  clock.shift(hour + 1000)
  await tick(planet.db, planet.config, id)
  const read = async (): Promise<RaffleFile> => JSON.parse(await file(id)) as RaffleFile
  const [first, again] = [await read(), await read()]
  expect({ ...again, made: '' }).toEqual({ ...first, made: '' })
  expect((await verifyRaffle(JSON.stringify(again), hashes)).ok).toBe(true)
})
