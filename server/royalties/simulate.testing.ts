/** Runs the simulated world against a planet: reports through the listening room's own door, closing with workers that are killed, then every book against the other. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { recordPlay } from '../listening/index.ts'
import { modelOf, type ModelPlay } from './closing.testing.ts'
import { openPeriods, round, step } from './index.ts'
import { Book, chance, paidPlays, reportsOf, type Report, type World } from './simulation.testing.ts'

export type Figures = {
  reports: number
  plays: number
  counted: number
  listened: number
  paidMicro: bigint
  seconds: number
  reportsPerSecond: number
  killed: number
  closeSeconds: number
}
const minute = 60_000

/** Plays the world's reports in slices of time, many listeners at once; each listener's own in their order. */
export async function listen(
  db: Db,
  world: World,
  people: readonly string[],
  tracks: readonly string[],
  shift: (to: number) => void,
  atOnce = 12,
): Promise<{ books: Book[]; reports: number; seconds: number }> {
  const books = people.map(() => new Book(world.lengths))
  const queues: Report[][] = people.map((_, n) => reportsOf(world, n))
  const places = people.map(() => 0)
  const started = clock.ticks()
  let reports = 0
  const last = Math.max(...queues.map(queue => queue.at(-1)?.at ?? 0))
  for (let from = world.from; from <= last; from += 10 * minute) {
    const due = queues.flatMap((queue, n) => {
      const mine: Report[] = []
      while (places[n]! < queue.length && queue[places[n]!]!.at < from + 10 * minute) mine.push(queue[places[n]!++]!)
      return mine.length === 0 ? [] : [mine]
    })
    // The planet's clock stands still within a slice, so each report is sent at its own moment.
    shift(from + 10 * minute)
    let next = 0
    const work = async (): Promise<void> => {
      for (let mine = due[next++]; mine !== undefined; mine = due[next++]) {
        // A player sends what gathered, one after the other; in one transaction here, as a phone that comes back would.
        const person = people[mine[0]!.person]!
        const viewer = { id: person, name: '', email: '', locale: 'en' as const, roles: [], session: '' }
        for (let i = 0; i < mine.length; i += 25) {
          const some = mine.slice(i, i + 25)
          await db.transaction(async tx => {
            for (const { id, track, startedAt, ranges, guest } of some)
              await recordPlay(tx, viewer, guest, {
                id,
                track: tracks[track]!,
                startedAt: new Date(startedAt),
                ranges,
                source: 'track',
                device: 'sim',
              })
          })
        }
        for (const report of mine) books[report.person]!.hear({ ...report, at: from + 10 * minute })
        reports += mine.length
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
  }
  return { books, reports, seconds: (clock.ticks() - started) / 1000 }
}

/** Closes what is due with workers that are killed in the middle, several at once; gives how many died. */
export async function closeWithCrashes(
  db: Db,
  log: Parameters<typeof round>[1],
  seed: number,
): Promise<{ killed: number; seconds: number }> {
  const random = chance(seed)
  const started = clock.ticks()
  let killed = 0
  await db.transaction(tx => openPeriods(tx))
  const { rows } = await db.pool.query<{ pool: string; name: string }>(
    `select pool, name from royalties.period where state <> 'closed' and closes_at <= $1 order by starts`,
    [clock.now()],
  )
  for (const { pool, name } of rows) {
    const worker = async (): Promise<void> => {
      for (let i = 0; i < 10_000; i++) {
        const dies = random(4) === 0
        try {
          const done = await db.transaction(async tx => {
            const out = await step(tx, pool, name)
            if (dies && out === 'worked') throw new Error('killed')
            return out
          })
          if (done === 'done') return
        } catch (error) {
          if ((error as Error).message !== 'killed') throw error
          killed += 1
        }
      }
    }
    await Promise.all([worker(), worker()])
  }
  await round(db, log)
  return { killed, seconds: (clock.ticks() - started) / 1000 }
}

/** What the planet has against the books kept beside it: findings, none when all agree. */
export async function compare(
  db: Db,
  pool: string,
  people: readonly string[],
  tracks: readonly string[],
  books: readonly Book[],
): Promise<{ findings: string[]; counted: number; plays: number; paidMicro: bigint; listened: number }> {
  const findings: string[] = []
  const known = new Map<string, { person: string; heardMs: number; counted: boolean; at: number }>()
  for (const [n, book] of books.entries())
    for (const play of book.plays.values())
      known.set(play.id, { person: people[n]!, heardMs: play.heardMs, counted: play.counted, at: play.at })
  const { rows } = await db.pool.query<{
    id: string
    person: string
    at: Date
    heardMs: number
    counted: boolean
    uncounted: string | null
  }>(`select id, person, at, heard_ms as "heardMs", counted, uncounted from listening.play where person = any($1)`, [people])
  for (const row of rows) {
    const play = known.get(row.id)
    if (
      play === undefined ||
      play.person !== row.person ||
      play.heardMs !== row.heardMs ||
      play.counted !== row.counted ||
      play.at !== row.at.getTime()
    )
      findings.push(
        `${row.id}: ${row.heardMs} ms, ${row.counted ? 'counts' : row.uncounted} here; ${play?.heardMs} ms, ${play?.counted} in the book`,
      )
  }
  if (rows.length !== known.size) findings.push(`${rows.length} plays here, ${known.size} in the books`)
  const paid: ModelPlay[] = books.flatMap((book, n) => paidPlays(book, people[n]!, one => tracks[one]!))
  const { rows: periods } = await db.pool.query<{ name: string; starts: Date; ends: Date; amount: bigint; state: string; shared: bigint }>(
    `select name, starts, ends, amount, state, shared from royalties.period where pool = $1 and closes_at <= $2 order by starts`,
    [pool, clock.now()],
  )
  let paidMicro = 0n
  // What sounded before a period began still takes its time: each is worked out from the first play on.
  const { paidMs } = modelOf(paid, 1n)
  for (const { name, starts, ends, amount, state, shared } of periods) {
    if (state !== 'closed') findings.push(`${name}: ${state}`)
    const those = paid.filter(play => play.at >= starts.getTime() && play.at < ends.getTime() && paidMs.get(play.id)! > 0)
    // Apart from each other already: nothing is cut again.
    const model = modelOf(
      those.map(play => ({ ...play, at: play.at + play.ms - paidMs.get(play.id)!, ms: paidMs.get(play.id)! })),
      BigInt(amount) * 1_000_000n,
    )
    const whole = [...model.tracks.values()].reduce((a, b) => a + b, 0n)
    if (whole !== BigInt(shared)) findings.push(`${name}: ${shared} shared, ${whole} in the book`)
    paidMicro += BigInt(shared)
    const { rows: incomes } = await db.pool.query<{ track: string; amount: bigint }>(
      'select track, amount from royalties.income where pool = $1 and period = $2',
      [pool, name],
    )
    if (incomes.length !== model.tracks.size) findings.push(`${name}: ${incomes.length} tracks here, ${model.tracks.size} in the book`)
    for (const { track, amount: here } of incomes)
      if (model.tracks.get(track) !== BigInt(here)) findings.push(`${name} ${track}: ${here} here, ${model.tracks.get(track)} in the book`)
    const { rows: listeners } = await db.pool.query<{ person: string; amount: bigint }>(
      'select person, amount from royalties.listener where pool = $1 and period = $2',
      [pool, name],
    )
    for (const { person, amount: here } of listeners)
      if (model.listeners.get(person) !== BigInt(here))
        findings.push(`${name} ${person}: ${here} here, ${model.listeners.get(person)} in the book`)
  }
  return {
    findings,
    plays: rows.length,
    counted: paid.length,
    paidMicro,
    listened: paid.reduce((sum, play) => sum + (paidMs.get(play.id) ?? 0), 0),
  }
}
