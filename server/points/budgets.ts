/** Money for rewards: in, out, and how many points may be there because of it. */
import { createHash } from 'node:crypto'
import { fault, type Fault } from '../../shared/faults.ts'
import { currencyScale, type Currency } from '../../shared/money.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { balancesOf, defineAsset, ensureAccounts, post, type AccountRef, type TransferInput } from '../ledger/index.ts'
import {
  askPayments,
  chooseProvider,
  clearing,
  closePaymentsOf,
  disputed,
  feeAccount,
  payPath,
  payPast,
  planetCosts,
  refundPayment,
  type Dispute,
  type DisputeHandler,
  type Paid,
  type Payee,
} from '../payments/index.ts'
import { assetOf, mint, money, spentOf, unissued } from './accounts.ts'
import { lockUnissued, moved, oneLine } from './posting.ts'
import { endSpends, spendsByKey } from './store.ts'
import {
  addChargedBack,
  insertBudget,
  insertFunding,
  insertPayout,
  lockBudget,
  markPayoutReturned,
  noteProblem,
  readBudgets,
  readFundings,
  readPayout,
  setFunding,
  waitingSince,
  type BudgetRow,
  type NewFunding,
} from './store-budgets.ts'

/** Minor units in one unit of a currency. */
const minorUnits = (currency: string): bigint => 10n ** BigInt(currencyScale[currency as Currency])
/** How many points this much money covers, at most. */
export const pointsFor = (amount: bigint, { currency, perUnit }: Pick<BudgetRow, 'currency' | 'perUnit'>): bigint =>
  (amount * BigInt(perUnit)) / minorUnits(currency)
/** What these points are worth in minor units, rounded up. */
export const worthOf = (points: bigint, { currency, perUnit }: Pick<BudgetRow, 'currency' | 'perUnit'>): bigint =>
  (points * minorUnits(currency) + BigInt(perUnit) - 1n) / BigInt(perUnit)

/** Opens a group's budget: `perUnit` points are worth one unit of its currency, for good. False: it was open (with the same worth; else `worth_fixed`). */
export async function openBudget(
  tx: Tx,
  budget: { group: string; by: string; perUnit?: number; currency?: Currency; at?: Date },
): Promise<boolean> {
  const { group, by, perUnit = 100, currency = 'CNY', at = clock.now() } = budget
  await defineAsset(tx, { code: assetOf(group), scale: 0 })
  // In the order in which they are locked: what may be given comes before all others.
  for (const account of [unissued(group), spentOf(group), mint(group), money(group, currency)]) await ensureAccounts(tx, [account])
  if (await insertBudget(tx, { group, currency, perUnit, by, at })) return true
  const there = (await readBudgets(tx, [group])).get(group)
  if (there === undefined || there.perUnit !== perUnit || there.currency !== currency) throw fault('conflict', 'worth_fixed')
  return false
}

/** With the budget locked: makes as many points as the money covers, or takes away what it does not cover any more; `budget_short` when those are out already. */
export async function cover(
  tx: Tx,
  budget: BudgetRow,
  key: string,
  cause: string,
  transfers: readonly TransferInput[],
  at: Date,
): Promise<void> {
  const { group, currency } = budget
  if (transfers.length > 0) await post(tx, transfers)
  const [amount, minted] = (await balancesOf(tx, [money(group, currency), mint(group)])) as [bigint, bigint]
  const change = pointsFor(amount, budget) + minted
  if (change === 0n) return
  const [from, to] = change > 0n ? [mint(group), unissued(group)] : [unissued(group), mint(group)]
  const transfer = moved(key, 'points_cover', cause, null, from, to, change < 0n ? -change : change)
  try {
    await post(tx, [{ ...transfer, at }])
  } catch (error) {
    if ((error as Fault).code === 'insufficient') throw fault('conflict', 'budget_short')
    throw error
  }
}

export async function locked(tx: Tx, group: string): Promise<BudgetRow> {
  const budget = await lockBudget(tx, group)
  if (budget === undefined) throw fault('conflict', 'no_budget')
  return budget
}

