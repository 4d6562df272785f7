/** Giving points and taking them back: set-based, each key once. */
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { TransferInput } from '../ledger/index.ts'
import { policyOf } from '../policy/index.ts'
import { held, unissued } from './accounts.ts'
import { dayIn, endingsOf, lockUnissued, moved, oneLine, postAll } from './posting.ts'
import { endDue, payDebt, takeBack, type Lot, type Purse } from './purse.ts'
import {
  dayTotals,
  grantsByKey,
  insertGrants,
  loadLots,
  lockWallets,
  markTakenBack,
  membersOf,
  ownerKey,
  savePurses,
  type DayTotal,
  type GrantRow,
} from './store.ts'
import { readBudgets } from './store-budgets.ts'

/**
 * `key`: given once for all. `cause`: what they are for (`mission:msn_…`, `host:usr_…`), `note`: one line for the person. `at`: when they were earned (now unless
 * told): the limit of that day counts.
 */
export type GrantAsk = { group: string; person: string; points: number; key: string; cause: string; note?: string | null; at?: Date }
export type WhyNot = 'cap_day' | 'budget_empty' | 'not_member' | 'repeated'
/** `granted` may be less than asked (`cap_day`); of a repeated key, what it gave the first time. `id`: of the grant; null: nothing was given and the key is free. */
export type Granted = { granted: number; why: WhyNot | null; id: string | null }

const dayMs = 86_400_000

/**
 * Gives points, in the order asked, as far as limits of the day and the budget allow; a grant that the budget cannot cover whole is not given. What was not given
 * can be asked again with the same key. A debt is paid at once. About ten statements for any number (at most 1,000).
 */
export async function grantPoints(tx: Tx, asks: readonly GrantAsk[]): Promise<Map<string, Granted>> {
  const out = new Map<string, Granted>()
  if (asks.length === 0) return out
  if (asks.length > 1000) throw fault('invalid', 'invalid', { detail: 'at most 1000 grants at once' })
  for (const { points } of asks)
    if (!Number.isSafeInteger(points) || points < 1 || points > 1_000_000)
      throw fault('invalid', 'invalid', { detail: `not points: ${points}` })
  const now = clock.now()
  const policy = await policyOf(tx)
  const budgets = await readBudgets(tx, [...new Set(asks.map(ask => ask.group))])
  const members = await membersOf(tx, asks)
  const may = asks.filter(ask => budgets.has(ask.group) && members.has(ownerKey(ask)))
  const purses = await lockWallets(tx, may)
  // After the wallets: whoever gave the same keys meanwhile has committed.
  const before = await grantsByKey(
    tx,
    asks.map(ask => ask.key),
  )
  const dayOf = (ask: GrantAsk): string => dayIn(budgets.get(ask.group)!.zone, ask.at ?? now)
  const totals = new Map<string, DayTotal>()
  const totalKey = (one: { group: string; person: string; day: string }): string => `${ownerKey(one)} ${one.day}`
  for (const row of await dayTotals(
    tx,
    may.map(ask => ({ group: ask.group, person: ask.person, day: dayOf(ask) })),
  ))
    totals.set(totalKey(row), row)
  const free = await lockUnissued(tx, [...new Set(may.map(ask => ask.group))])

  const rows: (Omit<GrantRow, 'takenBackAt'> & { purse: Purse })[] = []
  for (const ask of asks) {
    const { group, person, key, cause } = ask
    if (out.has(key)) continue
    const earlier = before.get(key)
    if (earlier !== undefined) {
      if (earlier.group !== group || earlier.person !== person) throw fault('conflict', 'key_reused')
      out.set(key, { granted: Number(earlier.points), why: 'repeated', id: earlier.id })
      continue
    }
    const no = (why: WhyNot): void => void out.set(key, { granted: 0, why, id: null })
    const budget = budgets.get(group)
    const purse = purses.get(ownerKey(ask))
    if (!members.has(ownerKey(ask))) no('not_member')
    else if (budget === undefined || purse === undefined) no('budget_empty')
    else {
      const day = dayOf(ask)
      const total = totals.get(totalKey({ group, person, day })) ?? { group, person, day, points: 0n, byHand: 0n }
      const byHand = cause.startsWith('host:')
      const most = Math.min(policy.pointsMostPerDay, budget.mostPerDay ?? policy.pointsMostPerDay)
      const rooms = [BigInt(most) - total.points, ...(byHand ? [BigInt(policy.pointsByHandPerDay) - total.byHand] : [])]
      const asked = BigInt(ask.points)
      const points = [asked, ...rooms].reduce((a, b) => (a < b ? a : b))
      if (points <= 0n) no('cap_day')
      else if (points > (free.get(group) ?? 0n)) no('budget_empty')
      else {
        free.set(group, free.get(group)! - points)
        totals.set(totalKey(total), { ...total, points: total.points + points, byHand: total.byHand + (byHand ? points : 0n) })
        const at = ask.at ?? now
        const days = Math.min(policy.lotDays, budget.lotDays ?? policy.lotDays)
        // What was earned offline long ago still lives a while.
        const endsAt = new Date(Math.max(at.getTime() + days * dayMs, now.getTime() + policy.lotGraceDays * dayMs))
        rows.push({ id: newId('grt', now), key, group, person, points, asked, cause, note: oneLine(ask.note), day, at, endsAt, purse })
        out.set(key, { granted: Number(points), why: points < asked ? 'cap_day' : null, id: rows.at(-1)!.id })
      }
    }
  }
  if (rows.length === 0) return out
  const numbers = await insertGrants(
    tx,
    rows.map(({ purse: _purse, ...row }) => row),
  )
  const transfers: TransferInput[] = []
  for (const { purse, ...row } of rows) {
    const { id, group, person, points, cause, note, endsAt } = row
    const lot: Lot = { id, n: numbers.get(id)!, remaining: points, used: 0n, ended: 0n, taken: 0n, endsAt, cause, note }
    purse.lots.set(id, lot)
    purse.balance += points
    transfers.push(moved(`points:${id}`, 'points', cause, note, unissued(group), held(group, person), points))
    const paid = payDebt(purse, lot)
    if (paid > 0n) transfers.push(moved(`debt:${id}`, 'points_debt', cause, note, held(group, person), unissued(group), paid))
  }
  await savePurses(tx, new Set(rows.map(row => row.purse)))
  await postAll(
    tx,
    transfers,
    rows.map(row => row.purse),
  )
  await tell(tx, { type: 'points_granted', grants: rows.map(row => row.id) })
  return out
}

