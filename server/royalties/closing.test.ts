import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { checks as ledgerChecks } from '../ledger/index.ts'
import { addPlays, checks as listeningChecks } from '../listening/index.ts'
import { recordSignedSheet } from '../rights/index.ts'
import { farFromMidnight, startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { addRelease, enrich, modelOf, type Catalogue, type ModelPlay } from './closing.testing.ts'
import { checks, closeDue, giveHeld, round, step } from './index.ts'

const day = 86_400_000
const log = { error: (given: unknown) => expect(given).toBeUndefined() }

let planet: TestPlanet
let [one, two]: Person[] = []
let maker: Person
let writer: Person
let album: Catalogue
let other: Catalogue
const listeners: string[] = []
const ears: Person[] = []

beforeAll(async () => {
  await farFromMidnight()
  planet = await startPlanet({ max: 16 })
  ;[one, two, maker, writer] = await Promise.all([
    planet.staff('finance'),
    planet.staff('finance'),
    planet.signUp('Maker'),
    planet.signUp('Writer'),
  ])
  album = await addRelease(planet, maker.id, [200_000, 180_000, 240_000, 31_000])
  other = await addRelease(planet, writer.id, [150_000, 90_000])
  for (let i = 0; i < 7; i++) ears.push(await planet.signUp(`Listener ${i}`))
  listeners.push(...ears.map(ear => ear.id))
  await planet.db.transaction(tx =>
    recordSignedSheet(tx, {
      subject: album.tracks[1]!,
      kind: 'master',
      by: maker.id,
      parties: [
        { party: maker.id, role: 'vocals', shareBp: 3333 },
        { party: writer.id, role: 'producer', shareBp: 6667 },
      ],
      at: new Date('2026-01-01T00:00:00Z'),
    }),
  )
  await enrich(planet, 10_000_000n)
})
afterAll(async () => {
  clock.shift(0)
  for (const check of [...checks, ...ledgerChecks, ...listeningChecks])
    expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
  await planet.close()
})
beforeEach(async () => {
  clock.shift(0)
  // From the first of a month to the middle of the next is longer than a session lasts.
  await planet.db.pool.query(`update people.session set expires_at = expires_at + interval '60 days'`)
})

const monthOf = (at: Date): string => `${at.toISOString().slice(0, 7)}-01`
const nextMonth = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1))
type Pool = { id: string; state: string; returned: { amount: string } | null; changes: { id: string; state: string; mayDecide: boolean }[] }

async function open(monthly: bigint, more: object = {}): Promise<string> {
  const made = await one!.call<Pool>('POST', '/console/pools', {
    name: 'Listening',
    monthly: { amount: String(monthly), currency: 'CNY' },
    starts: monthOf(clock.now()),
    reason: 'for those who are heard',
    ...more,
  })
  const done = await two!.call<Pool>('POST', `/console/pools/${made.id}/decide`, {
    change: made.changes[0]!.id,
    confirm: true,
    reason: 'agreed',
  })
  expect(done.state).toBe('running')
  await closeDue(planet.db, log as never)
  return made.id
}
const rows = async <T extends object>(query: string, values: unknown[]): Promise<T[]> => (await planet.db.pool.query<T>(query, values)).rows
/** Random listening of this month, some at the same time. */
function listening(seed: number, count: number): ModelPlay[] {
  let state = seed
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    return state % below
  }
  const from = Date.parse(`${monthOf(clock.now())}T00:00:00Z`)
  const until = clock.now().getTime() - 3_600_000
  return Array.from({ length: count }, () => {
    const tracks = [...album.tracks, ...other.tracks]
    const at = from + Math.floor((until - from) * (random(10_000) / 10_000))
    return {
      id: newId('ply', new Date(at)),
      person: listeners[random(5)]!,
      track: tracks[random(tracks.length)]!,
      at,
      ms: 30_000 + random(150_000),
    }
  })
}
const record = (plays: readonly ModelPlay[]): Promise<void> =>
  planet.db.transaction(tx =>
    addPlays(
      tx,
      plays.map(({ ms, at, ...play }) => ({ ...play, at: new Date(at), heardMs: ms })),
    ),
  )

