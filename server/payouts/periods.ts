/** Closing a month: one proposes, another closes. Nothing is posted into it any more, what each party had stays, and it never opens again. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { payouts } from '../../shared/payouts.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { closePeriod } from '../ledger/index.ts'
import { nextMonth } from './policy.ts'
import { monthText } from './standing.ts'
import { insertDecision } from './store.ts'
import {
  closeMonth,
  deletePeriod,
  firstPosting,
  freeze,
  insertPeriod,
  lockPeriod,
  obstacles,
  readPeriods,
  type PeriodRow,
} from './store-periods.ts'

type Entries = typeof payouts.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** A month's first moment, and the next one's. */
export function bounds(month: string): { from: Date; to: Date } {
  const from = new Date(`${month}-01T00:00:00.000Z`)
  return { from, to: nextMonth(from) }
}

/** Every month from the first posting to now, the newest first. */
function months(first: Date | null, now: Date): string[] {
  const out: string[] = []
  for (let at = bounds(monthText(first ?? now)).from; at <= now; at = nextMonth(at)) out.unshift(monthText(at))
  return out
}

export async function getMonths(db: Read, viewer: Viewer): Promise<Ok<'GET /console/periods'>> {
  const now = clock.now()
  const periods = new Map((await readPeriods(db)).map(period => [period.month, period]))
  const against = await obstacles(db)
  const all = months(await firstPosting(db), now)
  return {
    items: all.map(month => {
      const period = periods.get(month)
      const over = bounds(month).to <= now
      const state = period?.closedAt ? 'closed' : period ? 'proposed' : over ? 'open' : 'running'
      const found = state === 'closed' ? [] : against.filter(one => one.month <= month)
      const count = (blocks: boolean): { code: string; count: number }[] => {
        const sums = new Map<string, number>()
        for (const one of found) if (one.blocks === blocks) sums.set(one.code, (sums.get(one.code) ?? 0) + one.count)
        return [...sums].map(([code, many]) => ({ code, count: many }))
      }
      const blocking = count(true)
      const next = all.findLast(other => periods.get(other)?.closedAt == null) === month
      return {
        month,
        state,
        proposedBy: period ? (period.proposedByName ?? period.proposedBy) : null,
        closedBy: period?.closedBy ? (period.closedByName ?? period.closedBy) : null,
        closedAt: period?.closedAt ?? null,
        statements: period?.statements ?? 0,
        blocking,
        notes: count(false),
        can: {
          propose: state === 'open' && next && blocking.length === 0,
          close: state === 'proposed' && blocking.length === 0 && period!.proposedBy !== viewer.id,
          withdraw: state === 'proposed',
        },
      }
    }),
  }
}

/** Refuses a month that runs, that comes before its turn, or that something stands against. Gives the month closed before it, if any. */
async function closable(tx: Tx, month: string): Promise<string | null> {
  if (bounds(month).to > clock.now()) throw fault('conflict', 'period_runs')
  const closed = (await readPeriods(tx)).filter((period: PeriodRow) => period.closedAt !== null).map(period => period.month)
  const earlier = months(await firstPosting(tx), bounds(month).from).filter(other => other < month)
  if (earlier.some(other => !closed.includes(other)) || closed.some(other => other > month)) throw fault('conflict', 'period_order')
  const blocking = (await obstacles(tx)).filter(one => one.blocks && one.month <= month)
  if (blocking.length > 0)
    throw fault('conflict', 'period_blocked', { detail: blocking.map(one => `${one.code}: ${one.count}`).join(', ') })
  return (
    closed
      .filter(other => other < month)
      .toSorted()
      .at(-1) ?? null
  )
}

export async function propose(tx: Tx, viewer: Viewer, input: Input<'POST /console/periods'>): Promise<Ok<'POST /console/periods'>> {
  const at = clock.now()
  const { month, reason } = input
  const before = await lockPeriod(tx, month)
  if (before === undefined) {
    await closable(tx, month)
    if (await insertPeriod(tx, month, viewer.id, at)) {
      await insertDecision(tx, { subject: `period:${month}`, act: 'proposed', reason, by: viewer.id, at })
      return { ok: true }
    }
  }
  const now = before ?? (await lockPeriod(tx, month))
  if (now?.proposedBy === viewer.id && now.closedAt === null) return { ok: true }
  throw fault('conflict')
}

export async function withdraw(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /console/periods/:month/withdraw'>,
): Promise<Ok<'POST /console/periods/:month/withdraw'>> {
  const period = await lockPeriod(tx, input.month)
  if (period === undefined) throw fault('not_found')
  if (period.closedAt !== null) throw fault('conflict')
  await deletePeriod(tx, input.month)
  await insertDecision(tx, { subject: `period:${input.month}`, act: 'withdrawn', reason: input.reason, by: viewer.id, at: clock.now() })
  return { ok: true }
}

export async function close(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /console/periods/:month/close'>,
): Promise<Ok<'POST /console/periods/:month/close'>> {
  const { month, reason } = input
  const { from, to } = bounds(month)
  const period = await lockPeriod(tx, month)
  if (period === undefined) throw fault('not_found')
  if (period.closedAt !== null) {
    if (period.closedBy === viewer.id) return { statements: period.statements }
    throw fault('conflict')
  }
  if (period.proposedBy === viewer.id) throw fault('conflict', 'own_decision')
  if (to > clock.now()) throw fault('conflict', 'period_runs')
  // Waits for all who post, and they for this: what is looked at from here on is all there will be.
  await closePeriod(tx, to, viewer.id)
  const before = await closable(tx, month)
  const at = clock.now()
  await closeMonth(tx, month, viewer.id, at)
  const statements = await freeze(tx, month, from, to, before)
  await insertDecision(tx, { subject: `period:${month}`, act: 'closed', reason, by: viewer.id, at })
  return { statements }
}
