/** Days of a room side by side: a strip with how much of each is free, and a week of its hours. */
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import type { Day, Resource } from './queries.ts'
import { addDays, dayName, tile } from './times.ts'

type BookingWords = ReturnType<typeof useWords>['bookings']
type Told = { day: string; holiday: Day['holiday']; states: readonly Day['slots'][number]['state'][] }
export const toldOf = (day: Day): Told => ({ day: day.day, holiday: day.holiday, states: day.slots.map(slot => slot.state) })
/** How much of a day is free; why nothing is, where nothing is. */
function freeText({ states }: Told, b: BookingWords): { free: boolean; text: string } {
  const free = states.filter(state => state === 'free').length
  if (free > 0) return { free: true, text: b.freeCount(free) }
  if (states.length === 0) return { free: false, text: b.dayOff }
  if (states.includes('taken')) return { free: false, text: b.dayFull }
  return { free: false, text: b.slot[states.at(-1)!] }
}

type StripProps = {
  from: string
  today: string
  last: string | undefined
  day: string | undefined
  days: readonly Told[]
  onDay: (day: string) => void
  onFrom: (from: string) => void
  className?: string | undefined
}
/** A week later or earlier, never before today. */
const slid = (from: string, by: number, today: string): string => {
  const next = addDays(from, by)
  return next < today ? today : next
}

