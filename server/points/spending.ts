/** Spending points and giving them back: each key once, the earliest end first. */
import { Fault, fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { TransferInput } from '../ledger/index.ts'
import { policyOf } from '../policy/index.ts'
import { held, spentOf, unissued } from './accounts.ts'
import { endingsOf, lockUnissued, moved, oneLine, postAll } from './posting.ts'
import { endDue, giveBack, spend, type Part, type Purse } from './purse.ts'
import { readBudgets } from './store-budgets.ts'
import { readBalance } from './store-reads.ts'
import { endSpends, insertSpends, loadLots, lockWallets, ownerKey, partsOf, savePurses, spendsByKey, type SpendRow } from './store.ts'

/** `key`: spent once for all. `cause`: what for (`exchange:xch_…`), `note`: one line for the person. */
export type SpendAsk = { group: string; person: string; points: number; key: string; cause: string; note?: string | null }
export type Spent = { id: string; points: number; replayed: boolean }

const same = (row: SpendRow, ask: SpendAsk): boolean =>
  row.group === ask.group && row.person === ask.person && row.points === BigInt(ask.points) && row.cause === ask.cause

/**
 * Spends for many at once, in the order asked; each is done or refused by itself (`not_enough_points`, `key_reused`; also after it was given back the key stays used).
 * A person's wallet stays locked until the transaction ends.
 */
export async function spendAll(tx: Tx, asks: readonly SpendAsk[]): Promise<Map<string, Spent | Fault>> {
  const out = new Map<string, Spent | Fault>()
  if (asks.length === 0) return out
  for (const { points } of asks)
    if (!Number.isSafeInteger(points) || points < 1 || points > 1_000_000_000)
      throw fault('invalid', 'invalid', { detail: `not points: ${points}` })
  const now = clock.now()
  const budgets = await readBudgets(tx, [...new Set(asks.map(ask => ask.group))])
  const purses = await lockWallets(
    tx,
    asks.filter(ask => budgets.has(ask.group)),
  )
  const before = await spendsByKey(
    tx,
    asks.map(ask => ask.key),
  )
  await loadLots(tx, purses)
  const transfers: TransferInput[] = []
  for (const purse of purses.values()) transfers.push(...endingsOf(purse, endDue(purse, now)))
  const rows: (Omit<SpendRow, 'state'> & { parts: Part[]; purse: Purse })[] = []
  for (const ask of asks) {
    const { key, group, person, cause } = ask
    const earlier = before.get(key) ?? rows.find(row => row.key === key)
    if (earlier !== undefined) {
      out.set(
        key,
        same(earlier as SpendRow, ask) ? { id: earlier.id, points: ask.points, replayed: true } : fault('conflict', 'key_reused'),
      )
      continue
    }
    const purse = purses.get(ownerKey(ask))
    const parts = purse === undefined ? undefined : spend(purse, BigInt(ask.points))
    if (purse === undefined || parts === undefined) {
      out.set(key, fault('conflict', 'not_enough_points'))
      continue
    }
    const row = {
      id: newId('spd', now),
      key,
      group,
      person,
      points: BigInt(ask.points),
      cause,
      note: oneLine(ask.note),
      at: now,
      parts,
      purse,
    }
    rows.push(row)
    transfers.push(moved(`spend:${row.id}`, 'points_spent', cause, row.note, held(group, person), spentOf(group), row.points))
    out.set(key, { id: row.id, points: ask.points, replayed: false })
  }
  if (rows.length > 0)
    await insertSpends(
      tx,
      rows.map(({ purse: _purse, ...row }) => row),
    )
  await savePurses(tx, purses.values())
  if (transfers.length > 0) await postAll(tx, transfers, purses.values())
  return out
}

/** Spends, or throws `not_enough_points` with nothing done. */
export async function spendPoints(tx: Tx, ask: SpendAsk): Promise<Spent> {
  const done = (await spendAll(tx, [ask])).get(ask.key)!
  if (done instanceof Fault) throw done
  return done
}

/**
 * Gives a spending back, once: into its lots (one that ended meanwhile lives a while longer), a debt is paid first. What was settled already is taken out of what may
 * still be given (`budget_empty` when that is too little). False: it was back already. An unknown key is `not_found`.
 */
export async function giveBackPoints(tx: Tx, ask: { key: string; reason: string }): Promise<boolean> {
  const named = (await spendsByKey(tx, [ask.key])).get(ask.key)
  if (named === undefined) throw fault('not_found')
  const { group, person } = named
  const purses = await lockWallets(tx, [named])
  const row = (await spendsByKey(tx, [ask.key], true)).get(ask.key)!
  if (row.state === 'returned') return false
  const now = clock.now()
  const from = row.state === 'settled' ? unissued(group) : spentOf(group)
  if (row.state === 'settled' && (await lockUnissued(tx, [group])).get(group)! < row.points) throw fault('conflict', 'budget_empty')
  const parts = await partsOf(tx, row.id)
  await loadLots(
    tx,
    purses,
    parts.map(part => part.lot),
  )
  const purse = purses.get(ownerKey(row))!
  const transfers = endingsOf(purse, endDue(purse, now))
  const { lotGraceDays } = await policyOf(tx)
  const paid = giveBack(purse, parts, now, new Date(now.getTime() + lotGraceDays * 86_400_000))
  const note = oneLine(ask.reason)
  transfers.push(moved(`give:${row.id}`, 'points_back', row.cause, note, from, held(group, person), row.points))
  if (paid > 0n) transfers.push(moved(`give_debt:${row.id}`, 'points_debt', row.cause, note, held(group, person), unissued(group), paid))
  await endSpends(tx, [row.id], 'returned', now, note)
  await savePurses(tx, purses.values())
  await postAll(tx, transfers, purses.values())
  return true
}

/** What a person can spend in a group now, what of it ends when, and what they owe. */
export async function pointsOf(
  db: Read | Tx,
  person: string,
  group: string,
): Promise<{ balance: number; debt: number; ending: { points: number; at: Date } | null }> {
  return readBalance(db, person, group, clock.now())
}
