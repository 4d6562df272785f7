/** Hours of a place as moments: local days and times of its zone, with the nights when clocks change. Pure. */
import { Temporal } from 'temporal-polyfill'

export const quarterMs = 15 * 60_000
export const minuteMs = 60_000
export const dayMs = 86_400_000

export function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
}
export const addDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString()
/** 1 is Monday. */
export const weekdayOf = (day: string): number => Temporal.PlainDate.from(day).dayOfWeek
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days

/**
 * The moment of a minute of a local day (past 1440: of the days after). Where clocks jump over it, the moment of the jump; where it comes twice, a place opens at
 * the first and closes at the second.
 */
export function momentOf(zone: string, day: string, minute: number, edge: 'opens' | 'closes' = 'opens'): Date {
  const local = Temporal.PlainDate.from(day)
    .add({ days: Math.floor(minute / 1440) })
    .toPlainDateTime({ hour: Math.floor((minute % 1440) / 60), minute: minute % 60 })
  const found = local.toZonedDateTime(zone, { disambiguation: edge === 'opens' ? 'earlier' : 'later' })
  if (found.toPlainDateTime().equals(local)) return new Date(found.epochMilliseconds)
  const before = local.toZonedDateTime(zone, { disambiguation: 'earlier' })
  return new Date(before.getTimeZoneTransition('next')!.epochMilliseconds)
}

export type Local = { day: string; minute: number; offset: number }
const zoned = (at: Date | number, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(Number(at)).toZonedDateTimeISO(zone)
export function localOf(at: Date | number, zone: string): Local {
  const here = zoned(at, zone)
  return { day: here.toPlainDate().toString(), minute: here.hour * 60 + here.minute, offset: Math.round(here.offsetNanoseconds / 60e9) }
}
const two = (value: number): string => String(value).padStart(2, '0')
export const clockText = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
/** `2026-11-21 18:00` there. */
export function localText(at: Date, zone: string): string {
  const { day, minute } = localOf(at, zone)
  return `${day} ${clockText(minute)}`
}
/** Whether this time of day was there once before that night: clocks were put back. */
export function isAgain(at: Date | number, zone: string): boolean {
  const here = zoned(at, zone)
  const first = here.toPlainDateTime().toZonedDateTime(zone, { disambiguation: 'earlier' })
  return first.epochMilliseconds < here.epochMilliseconds
}
