import { useSyncExternalStore } from 'react'
import { useWords } from '../i18n/use.tsx'

function everySecond(tell: () => void): () => void {
  const timer = setInterval(tell, 1000)
  return () => clearInterval(timer)
}
const wholeSecond = (): number => Math.floor(Date.now() / 1000) * 1000

/** The second it is, after the first picture; null before. */
export function useSecond(): number | null {
  return useSyncExternalStore<number | null>(everySecond, wholeSecond, () => null)
}

/** Days, hours, minutes and seconds until then, as four figures; told to screen readers by the minute only. */
export function Countdown({ to, label, now }: { to: string; label: string; now: number | null }) {
  const t = useWords()
  const left = now === null ? null : Math.max(0, Math.floor((Date.parse(to) - now) / 1000))
  const parts: [string, number | null][] = [
    [t.raffles.days, left === null ? null : Math.floor(left / 86_400)],
    [t.raffles.hours, left === null ? null : Math.floor(left / 3600) % 24],
    [t.raffles.minutes, left === null ? null : Math.floor(left / 60) % 60],
    [t.raffles.seconds, left === null ? null : left % 60],
  ]
  return (
    <div role="timer" aria-label={label}>
      <p className="text-xs text-muted">{label}</p>
      <p className="tabular mt-1.5 flex gap-2" aria-hidden>
        {parts.map(([unit, value]) => (
          <span key={unit} className="flex min-w-14 flex-col items-center rounded-md bg-raised px-2 py-2">
            <b className="text-xl leading-none">{value === null ? '–' : String(value).padStart(2, '0')}</b>
            <span className="mt-1 text-xs text-muted">{unit}</span>
          </span>
        ))}
      </p>
      {left === null ? null : (
        <p className="sr-only" aria-live="polite">
          {parts
            .slice(0, 3)
            .map(([unit, value]) => `${value} ${unit}`)
            .join(' ')}
        </p>
      )}
    </div>
  )
}
