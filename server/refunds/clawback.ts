/**
 * Money of a settled line back from those who got it, to the fen. Each gives in proportion to what they still have of the line, step by step as it was
 * settled; so parts never exceed what was given, and a full refund ends at exactly nothing for everyone (money.md, trap 15).
 */
import { splitByWeight } from '../../shared/money.ts'
import { fault } from '../../shared/faults.ts'
import { newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import {
  balancesOf,
  captureHold,
  ensureAccounts,
  entriesByKey,
  lockAccounts,
  placeHold,
  post,
  refKey,
  releaseHold,
  type AccountRef,
  type EntryInput,
} from '../ledger/index.ts'
import { planetCosts, refunding, returnsFee } from '../payments/index.ts'
import { giveBack } from '../settlement/index.ts'
import { escrow } from '../shop/index.ts'
import { coverPots } from './pots.ts'
import { releaseFor, takeOfReserve } from './reserve.ts'
import { asidesOf, givenOf, givesOfCause, insertAside, insertGives, insertShortfalls, setGives, type Give } from './store-money.ts'

/** A settled line, as far as money is concerned. */
export type Settled = { id: string; release: string | null; title: string; currency: string; provider: string | null }
/** Who fronts what a party cannot give back: the party by owing it, or the planet. */
export type Front = (owner: string) => 'receivable' | 'borne'
export type Short = { owner: string; amount: bigint }

/** How long an operator has for a shortfall. */
export const decideWithinMs = 30 * 86_400_000

/** The ledger's cause of what a refund or a dispute moves. */
export const causeOf = (id: string): string => `${id.startsWith('dsp_') ? 'dispute' : 'refund'}:${id}`
export const isParty = (owner: string): boolean => owner.startsWith('usr_') || owner.startsWith('org_')
export const noteOf = (title: string): string => [...title.replace(/\p{Cc}/gu, ' ')].slice(0, 200).join('')
const sumOf = (parts: readonly { amount: bigint }[]): bigint => parts.reduce((sum, { amount }) => sum + amount, 0n)
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)

export type Share = Give & { had: bigint }
const keyOf = ({ owner, purpose, step }: Omit<Give, 'amount'>): string => `${owner} ${purpose} ${step}`