test('a pool needs two people, each with a reason; sent again it is the same', async () => {
  const body = { id: newId('pol'), name: 'P', monthly: { amount: '100', currency: 'CNY' }, starts: monthOf(clock.now()), reason: 'because' }
  const made = await one!.call<Pool>('POST', '/console/pools', body)
  expect(made).toMatchObject({ state: 'proposed', changes: [{ state: 'open', mayDecide: false }] })
  expect((await one!.call<Pool>('POST', '/console/pools', body)).changes).toHaveLength(1)
  const status = async (who: Person, path: string, json: object): Promise<string> => {
    const answer = await who.fetch(`/api/v1/console/pools${path}`, { method: 'POST', json })
    return `${answer.status} ${((await answer.json()) as { code?: string }).code ?? 'ok'}`
  }
  expect(await status(one!, '', { ...body, name: 'Q' })).toBe('409 key_reused')
  expect(await status(two!, '', body)).toBe('409 key_reused')
  expect(await status(one!, '', { ...body, id: newId('pol'), starts: '2020-01-01' })).toBe('422 past_date')
  expect(await status(one!, '', { ...body, id: newId('pol'), starts: `${monthOf(nextMonth(clock.now())).slice(0, 8)}02` })).toBe(
    '422 month_start',
  )
  const decide = { change: made.changes[0]!.id, confirm: true, reason: 'agreed' }
  expect(await status(one!, `/${made.id}/decide`, decide)).toBe('403 four_eyes')
  expect(await status(maker, `/${made.id}/decide`, decide)).toBe('403 forbidden')
  expect(await status(planet.stranger, `/${made.id}/decide`, decide)).toBe('401 unauthenticated')
  const refused = await Promise.all(
    [1, 2, 3].map(() => two!.call<Pool>('POST', `/console/pools/${made.id}/decide`, { ...decide, confirm: false })),
  )
  expect(refused.map(pool => pool.state)).toEqual(['refused', 'refused', 'refused'])
  expect(await status(two!, `/${made.id}/decide`, decide)).toBe('409 proposal_decided')
  expect(await status(one!, `/${made.id}/end`, { ends: '2030-01-01', reason: 'over' })).toBe('409 conflict')
})

test('a month is paid to the last millionth, as another calculation has it; killed and run twice at once it is the same', async () => {
  // On the first of a month little or nothing could be heard yet: then it is as if it were the third.
  clock.shift(Math.max(0, Date.parse(monthOf(new Date())) + 2 * day - Date.now()))
  const id = await open(1_234_567n)
  const plays = listening(7, 300)
  await record(plays)
  clock.shift(nextMonth(new Date()).getTime() - Date.now() + 9 * day)
  const [period] = await rows<{ name: string }>('select name from royalties.period where pool = $1 order by starts limit 1', [id])
  // Two workers at once, each of which is killed after some steps; then once more from the start.
  const some = async (steps: number): Promise<void> => {
    for (let i = 0; i < steps; i++) if ((await planet.db.transaction(tx => step(tx, id, period!.name))) === 'done') return
  }
  await Promise.all([some(3), some(2)])
  await expect(
    planet.db.transaction(async tx => {
      await step(tx, id, period!.name)
      throw new Error('killed')
    }),
  ).rejects.toThrow('killed')
  await Promise.all([closeDue(planet.db, log as never), closeDue(planet.db, log as never)])
  const whole = 1_234_567n * 1_000_000n
  const model = modelOf(plays, whole)
  const found = await rows<{ person: string; amount: bigint }>(
    'select person, amount from royalties.listener where pool = $1 and period = $2',
    [id, period!.name],
  )
  expect(new Map(found.map(row => [row.person, BigInt(row.amount)]))).toEqual(model.listeners)
  const incomes = await rows<{ track: string; amount: bigint; state: string }>(
    'select track, amount, state from royalties.income where pool = $1 and period = $2',
    [id, period!.name],
  )
  expect(new Map(incomes.map(row => [row.track, BigInt(row.amount)]))).toEqual(model.tracks)
  expect(incomes.every(row => row.state === 'given')).toBe(true)
  const placed = await rows<{ play: string; ms: number; excluded: string | null }>(
    'select play, ms, excluded from royalties.play where pool = $1',
    [id],
  )
  expect(new Map(placed.map(row => [row.play, row.ms]))).toEqual(model.paidMs)
  expect(placed.filter(row => row.excluded === 'together').length).toBe([...model.paidMs.values()].filter(ms => ms === 0).length)
  // In whole minor units what came in is with the two makers, or still accrues.
  const [sums] = await rows<{ paid: bigint; accrued: bigint }>(
    `select (select coalesce(sum(balance), 0) from ledger.public_account where asset = 'CNY' and purpose = 'available') as paid,
       (select coalesce(sum(balance), 0) from ledger.public_account where asset = 'micro:CNY' and owner ~ '^usr_') as accrued`,
    [],
  )
  expect(BigInt(sums!.paid) * 1_000_000n + BigInt(sums!.accrued)).toBe(whole)
  // Each party's part of a track with a sheet of its own.
  const parts = await rows<{ party: string; amount: bigint }>('select party, amount from royalties.part where pool = $1 and track = $2', [
    id,
    album.tracks[1],
  ])
  expect(parts.map(part => part.party).sort()).toEqual([maker.id, writer.id].sort())
  expect(BigInt(parts.find(part => part.party === writer.id)!.amount)).toBe((model.tracks.get(album.tracks[1]!)! * 6667n + 5000n) / 10_000n)
  expect(await rows(`select count(*)::int as times from ledger.public_transfer where key like $1`, [`plays:${id}:%`])).toEqual([
    { times: incomes.length },
  ])
  await expect(
    planet.db.pool.query(`update royalties.period set amount = 1 where pool = $1 and name = $2`, [id, period!.name]),
  ).rejects.toThrow('stays as it is')
})