/** Seven days to slide through. */
export function DayStrip({ from, today, last, day, days, onDay, onFrom, className }: StripProps) {
  const b = useWords().bookings
  const { locale } = useLanguage()
  return (
    // Narrow: the arrows above, so that a day is as wide as a thumb.
    <div className={cx('flex flex-wrap items-center gap-1 sm:flex-nowrap', className)}>
      <IconButton icon={ChevronLeft} size="sm" label={b.earlier} disabled={from <= today} onClick={() => onFrom(slid(from, -7, today))} />
      <p className="tabular min-w-0 flex-1 text-center text-sm font-medium sm:hidden">
        {dayName(from, locale)} – {dayName(addDays(from, 6), locale)}
      </p>
      <IconButton
        icon={ChevronRight}
        size="sm"
        label={b.later}
        disabled={last !== undefined && addDays(from, 7) > last}
        onClick={() => onFrom(slid(from, 7, today))}
        className="sm:order-last"
      />
      <ul className="grid basis-full grid-cols-7 gap-1 sm:flex-1 sm:basis-0">
        {Array.from({ length: 7 }, (_, n) => addDays(from, n)).map(one => {
          const name = tile(one, locale)
          const about = days.find(other => other.day === one)
          const free = about && freeText(about, b)
          const on = day === one
          return (
            <li key={one} className="min-w-0">
              <button
                type="button"
                aria-pressed={on}
                onClick={() => onDay(one)}
                className={cx(
                  'flex min-h-18 w-full flex-col items-center rounded-md py-2 leading-tight',
                  on ? 'bg-accent text-on-accent' : 'bg-raised/60 hover:bg-raised sm:bg-transparent',
                  free && !free.free && !on && 'text-muted',
                )}
              >
                <span className="text-xs">{name.weekday}</span>
                <b className="tabular text-lg font-semibold sm:text-base">{name.day}</b>
                <span className="max-w-full truncate px-0.5 text-[11px]">
                  {about?.holiday ? (about.holiday.kind === 'off' ? about.holiday[locale] : b.worked) : name.month}
                </span>
                <span className={cx('tabular mt-0.5 min-h-[1.25em] max-w-full truncate text-[11px]', free?.free && 'font-semibold')}>
                  {free?.text ?? ''}
                </span>
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

type Row = { key: string; at: number; local: string; again: boolean; slots: (number | undefined)[] }
/** The steps of several days in rows of one time of day; the hours after midnight come last, the second of two that are called the same after the first. */
export function rowsOf(days: readonly Day[]): Row[] {
  const rows = new Map<string, Row>()
  for (const [column, day] of days.entries()) {
    let last = 0
    for (const [index, slot] of day.slots.entries()) {
      let at = Number(slot.local.slice(0, 2)) * 60 + Number(slot.local.slice(3, 5))
      if (slot.again) at += last >= 1440 ? 1440 : 0
      else {
        if (at < last) at += 1440
        last = at
      }
      const key = `${at}${slot.again ? ' again' : ''}`
      const row = rows.get(key) ?? { key, at, local: slot.local, again: slot.again, slots: days.map(() => undefined) }
      row.slots[column] = index
      rows.set(key, row)
    }
  }
  return [...rows.values()].toSorted((a, z) => a.at - z.at || Number(a.again) - Number(z.again))
}

type WeekProps = {
  resource: Resource
  from: string
  last: string
  days: readonly Day[]
  isOn: (day: Day, index: number) => boolean
  onPress: (day: Day, index: number) => void
  onFrom: (from: string) => void
  className?: string
}
const arrows: Record<string, readonly [row: number, column: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** Seven days by the hour. One stop of the Tab key; arrows go from free hour to free hour. */
export function WeekGrid({ resource, from, last, days, isOn, onPress, onFrom, className }: WeekProps) {
  const b = useWords().bookings
  const format = useFormat()
  const { locale } = useLanguage()
  const table = useRef<HTMLTableElement>(null)
  const [focus, setFocus] = useState<string | null>(null)
  const rows = rowsOf(days)
  const free = (row: Row, column: number): boolean => {
    const index = row.slots[column]
    return index !== undefined && days[column]!.slots[index]!.state === 'free'
  }
  const all = rows.flatMap((row, n) => days.flatMap((_day, column) => (free(row, column) ? [`${n} ${column}`] : [])))
  const stop = focus !== null && all.includes(focus) ? focus : all[0]
  const go = (event: KeyboardEvent) => {
    const step = arrows[event.key]
    const cell = (event.target as HTMLElement).dataset['cell']
    if (!step || cell === undefined) return
    event.preventDefault()
    const [row, column] = cell.split(' ').map(Number) as [number, number]
    for (let n = 1; ; n++) {
      const [y, x] = [row + step[0] * n, column + step[1] * n]
      const next = rows[y]
      if (next === undefined || days[x] === undefined) return
      if (free(next, x)) return table.current?.querySelector<HTMLButtonElement>(`[data-cell="${y} ${x}"]`)?.focus()
    }
  }
  const price = (amount: string) => (amount === '0' ? b.free : format.money({ amount, currency: resource.currency }))
  return (
    <div className={className}>
      <div className="mb-2 flex items-center justify-between gap-2">
        <IconButton
          icon={ChevronLeft}
          size="sm"
          label={b.earlier}
          disabled={from <= resource.today}
          onClick={() => onFrom(slid(from, -7, resource.today))}
        />
        <p className="tabular text-sm font-medium" aria-live="polite">
          {dayName(from, locale)} – {dayName(addDays(from, 6), locale)}
        </p>
        <IconButton
          icon={ChevronRight}
          size="sm"
          label={b.later}
          disabled={addDays(from, 7) > last}
          onClick={() => onFrom(slid(from, 7, resource.today))}
        />
      </div>
      <div className="max-h-[62dvh] overflow-auto rounded-lg border border-line" tabIndex={all.length === 0 ? 0 : undefined}>
        <table ref={table} className="tabular w-full min-w-[480px] table-fixed border-collapse text-center text-xs" onKeyDown={go}>
          <caption className="sr-only">
            {b.week}. {b.weekKeys}
          </caption>
          <thead className="sticky top-0 z-1">
            <tr className="bg-raised">
              <th scope="col" className="w-14 py-2 font-normal text-muted">
                <span className="sr-only">{b.start}</span>
              </th>
              {days.map(day => {
                const told = freeText(toldOf(day), b)
                const name = tile(day.day, locale)
                return (
                  <th key={day.day} scope="col" className="px-0.5 py-2 leading-tight font-normal">
                    <span className="block text-[11px]">{name.weekday}</span>
                    <b className="block text-sm font-semibold">{name.day}</b>
                    {day.holiday ? (
                      <span className="block truncate text-[10px]">{day.holiday.kind === 'off' ? day.holiday[locale] : b.worked}</span>
                    ) : null}
                    <span className={cx('block truncate text-[10px]', told.free ? 'font-semibold' : 'text-muted')}>{told.text}</span>
                  </th>
                )
              })}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, n) => (
              <tr key={row.key} className="border-t border-line">
                <th scope="row" className="px-1 py-1 text-left leading-tight font-medium [overflow-wrap:anywhere]">
                  {row.at >= 1440 ? <span className="block text-[10px] font-normal text-muted">{b.nextDay}</span> : null}
                  {row.local}
                </th>
                {days.map((day, column) => {
                  const index = row.slots[column]
                  if (index === undefined)
                    return (
                      <td key={day.day} className="bg-sunken/60 p-0.5 text-muted">
                        <span aria-hidden>·</span>
                        <span className="sr-only">{b.closed}</span>
                      </td>
                    )
                  const slot = day.slots[index]!
                  const cell = `${n} ${column}`
                  if (slot.state !== 'free')
                    return (
                      <td key={day.day} className="bg-sunken p-0.5 text-[11px] leading-tight text-muted">
                        <span className={cx(slot.state === 'taken' && 'line-through')}>{b.slot[slot.state]}</span>
                      </td>
                    )
                  const on = isOn(day, index)
                  return (
                    <td key={day.day} className="p-0.5">
                      <button
                        type="button"
                        data-cell={cell}
                        tabIndex={cell === stop ? 0 : -1}
                        aria-pressed={on}
                        aria-label={`${dayName(day.day, locale)} ${slot.local} ${price(slot.amount)}`}
                        onFocus={() => setFocus(cell)}
                        onClick={() => onPress(day, index)}
                        className={cx(
                          'h-9 w-full truncate rounded-sm px-0.5 text-[11px] transition-colors',
                          on ? 'bg-accent font-semibold text-on-accent' : 'bg-accent-soft hover:bg-accent hover:text-on-accent',
                        )}
                      >
                        {price(slot.amount)}
                      </button>
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length === 0 ? <p className="mt-2 text-center text-muted">{b.dayClosed}</p> : null}
    </div>
  )
}
