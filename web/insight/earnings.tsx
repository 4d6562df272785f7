import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import { majorUnits } from '../i18n/format.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { scaleOf } from '../shop/price.ts'
import { Chart } from '../ui/chart.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/states.tsx'
import { codeName } from './codes.ts'

/** What came in per month, by source. */
export function EarningsChart({ of }: { of: { as?: string; from?: string; to?: string } }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery(read('GET /me/earnings', of))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <Skeleton className="h-56 w-full" />
  if (data.items.length === 0) return <EmptyState title={t.studio.noEarnings} compact />
  const months = monthsBetween(data.items.map(item => item.month))
  const names = [...new Set(data.items.map(item => item.label ?? codeName(t, item.code)))]
  // The seven largest sources by name, the rest together: more colours than that tell nothing.
  const totals = new Map(
    names.map(name => [
      name,
      data.items
        .filter(item => (item.label ?? codeName(t, item.code)) === name)
        .reduce((sum, item) => sum + BigInt(item.amount.amount), 0n),
    ]),
  )
  const shown = names.toSorted((a, b) => (totals.get(b)! > totals.get(a)! ? 1 : -1)).slice(0, 7)
  const scale = scaleOf(data.asset)
  const value = (month: string, match: (name: string) => boolean) =>
    Number(
      majorUnits(
        data.items
          .filter(item => item.month === month && match(item.label ?? codeName(t, item.code)))
          .reduce((sum, item) => sum + BigInt(item.amount.amount), 0n)
          .toString(),
        scale,
      ),
    )
  const series = shown.map(name => ({ key: name, name, values: months.map(month => value(month, other => other === name)) }))
  if (names.length > shown.length)
    series.push({ key: '…', name: t.money.untitled, values: months.map(month => value(month, other => !shown.includes(other))) })
  return (
    <Chart
      label={t.studio.earnings}
      points={months.map(month => format.month(`${month}-15T00:00:00Z`))}
      series={series}
      format={amount => format.money({ amount: Math.round(amount * 10 ** scale).toString(), currency: data.asset })}
    />
  )
}

/** Every month from the first to the last, so that empty ones show as empty; at least six. */
function monthsBetween(months: readonly string[]): string[] {
  const sorted = [...months].sort()
  const last = sorted.at(-1)!
  const out: string[] = []
  let [year, month] = last.split('-').map(Number) as [number, number]
  while (out.length < 6 || out[0]! > sorted[0]!) {
    out.unshift(`${year}-${String(month).padStart(2, '0')}`)
    month--
    if (month === 0) {
      month = 12
      year--
    }
    if (out.length >= 36) break
  }
  return out
}
