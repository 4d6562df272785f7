/** "33.33" (per cent, at most two decimals) as basis points; null when it is no share between 0.01 and 100. */
export function basisPoints(typed: string): number | null {
  const match = /^(\d{1,3})(?:[.,](\d{0,2}))?$/.exec(typed.trim())
  if (!match) return null
  const points = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return points >= 1 && points <= 10_000 ? points : null
}

/** The sum of shares; unreadable ones count nothing. */
export const sumOf = (shares: readonly (number | null)[]): number => shares.reduce<number>((sum, share) => sum + (share ?? 0), 0)
