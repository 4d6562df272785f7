/**
 * Income smaller than a minor unit (a play): it gathers in millionths. A pool is funded with money; so many millionths of it can be accrued to parties, never
 * more; per period each party's whole minor units become money and the rest stays accrued. In the ledger: `pool:accruals` holds the money of all pools and
 * owes the millionths (`accrual`, below zero by what was issued), `pool:<name>` what it can still give, `<party> accrual` what was earned.
 */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { accountsOf, post, type AccountRef, type TransferInput } from '../ledger/index.ts'

export const perUnit = 1_000_000n
/** The ledger moves at most 10^15 at once: of millionths, a thousand million minor units. */
const mostUnits = 10n ** 9n
const mostParts = 4000
const mostParties = 1000

const micro = (currency: string): string => `micro:${currency}`
const backing = (currency: string): AccountRef => ({ owner: 'pool:accruals', purpose: 'pool', asset: currency, floor: 0n })
const issued = (currency: string): AccountRef => ({ owner: 'pool:accruals', purpose: 'accrual', asset: micro(currency), floor: null })
const poolOf = (pool: string, currency: string): AccountRef => ({
  owner: `pool:${pool}`,
  purpose: 'pool',
  asset: micro(currency),
  floor: 0n,
})
const accrualOf = (party: string, currency: string): AccountRef => ({ owner: party, purpose: 'accrual', asset: micro(currency), floor: 0n })

/** Puts money (minor units) into a pool: `from` loses it, the pool can give a million times as many millionths. The same key again moves nothing. */
export async function fundPool(
  tx: Tx,
  given: { key: string; pool: string; from: AccountRef; amount: bigint; currency: string; cause: string; at?: Date },
): Promise<void> {
  const { key, pool, from, amount, currency, cause, at = clock.now() } = given
  if (amount <= 0n || amount > mostUnits)
    throw fault('invalid', 'invalid', { detail: 'a pool is funded with 1 to 10^9 minor units at once' })
  if (pool === 'accruals') throw fault('invalid', 'invalid', { detail: 'this name is taken' })
  await post(tx, [
    {
      key,
      kind: 'accrue',
      cause,
      at,
      entries: [
        { account: from, amount: -amount },
        { account: backing(currency), amount, step: 'pool' },
        { account: issued(currency), amount: -amount * perUnit },
        { account: poolOf(pool, currency), amount: amount * perUnit },
      ],
    },
  ])
}

/** Gives back what a pool can still give, in whole minor units: `to` gets it, the pool has less than one left. The same key again moves nothing more. */
export async function drainPool(
  tx: Tx,
  given: { key: string; pool: string; to: AccountRef; currency: string; cause: string; at?: Date },
): Promise<bigint> {
  const { key, pool, to, currency, cause, at = clock.now() } = given
  const [left] = await accountsOf(tx, { owner: `pool:${pool}`, purpose: 'pool', asset: micro(currency), nonZero: true, limit: 1 })
  const units = (left?.balance ?? 0n) / perUnit
  if (units === 0n) return 0n
  await post(tx, [
    {
      key,
      kind: 'accrue',
      cause,
      at,
      entries: [
        { account: poolOf(pool, currency), amount: -units * perUnit },
        { account: issued(currency), amount: units * perUnit },
        { account: backing(currency), amount: -units, step: 'pool' },
        { account: to, amount: units },
      ],
    },
  ])
  return units
}

/** Income of parties in millionths of a minor unit, out of a pool: `subject` is what earned it (`rel_…`), `cause` what in the product made it. */
export type Accrual = {
  key: string
  pool: string
  currency: string
  cause: string
  subject?: string | undefined
  at?: Date | undefined
  parts: readonly { party: string; amount: bigint }[]
}

/** Accrues all of these or none: more than a pool has is `insufficient`. The same keys again move nothing. Parts of 0 are left out. */
export async function accrue(tx: Tx, accruals: readonly Accrual[]): Promise<void> {
  const transfers: TransferInput[] = []
  for (const { key, pool, currency, cause, subject, at, parts } of accruals) {
    const sums = new Map<string, bigint>()
    for (const { party, amount } of parts) {
      if (amount < 0n) throw fault('invalid', 'invalid', { detail: 'an accrual is not negative' })
      if (amount > 0n) sums.set(party, (sums.get(party) ?? 0n) + amount)
    }
    if (sums.size === 0) continue
    if (sums.size > mostParts) throw fault('invalid', 'invalid', { detail: `at most ${mostParts} parties in one accrual` })
    const whole = [...sums.values()].reduce((a, b) => a + b, 0n)
    transfers.push({
      key,
      kind: 'accrue',
      cause,
      subject,
      at: at ?? clock.now(),
      entries: [
        { account: poolOf(pool, currency), amount: -whole },
        ...[...sums].map(([party, amount]) => ({ account: accrualOf(party, currency), amount, step: 'accrued' })),
      ],
    })
  }
  await post(tx, transfers)
}

/** Where settling accruals stopped. */
export type AccrualPlace = { owner: string; purpose: string; asset: string }
const kinds = ['org_', 'usr_']

/**
 * Turns whole minor units of what up to 1,000 parties have accrued into money that they can use; the rest stays accrued. `period` (`2026-11`) is its cause.
 * Gives how many were paid and where to go on (in a transaction of its own), until `next` is null. Whoever does it twice or at once pays once.
 */
export async function settleAccruals(
  tx: Tx,
  period: string,
  after: AccrualPlace | null = null,
  at: Date = clock.now(),
): Promise<{ paid: number; next: AccrualPlace | null }> {
  if (!/^\d{4}(-\d{2}){1,2}$/.test(period)) throw fault('invalid', 'invalid', { detail: 'a period is a year and a month, perhaps a day' })
  const kind = kinds.find(one => after === null || after.owner.startsWith(one)) ?? kinds[0]!
  const place = after !== null && after.purpose !== '' ? after : undefined
  const found = await accountsOf(tx, { owner: `${kind}*`, purpose: 'accrual', nonZero: true, after: place, limit: mostParties })
  const due = found.filter(account => account.asset.startsWith('micro:') && account.balance >= perUnit)
  const transfers = due.map(({ owner, asset, balance, version }) => {
    const currency = asset.slice('micro:'.length)
    const units = balance / perUnit
    return {
      // The account's version: after anything else happened to it, it is another settlement.
      key: `accrual:${owner}:${currency}:${version}`,
      kind: 'accrual_settled',
      cause: `period:${period}`,
      at,
      entries: [
        { account: accrualOf(owner, currency), amount: -units * perUnit },
        { account: issued(currency), amount: units * perUnit },
        { account: backing(currency), amount: -units },
        { account: { owner, purpose: 'available', asset: currency, floor: 0n }, amount: units, step: 'plays' },
      ],
    }
  })
  await post(tx, transfers)
  const last = found.at(-1)
  const more = kinds[kinds.indexOf(kind) + 1]
  const next =
    found.length === mostParties && last !== undefined
      ? { owner: last.owner, purpose: last.purpose, asset: last.asset }
      : more === undefined
        ? null
        : { owner: more, purpose: '', asset: '' }
  return { paid: due.length, next }
}
