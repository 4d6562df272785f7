import { useQuery } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { daysQuery, type Day, type Resource, type Slot } from './queries.ts'
import { addDays, tile, zoneName } from './times.ts'

export type Chosen = { start: string; end: string; day: string }

/** The free steps from one to another of a day, all without a gap; null where something lies between. */
function between(slots: readonly Slot[], from: number, to: number): readonly Slot[] | null {
  const run = slots.slice(from, to + 1)
  const whole = run.every((slot, n) => slot.state === 'free' && (n === 0 || run[n - 1]!.end === slot.start))
  return run.length > 0 && whole ? run : null
}
/** What a tap makes of what was chosen: a beginning (as long as the shortest stay), then its end. */
export function choose(
  day: Day,
  slots: readonly Slot[],
  at: number,
  before: Chosen | null,
  rules: { step: number; shortest: number; longest: number },
): Chosen | null {
  const first = before?.day === day.day ? slots.findIndex(slot => slot.start === before.start) : -1
  const last = before?.day === day.day ? slots.findIndex(slot => slot.end === before.end) : -1
  const least = rules.shortest / rules.step
  const of = (run: readonly Slot[] | null): Chosen | null => (run ? { day: day.day, start: run[0]!.start, end: run.at(-1)!.end } : null)
  if (first >= 0 && at >= first + least - 1 && at !== last && at - first + 1 <= rules.longest / rules.step) {
    const longer = of(between(slots, first, at))
    if (longer) return longer
  }
  if (first >= 0 && at === first) return null
  return of(between(slots, at, at + least - 1)) ?? of(between(slots, Math.max(0, at - least + 1), at))
}

/** Days to slide through, and the steps of one: each with its price. Times are those of the place. */
export function Picker({
  resource,
  chosen,
  onChoose,
}: {
  resource: Resource
  chosen: Chosen | null
  onChoose: (chosen: Chosen | null) => void
}) {
  const t = useWords()
  const b = t.bookings
  const { locale } = useLanguage()
  const [from, setFrom] = useState(resource.today)
  const [day, setDay] = useState(resource.today)
  const { data, error, refetch } = useQuery(daysQuery(resource.id, from))
  const days = data?.items ?? []
  const shown = days.find(one => one.day === day) ?? days[0]
  const slide = (by: number) => {
    const next = addDays(from, by)
    const first = next < resource.today ? resource.today : next
    setFrom(first)
    setDay(first)
  }
  return (
    <section aria-label={b.choose} className="flex flex-col gap-4">
      <header>
        <h2 className="text-base">{b.choose}</h2>
        <p className="text-sm text-muted">
          {b.chooseBody} {b.zone(zoneName(resource.zone))}
        </p>
      </header>
      <div className="flex items-center gap-1">
        <IconButton icon={ChevronLeft} size="sm" label={b.earlier} disabled={from <= resource.today} onClick={() => slide(-7)} />
        <ul className="grid flex-1 grid-cols-7 gap-1">
          {Array.from({ length: 7 }, (_, n) => addDays(from, n)).map(one => {
            const name = tile(one, locale)
            const about = days.find(other => other.day === one)
            const free = about?.slots.some(slot => slot.state === 'free')
            const on = shown?.day === one
            return (
              <li key={one} className="min-w-0">
                <button
                  type="button"
                  aria-pressed={on}
                  onClick={() => setDay(one)}
                  className={cx(
                    'flex w-full flex-col items-center rounded-md py-2 leading-tight',
                    on ? 'bg-accent text-on-accent' : 'hover:bg-raised',
                    about && !free && !on && 'text-muted',
                  )}
                >
                  <span className="text-[11px]">{name.weekday}</span>
                  <b className="tabular text-base font-semibold">{name.day}</b>
                  <span className="max-w-full truncate px-0.5 text-[10px]">
                    {about?.holiday ? (about.holiday.kind === 'off' ? about.holiday[locale] : b.worked) : name.month}
                  </span>
                  <span aria-hidden className={cx('mt-0.5 size-1 rounded-full', free ? 'bg-current' : 'bg-transparent')} />
                </button>
              </li>
            )
          })}
        </ul>
        <IconButton
          icon={ChevronRight}
          size="sm"
          label={b.later}
          disabled={data !== undefined && addDays(from, 7) > data.last}
          onClick={() => slide(7)}
        />
      </div>
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !shown ? (
        <Loading className="grid grid-cols-3 gap-2 sm:grid-cols-4">
          {Array.from({ length: 12 }, (_, n) => (
            <Skeleton key={n} className="h-14 rounded-md" />
          ))}
        </Loading>
      ) : (
        <Steps resource={resource} day={shown} chosen={chosen} onChoose={onChoose} />
      )}
    </section>
  )
}

function Steps({
  resource,
  day,
  chosen,
  onChoose,
}: {
  resource: Resource
  day: Day
  chosen: Chosen | null
  onChoose: (chosen: Chosen | null) => void
}) {
  const b = useWords().bookings
  const format = useFormat()
  const { currency } = resource
  if (day.slots.length === 0)
    return <p className="rounded-md bg-raised p-4 text-center text-muted">{day.note ? `${b.dayClosed} · ${day.note}` : b.dayClosed}</p>
  return (
    <>
      {day.note ? <p className="text-sm text-held">{day.note}</p> : null}
      <ul className="grid grid-cols-3 gap-2 sm:grid-cols-4">
        {day.slots.map((slot, at) => {
          const on = chosen !== null && chosen.day === day.day && slot.start >= chosen.start && slot.end <= chosen.end
          const free = slot.state === 'free'
          const price = slot.amount === '0' ? b.free : format.money({ amount: slot.amount, currency })
          return (
            <li key={slot.start}>
              <button
                type="button"
                disabled={!free}
                aria-pressed={on}
                onClick={() => onChoose(choose(day, day.slots, at, chosen, resource))}
                className={cx(
                  'tabular flex h-14 w-full flex-col items-center justify-center rounded-md border text-sm leading-tight transition-colors',
                  on
                    ? 'border-accent-mark bg-accent text-on-accent'
                    : free
                      ? 'border-line-strong/60 bg-surface hover:border-accent-mark hover:bg-accent-soft'
                      : 'border-transparent bg-sunken text-muted',
                )}
              >
                <b className={cx('font-semibold', slot.state === 'taken' && 'line-through')}>
                  {slot.local}
                  {slot.again && !slot.local.includes('(') ? b.again : ''}
                </b>
                <span className={cx('text-xs', on ? '' : 'text-muted')}>{free ? price : b.slot[slot.state]}</span>
              </button>
            </li>
          )
        })}
      </ul>
    </>
  )
}
