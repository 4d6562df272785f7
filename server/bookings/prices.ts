/** When a resource is open and what a time costs. Pure: rules and moments in, whole minor units out. */
import { basisPointsOf } from '../../shared/money.ts'
import { addDays, localOf, minuteMs, momentOf, quarterMs, weekdayOf, type Local } from './time.ts'

export type Span = { opens: number; closes: number }
export type Band = Span & {
  title: string
  priority: number
  weekdays: readonly number[]
  holidays: 'same' | 'also' | 'never'
  fromDay: string | null
  toDay: string | null
  unit: number
  amount: bigint
}
export type Exception = { hours: readonly Span[] | null; holiday: boolean | null; note: string }
export type DayKind = 'off' | 'work'
export type Rules = {
  zone: string
  step: number
  shortest: number
  longest: number
  before: number
  after: number
  lead: number
  ahead: number
  deposit: number
  least: bigint
  capacity: number
  hours: readonly (Span & { weekday: number })[]
  bands: readonly Band[]
  exceptions: ReadonlyMap<string, Exception>
  holidays: ReadonlyMap<string, DayKind>
}
/** Moments in milliseconds. */
export type Range = { from: number; to: number }
export type BillLine = { title: string; minutes: number; units: number; unit: number; amount: bigint }
export type Bill = { amount: bigint; deposit: bigint; lines: BillLine[]; least: bigint | null }
export type Refusal = 'slot_shape' | 'slot_closed' | 'slot_soon' | 'slot_far' | 'people_many'

const isHoliday = (rules: Rules, day: string): boolean => rules.exceptions.get(day)?.holiday ?? rules.holidays.get(day) === 'off'
/** A day worked instead of another is priced as a Monday, whatever day it is. */
const pricedAs = (rules: Rules, day: string): number => (rules.holidays.get(day) === 'work' ? 1 : weekdayOf(day))

function bandDay(rules: Rules, band: Band, day: string): boolean {
  if ((band.fromDay !== null && day < band.fromDay) || (band.toDay !== null && day > band.toDay)) return false
  const holiday = isHoliday(rules, day)
  if (holiday && band.holidays === 'never') return false
  return (holiday && band.holidays === 'also') || band.weekdays.includes(pricedAs(rules, day))
}
/** The band of a quarter of an hour: the highest priority wins, of equals the first. Hours past midnight belong to the day before. */
export function bandAt(rules: Rules, { day, minute }: Pick<Local, 'day' | 'minute'>): Band | undefined {
  const before = addDays(day, -1)
  let best: Band | undefined
  for (const band of rules.bands) {
    if (best !== undefined && band.priority <= best.priority) continue
    const today = minute >= band.opens && minute < band.closes && bandDay(rules, band, day)
    const night = minute + 1440 >= band.opens && minute + 1440 < band.closes && bandDay(rules, band, before)
    if (today || night) best = band
  }
  return best
}