test('what nobody can be paid yet is held, and given when a sheet is signed; what came late is excluded; a pool gives its rest back', async () => {
  const held = await addRelease(planet, maker.id, [120_000])
  const sheet = await maker.call<{ id: string; hash: string }>('POST', '/split-sheets', {
    subject: held.release,
    kind: 'master',
    parties: [
      { party: maker.id, role: 'vocals', shareBp: 5000 },
      { party: writer.id, role: 'producer', shareBp: 5000 },
    ],
  })
  clock.shift(nextMonth(new Date()).getTime() - Date.now() + 10 * day)
  const id = await open(31_00n, { every: 'day', graceHours: 0, starts: clock.now().toISOString().slice(0, 10) })
  const today = clock.now()
  const base = today.getTime()
  await record([
    { id: newId('ply'), person: listeners[0]!, track: held.tracks[0]!, at: base, ms: 100_000 },
    { id: newId('ply'), person: listeners[1]!, track: album.tracks[0]!, at: base, ms: 100_000 },
  ])
  clock.shift(base - Date.now() + day)
  await closeDue(planet.db, log as never)
  expect(await rows('select track, state, why, amount::text from royalties.income where pool = $1 order by state', [id])).toEqual([
    { track: album.tracks[0], state: 'given', why: null, amount: expect.any(String) },
    { track: held.tracks[0], state: 'held', why: 'sheet', amount: expect.any(String) },
  ])
  expect(await giveHeld(planet.db.transaction)).toBe(0)
  // A play of yesterday told today is too late for yesterday.
  await record([{ id: newId('ply'), person: listeners[2]!, track: album.tracks[0]!, at: base + 1000, ms: 60_000 }])
  clock.shift(base - Date.now() + 2 * day)
  await closeDue(planet.db, log as never)
  expect(await rows('select person, ms, excluded from royalties.play where pool = $1 and excluded is not null', [id])).toEqual([
    { person: listeners[2], ms: 0, excluded: 'late' },
  ])
  // The second day nobody listened: its money stays.
  expect(await rows('select shared::text, listeners from royalties.period where pool = $1 order by starts offset 1 limit 1', [id])).toEqual(
    [{ shared: '0', listeners: 0 }],
  )
  const ends = new Date(clock.now().getTime() + day).toISOString().slice(0, 10)
  const asked = await two!.call<Pool>('POST', `/console/pools/${id}/end`, { ends, reason: 'enough' })
  await one!.call('POST', `/console/pools/${id}/decide`, {
    change: asked.changes.find(change => change.state === 'open')!.id,
    confirm: true,
    reason: 'yes',
  })
  clock.shift(base - Date.now() + 4 * day)
  await round(planet.db, log as never)
  const state = async (): Promise<Pool> => (await one!.call<{ pool: Pool }>('GET', `/console/pools/${id}`)).pool
  // It waits for what is held.
  expect((await state()).state).toBe('running')
  await writer.call('POST', `/split-sheets/${sheet.id}/sign`, { hash: sheet.hash })
  await round(planet.db, log as never)
  const over = await state()
  expect(over.state).toBe('ended')
  const [funds] = await rows<{ amount: bigint }>('select sum(amount) as amount from royalties.period where pool = $1', [id])
  const [given] = await rows<{ amount: bigint }>('select sum(amount) as amount from royalties.income where pool = $1', [id])
  expect(BigInt(over.returned!.amount) * 1_000_000n).toBe(BigInt(funds!.amount) * 1_000_000n - BigInt(given!.amount))
})