export type FundAsk = { id?: string; group: string; by: string; amount: bigint; note?: string | null; at?: Date }
const requestOf = (ask: FundAsk, way: string): string =>
  createHash('sha256')
    .update([ask.group, ask.by, ask.amount, ask.note ?? '', way].join('\n'))
    .digest('hex')

/** Remembers a funding; the id of one sent before with the same content, or `key_reused`. `fresh`: it is new. */
async function remember(tx: Tx, row: NewFunding): Promise<{ id: string; payment: string | null; fresh: boolean }> {
  if (await insertFunding(tx, row)) return { id: row.id, payment: row.payment, fresh: true }
  const [before] = await readFundings(tx, [row.id])
  if (before?.request !== row.request) throw fault('conflict', 'key_reused')
  return { id: before.id, payment: before.payment, fresh: false }
}

/** Puts money of a party (a person or an organisation; the caller has looked whether `by` may) into the budget. Fault `insufficient`. */
export async function fundFromBalance(tx: Tx, ask: FundAsk & { party: string }): Promise<string> {
  const { group, by, party, amount, at = clock.now() } = ask
  const budget = await locked(tx, group)
  const row = {
    id: ask.id ?? newId('fnd', at),
    group,
    by,
    party,
    payment: null,
    amount,
    currency: budget.currency,
    note: oneLine(ask.note),
  }
  const { id, fresh } = await remember(tx, { ...row, state: 'paid', request: requestOf(ask, `party ${party}`), at, paidAt: at })
  if (!fresh) return id
  const from = { owner: party, purpose: 'available', asset: budget.currency }
  const transfer = moved(`fund:${id}`, 'fund', `funding:${id}`, row.note, from, money(group, budget.currency), amount)
  await cover(tx, budget, `cover:${id}`, `funding:${id}`, [{ ...transfer, at }], at)
  return id
}

/** Asks for a payment into the budget; where to pay it (a path). */
export async function fundByPayment(tx: Tx, ask: FundAsk & { provider?: string | undefined }): Promise<{ id: string; payPath: string }> {
  const { group, by, amount, at = clock.now() } = ask
  const budget = await locked(tx, group)
  const { currency } = budget
  const provider = chooseProvider(currency as Currency, ask.provider)
  const payment = newId('pay', at)
  const row = { id: ask.id ?? newId('fnd', at), group, by, party: null, payment, amount, currency, note: oneLine(ask.note) }
  const made = await remember(tx, { ...row, state: 'asked', request: requestOf(ask, 'payment'), at, paidAt: null })
  if (made.fresh) await askPayments(tx, [{ id: payment, purpose: 'budget', subject: made.id, payer: by, provider, amount, currency, at }])
  return { id: made.id, payPath: payPath(made.payment!) }
}

/** Money of the past, paid through the sandbox: for the demo world, benches and tests. */
export async function fundPast(tx: Tx, ask: FundAsk & { at: Date }): Promise<string> {
  const { id } = await fundByPayment(tx, { ...ask, provider: 'sandbox' })
  const [row] = await readFundings(tx, [id])
  await payPast(tx, { payment: row!.payment!, description: 'budget', returnUrl: pathOf(ask.group), at: ask.at })
  return id
}

const pathOf = (group: string): string => `/studio/groups/${group}/points`
const open = (state: string, at: Date): boolean => state === 'asked' && clock.now().getTime() < at.getTime() + payWithinMs
/** How long a funding waits to be paid. */
export const payWithinMs = 24 * 3_600_000