/** When it opens and closes on a local day. */
export function openOn(rules: Rules, day: string): Range[] {
  const spans = rules.exceptions.get(day)?.hours ?? rules.hours.filter(({ weekday }) => weekday === weekdayOf(day))
  return spans
    .map(({ opens, closes }) => ({
      from: momentOf(rules.zone, day, opens, 'opens').getTime(),
      to: momentOf(rules.zone, day, closes, 'closes').getTime(),
    }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from)
}
/** The same of several days, those that touch made one: midnight ends nothing where it is open all night. */
export function openBetween(rules: Rules, first: string, last: string): { whole: Range[]; parts: Range[] } {
  const parts: Range[] = []
  for (let day = addDays(first, -1); day <= last; day = addDays(day, 1)) parts.push(...openOn(rules, day))
  parts.sort((a, b) => a.from - b.from)
  const whole: Range[] = []
  for (const part of parts) {
    const before = whole.at(-1)
    if (before !== undefined && part.from <= before.to) before.to = Math.max(before.to, part.to)
    else whole.push({ ...part })
  }
  return { whole, parts }
}

/** What a time costs, or null where no price is set for a part of it. Each run of one band: its amount for every unit begun. An hour is an hour. */
export function billOf(rules: Rules, { from, to }: Range): Bill | null {
  // Asked before anything else is: nobody stays longer than a day, and a year would be counted for a long time.
  if (to - from > 1440 * minuteMs) return null
  const runs: { band: Band; minutes: number }[] = []
  let offset: { until: number; at: number; local: Local } | undefined
  for (let at = from; at < to; at += quarterMs) {
    // A zone's offset is asked for once an hour and day; between, local time runs with the clock.
    if (offset === undefined || at >= offset.until) {
      const local = localOf(at, rules.zone)
      const edge = 60 - (local.minute % 60)
      offset = { at, until: at + edge * minuteMs, local }
    }
    const minute = offset.local.minute + (at - offset.at) / minuteMs
    const band = bandAt(rules, { day: offset.local.day, minute })
    if (band === undefined) return null
    const last = runs.at(-1)
    if (last?.band === band) last.minutes += 15
    else runs.push({ band, minutes: 15 })
  }
  const lines = runs.map(({ band, minutes }) => {
    const units = Math.ceil(minutes / band.unit)
    return { title: band.title, minutes, units, unit: band.unit, amount: BigInt(units) * band.amount }
  })
  const sum = lines.reduce((a, b) => a + b.amount, 0n)
  const amount = sum < rules.least ? rules.least : sum
  return { amount, deposit: basisPointsOf(amount, rules.deposit), lines, least: sum < rules.least ? rules.least : null }
}

/** Why this time cannot be asked for, whoever else has it. `desk`: the staff may leave the rules for guests aside. */
export function refusalOf(
  rules: Rules,
  { from, to }: Range,
  people: number,
  now: Date,
  desk: 'guest' | 'longer' | 'staff' = 'guest',
): Refusal | null {
  const minutes = (to - from) / minuteMs
  if (!(minutes > 0) || minutes > 1440 || from % quarterMs !== 0 || to % quarterMs !== 0) return 'slot_shape'
  if (people > rules.capacity) return 'people_many'
  if (desk === 'staff') return null
  const first = localOf(from, rules.zone).day
  const { whole, parts } = openBetween(rules, first, localOf(to, rules.zone).day)
  if (!whole.some(one => from >= one.from && to <= one.to)) return 'slot_closed'
  if (desk === 'longer') return minutes % 15 === 0 && minutes <= rules.longest ? null : 'slot_shape'
  const onStep = parts.some(one => from >= one.from && from < one.to && (from - one.from) % (rules.step * minuteMs) === 0)
  if (!onStep || minutes % rules.step !== 0 || minutes < rules.shortest || minutes > rules.longest) return 'slot_shape'
  if (from < now.getTime() + rules.lead * minuteMs) return 'slot_soon'
  if (first > addDays(localOf(now, rules.zone).day, rules.ahead)) return 'slot_far'
  return null
}

/** What a booking takes from others: with the minutes before and after it. */
export const takenBy = (rules: Pick<Rules, 'before' | 'after'>, { from, to }: Range): Range => ({
  from: from - rules.before * minuteMs,
  to: to + rules.after * minuteMs,
})
export const overlaps = (a: Range, b: Range): boolean => a.from < b.to && b.from < a.to

export type Slot = Range & { amount: bigint }
/** The steps of a local day on which one may begin or go on. Any booking that holds a step takes at least the step with its buffers. */
export function slotsOf(rules: Rules, day: string): Slot[] {
  const slots: Slot[] = []
  const step = rules.step * minuteMs
  for (const { from, to } of openOn(rules, day))
    for (let at = from; at + step <= to; at += step) {
      if (slots.some(one => overlaps(one, { from: at, to: at + step }))) continue
      const bill = billOf({ ...rules, least: 0n }, { from: at, to: at + step })
      if (bill !== null) slots.push({ from: at, to: at + step, amount: bill.amount })
    }
  return slots
}

/** The lowest price of an hour, or of a unit that is longer: "from". */
export function lowestPrice(rules: Pick<Rules, 'bands'>): bigint | null {
  let low: bigint | null = null
  for (const { unit, amount } of rules.bands) {
    const hour = unit >= 60 ? amount : amount * BigInt(Math.ceil(60 / unit))
    if (low === null || hour < low) low = hour
  }
  return low
}

/** What comes back of a payment, by the ladder: the rung of the most hours that still holds. */
export function backOf(ladder: readonly { hours: number; bp: number }[], paid: bigint, startsAt: Date, now: Date): bigint {
  const left = startsAt.getTime() - now.getTime()
  const best = Math.max(0, ...ladder.filter(({ hours }) => left >= hours * 3600_000).map(({ bp }) => bp))
  return basisPointsOf(paid, best)
}
