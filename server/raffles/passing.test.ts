/** A prize nobody claims: on to the next of the same draw, at last back to the stock; and anyone sees that nobody chose. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { lineFormat, raffleFormat, rulesText, verifyRaffle, type RaffleFile, type RaffleRules } from '../../shared/raffle-draw.ts'
import { runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { checks as pointsChecks } from '../points/index.ts'
import { checks as rewardChecks } from '../rewards/index.ts'
import { addAddress, addReward, makeWorld, refused, type World } from '../rewards/rewards.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { tick, tickAll } from './drawing.ts'
import { checks } from './index.ts'
import { passOn } from './passing.ts'
import { hashes, told } from './verify.ts'

let planet: TestPlanet
let world: World
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  world = await makeWorld(planet)
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
afterEach(async () => {
  const found = await runChecks(planet.db.read, [...checks, ...rewardChecks, ...pointsChecks])
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
  clock.shift(0)
})

const hour = 3_600_000
const day = 24 * hour
const soon = (ms: number): string => new Date(clock.now().getTime() + ms).toISOString()
type Raffle = {
  state: string
  claimDays: number | null
  passDays: number | null
  winners: { place: number; prize: number; mine: boolean; instead: number | null; lapsedAt: string | null; until: string | null }[]
  me: { exchanges: string[] } | null
}
const see = (who: Person, id: string): Promise<Raffle> => who.call('GET', `/raffles/${id}`)
const file = async (id: string): Promise<RaffleFile> =>
  JSON.parse(await (await planet.stranger.fetch(`/api/v1/raffles/${id}/raffle.json`)).text()) as RaffleFile
const verdict = (raffle: RaffleFile) => verifyRaffle(JSON.stringify(raffle), hashes)
const wrong = async (raffle: RaffleFile): Promise<string[]> =>
  (await verdict(raffle)).checks.filter(check => !check.ok).map(check => `${check.name}: ${check.detail}`)
const stock = async (reward: string): Promise<unknown> =>
  (await planet.db.pool.query('select taken, kept from rewards.reward where id = $1', [reward])).rows[0]

/** A drawn raffle of one signed record, with so many people in it; who won, and who comes next. */
async function drawn(
  people: readonly Person[],
  rules: Record<string, unknown> = {},
): Promise<{ id: string; reward: string; winner: Person }> {
  const { host, group } = world
  const [id, reward] = [newId('raf'), await addReward(world, { kind: 'goods', stock: 1, raffleOnly: true })]
  await host.call('PUT', `/groups/${group}/raffles/${id}`, {
    title: 'A signed record',
    opensAt: soon(0),
    closesAt: soon(hour),
    drawBy: soon(48 * hour),
    claimDays: 7,
    passDays: 30,
    prizes: [{ reward, quantity: 1 }],
    ...rules,
  })
  await host.call('POST', `/raffles/${id}/publish`)
  for (const one of people) await one.call('POST', `/raffles/${id}/entries`)
  clock.shift(hour + 1000)
  await tick(planet.db, planet.config, id)
  return { id, reward, winner: await ofPlace(id, people, 1) }
}
async function ofPlace(id: string, people: readonly Person[], place: number): Promise<Person> {
  for (const one of people) if ((await see(one, id)).winners.some(win => win.mine && win.place === place)) return one
  throw new Error(`nobody has place ${place}`)
}

