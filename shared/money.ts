/**
 * Money: whole minor units in a bigint and a currency. On the wire the amount is a string, so that no JSON reader rounds it.
 * Splitting never loses or makes a minor unit: parts by largest remainder (money.md, trap 15).
 */
import { z } from 'zod'
import { currencyScale, type Currency } from './currencies.ts'

export { currencyScale, type Currency } from './currencies.ts'
export const currency = z.enum(Object.keys(currencyScale) as [Currency, ...Currency[]])

const largest = 10n ** 15n

/** Minor units: bigint in code, decimal string on the wire. */
export const amount = z.codec(z.string().regex(/^-?\d{1,15}$/), z.bigint(), {
  decode: text => BigInt(text),
  encode: value => value.toString(),
})

export const money = z.object({ amount, currency })
export type Money = { amount: bigint; currency: Currency }

export const cny = (minor: bigint | number): Money => ({ amount: BigInt(minor), currency: 'CNY' })

/** Sum of amounts of one currency. Throws a RangeError for mixed currencies: that is a bug, not an input. */
export function sum(parts: Money[], fallback: Currency = 'CNY'): Money {
  const first = parts[0]?.currency ?? fallback
  let total = 0n
  for (const part of parts) {
    if (part.currency !== first) throw new RangeError(`cannot add ${part.currency} to ${first}`)
    total += part.amount
  }
  return { amount: total, currency: first }
}

/**
 * Splits `total` (≥ 0) by weights (each ≥ 0, at least one > 0) so that the parts sum to the total exactly: everyone gets the floor of their share,
 * what is left goes one unit each to the largest remainders, ties in the order given (callers order by account id). Same order out as in.
 */
export function splitByWeight(total: bigint, weights: readonly bigint[]): bigint[] {
  if (total < 0n || total > largest) throw new RangeError(`cannot split ${total}`)
  if (weights.some(weight => weight < 0n)) throw new RangeError('a weight is negative')
  const whole = weights.reduce((a, b) => a + b, 0n)
  if (whole === 0n) throw new RangeError('no weight to split by')
  const parts = weights.map(weight => (total * weight) / whole)
  let left = total - parts.reduce((a, b) => a + b, 0n)
  const order = weights.map((weight, index) => ({ index, remainder: (total * weight) % whole }))
  order.sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  for (const { index } of order) {
    if (left === 0n) break
    parts[index] = parts[index]! + 1n
    left -= 1n
  }
  return parts
}

/** `share` basis points of `total`, rounded half away from zero; never more than `total`. */
export function basisPointsOf(total: bigint, share: number): bigint {
  if (!Number.isInteger(share) || share < 0 || share > 10_000) throw new RangeError(`not basis points: ${share}`)
  return (total * BigInt(share) + 5_000n) / 10_000n
}

/** `38.00` as text for files and logs (of `micro:CNY`, millionths of a minor unit, 8 decimals); pages format with Intl. */
export function decimal(value: { amount: bigint | string; currency: string }): string {
  const micro = value.currency.startsWith('micro:')
  const known = currencyScale[(micro ? value.currency.slice(6) : value.currency) as Currency] ?? 0
  const scale = micro ? known + 6 : known
  const minor = BigInt(value.amount)
  const digits = (minor < 0n ? -minor : minor).toString().padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return minor < 0n ? `-${text}` : text
}
