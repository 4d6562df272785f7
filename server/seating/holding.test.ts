import { fork } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import { openDb, type Db } from '../foundation/db.ts'
import { until } from '../foundation/testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './checks.ts'
import {
  bindHold,
  block,
  extendHold,
  giveBack,
  holdAgain,
  openHall,
  poolsOf,
  releaseHold,
  releaseLines,
  resize,
  sellHold,
  sweepHolds,
} from './halls.ts'
import { hold, holdIn, type Held, type HoldAsk } from './holding.ts'
import { makeHall, makeVenue, type Venue } from './seating.testing.ts'

let planet: TestPlanet
let db: Db
let owner: Person
let place: Venue
beforeAll(async () => {
  planet = await startPlanet()
  db = planet.db
  owner = await planet.signUp('Owner')
  place = await makeVenue(owner)
})
afterAll(async () => {
  clock.shift(0)
  expect(await findings()).toEqual([])
  await planet.close()
})

const findings = async (): Promise<string[]> => (await Promise.all(checks.map(check => check.run(db.read)))).flat()
const inMinutes = (minutes: number): Date => new Date(clock.now().getTime() + minutes * 60_000)
const ask = (hall: string, person: string, wants: HoldAsk['wants'], more: Partial<HoldAsk> = {}): HoldAsk => ({
  id: newId('sth'),
  hall,
  person,
  wants,
  until: inMinutes(8),
  ...more,
})
const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  )
const pool = async (hall: string, tier: string) => {
  const found = (await poolsOf(db.read, [hall])).find(one => one.tier === tier)!
  return [found.free, found.held, found.sold]
}
const buy = async (hall: string, person: string, wants: HoldAsk['wants']): Promise<string> => {
  const given = await hold(db, ask(hall, person, wants))
  const [part] = given.parts
  const line = newId('lin')
  await db.transaction(async tx => {
    expect(await bindHold(tx, [{ hold: given.id, tier: part!.tier, person, line, count: part!.count, until: inMinutes(30) }])).toEqual(
      new Map(),
    )
    expect((await sellHold(tx, [line])).get(line)?.count).toBe(part!.count)
  })
  return line
}