/** Money that was paid is the group's, also when it came late; paid twice, the second goes back. */
async function paid(tx: Tx, payments: readonly Paid[]): Promise<void> {
  const rows = new Map(
    (
      await readFundings(
        tx,
        payments.map(one => one.subject),
      )
    ).map(row => [row.id, row]),
  )
  const ordered = payments.toSorted((a, b) => (rows.get(a.subject)!.group < rows.get(b.subject)!.group ? -1 : 1))
  for (const { payment, subject, provider, amount, currency, fee, at } of ordered) {
    const budget = await locked(tx, rows.get(subject)!.group)
    const [row] = await readFundings(tx, [subject])
    const cause = `funding:${subject}`
    if (row!.state === 'paid' || row!.amount !== amount || row!.currency !== currency) {
      const from = clearing(provider, currency)
      const back = {
        key: `twice:${payment}`,
        payment,
        provider,
        subject,
        release: null,
        cause,
        amount,
        currency,
        reason: 'paid_twice',
        fee,
        from,
        at,
      }
      await refundPayment(tx, back)
      continue
    }
    await setFunding(tx, subject, { state: 'paid', payment, fee, paidAt: at })
    const entries = [
      { account: clearing(provider, currency), amount: -amount },
      ...(fee > 0n ? [{ account: feeAccount(provider, currency), amount: fee, step: 'provider_fee' }] : []),
      ...(amount > fee ? [{ account: money(budget.group, currency), amount: amount - fee }] : []),
    ]
    await cover(tx, budget, `cover:${subject}`, cause, [{ key: `pay:${payment}`, kind: 'fund', cause, note: row!.note, at, entries }], at)
  }
}

export const payee: Payee = {
  paid,
  async failed(tx, payments) {
    // Of two payments one may fail after the other was paid: what is paid stays so.
    for (const { subject, problem } of payments) await noteProblem(tx, subject, problem)
  },
  async chosen(tx, subject, payment) {
    const [row] = await readFundings(tx, [subject])
    if (row === undefined || !open(row.state, row.at)) return false
    await setFunding(tx, subject, { state: 'asked', payment })
    return true
  },
  async describe(db: Read | Tx, subject) {
    const [row] = await readFundings(db, [subject])
    if (row === undefined) return undefined
    const until = new Date(row.at.getTime() + payWithinMs)
    return { description: row.note ?? row.id, path: `${pathOf(row.group)}?funding=${row.id}`, open: open(row.state, row.at), until }
  },
}

/**
 * A payer's bank took the money of a funding for good: what no point stands on comes out of the budget, the rest the planet bears (points that are out stay
 * covered).
 */
async function lost(tx: Tx, dispute: Dispute): Promise<void> {
  const { id, subject, provider, currency, amount, at } = dispute
  const [row] = await readFundings(tx, [subject])
  if (row === undefined) throw new Error(`dispute ${id} is of a funding that is not there`)
  const budget = await locked(tx, row.group)
  const free = (await lockUnissued(tx, [row.group])).get(row.group)!
  const [there, minted] = (await balancesOf(tx, [money(row.group, currency), mint(row.group)])) as [bigint, bigint]
  const loose = there - worthOf(-minted - free, budget)
  const own = loose < 0n ? 0n : loose < amount ? loose : amount
  const cause = `dispute:${id}`
  const take = (key: string, from: AccountRef, part: bigint): TransferInput[] =>
    part === 0n ? [] : [{ ...moved(key, 'chargeback_lost', cause, null, from, disputed(provider, currency), part), at }]
  await post(tx, take(`chargeback_lost:${id}`, planetCosts(currency), amount - own))
  if (own === 0n) return
  await addChargedBack(tx, subject, own)
  await cover(tx, budget, `cover:${id}`, cause, take(`chargeback_lost:budget:${id}`, money(row.group, currency), own), at)
}

/** While it is contested nothing moves: what is out stays covered by what the bank may still give back. */
export const disputes: DisputeHandler = { opened: async () => undefined, won: async () => undefined, lost }

/** Closes fundings that nobody paid in time, and their payments; money that comes all the same is the group's. */
export async function closeFundings(db: Pick<Db, 'read' | 'transaction'>, now: Date, signal?: AbortSignal): Promise<number> {
  let closed = 0
  while (signal?.aborted !== true) {
    const ids = await waitingSince(db.read, new Date(now.getTime() - payWithinMs), 100)
    const done = await db.transaction(async tx => {
      await closePaymentsOf(tx, ids)
      const still = (await readFundings(tx, ids)).filter(row => row.state === 'asked')
      for (const row of still) {
        await lockBudget(tx, row.group)
        const [again] = await readFundings(tx, [row.id])
        if (again!.state === 'asked') await setFunding(tx, row.id, { state: 'closed', problem: 'expired' })
      }
      return still.length
    })
    closed += done
    if (done === 0) break
  }
  return closed
}

