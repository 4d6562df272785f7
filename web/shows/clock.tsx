import { useEffect, useRef } from 'react'
import { useWords } from '../i18n/use.tsx'
import { useSecond } from '../raffles/countdown.tsx'
import { cx } from '../ui/cx.ts'

export { useSecond } from '../raffles/countdown.tsx'

const two = (n: number): string => String(n).padStart(2, '0')
/** `3 天 02:13:05`; dashes before the page knows the time. */
function text(left: number | null, days: (n: number) => string): string {
  if (left === null) return '–:–:–'
  const day = Math.floor(left / 86_400)
  return `${day > 0 ? `${days(day)} ` : ''}${two(Math.floor(left / 3600) % 24)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`
}

/** How long until a moment, large; told to screen readers by the minute. */
export function Count({ to, label, now }: { to: string; label: string; now: number | null }) {
  const t = useWords()
  const left = now === null ? null : Math.max(0, Math.ceil((Date.parse(to) - now) / 1000))
  return (
    <div role="timer" aria-label={label} className="rounded-lg bg-accent-soft px-5 py-4 text-accent-ink">
      <p className="text-sm font-medium">{label}</p>
      <p className="tabular mt-0.5 text-2xl leading-tight font-bold" aria-hidden>
        {text(left, t.shows.days)}
      </p>
      {left === null ? null : <p className="sr-only">{t.shows.held.minutes(Math.ceil(left / 60))}</p>}
    </div>
  )
}

/** The clock of what is set aside or chosen: minutes and seconds, red in the last one, dashes before it is known; `onOver` once when it runs out. */
export function HoldClock({ until, onOver }: { until: string | null; onOver: () => void }) {
  const t = useWords()
  const now = useSecond()
  const left = now === null || until === null ? null : Math.max(0, Math.ceil((Date.parse(until) - now) / 1000))
  const told = useRef(false)
  useEffect(() => {
    if (left !== 0 || told.current) return
    told.current = true
    onOver()
  }, [left, onOver])
  const minutes = left === null ? 0 : Math.ceil(left / 60)
  return (
    <div
      role="timer"
      aria-label={t.shows.held.left}
      className={cx(
        'flex items-center gap-3 rounded-full px-5 py-2.5',
        left !== null && left <= 60 ? 'bg-danger-soft text-danger' : 'bg-accent-soft text-accent-ink',
      )}
    >
      <span className="text-sm font-medium">{t.shows.held.left}</span>
      <b className="tabular text-xl leading-none" aria-hidden>
        {left === null
          ? '–:–'
          : left >= 3600
            ? `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`
            : `${two(Math.floor(left / 60))}:${two(left % 60)}`}
      </b>
      <span className="sr-only" aria-live="polite">
        {left === null ? '' : t.shows.held.minutes(minutes)}
      </span>
    </div>
  )
}
