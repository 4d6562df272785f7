import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { daysQuery, type Day, type Resource, type Slot } from './queries.ts'
import { TimeButton } from './time-button.tsx'
import { DayStrip, toldOf, WeekGrid } from './week.tsx'

export type Chosen = { start: string; end: string; day: string }

/** The free steps from one to another of a day, all without a gap; null where something lies between. */
function between(slots: readonly Slot[], from: number, to: number): readonly Slot[] | null {
  const run = slots.slice(from, to + 1)
  const whole = run.every((slot, n) => slot.state === 'free' && (n === 0 || run[n - 1]!.end === slot.start))
  return run.length > 0 && whole ? run : null
}
const isChosen = (day: Day, slot: Slot, chosen: Chosen | null): boolean =>
  chosen !== null && chosen.day === day.day && slot.start >= chosen.start && slot.end <= chosen.end
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

/** Days to slide through, and the steps of one; or a week by the hour, where there is room for it. Times are those of the place. */
export function Picker({
  resource,
  chosen,
  onChoose,
  week,
  onWeek,
}: {
  resource: Resource
  chosen: Chosen | null
  onChoose: (chosen: Chosen | null) => void
  week: boolean
  onWeek: (week: boolean) => void
}) {
  const t = useWords()
  const { zone: zoneName } = useFormat()
  const b = t.bookings
  const [from, setFrom] = useState(resource.today)
  const [day, setDay] = useState(resource.today)
  const { data, error, refetch } = useQuery(daysQuery(resource.id, from))
  const days = data?.items ?? []
  const shown = days.find(one => one.day === day) ?? days[0]
  const slide = (to: string) => {
    setFrom(to)
    setDay(to)
  }
  return (
    <section aria-label={b.choose} className="flex flex-col gap-4">
      <header className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-base">{b.choose}</h2>
          <p className="text-sm text-muted">
            {b.chooseBody} {b.zone(zoneName(resource.zone))}
          </p>
        </div>
        <div role="group" aria-label={b.viewAs} className="flex shrink-0 rounded-full bg-raised p-0.5 max-sm:hidden">
          {(['day', 'week'] as const).map(one => {
            const on = (one === 'week') === week
            return (
              <button
                key={one}
                type="button"
                aria-pressed={on}
                onClick={() => onWeek(one === 'week')}
                className={cx(
                  'h-8 rounded-full px-3 text-sm font-medium whitespace-nowrap',
                  on ? 'bg-ink text-bg' : 'text-muted hover:text-ink',
                )}
              >
                {b.view[one]}
              </button>
            )
          })}
        </div>
      </header>
      <DayStrip
        className={week ? 'sm:hidden' : undefined}
        from={from}
        today={resource.today}
        last={data?.last}
        day={shown?.day}
        days={days.map(toldOf)}
        onDay={setDay}
        onFrom={slide}
      />
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !shown || !data ? (
        <Loading className="grid grid-cols-3 gap-2 sm:grid-cols-4">
          {Array.from({ length: 12 }, (_, n) => (
            <Skeleton key={n} className="h-14 rounded-md" />
          ))}
        </Loading>
      ) : (
        <>
          {week ? (
            <WeekGrid
              className="max-sm:hidden"
              resource={resource}
              from={from}
              last={data.last}
              days={days}
              isOn={(one, at) => isChosen(one, one.slots[at]!, chosen)}
              onPress={(one, at) => onChoose(choose(one, one.slots, at, chosen, resource))}
              onFrom={slide}
            />
          ) : null}
          <div className={cx('flex flex-col gap-4', week && 'sm:hidden')}>
            <Steps resource={resource} day={shown} chosen={chosen} onChoose={onChoose} />
          </div>
        </>
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
  if (day.slots.length === 0)
    return <p className="rounded-md bg-raised p-4 text-center text-muted">{day.note ? `${b.dayClosed} · ${day.note}` : b.dayClosed}</p>
  return (
    <>
      {day.note ? <p className="text-sm text-held">{day.note}</p> : null}
      <ul className="grid grid-cols-3 gap-2 sm:grid-cols-4">
        {day.slots.map((slot, at) => (
          <li key={slot.start}>
            <TimeButton
              time={slot}
              currency={resource.currency}
              on={isChosen(day, slot, chosen)}
              why={slot.state === 'free' ? '' : b.slot[slot.state]}
              onPress={() => onChoose(choose(day, day.slots, at, chosen, resource))}
            />
          </li>
        ))}
      </ul>
    </>
  )
}