test('the rules say how long one has; not claimed, it goes to the next of the same draw, who is told and has as long; nobody left: it is there again, once', async () => {
  const { fan, other } = world
  const people = [fan, other]
  const { id, reward, winner } = await drawn(people)
  const second = winner === fan ? other : fan
  const first = await see(winner, id)
  expect([first.claimDays, first.passDays, first.winners.length]).toEqual([7, 30, 1])
  expect(Date.parse(first.winners[0]!.until!) - clock.now().getTime()).toBeGreaterThan(7 * day - 60_000)
  const before = await file(id)
  expect([before.format, before.rules.claimDays, before.line?.length, before.line?.[0]?.place]).toEqual([lineFormat, 7, 1, 2])
  expect(await wrong(before)).toEqual([])
  expect(await passOn(planet.db, id)).toBe(false)
  await expect(planet.db.pool.query('update raffles.raffle set claim_days = 1 where id = $1', [id])).rejects.toThrow('is published')

  clock.shift(hour + 7 * day + 60_000)
  // Late is late, also while nobody looked yet.
  const [late] = first.me!.exchanges as [string]
  expect(await refused(winner.call('POST', `/exchanges/${late}/claim`, { address: await addAddress(winner) }))).toBe('409 exchange_state')
  // By the night and at its time at once: once.
  expect((await Promise.all([passOn(planet.db, id), passOn(planet.db, id), tickAll(planet.db, planet.config)])).length).toBe(3)
  const next = await see(second, id)
  expect(next.winners).toMatchObject([
    { place: 1, mine: false, instead: null, until: null },
    { place: 2, prize: 1, mine: true, instead: 1, lapsedAt: null },
  ])
  expect(next.winners[0]!.lapsedAt).not.toBeNull()
  expect(Date.parse(next.winners[1]!.until!) - Date.parse(next.winners[0]!.lapsedAt!)).toBe(7 * day)
  expect(await stock(reward)).toEqual({ taken: 1, kept: 0 })
  expect(await winner.call('GET', `/exchanges/${late}`)).toMatchObject({ state: 'expired' })
  await until(
    async () =>
      (await second.call<{ items: { what: string; link: string }[] }>('GET', '/me/notices')).items.some(
        one => one.what === 'raffle_next' && one.link === `/raffles/${id}`,
      ),
    'the next to be told',
  )
  const passed = await file(id)
  expect(passed.winners[1]!.ticket).toBe(before.line![0]!.ticket)
  expect(await verifyRaffle(JSON.stringify(passed), hashes, { against: JSON.stringify(before) })).toMatchObject({ ok: true })
  expect(told(await verdict(passed)).join('\n')).toContain('after place 1')

  clock.shift(hour + 15 * day)
  await Promise.all([tick(planet.db, planet.config, id), tick(planet.db, planet.config, id)])
  expect(await tick(planet.db, planet.config, id)).toBe(false)
  expect([await stock(reward), (await see(fan, id)).winners.map(win => win.lapsedAt !== null)]).toEqual([
    { taken: 0, kept: 0 },
    [true, true],
  ])
  expect(await wrong(await file(id))).toEqual([])
})

test('what is changed about who came next is seen', async () => {
  const { fan, other, host, second } = world
  const { id } = await drawn([fan, other, host, second])
  clock.shift(hour + 8 * day)
  await tick(planet.db, planet.config, id)
  const honest = await file(id)
  expect([await wrong(honest), honest.winners.length, honest.line?.length]).toEqual([[], 2, 2])
  const [first, next] = honest.winners as [RaffleFile['winners'][0], RaffleFile['winners'][0]]
  const [third, fourth] = honest.line as [{ place: number; ticket: number; tag: string }, { place: number; ticket: number; tag: string }]
  const lies: [string, Partial<RaffleFile>][] = [
    ['winners', { winners: [first, { ...next, ticket: third.ticket, tag: third.tag }] }],
    ['next: nobody came after place 1', { winners: [first], line: [{ place: 2, ticket: next.ticket, tag: next.tag }, third, fourth] }],
    ['next: place 2 follows nobody who lapsed', { winners: [{ ...first, lapsedAt: null }, next] }],
    [
      'next: place 1 lapsed too early',
      {
        winners: [
          { ...first, lapsedAt: first.at! },
          { ...next, at: first.at! },
        ],
      },
    ],
    [
      'next: place 3 is ticket',
      {
        line: [
          { ...fourth, place: 3 },
          { ...third, place: 4 },
        ],
      },
    ],
    ['next: place 4 is ticket', { line: [third] }],
    [
      'next: place 2 was asked after the end',
      {
        winners: [
          { ...first, lapsedAt: soon(90 * day) },
          { ...next, at: soon(90 * day) },
        ],
      },
    ],
    ['rules', { rules: { ...honest.rules, claimDays: 1 } }],
    ['rules', { rules: { ...honest.rules, passDays: 31 } }],
  ]
  for (const [says, lie] of lies) expect((await wrong({ ...honest, ...lie })).join('; ')).toContain(says)
  expect(await wrong({ ...honest, format: raffleFormat })).toEqual(['shape: rules.claimDays or rules.passDays'])
})