/** `taken`: gone from what they had; `owed`: was spent before, the next grants pay it. */
export type TakenBack = { taken: number; owed: number }

/** Takes grants back, each once; keys that gave nothing, or were taken back before, are passed by. */
export async function takeBackPoints(tx: Tx, asks: readonly { key: string; reason: string }[]): Promise<Map<string, TakenBack>> {
  const out = new Map<string, TakenBack>()
  const reasons = new Map(asks.map(ask => [ask.key, ask.reason]))
  const named = await grantsByKey(tx, [...reasons.keys()])
  const purses = await lockWallets(tx, [...named.values()])
  const grants = [...(await grantsByKey(tx, [...named.keys()])).values()].filter(row => row.takenBackAt === null)
  if (grants.length === 0) return out
  await loadLots(
    tx,
    purses,
    grants.map(row => row.id),
  )
  const now = clock.now()
  const transfers: TransferInput[] = []
  for (const purse of purses.values()) transfers.push(...endingsOf(purse, endDue(purse, now)))
  for (const { id, key, group, person, cause } of grants) {
    const purse = purses.get(ownerKey({ group, person }))!
    const { taken, owed } = takeBack(purse, purse.lots.get(id)!)
    out.set(key, { taken: Number(taken), owed: Number(owed) })
    if (taken > 0n)
      transfers.push(moved(`take:${id}`, 'points_taken', cause, oneLine(reasons.get(key)), held(group, person), unissued(group), taken))
  }
  await markTakenBack(
    tx,
    grants.map(({ id, key }) => ({ id, reason: oneLine(reasons.get(key)) ?? '–', at: now })),
  )
  await savePurses(tx, purses.values())
  await postAll(tx, transfers, purses.values())
  await tell(tx, { type: 'points_taken_back', grants: grants.map(row => row.id) })
  return out
}
