/**
 * A flash sale: 1,000 places, 20,000 buyers at once (`--quick`: 6,000). Through seating's engine with one process and with two; and, in the same run, the plain way:
 * SELECT … FOR UPDATE over 200 connections. Then 20,000 who each want one certain seat of 5,000. Afterwards the database is asked who has what.
 */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Plan } from '../shared/seating-plan.ts'
import { seatsOf } from '../shared/seating-plan.ts'
import { clock, newId } from '../server/foundation/clock.ts'
import type { Db } from '../server/foundation/db.ts'
import { checks, openHall } from '../server/seating/index.ts'
import { median, type Bench } from './_bench.ts'
import { throughEngine, throughForUpdate, type Answers } from './_flash.ts'

const places = 1000
const p99 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0
const perSecond = (all: readonly Answers[]): number =>
  (all.reduce((sum, one) => sum + one.sold + one.refused, 0) /
    (Math.max(...all.map(one => one.endedAt)) - Math.min(...all.map(one => one.startedAt)))) *
  1000

/** 50 rows of 100. */
const house: Plan = {
  form: 1,
  width: 8000,
  height: 8000,
  focus: { x: 4000, y: 300 },
  categories: [{ key: 'a', name: 'A', colour: 0 }],
  items: [
    {
      id: 'h',
      kind: 'rows',
      name: 'House',
      x: 4000,
      y: 1000,
      turn: 0,
      category: 'a',
      rows: Array.from({ length: 50 }, () => ({ seats: 100 })),
      seatGap: 55,
      rowGap: 90,
      curve: 0,
      rowNames: { style: 'numbers', from: 1, backwards: false, skip: false },
      seatNames: { style: 'plain', from: 1, backwards: false },
      marks: {},
    },
  ],
}

async function makeMap(db: Db): Promise<string> {
  const [map, venue, page, person] = [newId('map'), newId('ven'), newId('pag'), newId('usr')]
  const client = await db.pool.connect()
  try {
    // The page and the person behind a venue matter to nobody here.
    await client.query('begin')
    await client.query(`set local session_replication_role = replica`)
    await client.query(
      `insert into seating.venue (id, page, name, country, region, city, address, postcode, zone, capacity, about, access, site, by, created_at, changed_at)
        values ($1, $2, 'House', 'CN', '', 'Shanghai', '', '', 'Asia/Shanghai', 5000, '', '', '', $3, now(), now())`,
      [venue, page, person],
    )
    await client.query(
      `insert into seating.map (id, venue, name, draft, hash, created_at, changed_at, by) values ($1, $2, 'House', $3, $4, now(), now(), $5)`,
      [map, venue, JSON.stringify(house), '0'.repeat(64), person],
    )
    await client.query(
      `insert into seating.map_version (map, version, plan, seats, standing, hash, by, at) values ($1, 1, $2, 5000, 0, $3, $4, now())`,
      [map, JSON.stringify(house), '0'.repeat(64), person],
    )
    await client.query('commit')
  } finally {
    client.release()
  }
  return map
}

/** Two processes at once, half of the buyers each. */
async function inTwo(url: string, how: 'engine' | 'plain', hall: string, buyers: number): Promise<Answers[]> {
  const children = [0, 1].map(index =>
    fork(join(import.meta.dirname, '_flash.child.ts'), [url, how, hall, String(buyers / 2), String(index * buyers)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    }),
  )
  const next = (child: (typeof children)[0]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      child.once('message', resolve)
      // Its long answer may come after its end.
      child.once('exit', code => (code === 0 ? undefined : reject(new Error(`a process of the sale ended with ${code}`))))
    })
  await Promise.all(children.map(next))
  const answers = children.map(next)
  for (const child of children) child.send('go')
  return (await Promise.all(answers)) as Answers[]
}

