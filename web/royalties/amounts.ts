import type { Formats } from '../i18n/format.ts'

/** Millionths of a minor unit to people: whole minor units, and below ten of them what the next digits say. */
export function microText(format: Formats, micro: string, currency: string): string {
  const value = BigInt(micro)
  return value >= 10_000_000n || value === 0n
    ? format.money({ amount: (value / 1_000_000n).toString(), currency })
    : format.money({ amount: roundedMicro(value).toString(), currency: `micro:${currency}` })
}

/** To a hundredth of a minor unit; at least one. */
export function roundedMicro(micro: bigint): bigint {
  const step = 10_000n
  const rounded = (micro / step) * step
  return rounded === 0n && micro > 0n ? step : rounded
}

export const minutesText = (format: Formats, ms: number): string => format.number(Math.round(ms / 6000) / 10)