/** What each receiver got of a line and still has, in a fixed order. */
export async function sharesOf(db: Read | Tx, line: string): Promise<Give[]> {
  const settled = new Map<string, Give>()
  for (const { owner, purpose, step, amount } of await entriesByKey(db, [`settle:${line}`])) {
    if (amount <= 0n) continue
    const give = { owner, purpose, step: step ?? '', amount }
    const before = settled.get(keyOf(give))
    settled.set(keyOf(give), { ...give, amount: amount + (before?.amount ?? 0n) })
  }
  for (const { amount, ...give } of await givenOf(db, line)) settled.get(keyOf(give))!.amount -= amount
  return [...settled.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** Each receiver's part of `amount`, and what they had of the line before. */
export async function givesFor(db: Read | Tx, line: string, amount: bigint): Promise<Share[]> {
  const shares = await sharesOf(db, line)
  if (amount <= 0n || sumOf(shares) < amount)
    throw fault('unprocessable', 'refund_too_much', { fields: { amount: sumOf(shares).toString() } })
  const parts = splitByWeight(
    amount,
    shares.map(share => share.amount),
  )
  return shares.map((share, index) => ({ ...share, had: share.amount, amount: parts[index]! })).filter(share => share.amount > 0n)
}

const account = (owner: string, purpose: string, asset: string): AccountRef => ({
  owner,
  purpose,
  asset,
  floor: purpose === 'receivable' ? null : 0n,
})

/** What a party gives in all. */
export const byParty = (gives: readonly Give[]): Map<string, bigint> => {
  const sums = new Map<string, bigint>()
  for (const { owner, amount } of gives) if (isParty(owner)) sums.set(owner, (sums.get(owner) ?? 0n) + amount)
  return sums
}

type Job = { line: Settled; gives: readonly Give[]; captured: ReadonlyMap<string, bigint>; feeReturned: boolean }
type Plan = { entries: EntryInput[]; short: Short[]; reserve: Map<string, bigint> }

/** The accounts that a claw-back may touch. */
function refsOf({ line, gives }: Job): AccountRef[] {
  const { currency } = line
  return [
    planetCosts(currency),
    ...gives.flatMap(({ owner, purpose }) =>
      isParty(owner) ? [account(owner, 'available', currency), account(owner, 'reserve', currency)] : [account(owner, purpose, currency)],
    ),
  ]
}

/** Who gives from where: free money first, then the reserve. What others (the planet, a tax, a provider) lack is the planet's cost. */
function plan(job: Job, balance: (ref: AccountRef) => bigint): Plan {
  const { currency } = job.line
  const entries: EntryInput[] = []
  const pools = new Map<string, bigint>()
  const reserve = new Map<string, bigint>()
  const short = new Map<string, bigint>()
  const captured = new Map(job.captured)
  const take = (ref: AccountRef, amount: bigint, step: string): bigint => {
    const key = refKey(ref)
    const there = pools.get(key) ?? balance(ref)
    const taken = there <= 0n ? 0n : least(there, amount)
    pools.set(key, there - taken)
    if (taken > 0n) entries.push({ account: ref, amount: -taken, step: step === '' ? undefined : step })
    return taken
  }
  for (const { owner, purpose, step, amount } of job.gives) {
    let left = amount
    if (isParty(owner)) {
      const before = captured.get(owner) ?? 0n
      captured.set(owner, before - least(before, left))
      left -= least(before, left)
      if (left > 0n) left -= take(account(owner, 'available', currency), left, step)
      const rested = left > 0n ? take(account(owner, 'reserve', currency), left, step) : 0n
      left -= rested
      if (rested > 0n) reserve.set(owner, (reserve.get(owner) ?? 0n) + rested)
      if (left > 0n) short.set(owner, (short.get(owner) ?? 0n) + left)
      continue
    }
    if (step !== 'provider_fee' || job.feeReturned) left -= take(account(owner, purpose, currency), left, step)
    if (left > 0n) entries.push({ account: planetCosts(currency), amount: -left, step: step === '' ? undefined : step })
  }
  return { entries, short: [...short].map(([owner, amount]) => ({ owner, amount })), reserve }
}

async function planNow(db: Read | Tx, job: Job): Promise<Plan> {
  const refs = refsOf(job)
  const balances = await balancesOf(db, refs)
  const found = new Map(refs.map((ref, index) => [refKey(ref), balances[index]!]))
  return plan(job, ref => found.get(refKey(ref)) ?? 0n)
}

/** Locks all accounts of a claw-back and of the refund that follows, in the house's order, and plans by what they hold. */
async function planLocked(tx: Tx, job: Job): Promise<Plan> {
  const { id, currency, provider } = job.line
  const refs = [...refsOf(job), escrow(id, currency), ...(provider === null ? [] : [refunding(provider, currency)])]
  const ids = await ensureAccounts(tx, refs)
  const locked = await lockAccounts(tx, [...new Set(ids.values())])
  return plan(job, ref => locked.get(ids.get(refKey(ref))!)!.balance)
}

/** What claims took of it they may take again. */
const claimsIn = (gives: readonly Give[], cause: string) =>
  gives.flatMap(({ step, amount }) => {
    const claim = /^(?:recoupment|backers):(clm_\w+)$/.exec(step)?.[1]
    return claim === undefined ? [] : { claim, amount, cause }
  })

type Collect = {
  id: string
  line: Settled
  gives: readonly Give[]
  at: Date
  captured?: ReadonlyMap<string, bigint>
  front?: Front
  keepsFee?: boolean
}

/**
 * Moves `gives` into the line's escrow. Without `front` nothing is moved when a party lacks something: the answer says who, and how much. With it the rest
 * is owed by them or borne by the planet.
 */
export async function collect(tx: Tx, { id, line, gives, at, captured = new Map(), front, keepsFee = false }: Collect): Promise<Short[]> {
  const feeReturned = !keepsFee && line.provider !== null && returnsFee(line.provider)
  const job: Job = { line, gives, captured, feeReturned }
  const cause = causeOf(id)
  await coverPots(tx, gives, { currency: line.currency, cause, at })
  if (front === undefined) {
    const { short } = await planNow(tx, job)
    if (short.length > 0) return short
  }
  await giveBack(tx, claimsIn(gives, cause), at)
  const { entries, short, reserve } = await planLocked(tx, job)
  // Somebody spent it in the moment between: the whole transaction is tried again.
  if (front === undefined && short.length > 0) throw Object.assign(new Error('balances moved'), { code: '40001' })
  for (const [owner, amount] of reserve) await takeOfReserve(tx, owner, line.currency, amount)
  for (const { owner, amount } of short)
    if (front!(owner) === 'borne') entries.push({ account: planetCosts(line.currency), amount: -amount, step: 'borne' })
  const common = { cause, subject: line.release, note: noteOf(line.title), at }
  const to = escrow(line.id, line.currency)
  const transfers = short
    .filter(({ owner }) => front!(owner) === 'receivable')
    .map(({ owner, amount }) => ({
      ...common,
      key: `receivable:${id}:${line.id}:${owner}`,
      kind: 'receivable',
      entries: [
        { account: account(owner, 'receivable', line.currency), amount: -amount },
        { account: to, amount },
      ],
    }))
  const total = -sumOf(entries)
  await post(tx, [
    ...(total > 0n
      ? [{ ...common, key: `clawback:${id}:${line.id}`, kind: 'clawback', entries: [...entries, { account: to, amount: total }] }]
      : []),
    ...transfers,
  ])
  return short
}

/** Sets aside what each party has of their part, out of free money and then the reserve; gives what is lacking. They see the reason. */
export async function setAside(tx: Tx, id: string, line: Settled, gives: readonly Give[], reason: string, at: Date): Promise<Short[]> {
  await insertGives(tx, id, line.id, gives, 'waiting')
  const short: Short[] = []
  for (const [owner, wanted] of [...byParty(gives)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await releaseFor(tx, owner, line.currency, wanted, id, at)
    const placed = await placeHold(tx, {
      id: newId('hld', at),
      owner,
      asset: line.currency,
      cause: causeOf(id),
      reason,
      note: noteOf(line.title),
      amount: wanted,
      upTo: true,
      at,
    })
    await insertAside(tx, id, line.id, { owner, wanted, hold: placed.id, amount: placed.amount })
    if (placed.amount < wanted) short.push({ owner, amount: wanted - placed.amount })
  }
  return short
}

/** Gives back what was set aside. */
export async function letGo(tx: Tx, id: string, line: string, reason: string, at: Date): Promise<void> {
  for (const { hold } of await asidesOf(tx, id, line)) if (hold !== null) await releaseHold(tx, { hold, key: `let_go:${hold}`, reason, at })
  await setGives(tx, id, line, 'void')
}

/** Takes what was set aside, and the rest from wherever it is by now; `front` says who pays what is still lacking. Gives that. */
export async function takeAside(tx: Tx, id: string, line: Settled, front: Front, at: Date, keepsFee = false): Promise<Short[]> {
  const gives = await givesOfCause(tx, id, line.id)
  const captured = new Map<string, bigint>()
  for (const { owner, wanted, hold, open } of await asidesOf(tx, id, line.id)) {
    const amount = least(wanted, open)
    if (hold === null || amount === 0n) continue
    await captureHold(tx, {
      hold,
      amount,
      key: `clawback:${id}:${line.id}:${owner}`,
      kind: 'clawback',
      cause: causeOf(id),
      subject: line.release,
      note: noteOf(line.title),
      reason: 'given',
      at,
      to: [{ account: escrow(line.id, line.currency), amount }],
    })
    captured.set(owner, amount)
  }
  const short = await collect(tx, { id, line, gives, at, captured, front, keepsFee })
  await setGives(tx, id, line.id, 'given')
  return short
}

/** Writes down who lacks what; the operator decides. */
export const noteShort = (
  tx: Tx,
  kind: 'refund' | 'dispute',
  id: string,
  line: Settled,
  short: readonly Short[],
  at: Date,
): Promise<void> =>
  insertShortfalls(
    tx,
    short.map(({ owner, amount }) => ({
      id: newId('sht', at),
      kind,
      cause: id,
      line: line.id,
      owner,
      currency: line.currency,
      amount,
      at,
      until: new Date(at.getTime() + decideWithinMs),
    })),
  )
