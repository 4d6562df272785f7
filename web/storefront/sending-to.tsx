import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { read } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { countries } from '../payouts/countries.ts'
import { Select } from '../ui/field.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { Skeleton } from '../ui/states.tsx'

const stored = 'planet.country'
const first = (locale: string): string => {
  const kept = localStorage.getItem(stored)
  return kept && /^[A-Z]{2}$/.test(kept) ? kept : locale === 'zh' ? 'CN' : 'US'
}

type Props = { page: string; variant: string | null }
/** What sending one would cost to the reader's country, the cheapest way first. The country is remembered on the device, which is asked once the page is awake. */
export const SendingTo = (props: Props) => (useHydrated() ? <Costs {...props} /> : <Skeleton className="h-10 w-64" />)

function Costs({ page, variant }: Props) {
  const t = useWords()
  const s = t.storefront
  const format = useFormat()
  const { locale } = useLanguage()
  const [country, setCountry] = useState<string | null>(null)
  const to = country ?? first(locale)
  const { data, isPending } = useQuery({
    ...read('GET /pages/:page/carriages', { page, variant: variant ?? '', country: to }),
    enabled: variant !== null,
    retry: false,
  })
  const best = data?.items[0]
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-2">
      <Select
        label={s.sendTo}
        hideLabel
        value={to}
        onChange={event => {
          setCountry(event.target.value)
          try {
            localStorage.setItem(stored, event.target.value)
          } catch {
            // Not remembered, then.
          }
        }}
        options={countries(locale)}
        className="w-44"
      />
      {variant === null || (isPending && !data) ? (
        <Skeleton className="h-4 w-32" />
      ) : best ? (
        <span>
          <b className="font-semibold">
            {best.amount === '0' ? s.sendFree : s.sendFrom(format.money({ amount: best.amount, currency: best.currency }))}
          </b>
          {best.minDays !== null && best.maxDays !== null ? (
            <span className="text-muted"> · {s.sendDays(String(best.minDays), String(best.maxDays))}</span>
          ) : null}
        </span>
      ) : (
        <span className="text-held">{s.notSent}</span>
      )}
    </div>
  )
}
