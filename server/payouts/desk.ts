/** What the finance desk sees of batches: exact amounts before and after. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { waitReason, type payouts } from '../../shared/payouts.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { balancesOf, trialBalance } from '../ledger/index.ts'
import { outlet } from './outcomes.ts'
import { showPayout } from './standing.ts'
import { decisionsOf, filesOf, leftOutOf, listBatches, payoutsOf, type BatchSummary } from './store.ts'

type Entries = typeof payouts.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Item = Ok<'GET /console/payout-batches'>['items'][number]

function summary(row: BatchSummary): Item {
  const money = (amount: bigint) => ({ amount, currency: row.currency as Currency })
  const { id, day, state, paying, paid, returned, dropped } = row
  return {
    id,
    currency: row.currency as Currency,
    day,
    state,
    payouts: row.payouts,
    total: money(row.amount),
    withheld: money(row.withheld),
    net: money(row.amount - row.withheld),
    madeAt: row.madeAt,
    madeBy: row.madeByName ?? row.madeBy,
    submittedBy: row.submittedBy === null ? null : (row.submittedByName ?? row.submittedBy),
    approvedBy: row.approvedBy === null ? null : (row.approvedByName ?? row.approvedBy),
    approvedAt: row.approvedAt,
    counts: { paying, paid, returned, dropped },
  }
}

export async function getBatches(
  db: Read,
  _viewer: Viewer,
  input: Input<'GET /console/payout-batches'>,
): Promise<Ok<'GET /console/payout-batches'>> {
  const before = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listBatches(db, { before, limit: input.limit + 1 })
  return pageOf(rows, input.limit, summary, row => toCursor(row.madeAt, row.id))
}

export async function getBatch(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /console/payout-batches/:id'>,
): Promise<Ok<'GET /console/payout-batches/:id'>> {
  const [row] = await listBatches(db, { id: input.id, limit: 1 })
  if (row === undefined) throw fault('not_found')
  const money = (amount: bigint) => ({ amount, currency: row.currency as Currency })
  const items = await payoutsOf(db, row.id)
  const sums = (await trialBalance(db)).filter(
    sum => sum.asset === row.currency && (sum.owner === 'person' || sum.owner === 'organisation'),
  )
  const now = (purpose: string): bigint => sums.filter(sum => sum.purpose === purpose).reduce((total, sum) => total + sum.balance, 0n)
  const listed = items.filter(item => item.state === 'listed')
  const gross = listed.reduce((total, item) => total + item.amount, 0n)
  const net = listed.reduce((total, item) => total + item.net, 0n)
  const byRoute = new Map<string, { payouts: number; sends: bigint }>()
  for (const item of items.filter(one => one.state === 'listed' || one.state === 'paying')) {
    const known = byRoute.get(item.route) ?? { payouts: 0, sends: 0n }
    byRoute.set(item.route, { payouts: known.payouts + 1, sends: known.sends + item.net })
  }
  const routes = [...byRoute].sort(([a], [b]) => (a < b ? -1 : 1))
  const held = await balancesOf(
    db,
    routes.map(([route]) => outlet(route, row.currency)),
  )
  const waits = row.state === 'draft' || row.state === 'submitted'
  return {
    ...summary(row),
    items: items.map(item => ({ ...showPayout(item), party: item.party, name: item.name ?? '', holder: item.holder, ref: item.ref })),
    leftOut: (await leftOutOf(db, row.id)).map(one => ({
      party: one.party,
      name: one.name ?? '',
      amount: money(one.amount),
      reason: waitReason.parse(one.reason),
      until: one.until,
    })),
    files: (await filesOf(db, row.id)).map(({ format, sha256, payouts: count, total, fetchedAt, fetchedBy }) => ({
      format,
      sha256,
      payouts: count,
      total: money(total),
      fetchedAt,
      fetchedBy,
    })),
    decisions: await decisionsOf(db, row.id),
    before: { available: money(now('available')), paying: money(now('paying')) },
    after: { available: money(now('available') - gross), paying: money(now('paying') + net) },
    routes: routes.map(([route, { payouts: count, sends }], index) => ({
      route,
      payouts: count,
      holds: money(-held[index]!),
      sends: money(sends),
      left: money(-held[index]! - sends),
    })),
    can: {
      submit: row.state === 'draft' && items.length > 0,
      approve: row.state === 'submitted' && row.submittedBy !== viewer.id && row.madeBy !== viewer.id,
      cancel: waits,
      confirm: row.state === 'approved' && items.some(item => item.state === 'paying' && item.route === 'bank'),
    },
  }
}