export type PayOutAsk = {
  group: string
  key: string
  /** Minor units of the budget's currency; 0: it costs the budget nothing. */
  cost: bigint
  /** Who provides it: a person or an organisation, to their available balance. Null with a cost of 0. */
  to: string | null
  note?: string | null
  /** Keys of the spendings that this settles: their points are gone for good. Without it that of the same key, when there is one. */
  settles?: readonly string[]
}

/**
 * A reward was handed over: its cost leaves the budget, its points are settled, and what they were worth beyond the cost can be given again. Once per key (false: it was
 * done). Faults: `budget_short` (what is out would not be covered any more), `key_reused`, `no_budget`.
 */
export async function payOut(tx: Tx, ask: PayOutAsk): Promise<boolean> {
  const { group, key, cost, to } = ask
  if (cost < 0n || cost > 0n !== (to !== null)) throw fault('invalid', 'invalid', { detail: 'a cost goes to someone' })
  const budget = await locked(tx, group)
  const before = await readPayout(tx, key)
  if (before !== undefined) {
    if (before.group !== group || before.amount !== cost || before.party !== to) throw fault('conflict', 'key_reused')
    return false
  }
  const spends = [...(await spendsByKey(tx, ask.settles ?? [key], true)).values()].filter(
    row => row.group === group && row.state === 'open',
  )
  const points = spends.reduce((sum, row) => sum + row.points, 0n)
  const at = clock.now()
  const note = oneLine(ask.note)
  const { currency } = budget
  const cause = `payout_of:${key}`
  // Looked at before anything is written: after the fault the transaction can go on.
  const free = (await lockUnissued(tx, [group])).get(group)!
  const [amount, minted] = (await balancesOf(tx, [money(group, currency), mint(group)])) as [bigint, bigint]
  if (amount < cost || free + pointsFor(amount - cost, budget) + minted + points < 0n) throw fault('conflict', 'budget_short')
  await insertPayout(tx, { key, group, amount: cost, currency, points, party: to, note, at })
  await endSpends(
    tx,
    spends.map(row => row.id),
    'settled',
    at,
    null,
  )
  const transfers: TransferInput[] = []
  if (to !== null)
    transfers.push(
      moved(
        `reward:${key}`,
        'reward_paid',
        cause,
        note,
        money(group, currency),
        { owner: to, purpose: 'available', asset: currency },
        cost,
      ),
    )
  if (points > 0n) transfers.push(moved(`settle_points:${key}`, 'points_settled', cause, note, spentOf(group), mint(group), points))
  await cover(tx, budget, `cover:${key}`, cause, transfers, at)
  return true
}

/** Takes a payout back into the budget, once, as far as its receiver still has it (`insufficient`). False: there was none, or it is back. */
export async function takePayoutBack(tx: Tx, ask: { group: string; key: string; reason: string }): Promise<boolean> {
  const budget = await locked(tx, ask.group)
  const row = await readPayout(tx, ask.key)
  if (row === undefined || row.group !== ask.group || row.returnedAt !== null) return false
  const at = clock.now()
  if (row.party === null) {
    await markPayoutReturned(tx, ask.key, at)
    return true
  }
  const from = { owner: row.party, purpose: 'available', asset: row.currency }
  const transfer = moved(
    `reward_back:${ask.key}`,
    'reward_back',
    `payout_of:${ask.key}`,
    oneLine(ask.reason),
    from,
    money(ask.group, row.currency),
    row.amount,
  )
  await cover(tx, budget, `cover_back:${ask.key}`, `payout_of:${ask.key}`, [transfer], at)
  await markPayoutReturned(tx, ask.key, at)
  return true
}
