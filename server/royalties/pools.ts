/** Pools: one of finance proposes to begin or to end one, another decides. */
import { createHash } from 'node:crypto'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { royalties } from '../../shared/royalties.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { accountsOf } from '../ledger/index.ts'
import { drainPool } from '../settlement/index.ts'
import { dayOf, fundsOf } from './calendar.ts'
import { listPeriods, previewOf } from './store-reads.ts'
import {
  changesOf,
  decideChange,
  endingPools,
  insertChange,
  insertPool,
  listPools,
  ownMoney,
  readPool,
  setPool,
  type ChangeRow,
  type PoolRow,
} from './store.ts'

type Entries = typeof royalties.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Pool = Ok<'POST /console/pools'>

const money = (amount: bigint, currency: string) => ({ amount, currency: currency as Currency })
const isFirst = (day: string): boolean => day.endsWith('-01')

const shownChange = (row: ChangeRow, viewer: Viewer): Pool['changes'][number] => ({
  id: row.id,
  kind: row.kind,
  ends: row.ends,
  reason: row.reason,
  proposedBy: { id: row.proposedBy, name: row.proposer ?? '' },
  proposedAt: row.proposedAt,
  state: row.state,
  decidedBy: row.decidedBy === null ? null : { id: row.decidedBy, name: row.decider ?? '' },
  decidedAt: row.decidedAt,
  decision: row.decision,
  mayDecide: row.state === 'open' && row.proposedBy !== viewer.id,
})
const shown = (row: PoolRow, changes: readonly ChangeRow[], viewer: Viewer): Pool => ({
  id: row.id,
  name: row.name,
  monthly: money(row.monthly, row.currency),
  every: row.every,
  graceHours: row.graceHours,
  starts: row.starts,
  ends: row.ends,
  state: row.state,
  returned: row.returned === null ? null : money(row.returned, row.currency),
  changes: changes.filter(change => change.pool === row.id).map(change => shownChange(change, viewer)),
})
const one = async (db: Read | Tx, viewer: Viewer, id: string): Promise<Pool> => {
  const row = await readPool(db, id)
  if (row === undefined) throw fault('not_found')
  return shown(row, await changesOf(db, [id]), viewer)
}

export async function getPools(db: Read, viewer: Viewer): Promise<Ok<'GET /console/pools'>> {
  const rows = await listPools(db)
  const changes = await changesOf(
    db,
    rows.map(row => row.id),
  )
  const earned = await accountsOf(db, { owner: 'planet', purpose: 'commission', nonZero: true, limit: 50 })
  const own = []
  for (const { asset } of earned) own.push(money(await ownMoney(db, asset), asset))
  return { items: rows.map(row => shown(row, changes, viewer)), own }
}

export async function getPool(db: Read, viewer: Viewer, { id }: Input<'GET /console/pools/:id'>): Promise<Ok<'GET /console/pools/:id'>> {
  const pool = await one(db, viewer, id)
  const { currency } = pool.monthly
  const rows = await listPeriods(db, id)
  const open = rows.find(row => row.state === 'open' || row.state === 'unfunded')
  const now = open === undefined ? undefined : await previewOf(db, id, open.starts, open.ends)
  return {
    pool,
    periods: rows.map(({ late, together, ...row }) => ({ ...row, amount: money(row.amount, currency), excluded: { late, together } })),
    preview:
      open === undefined || now === undefined
        ? null
        : { period: open.name, ...now, perListener: now.listeners === 0 ? 0n : (open.amount * 1_000_000n) / BigInt(now.listeners) },
  }
}

