/**
 * Money out of a budget again. Only to who put it in, at most their share of what is there, and only what neither points nor promised prizes stand on. Money that
 * came by a payment rests first: its bank may still take it back.
 */
import { createHash } from 'node:crypto'
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { balancesOf } from '../ledger/index.ts'
import { mint, money, unissued } from './accounts.ts'
import { cover, locked, worthOf } from './budgets.ts'
import { lockUnissued, moved, oneLine } from './posting.ts'
import { insertTakenOut, promisedOf, readTakenOut, stepsOf, type BudgetRow, type TakenOutRow } from './store-budgets.ts'

/** Payments can be taken out again after so long, in ms. */
const restMs = 120 * 86_400_000

export type Loose = {
  money: bigint
  /** What must stay for points that are out, or spent and not yet handed over. */
  bound: bigint
  /** What must stay for prizes that are set aside or won. */
  promised: bigint
  /** What neither stands on. */
  loose: bigint
}
/** What could leave a budget, in minor units. */
export async function looseOf(db: Read | Tx, budget: BudgetRow): Promise<Loose> {
  const { group, currency } = budget
  const [there, minted, free] = (await balancesOf(db, [money(group, currency), mint(group), unissued(group)])) as [bigint, bigint, bigint]
  const bound = worthOf(-minted - free, budget)
  const promised = await promisedOf(db, group)
  const loose = there - bound - promised
  return { money: there, bound, promised, loose: loose > 0n ? loose : 0n }
}

/** Parts of a minor unit, so that small payouts do not eat the shares. */
const fine = 1_000_000n
/**
 * What each of those who put money in may take out at most: what is left of theirs. A payout is of all the money that is there at that moment, of each one's in
 * proportion; so nobody takes what another one's money left, before or after.
 */
export async function sharesOf(db: Read | Tx, { group }: BudgetRow, { money: there, loose }: Loose): Promise<Map<string, bigint>> {
  const own = new Map<string, bigint>()
  const fresh = new Map<string, bigint>()
  const all = (): bigint => [...own.values(), ...fresh.values()].reduce((sum, part) => sum + part, 0n)
  const least0 = (amount: bigint): bigint => (amount < 0n ? 0n : amount)
  for (const { party, rested, amount } of await stepsOf(db, group, new Date(clock.now().getTime() - restMs))) {
    const before = party === null ? all() : 0n
    const parts = rested === false ? fresh : own
    if (party !== null) parts.set(party, least0((parts.get(party) ?? 0n) + amount * fine))
    else if (before > 0n)
      for (const each of [own, fresh]) for (const [who, part] of each) each.set(who, (part * least0(before + amount * fine)) / before)
  }
  // What a bank took back is not there any more since it came: then all have less.
  const sum = all()
  const left = sum < there * fine ? sum : there * fine
  return new Map(
    [...own].map(([party, part]) => {
      const most = sum === 0n ? 0n : (part * left) / sum / fine
      return [party, most < loose ? most : loose]
    }),
  )
}

export type TakeOutAsk = { id?: string | undefined; group: string; by: string; party: string; amount: bigint; reason: string }
/** Once per id; the caller has looked whether `by` may act for the party. Faults: `no_budget`, `budget_short`, `budget_share`, `key_reused`. */
export async function takeOut(tx: Tx, ask: TakeOutAsk): Promise<TakenOutRow> {
  const { group, by, party, amount } = ask
  const budget = await locked(tx, group)
  const at = clock.now()
  const id = ask.id ?? newId('wdr', at)
  const reason = oneLine(ask.reason) ?? ''
  // As the database counts: signs, not halves of them.
  if ([...reason].length < 3) throw fault('invalid', 'invalid', { fields: { reason: 'invalid' } })
  const request = createHash('sha256').update([group, by, party, amount, reason].join('\n')).digest('hex')
  const before = await readTakenOut(tx, id)
  if (before !== undefined) {
    if (before.request !== request) throw fault('conflict', 'key_reused')
    return before
  }
  // Nothing is given while this looks: who gives takes this lock, too.
  await lockUnissued(tx, [group])
  const room = await looseOf(tx, budget)
  if (amount > room.loose) throw fault('conflict', 'budget_short')
  if (amount > ((await sharesOf(tx, budget, room)).get(party) ?? 0n)) throw fault('conflict', 'budget_share')
  const { currency } = budget
  const row = {
    id,
    group,
    by,
    party,
    amount,
    currency,
    before: room.money,
    after: room.money - amount,
    bound: room.bound,
    reason,
    request,
    at,
  }
  if (!(await insertTakenOut(tx, row))) throw fault('conflict', 'key_reused')
  const cause = `taken_out:${id}`
  const to = { owner: party, purpose: 'available', asset: currency }
  const transfer = moved(`fund_back:${id}`, 'fund_back', cause, reason, money(group, currency), to, amount)
  await cover(tx, budget, `cover:${id}`, cause, [{ ...transfer, at }], at)
  return (await readTakenOut(tx, id))!
}