test('a claim at the deadline and the look at it: exactly one wins, whichever comes first', async () => {
  const { fan, other } = world
  const waiting = (count: number) => async (): Promise<boolean> =>
    (
      await planet.db.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%rewards.exchange x where x.id%for update'`,
      )
    ).rowCount === count
  for (const first of ['claim', 'look'] as const) {
    const { id, reward, winner } = await drawn([fan, other])
    const [exchange] = (await see(winner, id)).me!.exchanges as [string]
    const address = await addAddress(winner)
    const claim = () => refused(winner.call('POST', `/exchanges/${exchange}/claim`, { address }))
    // The look comes after the deadline, by its own clock; the claim a moment before.
    const look = (): Promise<boolean> => passOn(planet.db, id)
    const door = await planet.db.pool.connect()
    await door.query('begin')
    await door.query('select from rewards.exchange where id = $1 for update', [exchange])
    clock.shift(hour + 8 * day)
    const looking = first === 'look' ? look() : undefined
    if (looking !== undefined) await until(waiting(1), 'the look to stand at the door')
    clock.shift(hour + 2000)
    const claiming = claim()
    await until(waiting(looking === undefined ? 1 : 2), 'the claim to stand at the door')
    clock.shift(hour + 8 * day)
    const after = looking ?? look()
    await until(waiting(2), 'both to stand at the door')
    clock.shift(hour + 2000)
    await door.query('commit')
    door.release()
    const claimed = first === 'claim'
    expect([await claiming, await after]).toEqual(claimed ? ['done', false] : ['409 exchange_state', true])
    expect(await winner.call('GET', `/exchanges/${exchange}`)).toMatchObject({ state: claimed ? 'waiting' : 'expired' })
    expect([(await see(winner, id)).winners.length, await stock(reward)]).toEqual([claimed ? 1 : 2, { taken: 1, kept: 0 }])
    clock.shift(0)
  }
})

test('with nobody to follow by the rules it is there again at once; a raffle published before there was a line is drawn, verified and ended as it was', async () => {
  const { fan, other, host, group } = world
  const short = await drawn([fan, other], { passDays: 0 })
  clock.shift(hour + 8 * day)
  await tick(planet.db, planet.config, short.id)
  expect([(await see(fan, short.id)).winners.length, await stock(short.reward)]).toEqual([1, { taken: 0, kept: 0 }])
  expect(await wrong(await file(short.id))).toEqual([])
  clock.shift(0)

  const [id, reward] = [newId('raf'), await addReward(world, { kind: 'goods', stock: 1, raffleOnly: true })]
  await host.call('PUT', `/groups/${group}/raffles/${id}`, {
    title: 'Of old',
    opensAt: soon(0),
    closesAt: soon(hour),
    drawBy: soon(48 * hour),
    prizes: [{ reward, quantity: 1 }],
  })
  await planet.db.pool.query('update raffles.raffle set claim_days = null, pass_days = null where id = $1', [id])
  await host.call('POST', `/raffles/${id}/publish`)
  for (const one of [fan, other]) await one.call('POST', `/raffles/${id}/entries`)
  clock.shift(hour + 1000)
  await tick(planet.db, planet.config, id)
  const old = await file(id)
  expect([old.format, old.line, Object.keys(old.winners[0]!), await wrong(old)]).toEqual([
    raffleFormat,
    undefined,
    ['place', 'prize', 'ticket', 'tag'],
    [],
  ])
  const rules = old.rules as RaffleRules & Record<string, unknown>
  expect(['claimDays' in rules, rulesText(rules).includes('claimDays')]).toEqual([false, false])
  clock.shift(hour + 31 * day)
  await tickAll(planet.db, planet.config)
  expect([(await see(fan, id)).winners.map(win => win.lapsedAt !== null), await stock(reward)]).toEqual([[true], { taken: 0, kept: 0 }])
  expect((await verdict(await file(id))).ok).toBe(true)
})

test('a planet that was off when a prize lapsed looks when it wakes: it is a finding only when it was awake and did not', async () => {
  const { fan, other } = world
  const { id } = await drawn([fan, other])
  const overdue = async (): Promise<boolean> =>
    (await runChecks(planet.db.read, checks)).some(({ name, ok }) => name === 'raffles.passed' && !ok)
  // Ten days are over; nothing happened on the planet since.
  await planet.db.pool.query(
    `update rewards.exchange set until = now() - interval '3 days' where id in (select exchange from raffles.win where raffle = $1)`,
    [id],
  )
  expect(await overdue()).toBe(false)
  await planet.db.pool.query(
    `insert into house.event (id, type, body, at) values ('evt_awake', 'member_left', '{}', now() - interval '30 hours')`,
  )
  expect(await overdue()).toBe(true)
  await tick(planet.db, planet.config, id)
  expect(await overdue()).toBe(false)
})
