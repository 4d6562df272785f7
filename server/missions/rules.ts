/**
 * When a mission's days and windows are, and what counts in them: pure. Days are `2026-11-20`, of a time zone; nothing here knows a clock. Everything is a
 * function of what happened, never of the order or the number of times it was told.
 */
import type { z } from 'zod'
import type { missionEvent, missionState, missionWindow } from '../../shared/missions.ts'

export type Every = z.infer<typeof missionWindow>
export type EventKind = z.infer<typeof missionEvent>
export type State = z.infer<typeof missionState>
/** From and until a moment; `until` does not belong to it. */
export type Span = { from: Date; until: Date }

const formats = new Map<string, Intl.DateTimeFormat>()
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(zone, format)
  }
  return format
}
/** The day of a moment there. */
export const dayOf = (at: Date, zone: string): string => formatOf(zone).format(at)

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

const minuteMs = 60_000
const starts = new Map<string, number>()
/** The first moment of a day there: midnight, or when the clock was put forward over midnight, what came after it. Zones move by whole minutes. */
export function startOf(day: string, zone: string): Date {
  const key = `${zone} ${day}`
  let start = starts.get(key)
  if (start === undefined) {
    // No zone is further than 26 hours from UTC; a whole day may be missing (Samoa, 30 December 2011): then it is empty.
    const midnight = Date.parse(`${day}T00:00:00Z`) / minuteMs
    let low = midnight - 27 * 60
    let high = midnight + 27 * 60
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (dayOf(new Date(middle * minuteMs), zone) >= day) high = middle
      else low = middle + 1
    }
    start = low * minuteMs
    if (starts.size > 5000) starts.clear()
    starts.set(key, start)
  }
  return new Date(start)
}
export const spanOf = (day: string, zone: string): Span => ({ from: startOf(day, zone), until: startOf(addDays(day, 1), zone) })

/** The days of the window that a day lies in; a mission that is done `once` has one, named by the day on which it begins. `last` null: it has no last day. */
export function windowOf(every: Every, day: string, firstDay: string): { first: string; last: string | null } {
  if (every === 'daily') return { first: day, last: day }
  if (every === 'once') return { first: firstDay, last: null }
  if (every === 'weekly') {
    const since = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
    return { first: addDays(day, -since), last: addDays(day, 6 - since) }
  }
  const first = `${day.slice(0, 8)}01`
  return { first, last: addDays(`${addDays(first, 31).slice(0, 8)}01`, -1) }
}

/** What one of the target is, in what is counted: milliseconds of a minute, or one. */
export const unitOf = (event: EventKind): number => (event === 'listen_minutes' ? minuteMs : 1)

/** Of a window: its days, each up to the cap. Negative or fractional amounts are bugs. */
export function windowAmount(days: readonly number[], cap: number | null): number {
  let sum = 0
  for (const amount of days) {
    if (!Number.isSafeInteger(amount) || amount < 0) throw new Error(`not an amount: ${amount}`)
    sum += cap === null ? amount : Math.min(amount, cap)
  }
  return sum
}

/** The part of a day that counts for a person: within the mission's run, from when they belong to it. Undefined when none does. */
export function countedSpan(day: string, mission: { zone: string; startsAt: Date; endsAt: Date | null }, since: Date): Span | undefined {
  const span = spanOf(day, mission.zone)
  const from = new Date(Math.max(span.from.getTime(), mission.startsAt.getTime(), since.getTime()))
  const until = new Date(Math.min(span.until.getTime(), mission.endsAt?.getTime() ?? Infinity))
  return from < until ? { from, until } : undefined
}

export function stateOf(mission: { openedAt: Date | null; startsAt: Date; endsAt: Date | null }, now: Date): State {
  if (mission.openedAt === null) return 'draft'
  if (mission.endsAt !== null && mission.endsAt <= now) return 'ended'
  return mission.startsAt > now ? 'planned' : 'open'
}

/** What becomes of a window when its amount is known anew: `reach` grants, `take` takes back, each at most once for a round. */
export function stepOf(before: { done: boolean; rounds: number }, amount: number, target: number): 'reach' | 'take' | null {
  if (!before.done && amount >= target) return 'reach'
  return before.done && amount < target ? 'take' : null
}

/** The key by which points of a window are granted, once. */
export const keyOf = (mission: string, person: string, win: string, round: number): string => `${mission}:${person}:${win}:${round}`

export type CheckIn = { day: string; zone: string }
/**
 * The day a check-in is for: today in the group's zone, once the day of the last one is over in both zones, its own and the group's; until then that of the last
 * one. So days follow one another however often the zone is changed: each real day counts once, and who checks in daily keeps the streak.
 */
export function checkInDay(last: CheckIn | undefined, now: Date, zone: string): string {
  const today = dayOf(now, zone)
  return last === undefined || (today > last.day && dayOf(now, last.zone) > last.day) ? today : last.day
}

/** Days in a row up to today, or to yesterday while today is not over; the longest ever; all. In any order, doubles are one. */
export function streakOf(days: readonly string[], today: string): { streak: number; best: number; total: number } {
  const sorted = [...new Set(days)].sort()
  let best = 0
  let run = 0
  let before: string | null = null
  const runs = new Map<string, number>()
  for (const day of sorted) {
    run = before !== null && addDays(before, 1) === day ? run + 1 : 1
    runs.set(day, run)
    best = Math.max(best, run)
    before = day
  }
  return { streak: runs.get(today) ?? runs.get(addDays(today, -1)) ?? 0, best, total: sorted.length }
}
