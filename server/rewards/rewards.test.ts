/** Rewards through the door: exchanging, taking back, vouchers, races, and what the desk may do. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { Fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import { pointsOf, checks as pointsChecks } from '../points/index.ts'
import { checks as shippingChecks } from '../shipping/index.ts'
import { startPlanet, type TestPlanet } from '../testing.ts'
import { settleExchanges } from './exchanges.ts'
import { checks, exchange } from './index.ts'
import { codesOf } from './vouchers.ts'
import { addAddress, addMembers, addReward, givePoints, makeWorld, refused, viewerOf, type World } from './rewards.testing.ts'

let planet: TestPlanet
let world: World
beforeAll(async () => {
  planet = await startPlanet()
  world = await makeWorld(planet)
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
afterEach(async () => {
  const found = await runChecks(planet.db.read, [...checks, ...pointsChecks, ...shippingChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})

type Exchange = {
  id: string
  state: string
  points: number
  parcel: string | null
  parcelId: string | null
  vouchers: { code: string; state: string; qr: object | null }[]
  can: { cancel: boolean; claim: boolean }
}
type Card = { id: string; why: string | null; left: number | null }
const balance = async (person: string): Promise<number> => (await pointsOf(planet.db.read, person, world.group)).balance
const available = async (person: string): Promise<bigint> =>
  (
    await planet.db.pool.query<{ balance: bigint }>(
      `select coalesce(sum(balance), 0)::int8 as balance from ledger.public_account where owner = $1 and purpose = 'available'`,
      [person],
    )
  ).rows[0]!.balance

test('goods: one transaction takes points and stock and asks for a parcel; arrived, the budget pays who provides it', async () => {
  const { fan, other, host, second, outsider, group } = world
  const id = newId('rwd')
  const body = { kind: 'goods', title: 'Signed record', points: 100, cost: '80', stock: 3, provider: host.id, perPerson: 2 }
  expect(await refused(fan.call('PUT', `/groups/${group}/rewards/${id}`, body))).toBe('403 hosts_only')
  expect(await refused(planet.stranger.call('PUT', `/groups/${group}/rewards/${id}`, body))).toBe('401 unauthenticated')
  // Points of 1 yuan cannot pay what costs 2, and money goes only where a second host says so.
  expect(await refused(host.call('PUT', `/groups/${group}/rewards/${id}`, { ...body, cost: '200' }))).toBe('422 reward_worth')
  expect(await refused(host.call('PUT', `/groups/${group}/rewards/${id}`, { ...body, provider: outsider.id }))).toBe('422 reward_invalid')
  await host.call('PUT', `/groups/${group}/rewards/${id}`, body)
  expect(await refused(planet.stranger.call('GET', `/rewards/${id}`))).toBe('404 not_found')
  expect(await refused(host.call('PUT', `/rewards/${id}/state`, { state: 'open' }))).toBe('409 reward_unready')
  expect(await refused(host.call('POST', `/rewards/${id}/approve`))).toBe('403 four_eyes')
  await second.call('POST', `/rewards/${id}/approve`)
  await host.call('PUT', `/rewards/${id}/state`, { state: 'open' })
  // Another price, and the yes is gone with it.
  await host.call('PUT', `/groups/${group}/rewards/${id}`, { ...body, cost: '90' })
  expect(await refused(fan.call('POST', `/rewards/${id}/exchanges`, {}))).toBe('409 reward_closed')
  await second.call('POST', `/rewards/${id}/approve`)
  await host.call('PUT', `/rewards/${id}/state`, { state: 'open' })

  expect(await refused(planet.stranger.call('POST', `/rewards/${id}/exchanges`, {}))).toBe('401 unauthenticated')
  expect(await refused(outsider.call('POST', `/rewards/${id}/exchanges`, {}))).toBe('403 members_only')
  expect(await refused(fan.call('POST', `/rewards/${id}/exchanges`, {}))).toBe('400 address_needed')
  const address = await addAddress(fan)
  expect(await refused(other.call('POST', `/rewards/${id}/exchanges`, { address }))).toBe('400 address_needed')
  expect(await refused(fan.call('POST', `/rewards/${id}/exchanges`, { address, points: 90 }))).toBe('409 changed_meanwhile')
  expect(await refused(fan.call('POST', `/rewards/${newId('rwd')}/exchanges`, { address }))).toBe('404 not_found')
  const one = newId('xch')
  const before = await balance(fan.id)
  // Sent four times at once, it is one.
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => fan.call<Exchange>('POST', `/rewards/${id}/exchanges`, { exchange: one, address })),
  )
  expect(answers.map(x => [x.id, x.state, x.parcel])).toEqual(Array.from({ length: 4 }, () => [one, 'waiting', 'to_pack']))
  expect(await balance(fan.id)).toBe(before - 100)
  expect(await refused(fan.call('POST', `/rewards/${id}/exchanges`, { exchange: one, address, quantity: 2 }))).toBe('409 key_reused')
  expect(await refused(other.call('POST', `/rewards/${id}/exchanges`, { exchange: one, address }))).toBe('409 key_reused')
  expect(await refused(fan.call('POST', `/rewards/${id}/exchanges`, { address, quantity: 2 }))).toBe('409 reward_limit')
  expect(await refused(other.call('GET', `/exchanges/${one}`))).toBe('404 not_found')
  expect(await refused(other.call('POST', `/exchanges/${one}/cancel`))).toBe('404 not_found')

  // Taken back while it is not packed: points and piece, once.
  await Promise.all([1, 2, 3].map(() => fan.call('POST', `/exchanges/${one}/cancel`).catch(() => undefined)))
  expect([await balance(fan.id), (await fan.call<Exchange>('GET', `/exchanges/${one}`)).state]).toEqual([before, 'cancelled'])
  const two = await fan.call<Exchange>('POST', `/rewards/${id}/exchanges`, { address })
  const paidBefore = await available(host.id)
  expect(
    await refused(fan.call('POST', `/senders/${group}/parcels/send`, { parcels: [{ id: two.parcelId, carrier: 'SF', tracking: '1' }] })),
  ).toBe('404 not_found')
  await host.call('POST', `/senders/${group}/parcels/send`, { parcels: [{ id: two.parcelId, carrier: 'SF', tracking: '1' }] })
  expect(await refused(fan.call('POST', `/exchanges/${two.id}/cancel`))).toBe('409 exchange_state')
  expect(await refused(host.call('POST', `/exchanges/${two.id}/refund`, { reason: 'too late' }))).toBe('409 exchange_state')
  await Promise.all([fan.call('POST', `/parcels/${two.parcelId}/arrived`), fan.call('POST', `/parcels/${two.parcelId}/arrived`)])
  expect((await fan.call<Exchange>('GET', `/exchanges/${two.id}`)).state).toBe('done')
  expect((await available(host.id)) - paidBefore).toBe(90n)
})

test('who is paid is who stood in the terms that were said yes to, whatever the reward says by now', async () => {
  const { fan, host, second, group } = world
  const body = { kind: 'goods', title: 'A signed sleeve', points: 100, cost: '80', stock: 3, provider: second.id }
  const id = newId('rwd')
  await host.call('PUT', `/groups/${group}/rewards/${id}`, body)
  await second.call('POST', `/rewards/${id}/approve`)
  await host.call('PUT', `/rewards/${id}/state`, { state: 'open' })
  const got = await fan.call<Exchange>('POST', `/rewards/${id}/exchanges`, { address: await addAddress(fan) })
  // A host names themselves meanwhile: nobody said yes to that.
  await host.call('PUT', `/groups/${group}/rewards/${id}`, { ...body, provider: host.id })
  const before = [await available(host.id), await available(second.id)] as const
  await host.call('POST', `/senders/${group}/parcels/send`, { parcels: [{ id: got.parcelId, carrier: 'SF', tracking: '2' }] })
  await fan.call('POST', `/parcels/${got.parcelId}/arrived`)
  expect([(await available(host.id)) - before[0], (await available(second.id)) - before[1]]).toEqual([0n, 80n])
})

test('vouchers: made ones are redeemed once, by hosts; own ones are shown and gone; what ran out stays paid', async () => {
  const { fan, other, host, group } = world
  const made = await addReward(world, { kind: 'voucher', codes: 'made', points: 20, stock: 5, validDays: 1 })
  const got = await fan.call<Exchange>('POST', `/rewards/${made}/exchanges`, { quantity: 2 })
  expect([got.state, got.vouchers.length, got.vouchers[0]!.qr !== null]).toEqual(['ready', 2, true])
  const [first, last] = got.vouchers.map(v => v.code) as [string, string]
  const at = `/groups/${group}/desk/vouchers/${first}`
  expect(await refused(fan.call('GET', at))).toBe('403 hosts_only')
  expect(await refused(other.call('POST', `${at}/redeem`))).toBe('403 hosts_only')
  expect(await refused(host.call('GET', `/groups/${group}/desk/vouchers/0000-0000-0000`))).toBe('404 not_found')
  expect(codesOf(first.toLowerCase().replaceAll('-', ' '))).toContain(first)
  const redeemed = await Promise.all(
    [1, 2, 3].map(() => refused(host.call('POST', `/groups/${group}/desk/vouchers/${first.toLowerCase()}/redeem`))),
  )
  expect(redeemed.toSorted()).toEqual(['409 voucher_redeemed', '409 voucher_redeemed', 'done'])
  expect(await refused(fan.call('POST', `/exchanges/${got.id}/cancel`))).toBe('409 exchange_state')
  await host.call('POST', `/groups/${group}/desk/vouchers/${last}/redeem`)
  expect((await fan.call<Exchange>('GET', `/exchanges/${got.id}`)).state).toBe('done')

  const own = await addReward(world, { kind: 'voucher', codes: 'own', points: 20 })
  expect(await host.call('POST', `/rewards/${own}/codes`, { codes: 'KFC-1\nKFC-2, KFC-1\nno' })).toEqual({
    added: 2,
    known: 0,
    wrong: ['no'],
  })
  await host.call('PUT', `/rewards/${own}/state`, { state: 'open' })
  const shown = await Promise.all([fan, other, fan].map(who => who.call<Exchange>('POST', `/rewards/${own}/exchanges`).catch(() => null)))
  const codes = shown.flatMap(one => one?.vouchers.map(v => v.code) ?? [])
  expect(codes.toSorted()).toEqual(['KFC-1', 'KFC-2'])
  expect(shown.find(one => one !== null)).toMatchObject({ state: 'done', can: { cancel: false } })

  // Not used in time: the points do not come back, the piece was had.
  const late = await fan.call<Exchange>('POST', `/rewards/${made}/exchanges`, {})
  const before = await balance(fan.id)
  clock.shift(2 * 86_400_000)
  expect(await refused(host.call('POST', `/groups/${group}/desk/vouchers/${late.vouchers[0]!.code}/redeem`))).toBe('409 voucher_over')
  expect((await settleExchanges(planet.db)).over).toBe(1)
  expect((await settleExchanges(planet.db)).over).toBe(0)
  clock.shift(0)
  expect([(await fan.call<Exchange>('GET', `/exchanges/${late.id}`)).state, await balance(fan.id)]).toEqual(['expired', before])
})

test('conditions: level, days, age, region, points; the window says which one', async () => {
  const { fan, other, outsider, group } = world
  const cases = {
    level: await addReward(world, { kind: 'experience', minLevel: 9 }),
    days: await addReward(world, { kind: 'experience', minDays: 400 }),
    too_young: await addReward(world, { kind: 'experience', minAge: 90 }),
    region_not_served: await addReward(world, { kind: 'experience', regions: ['GB'] }),
    points: await addReward(world, { kind: 'experience', points: 100_000 }),
    not_open: await addReward(world, { kind: 'experience', opensAt: new Date(clock.now().getTime() + 3_600_000).toISOString() }),
    sold_out: await addReward(world, { kind: 'goods', stock: 0 }),
  }
  const { items } = await fan.call<{ items: Card[] }>('GET', `/groups/${group}/rewards`)
  for (const [why, id] of Object.entries(cases)) expect([why, items.find(item => item.id === id)?.why]).toEqual([why, why])
  for (const [why, code] of [
    ['level', '403 reward_rules'],
    ['days', '403 reward_rules'],
    ['too_young', '403 reward_rules'],
    ['region_not_served', '403 reward_rules'],
    ['points', '409 not_enough_points'],
    ['not_open', '409 reward_closed'],
    ['sold_out', '409 sold_out'],
  ] as const)
    expect([why, await refused(fan.call('POST', `/rewards/${cases[why]}/exchanges`))]).toEqual([why, code])
  await planet.db.pool.query('update people.person set born_on = null where id = $1', [other.id])
  expect(await refused(other.call('POST', `/rewards/${cases.too_young}/exchanges`))).toBe('403 declare_first')
  await planet.db.pool.query(`update people.person set born_on = '1990-01-01' where id = $1`, [other.id])
  const seen = await outsider.call<{ items: Card[]; member: boolean }>('GET', `/groups/${group}/rewards`)
  expect([seen.member, seen.items.find(item => item.id === cases.points)?.why]).toEqual([false, 'members_only'])
  expect((await planet.stranger.call<{ items: Card[] }>('GET', `/groups/${group}/rewards`)).items.length).toBe(items.length)
})

test('experience: a host answers, finishes or takes it back with a reason; a badge is had at once and once', async () => {
  const { fan, other, host, group } = world
  const id = await addReward(world, { kind: 'experience', points: 30 })
  const one = await fan.call<Exchange>('POST', `/rewards/${id}/exchanges`, { note: 'I sing alto' })
  for (const path of ['finish', 'answer', 'refund'])
    expect(await refused(other.call('POST', `/exchanges/${one.id}/${path}`, { answer: 'x', reason: 'x' }))).toBe('403 hosts_only')
  await host.call('POST', `/exchanges/${one.id}/answer`, { answer: 'Friday at 8' })
  await host.call('POST', `/exchanges/${one.id}/finish`, {})
  expect(await fan.call<Exchange>('GET', `/exchanges/${one.id}`)).toMatchObject({ state: 'done', answer: 'Friday at 8' })
  expect(await refused(host.call('POST', `/exchanges/${one.id}/refund`, { reason: 'no' }))).toBe('409 exchange_state')
  const before = await balance(fan.id)
  const two = await fan.call<Exchange>('POST', `/rewards/${id}/exchanges`)
  // Both at once: one of them does it.
  await Promise.all([
    refused(host.call('POST', `/exchanges/${two.id}/refund`, { reason: 'The room is closed' })),
    refused(fan.call('POST', `/exchanges/${two.id}/cancel`)),
  ])
  expect([await balance(fan.id), (await fan.call<Exchange>('GET', `/exchanges/${two.id}`)).state]).toEqual([before, 'cancelled'])

  const badge = await addReward(world, { kind: 'digital', badge: 'Early moon', points: 10 })
  const both = await Promise.all([1, 2].map(() => refused(fan.call('POST', `/rewards/${badge}/exchanges`))))
  expect(both.toSorted()).toEqual(['409 reward_limit', 'done'])
  const desk = await host.call<{ items: { person: { name: string } }[] }>('GET', `/groups/${group}/desk/exchanges?state=done`)
  expect(desk.items.some(item => item.person.name === 'Fan')).toBe(true)
  const csv = await host.fetch(`/api/v1/groups/${group}/desk/exchanges.csv`)
  expect([csv.status, (await csv.text()).includes('I sing alto')]).toEqual([200, true])
})

test('the last piece: two at once, one gets it, the other is told why; who cannot pay leaves it to the next', async () => {
  const { fan, other } = world
  const last = await addReward(world, { kind: 'experience', stock: 1, points: 10 })
  const outcome = await Promise.all([fan, other].map(who => refused(who.call('POST', `/rewards/${last}/exchanges`))))
  expect(outcome.toSorted()).toEqual(['409 sold_out', 'done'])
  const poor = (await addMembers(planet, world.group, 1, 5))[0]!
  const one = await addReward(world, { kind: 'experience', stock: 1, points: 10 })
  // Asked in one go, the poor one first.
  const ask = (person: string): Promise<string> =>
    exchange(planet.db, viewerOf(person), { id: one, quantity: 1, note: '' }).then(
      () => 'done',
      (error: Fault) => error.code,
    )
  expect(await Promise.all([poor, fan.id, other.id].map(ask))).toEqual(['not_enough_points', 'done', 'sold_out'])
})

test('2,000 at once for 100 pieces: exactly 100, everyone else is told why within two seconds', async () => {
  const { group } = world
  const members = await addMembers(planet, group, 2000, 10)
  const id = await addReward(world, { kind: 'voucher', codes: 'made', stock: 100, points: 10 })
  // What as many transactions take that only read, at once and on this machine, as busy as it is.
  const plain = async (): Promise<number> => {
    const begun = clock.ticks()
    await Promise.all(members.map(person => planet.db.transaction(tx => pointsOf(tx, person, group))))
    return clock.ticks() - begun
  }
  const before = await plain()
  const from = clock.ticks()
  const took: number[] = []
  const outcomes = await Promise.all(
    members.map(person =>
      exchange(planet.db, viewerOf(person), { id, quantity: 1, note: '' })
        .then(
          () => 'done',
          (error: unknown) => {
            if (!(error instanceof Fault)) throw error
            return error.code
          },
        )
        .finally(() => took.push(clock.ticks() - from)),
    ),
  )
  const by = Map.groupBy(outcomes, one => one)
  expect([by.get('done')?.length, by.get('sold_out')?.length]).toEqual([100, 1900])
  const slowest = took.toSorted((a, b) => a - b).at(-1)!
  process.stdout.write(`rewards: 2,000 at once answered within ${Math.round(slowest)} ms\n`)
  // Two seconds where there is time; a machine that is slow at everything is given its own measure.
  expect(slowest).toBeLessThan(Math.max(2000, 4 * Math.max(before, await plain())))
  const { rows } = await planet.db.pool.query(
    `select taken, (select count(*)::int from rewards.voucher where reward = $1) as vouchers from rewards.reward where id = $1`,
    [id],
  )
  expect(rows[0]).toEqual({ taken: 100, vouchers: 100 })
  await givePoints(planet, group, members[0]!, 1)
})
