/**
 * Periods: money is set aside when one begins; after its end and a time for late reports it is closed, step by step: who heard what (gathering), each
 * listener's part over what they heard (sharing), each track's income to its split sheets (accruing), whole minor units into money (settling). Each step or
 * page is one transaction that moves `place` with it: killed anywhere, it goes on there. Everything is decided by what counts, never by when it runs.
 */
import { Fault } from '../../shared/faults.ts'
import { splitByWeight } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import type { Log } from '../foundation/log.ts'
import { sharesForTracks, waitingFor, weightsOf } from '../rights/index.ts'
import { accrue, fundPool, settleAccruals, termsFor, workBpOf, type AccrualPlace } from '../settlement/index.ts'
import { fundsOf, periodsOf } from './calendar.ts'
import { ownMoney, runningPools, type PoolRow } from './store.ts'
import {
  beginGathering,
  closePeriod,
  duePeriods,
  gatherIncome,
  gatherPage,
  giveIncome,
  heldIncome,
  holdIncome,
  insertPeriod,
  lockPeriod,
  movePeriod,
  shareAmongListeners,
  sharePage,
  waitingIncome,
  type IncomeRow,
  type PartRow,
  type PeriodRow,
} from './store-periods.ts'

const mostListeners = 500
const mostTracks = 200
export type Step = 'worked' | 'done'

/** What is told to the ledger as the cause of a period's income: no listener stands in it. */
const causeOf = (row: { pool: string; period: string }): string => `plays:${row.pool}:${row.period}`

/** Opens the periods of all pools that have begun by `now`. */
export async function openPeriods(tx: Tx, now: Date = clock.now()): Promise<void> {
  for (const pool of await runningPools(tx)) await openPeriodsOf(tx, pool, now)
}
async function openPeriodsOf(tx: Tx, pool: PoolRow, now: Date): Promise<void> {
  for (const { name, starts, ends, amount } of periodsOf(pool, now))
    await insertPeriod(tx, { pool: pool.id, name, starts, ends, amount, closesAt: new Date(ends.getTime() + pool.graceHours * 3_600_000) })
}

/** Sets a period's money aside out of the planet's own. False while the planet has not so much. */
async function fund(tx: Tx, row: PeriodRow): Promise<boolean> {
  if ((await ownMoney(tx, row.currency)) < row.amount) return false
  try {
    if (row.amount > 0n)
      await fundPool(tx, {
        key: `pool:${row.pool}:${row.name}`,
        pool: row.pool,
        from: fundsOf(row.currency),
        amount: row.amount,
        currency: row.currency,
        cause: `pool:${row.pool}`,
      })
  } catch (error) {
    if (error instanceof Fault && error.code === 'insufficient') return false
    throw error
  }
  await movePeriod(tx, row, 'open')
  return true
}

/** Does the next step of a period, in this transaction. `done`: nothing is to be done now. */
export async function step(tx: Tx, pool: string, name: string, now: Date = clock.now()): Promise<Step> {
  const row = await lockPeriod(tx, pool, name)
  if (row === undefined || row.state === 'closed') return 'done'
  if (row.state === 'unfunded') return (await fund(tx, row)) ? 'worked' : 'done'
  if (row.closesAt > now) return 'done'
  if (row.state === 'open') await beginGathering(tx, row, now)
  else if (row.state === 'gathering') {
    const last = await gatherPage(tx, row, mostListeners)
    if (last === null) await shareAmongListeners(tx, row)
    else await movePeriod(tx, row, 'gathering', last)
  } else if (row.state === 'sharing') {
    const last = await sharePage(tx, row, mostListeners)
    if (last === null) await gatherIncome(tx, row)
    else await movePeriod(tx, row, 'sharing', last)
  } else if (row.state === 'accruing') {
    const incomes = await waitingIncome(tx, row, mostTracks)
    if (incomes.length === 0) await movePeriod(tx, row, 'settling')
    else await give(tx, incomes, now)
  } else {
    const after = row.place === '' ? null : (JSON.parse(row.place) as AccrualPlace)
    const { next } = await settleAccruals(tx, row.name, after, now)
    if (next === null) await closePeriod(tx, row, now)
    else await movePeriod(tx, row, 'settling', JSON.stringify(next))
  }
  return 'worked'
}

/** Gives incomes to who shares in the tracks; where nobody can be paid yet they are held, with why. Gives how many were given. */
async function give(tx: Tx, incomes: readonly IncomeRow[], now: Date, again = false): Promise<number> {
  const known = incomes.flatMap(({ track, release }) => (release === null ? [] : [{ track, release }]))
  const [shares, waiting, terms] = [
    await sharesForTracks(tx, known),
    await waitingFor(tx, [...new Set(known.map(({ release }) => release))]),
    await termsFor(tx),
  ]
  const held: (IncomeRow & { why: string })[] = []
  const given: IncomeRow[] = []
  const parts: PartRow[] = []
  for (const income of incomes) {
    const { release, track, amount, pool, period, ends } = income
    // The sheets in force when the period ended. What was held waited for a first sheet: the one that holds now.
    const whose = shares(track, again ? now : ends)
    const why = release === null ? 'gone' : waiting.has(release) ? 'sheet' : whose === undefined ? 'owner' : null
    if (why !== null || whose === undefined) {
      held.push({ ...income, why: why ?? 'owner' })
      continue
    }
    const weights = weightsOf(whose, workBpOf(terms.rules(ends)))
    const amounts = splitByWeight(
      amount,
      weights.map(({ weight }) => weight),
    )
    for (const [index, { receiver, kind, role }] of weights.entries())
      parts.push({ pool, period, track, party: receiver, kind, role, amount: amounts[index]! })
    given.push(income)
  }
  const byTrack = Map.groupBy(parts, part => `${part.pool} ${part.period} ${part.track}`)
  await accrue(
    tx,
    given.map(({ pool, period, currency, track, release }) => ({
      key: `plays:${pool}:${period}:${track}`,
      pool,
      currency,
      cause: causeOf({ pool, period }),
      subject: release ?? undefined,
      at: now,
      parts: (byTrack.get(`${pool} ${period} ${track}`) ?? []).map(({ party, amount }) => ({ party, amount })),
    })),
  )
  if (given.length > 0) await giveIncome(tx, given, parts, now)
  if (held.length > 0) await holdIncome(tx, held)
  return given.length
}

/** Tries again what is held. Gives how many were given. */
export async function giveHeld(write: Db['transaction'], now: Date = clock.now()): Promise<number> {
  let total = 0
  let after: readonly [string, string, string] = ['', '', '']
  for (;;) {
    const place = after
    const page = await write(async tx => {
      const incomes = await heldIncome(tx, place, mostTracks)
      if (incomes.length > 0) total += await give(tx, incomes, now, true)
      return incomes
    })
    const last = page.at(-1)
    if (last === undefined) return total
    after = [last.pool, last.period, last.track]
  }
}

/** Opens, funds and closes whatever is due. A period that fails is noted, and the others go on. */
export async function closeDue(db: Pick<Db, 'read' | 'transaction'>, log: Pick<Log, 'error'>, signal?: AbortSignal): Promise<void> {
  const now = clock.now()
  await db.transaction(tx => openPeriods(tx, now))
  for (const { pool, name } of await duePeriods(db.read, now))
    try {
      while (signal?.aborted !== true) if ((await db.transaction(tx => step(tx, pool, name, now))) === 'done') break
    } catch (error) {
      log.error({ err: error, pool, period: name }, 'a period of plays could not be closed')
    }
}