describe('holding', () => {
  it('gives seats and standing places; the same again is the same hold', async () => {
    const hall = await makeHall(db, place.map)
    const one = ask(hall, 'usr_a', [{ seats: ['r-0-4', 'r-0-5'] }, { tier: 'floor', count: 3 }])
    const held = await hold(db, one)
    expect(held.parts).toEqual([
      { tier: 'front', count: 2, seats: ['r-0-4', 'r-0-5'] },
      { tier: 'floor', count: 3, seats: [] },
    ])
    expect((await hold(db, one)).parts.length).toBe(2)
    const [a, b] = await Promise.all([hold(db, one), hold(db, one)])
    expect(a).toEqual(b)
    expect(await pool(hall, 'floor')).toEqual([47, 3, 0])
    expect(await code(hold(db, { ...one, wants: [{ tier: 'floor', count: 1 }] }))).toBe('key_reused')
    expect(await code(hold(db, { ...one, person: 'usr_b' }))).toBe('key_reused')
    expect(await code(hold(db, ask(hall, 'usr_b', [{ seats: ['r-0-5', 'r-0-6'] }])))).toBe('seat_taken')
    expect(await code(hold(db, ask(hall, 'usr_b', [{ seats: ['r-0-0', 'r-0-0'] }])))).toBe('seat_taken')
    expect(await code(hold(db, ask(hall, 'usr_b', [{ seats: ['x-0-1'] }])))).toBe('seat_taken')
    expect(await code(hold(db, ask(hall, 'usr_b', [{ tier: 'nowhere', count: 1 }])))).toBe('not_found')
    expect(await code(hold(db, ask(hall, 'usr_b', [{ tier: 'floor', count: 48 }])))).toBe('sold_out')
    expect(await code(hold(db, ask(hall, 'usr_b', [{ tier: 'floor', count: 0 }])))).toBe('invalid')
    expect(await code(hold(db, ask(newId('hal'), 'usr_b', [{ tier: 'floor', count: 1 }])))).toBe('not_found')
  })

  it('chooses the best seats, leaves none alone, sells tables whole', async () => {
    const hall = await makeHall(db, place.map)
    const best = await hold(db, ask(hall, 'usr_a', [{ tier: 'front', count: 2 }]))
    expect(best.parts[0]!.seats).toEqual(['r-0-4', 'r-0-5'])
    expect(await code(hold(db, ask(hall, 'usr_b', [{ seats: ['r-0-7', 'r-0-8'] }])))).toBe('orphan_seat')
    expect(await code(hold(db, ask(hall, 'usr_b', [{ seats: ['t-0-0', 't-0-1'] }])))).toBe('table_whole')
    expect((await hold(db, ask(hall, 'usr_b', [{ tier: 'table', count: 4 }]))).parts[0]!.count).toBe(4)
    expect(await code(hold(db, ask(hall, 'usr_c', [{ seats: ['r-0-7', 'r-0-8'] }], { loose: true })))).toBe('done')
    const free = await makeHall(db, place.map, 50, false)
    expect(await code(hold(db, ask(free, 'usr_b', [{ seats: ['r-0-1', 'r-0-2'] }])))).toBe('done')
  })

  it('asked for at two processes at once, the same is one hold: with places left, and as the last', async () => {
    const there = openDb({ url: planet.db.url, max: 6 })
    for (const capacity of [500, 20]) {
      const hall = await makeHall(db, place.map, capacity)
      const asks = Array.from({ length: 20 }, (_, n) => ask(hall, `usr_${n}`, [{ tier: 'floor', count: 1 }]))
      // Each transaction holds for one, and the first of both comes to the locks before the other's commit.
      const given = await Promise.all(
        asks.map(one => Promise.all([db, there].map(at => at.transaction(async tx => (await holdIn(tx, [one]))[0])))),
      )
      const plain = (one: Held | Fault | undefined) => (one instanceof Fault ? one.code : { id: one!.id, parts: one!.parts })
      for (const [here, other] of given) expect(plain(here)).toEqual(plain(other))
      expect(given.flat().filter(one => one instanceof Fault)).toEqual([])
      expect(given.map(both => both.filter(one => !(one instanceof Fault) && one!.repeat).length)).toEqual(given.map(() => 1))
      expect(await pool(hall, 'floor')).toEqual([capacity - 20, 20, 0])
    }
    await there.close()
  })

  it('lets a person hold so many at once, and change their mind', async () => {
    const hall = await makeHall(db, place.map)
    const first = await hold(db, ask(hall, 'usr_a', [{ seats: ['r-0-4', 'r-0-5'] }], { most: 4 }))
    expect(await code(hold(db, ask(hall, 'usr_a', [{ tier: 'floor', count: 3 }], { most: 4 })))).toBe('too_many_held')
    // One seat further: its own old seat is free for it.
    const second = await hold(db, ask(hall, 'usr_a', [{ seats: ['r-0-5', 'r-0-6'] }], { most: 4, replaces: first.id }))
    expect(await pool(hall, 'front')).toEqual([18, 2, 0])
    // What cannot be had leaves what one has.
    expect(await code(hold(db, ask(hall, 'usr_a', [{ seats: ['r-0-7', 'r-9-9'] }], { most: 4, replaces: second.id })))).toBe('seat_taken')
    expect(await pool(hall, 'front')).toEqual([18, 2, 0])
    expect(await code(hold(db, { ...ask(hall, 'usr_a', []), id: first.id, wants: [{ seats: ['r-0-4', 'r-0-5'] }] }))).toBe('hold_over')
    // Somebody else's hold is not replaced.
    await hold(db, ask(hall, 'usr_b', [{ tier: 'floor', count: 1 }], { replaces: second.id }))
    expect(await pool(hall, 'front')).toEqual([18, 2, 0])
  })

  it('comes back once when its time is over: by the sweep, or by who wants it', async () => {
    const hall = await makeHall(db, null, 4)
    const one = await hold(db, ask(hall, 'usr_a', [{ tier: 'floor', count: 2 }]))
    const two = await hold(db, ask(hall, 'usr_b', [{ tier: 'floor', count: 2 }]))
    expect(await code(hold(db, ask(hall, 'usr_c', [{ tier: 'floor', count: 1 }])))).toBe('sold_out')
    await db.transaction(async tx => {
      expect(await extendHold(tx, [{ hold: two.id, until: inMinutes(30) }])).toEqual(new Set([two.id]))
    })
    clock.shift(9 * 60_000)
    // Memory of the refusal lasts a moment.
    await until(
      async () => (await code(hold(db, ask(hall, 'usr_c', [{ tier: 'floor', count: 2 }])))) === 'done',
      'what lapsed is held anew',
    )
    await db.transaction(async tx => {
      expect(await extendHold(tx, [{ hold: one.id, until: inMinutes(30) }])).toEqual(new Set())
    })
    clock.shift(60 * 60_000)
    await Promise.all([sweepHolds(db), sweepHolds(db), sweepHolds(db)])
    expect(await pool(hall, 'floor')).toEqual([4, 0, 0])
    await db.transaction(tx => releaseHold(tx, [one.id, two.id]))
    expect(await pool(hall, 'floor')).toEqual([4, 0, 0])
    clock.shift(0)
  })

  it('is bound to an order, sold, given back seat by seat, once', async () => {
    const hall = await makeHall(db, place.map)
    const held = await hold(db, ask(hall, 'usr_a', [{ seats: ['r-0-3', 'r-0-4', 'r-0-5'] }, { tier: 'floor', count: 2 }]))
    const bound = { hold: held.id, tier: 'front', person: 'usr_a', line: newId('lin'), count: 3, until: inMinutes(30) }
    const refused = async (given: Partial<typeof bound>) => {
      const line = newId('lin')
      return (await db.transaction(tx => bindHold(tx, [{ ...bound, line, ...given }]))).get(line)?.code ?? 'done'
    }
    expect(await refused({ person: 'usr_b' })).toBe('hold_over')
    expect(await refused({ count: 2 })).toBe('hold_differs')
    expect(await db.transaction(tx => bindHold(tx, [bound]))).toEqual(new Map())
    expect(await refused({})).toBe('hold_used')
    // The buyer cannot let go of what an order has.
    await db.transaction(tx => releaseHold(tx, [held.id], 'usr_a'))
    expect(await pool(hall, 'front')).toEqual([17, 3, 0])
    expect(await pool(hall, 'floor')).toEqual([50, 0, 0])
    const { line } = bound
    const sold = await db.transaction(tx => sellHold(tx, [line]))
    expect(sold.get(line)).toMatchObject({ tier: 'front', count: 3, seats: ['r-0-3', 'r-0-4', 'r-0-5'] })
    expect(await pool(hall, 'front')).toEqual([17, 0, 3])
    // Told twice that it is paid, or that the order ended: nothing more happens.
    expect((await db.transaction(tx => sellHold(tx, [line]))).get(line)?.count).toBe(3)
    await db.transaction(tx => releaseLines(tx, [line]))
    expect(await pool(hall, 'front')).toEqual([17, 0, 3])
    const back = (given: { seats?: string[]; count?: number }) => db.transaction(tx => giveBack(tx, [{ line, ...given }]))
    const [x, y] = await Promise.all([back({ seats: ['r-0-4'] }), back({ seats: ['r-0-4'] })])
    expect((x.get(line) ?? 0) + (y.get(line) ?? 0)).toBe(1)
    expect(await back({ seats: ['r-1-1'] })).toEqual(new Map())
    // Sold anew: the first line has no say over it any more.
    await buy(hall, 'usr_b', [{ seats: ['r-0-4'] }])
    expect(await back({})).toEqual(new Map([[line, 2]]))
    expect(await back({})).toEqual(new Map())
    expect(await pool(hall, 'front')).toEqual([19, 0, 1])
  })

  it('paid too late: what is still free is taken again, else the line is missing', async () => {
    const hall = await makeHall(db, place.map)
    const lines = await Promise.all(
      ['r-0-0', 'r-1-0'].map(async seat => {
        const held = await hold(db, ask(hall, 'usr_a', [{ seats: [seat] }]))
        const line = newId('lin')
        await db.transaction(tx => bindHold(tx, [{ hold: held.id, tier: 'front', person: 'usr_a', line, count: 1, until: inMinutes(10) }]))
        return line
      }),
    )
    await db.transaction(tx => releaseLines(tx, lines))
    await db.transaction(tx => releaseLines(tx, lines))
    expect(await pool(hall, 'front')).toEqual([20, 0, 0])
    await buy(hall, 'usr_b', [{ seats: ['r-0-0'] }])
    expect(await db.transaction(tx => holdAgain(tx, lines, inMinutes(5)))).toBe(false)
    expect(await db.transaction(tx => holdAgain(tx, [lines[1]!], inMinutes(5)))).toBe(true)
    await db.transaction(tx => releaseLines(tx, lines))
    const sold = await db.transaction(tx => sellHold(tx, lines))
    expect([...sold.keys()]).toEqual([lines[1]])
    expect(await pool(hall, 'front')).toEqual([18, 0, 2])
  })

  it('changes while it is sold: what somebody has stays theirs', async () => {
    const hall = await makeHall(db, place.map)
    await buy(hall, 'usr_a', [{ seats: ['r-0-0', 'r-0-1'] }])
    await buy(hall, 'usr_a', [{ tier: 'floor', count: 10 }])
    const cause = (await db.pool.query<{ cause: string }>('select cause from seating.hall where id = $1', [hall])).rows[0]!.cause
    const change = (pools: Parameters<typeof openHall>[1]['pools']) =>
      code(db.transaction(tx => openHall(tx, { id: hall, cause, map: { id: place.map, version: 1 }, pools })))
    expect(
      await change([
        { tier: 'front', seats: ['r-0-0'] },
        { tier: 'floor', capacity: 50 },
      ]),
    ).toBe('places_taken')
    expect(
      await change([
        { tier: 'front', seats: ['r-0-0', 'r-0-1'] },
        { tier: 'floor', capacity: 9 },
      ]),
    ).toBe('places_taken')
    expect(await change([{ tier: 'front', seats: ['r-0-0', 'r-0-1', 'z-0-0'] }])).toBe('seats_unknown')
    expect(
      await change([
        { tier: 'front', seats: ['r-0-0', 'r-0-1'] },
        { tier: 'other', seats: ['t-0-0'] },
        { tier: 'floor', capacity: 50 },
      ]),
    ).toBe('seats_unknown')
    expect(
      await change([
        { tier: 'front', seats: ['r-0-0', 'r-0-1'] },
        { tier: 'back', seats: ['r-0-2', 'r-0-3'] },
        { tier: 'floor', capacity: 10 },
      ]),
    ).toBe('done')
    expect(await pool(hall, 'front')).toEqual([0, 0, 2])
    expect(await pool(hall, 'back')).toEqual([2, 0, 0])
    expect(await code(db.transaction(tx => resize(tx, { hall, tier: 'floor', capacity: 9 })))).toBe('places_taken')
    await db.transaction(tx => resize(tx, { hall, tier: 'floor', capacity: 12 }))
    expect(await pool(hall, 'floor')).toEqual([2, 0, 10])
    expect(await db.transaction(tx => block(tx, { hall, seats: ['r-0-1', 'r-0-2'], blocked: true }))).toEqual(['r-0-2'])
    expect(await pool(hall, 'back')).toEqual([1, 0, 0])
    expect(await code(hold(db, ask(hall, 'usr_b', [{ seats: ['r-0-2'] }])))).toBe('seat_taken')
    expect(await db.transaction(tx => block(tx, { hall, seats: ['r-0-2'], blocked: false }))).toEqual(['r-0-2'])
  })

  it('many want the same seats and the last places, in two processes, and some change their minds: never twice', async () => {
    const hall = await makeHall(db, place.map, 30, false)
    const other = openDb({ url: planet.db.url, max: 6 })
    const got: string[] = []
    const lines: string[] = []
    const one = async (n: number): Promise<void> => {
      const at = n % 2 === 0 ? db : other
      const wants: HoldAsk['wants'] =
        n % 3 === 0
          ? [{ tier: 'floor', count: 1 + (n % 2) }]
          : n % 3 === 1
            ? [{ seats: [`r-${n % 4}-${n % 10}`] }]
            : [{ tier: 'back', count: 2 }]
      const held = await hold(at, ask(hall, `usr_${n}`, wants)).catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error
        return null
      })
      if (held === null) return
      if (n % 5 === 0) {
        await Promise.all([at.transaction(tx => releaseHold(tx, [held.id])), db.transaction(tx => releaseHold(tx, [held.id]))])
        return
      }
      const [part] = held.parts
      const line = newId('lin')
      await at.transaction(async tx => {
        await bindHold(tx, [{ hold: held.id, tier: part!.tier, person: held.person, line, count: part!.count, until: inMinutes(30) }])
        const sold = await sellHold(tx, [line])
        got.push(...(sold.get(line)?.seats ?? []))
        lines.push(line)
      })
    }
    await Promise.all(Array.from({ length: 400 }, (_, n) => one(n)))
    await other.close()
    expect(new Set(got).size).toBe(got.length)
    expect(await findings()).toEqual([])
    const [free, held] = await pool(hall, 'floor')
    expect(held).toBe(0)
    expect(free).toBeGreaterThanOrEqual(0)
    // All of them come back, asked twice at once.
    await Promise.all([
      db.transaction(tx =>
        giveBack(
          tx,
          lines.map(line => ({ line })),
        ),
      ),
      db.transaction(tx =>
        giveBack(
          tx,
          lines.map(line => ({ line })),
        ),
      ),
    ])
    expect(await pool(hall, 'floor')).toEqual([30, 0, 0])
    expect(await pool(hall, 'back')).toEqual([20, 0, 0])
  })

  it('a process is killed in the middle of the rush: its holds run out, each comes back once', async () => {
    const hall = await makeHall(db, null, 5000)
    const child = fork(join(import.meta.dirname, 'holding.child.ts'), [`${planet.db.url}&application_name=rush`, hall, '60000'], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    let told = 0
    child.on('message', () => told++)
    await until(() => told > 20, 'the other process holds places')
    child.kill('SIGKILL')
    await new Promise(resolve => child.once('exit', resolve))
    const sessions = `select from pg_stat_activity where datname = current_database() and application_name = 'rush'`
    await until(async () => (await db.pool.query(sessions)).rowCount === 0, 'the sessions of the killed to end')
    // What was committed is held, what was not is free; nothing is half done.
    const [free, held] = await pool(hall, 'floor')
    expect(held).toBeGreaterThan(60)
    expect(free! + held!).toBe(5000)
    expect(await findings()).toEqual([])
    clock.shift(2 * 60_000)
    const swept = await Promise.all([sweepHolds(db), sweepHolds(db), sweepHolds(db)])
    expect(swept.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(Math.min(held!, 500))
    while ((await sweepHolds(db)) > 0) continue
    expect(await pool(hall, 'floor')).toEqual([5000, 0, 0])
    clock.shift(0)
  })

  it('in a transaction of others: many at once, each by itself', async () => {
    const hall = await makeHall(db, null, 3)
    const answers = await db.transaction(tx =>
      holdIn(
        tx,
        ['usr_a', 'usr_b', 'usr_c'].map(person => ask(hall, person, [{ tier: 'floor', count: 2 }])),
      ),
    )
    expect(answers.map(answer => (answer instanceof Fault ? answer.code : answer.parts[0]!.count))).toEqual([2, 'sold_out', 'sold_out'])
  })
})