export async function proposePool(tx: Tx, viewer: Viewer, input: Input<'POST /console/pools'>): Promise<Pool> {
  const { name, monthly, starts, reason, every = 'month', graceHours = 192 } = input
  const now = clock.now()
  if (monthly.amount < 1n || monthly.amount >= 10n ** 9n) throw fault('invalid', 'invalid', { fields: { monthly: '1 … 999999999' } })
  const request = createHash('sha256')
    .update([viewer.id, name, monthly.amount, monthly.currency, every, graceHours, starts, reason].join('\n'))
    .digest('hex')
  const before = input.id === undefined ? undefined : await readPool(tx, input.id)
  if (before === undefined) {
    if (every === 'month' && !isFirst(starts))
      throw fault('unprocessable', 'month_start', { fields: { starts: `${starts.slice(0, 7)}-01` } })
    const earliest = every === 'month' ? `${dayOf(now).slice(0, 7)}-01` : dayOf(now)
    if (starts < earliest) throw fault('unprocessable', 'past_date', { fields: { starts: earliest } })
    const id = input.id ?? newId('pol', now)
    if (await insertPool(tx, { id, name, currency: monthly.currency, monthly: monthly.amount, every, graceHours, starts, request })) {
      await insertChange(tx, { id: newId('prp', now), pool: id, kind: 'open', ends: null, reason, proposedBy: viewer.id, proposedAt: now })
      return one(tx, viewer, id)
    }
  }
  const again = before ?? (await readPool(tx, input.id!))!
  if (again.request !== request) throw fault('conflict', 'key_reused')
  return one(tx, viewer, again.id)
}

export async function proposeEnd(tx: Tx, viewer: Viewer, input: Input<'POST /console/pools/:id/end'>): Promise<Pool> {
  const pool = await readPool(tx, input.id, true)
  if (pool === undefined) throw fault('not_found')
  if (pool.state !== 'running' || pool.ends !== null) throw fault('conflict')
  const waiting = (await changesOf(tx, [pool.id])).find(change => change.state === 'open')
  if (waiting !== undefined) {
    // Sent again it is the same proposal.
    if (waiting.proposedBy === viewer.id && waiting.ends === input.ends && waiting.reason === input.reason) return one(tx, viewer, pool.id)
    throw fault('conflict', 'proposal_waits')
  }
  checkEnd(pool, input.ends)
  await insertChange(tx, {
    id: newId('prp'),
    pool: pool.id,
    kind: 'end',
    ends: input.ends,
    reason: input.reason,
    proposedBy: viewer.id,
    proposedAt: clock.now(),
  })
  return one(tx, viewer, pool.id)
}

/** A pool ends with a period that has not been over before: what has begun is paid. */
function checkEnd(pool: PoolRow, ends: string): void {
  if (pool.every === 'month' && !isFirst(ends)) throw fault('unprocessable', 'month_start', { fields: { ends: `${ends.slice(0, 7)}-01` } })
  if (ends <= dayOf(clock.now()) || ends < pool.starts) throw fault('unprocessable', 'past_date', { fields: { ends: dayOf(clock.now()) } })
}

export async function decidePool(tx: Tx, viewer: Viewer, input: Input<'POST /console/pools/:id/decide'>): Promise<Pool> {
  const pool = await readPool(tx, input.id, true)
  const change = pool === undefined ? undefined : (await changesOf(tx, [pool.id])).find(one => one.id === input.change)
  if (pool === undefined || change === undefined) throw fault('not_found')
  if (change.proposedBy === viewer.id) throw fault('forbidden', 'four_eyes')
  const state = input.confirm ? 'confirmed' : 'declined'
  if (change.state === state && change.decidedBy === viewer.id) return one(tx, viewer, pool.id)
  if (change.state !== 'open') throw fault('conflict', 'proposal_decided')
  if (input.confirm && change.kind === 'end') checkEnd(pool, change.ends!)
  await decideChange(tx, { id: change.id, state, by: viewer.id, at: clock.now(), decision: input.reason })
  if (change.kind === 'open') await setPool(tx, pool.id, { state: input.confirm ? 'running' : 'refused' })
  else if (input.confirm) await setPool(tx, pool.id, { ends: change.ends })
  await enqueue(tx, 'royalties.close', {}, { key: 'royalties.close.now', queue: 'royalties.close' })
  return one(tx, viewer, pool.id)
}

/** Ends pools whose last period is closed: what was not spent goes back to the planet. */
export async function endPools(db: Pick<Db, 'read' | 'transaction'>): Promise<void> {
  for (const id of await endingPools(db.read, dayOf(clock.now())))
    await db.transaction(async tx => {
      const pool = await readPool(tx, id, true)
      if (pool?.state !== 'running') return
      const { currency } = pool
      const returned = await drainPool(tx, { key: `pool:${id}:end`, pool: id, to: fundsOf(currency), currency, cause: `pool:${id}` })
      await setPool(tx, id, { state: 'ended', returned })
    })
}
