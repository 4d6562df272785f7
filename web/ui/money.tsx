import { useHydrated } from './hydrated.ts'
import type { WireMoney } from '../i18n/format.ts'
import { useFormat, useLanguage } from '../i18n/use.tsx'
import { cx } from './cx.ts'

export type MoneyState = 'held' | 'available' | 'paid'
const stateColour: Record<MoneyState, string> = { held: 'text-held', available: 'text-available', paid: 'text-paid' }
const stateDot: Record<MoneyState, string> = { held: 'bg-held', available: 'bg-available', paid: 'bg-paid' }

/** An amount in the reader's format. `signed` shows + and − and the colour of what came in. */
export function Money({ value, state, signed, className }: { value: WireMoney; state?: MoneyState; signed?: boolean; className?: string }) {
  const format = useFormat()
  const positive = !value.amount.startsWith('-') && value.amount !== '0'
  return (
    <span className={cx('tabular whitespace-nowrap', state && stateColour[state], signed && positive && 'text-paid', className)}>
      {signed && positive ? '+' : ''}
      {format.money(value)}
    </span>
  )
}

/** A big figure with what it means and, for money, its state. */
export function Figure({
  label,
  value,
  state,
  note,
}: {
  label: string
  value: React.ReactNode
  state?: MoneyState
  note?: React.ReactNode
}) {
  return (
    <div className="min-w-0 rounded-md bg-raised px-3 py-3 sm:px-4 sm:py-3.5">
      <div className="tabular truncate text-base font-semibold tracking-tight sm:text-lg">{value}</div>
      <div className="mt-0.5 flex items-center gap-1.5 text-xs text-muted">
        {state ? <span aria-hidden className={cx('size-2 rounded-full', stateDot[state])} /> : null}
        {label}
      </div>
      {note ? <div className="mt-1 text-xs text-muted max-sm:hidden">{note}</div> : null}
    </div>
  )
}

/** 3:07 from milliseconds. */
export function Duration({ ms, className }: { ms: number; className?: string }) {
  const format = useFormat()
  return <span className={cx('tabular', className)}>{format.duration(ms)}</span>
}

/** A moment in the reader's time zone. The server does not know the zone, so it tells UTC and the browser puts it right. */
export function When({ at, show = 'date' }: { at: string; show?: 'date' | 'dateTime' }) {
  const { locale } = useLanguage()
  const hydrated = useHydrated()
  const text = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en', {
    dateStyle: 'medium',
    ...(show === 'dateTime' ? { timeStyle: 'short' } : {}),
    ...(hydrated ? {} : { timeZone: 'UTC' }),
  }).format(new Date(at))
  return (
    <time dateTime={at} className="tabular whitespace-nowrap">
      {text}
    </time>
  )
}
