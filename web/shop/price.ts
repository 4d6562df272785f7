import type { Ok } from '../api.ts'
import { majorUnits, type WireMoney } from '../i18n/format.ts'

/** A price as the API takes it: its currency is one a planet knows. */
export type Price = Ok<'GET /offers/:id'>['price']

/** Decimals of a currency, as Intl knows them. */
export const scaleOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2

/** What someone typed ("38", "38.5", "1,200") as minor units; null when it is no amount of the currency. */
export function parseAmount(typed: string, currency: string): string | null {
  const scale = scaleOf(currency)
  const clean = typed
    .trim()
    .replaceAll(/[,\s¥$€£]/g, '')
    .replace('，', '')
  const match = /^(\d{1,12})(?:\.(\d*))?$/.exec(clean)
  if (!match || (match[2] ?? '').length > scale) return null
  return BigInt(match[1]! + (match[2] ?? '').padEnd(scale, '0')).toString()
}

/** Minor units as text for an input field. */
export const typedAmount = (value: WireMoney): string => majorUnits(value.amount, scaleOf(value.currency))

/** The sum of amounts of one currency. */
export const addUp = (values: readonly Price[]): Price => ({
  amount: values.reduce((sum, value) => sum + BigInt(value.amount), 0n).toString(),
  currency: values[0]?.currency ?? 'CNY',
})
