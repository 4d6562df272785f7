/** Months and days of a pool, in UTC, and what each is given. Pure. */
import type { AccountRef } from '../ledger/index.ts'

export type Plan = { monthly: bigint; every: 'month' | 'day'; starts: string; ends: string | null }
export type Part = { name: string; starts: Date; ends: Date; amount: bigint }

const at = (day: string): Date => new Date(`${day}T00:00:00Z`)
const dayMs = 86_400_000
export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10)

/** Pools are paid out of the planet's own income: never more than it has. */
export const fundsOf = (currency: string): AccountRef => ({ owner: 'planet', purpose: 'commission', asset: currency, floor: 0n })

/** The periods of a pool that have begun by `now`. The days of a month sum to its amount: each gets what is due by its end, less what was due before. */
export function periodsOf({ monthly, every, starts, ends }: Plan, now: Date): Part[] {
  const parts: Part[] = []
  const until = ends === null ? now : new Date(Math.min(now.getTime(), at(ends).getTime() - 1))
  for (let day = at(starts); day <= until;) {
    const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()]
    const [first, next] = [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)]
    if (every === 'month') {
      parts.push({ name: dayOf(day).slice(0, 7), starts: day, ends: new Date(next), amount: monthly })
      day = new Date(next)
      continue
    }
    const days = BigInt((next - first) / dayMs)
    const number = BigInt(day.getUTCDate())
    const end = new Date(day.getTime() + dayMs)
    parts.push({ name: dayOf(day), starts: day, ends: end, amount: (monthly * number) / days - (monthly * (number - 1n)) / days })
    day = end
  }
  return parts
}