test('a listener sees their own minutes to the last receiver, nobody else does; musicians see numbers of listeners from five on', async () => {
  type Part = { micro: string }
  type Seen = {
    periods: { pool: string; name: string; state: string }[]
    minutes: {
      period: string
      state: string
      micro: string | null
      listeners: number | null
      plays: number
      artists: (Part & { id: string; tracks: Part[]; receivers: Part[] })[]
    } | null
  }
  const big = (parts: readonly Part[]): bigint => parts.reduce((sum, part) => sum + BigInt(part.micro), 0n)
  const { periods } = await ears[0]!.call<Seen>('GET', '/me/minutes')
  const first = periods.findLast(one => one.state === 'closed')!
  const seen = (await ears[0]!.call<Seen>('GET', `/me/minutes?period=${first.name}&pool=${first.pool}`)).minutes!
  const [row] = await rows<{ amount: bigint }>('select amount from royalties.listener where pool = $1 and period = $2 and person = $3', [
    first.pool,
    first.name,
    listeners[0],
  ])
  expect(BigInt(seen.micro!)).toBe(BigInt(row!.amount))
  expect(big(seen.artists)).toBe(BigInt(seen.micro!))
  for (const artist of seen.artists)
    expect([artist.id, big(artist.tracks), big(artist.receivers)]).toEqual([artist.id, BigInt(artist.micro), BigInt(artist.micro)])
  expect(seen.listeners).toBe(5)
  expect(await (await planet.signUp('Silent')).call('GET', '/me/minutes')).toEqual({ periods: [], minutes: null })
  expect((await ears[6]!.fetch(`/api/v1/me/minutes?period=${first.name}&pool=${first.pool}`)).status).toBe(404)
  expect((await planet.stranger.fetch('/api/v1/me/minutes')).status).toBe(401)
  const income = await maker.call<{ items: { listeners: number | null; micro: string; release: { id: string }; pool: { id: string } }[] }>(
    'GET',
    '/me/play-income',
  )
  expect(income.items.filter(item => item.pool.id === first.pool).map(item => item.listeners)).toEqual([5])
  // One listener that day: their number is not told.
  expect(income.items.filter(item => item.pool.id !== first.pool).every(item => item.listeners === null)).toBe(true)
  expect((await maker.fetch(`/api/v1/me/play-income?as=${writer.id}`)).status).toBe(404)
  const whole = big(income.items) + big((await writer.call<typeof income>('GET', '/me/play-income')).items)
  const [given] = await rows<{ amount: bigint }>('select sum(amount) as amount from royalties.part', [])
  expect(whole).toBe(BigInt(given!.amount))
  // What is open shows time, no money yet: in the month after the one that was closed.
  clock.shift(nextMonth(new Date()).getTime() - Date.now() + 15 * day)
  await open(1000n)
  await ears[5]!.call('POST', '/plays', {
    id: newId('ply'),
    track: album.tracks[0],
    startedAt: new Date(clock.now().getTime() - 300_000).toISOString(),
    ranges: [[0, 120_000]],
  })
  expect((await ears[5]!.call<Seen>('GET', '/me/minutes')).minutes).toMatchObject({
    state: 'open',
    micro: null,
    plays: 1,
    artists: [{ micro: '0' }],
  })
})