export default {
  name: 'flash',
  about: '1,000 places, 20,000 buyers at once: exactly 1,000 sold, against SELECT … FOR UPDATE',
  async run({ quick, say, freshDatabase }) {
    const buyers = quick ? 6000 : 20_000
    const rounds = quick ? 1 : 3
    const { db, url, close } = await freshDatabase({ max: 12 })
    await db.pool
      .query(`create schema plain; create table plain.tier (id int primary key, free int not null check (free >= 0), sold int not null);
      create table plain.sale (id text primary key, person text not null, at timestamptz not null)`)
    const freshPlain = async (): Promise<void> => {
      await db.pool.query('truncate plain.tier, plain.sale')
      await db.pool.query('insert into plain.tier values (1, $1, 0)', [places])
    }
    const freshHall = async (): Promise<string> => {
      const id = newId('hal')
      await db.transaction(tx => openHall(tx, { id, cause: newId('sho'), pools: [{ tier: 'floor', capacity: places }] }))
      return id
    }
    const count = async (hall: string): Promise<number> => {
      const { rows } = await db.pool.query<{ sold: number; parts: number }>(
        `select p.sold, (select coalesce(sum(count - back), 0)::int from seating.hold_part q where q.hall = p.hall and q.state = 'sold') as parts from seating.pool p where hall = $1`,
        [hall],
      )
      if (rows[0]!.sold !== rows[0]!.parts) throw new Error(`${rows[0]!.sold} sold, holds say ${rows[0]!.parts}`)
      return rows[0]!.sold
    }
    const plain: number[] = []
    const own: number[] = []
    const plainTwo: number[] = []
    const two: number[] = []
    let told = { ownP99: 0, ownMax: 0, plainP99: 0, twoP99: 0, twoMax: 0 }
    const sold: number[] = []
    // Both ways get warm first: what is compared is how they run, not how they start.
    await freshPlain()
    await throughForUpdate(url, 200, 500, 0)
    await throughEngine(db, await freshHall(), 500, 0, () => ({ tier: 'floor', count: 1 }))
    for (let round = 0; round < rounds; round++) {
      await freshPlain()
      const a = await throughForUpdate(url, 200, buyers, 0)
      if (a.sold !== places) throw new Error(`the plain way sold ${a.sold}`)
      plain.push(perSecond([a]))
      const hall = await freshHall()
      const b = await throughEngine(db, hall, buyers, 0, () => ({ tier: 'floor', count: 1 }))
      own.push(perSecond([b]))
      sold.push(await count(hall))
      await freshPlain()
      const c = await inTwo(url, 'plain', '', buyers)
      plainTwo.push(perSecond(c))
      const hallTwo = await freshHall()
      const d = await inTwo(url, 'engine', hallTwo, buyers)
      two.push(perSecond(d))
      sold.push(await count(hallTwo))
      const both = d.flatMap(one => one.ms)
      told = {
        ownP99: Math.max(told.ownP99, p99(b.ms)),
        ownMax: Math.max(told.ownMax, ...b.ms),
        plainP99: Math.max(told.plainP99, p99(a.ms)),
        twoP99: Math.max(told.twoP99, p99(both)),
        twoMax: Math.max(told.twoMax, ...both),
      }
      say(
        `${Math.round(plain.at(-1)!)} answers a second by FOR UPDATE, ${Math.round(own.at(-1)!)} here; two processes ${Math.round(plainTwo.at(-1)!)} and ${Math.round(two.at(-1)!)}`,
      )
    }
    say('certain seats …')
    const map = await makeMap(db)
    const hall = newId('hal')
    const keys = seatsOf(house).map(seat => seat.key)
    await db.transaction(tx =>
      openHall(tx, {
        id: hall,
        cause: newId('sho'),
        map: { id: map, version: 1 },
        orphans: false,
        pools: [{ tier: 'seats', seats: keys }],
      }),
    )
    const begun = clock.ticks()
    // Neighbours of a multiplicative sequence are far apart, and each seat is wanted by as many.
    const seats = await throughEngine(db, hall, buyers, 0, index => ({ seats: [keys[(index * 2477) % keys.length]!] }))
    const seatsSold = await count(hall)
    const seconds = (clock.ticks() - begun) / 1000
    if (seatsSold !== Math.min(buyers, keys.length)) throw new Error(`${seatsSold} of ${keys.length} seats were sold`)
    for (const check of checks) {
      const findings = await check.run(db.read)
      if (findings.length > 0) throw new Error(`${check.name}: ${findings[0]}`)
    }
    await close()
    if (sold.some(one => one !== places)) throw new Error(`sold ${sold.join(', ')} of ${places}`)
    return {
      figures: {
        buyers,
        places,
        sold: sold[0]!,
        soldByTwo: sold[1]!,
        answersPerSecond: median(own),
        forUpdatePerSecond: median(plain),
        answersPerSecondTwo: median(two),
        forUpdatePerSecondTwo: median(plainTwo),
        p99Ms: told.ownP99,
        lastToldMs: told.ownMax,
        p99MsTwo: told.twoP99,
        lastToldMsTwo: told.twoMax,
        forUpdateP99Ms: told.plainP99,
        seatsSold,
        seatAnswersPerSecond: buyers / seconds,
        seatP99Ms: p99(seats.ms),
        findings: 0,
      },
      ratios: { vsForUpdate: median(own) / median(plain), vsForUpdateTwo: median(two) / median(plainTwo) },
    }
  },
} satisfies Bench
