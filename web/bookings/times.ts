/** Times of a place, as they are there: the server tells local days and times; here they become words. */
import { languageTag, type LocaleName } from '../i18n/use.tsx'

const format = (locale: LocaleName, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(languageTag(locale), options)
const noon = (day: string): Date => new Date(`${day}T12:00:00Z`)

export const dayName = (day: string, locale: LocaleName): string =>
  format(locale, { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' }).format(noon(day))
export const tile = (day: string, locale: LocaleName): { weekday: string; day: string; month: string } => ({
  weekday: format(locale, { weekday: 'short', timeZone: 'UTC' }).format(noon(day)),
  day: String(Number(day.slice(8))),
  month: format(locale, { month: 'short', timeZone: 'UTC' }).format(noon(day)),
})
export const addDays = (day: string, days: number): string => {
  const at = noon(day)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}
/** `18:00` of a moment, there. */
export const timeThere = (iso: string, zone: string): string =>
  new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).format(new Date(iso))
/** `11月21日周六 18:00 – 20:00`, of what the server tells as `2026-11-21 18:00`; the night's end says its day only where it is long after. */
export function spanText(from: string, to: string, locale: LocaleName): string {
  const [day, start] = [from.slice(0, 10), from.slice(11)]
  const [last, end] = [to.slice(0, 10), to.slice(11)]
  return `${dayName(day, locale)} ${start} – ${last > addDays(day, 1) ? `${dayName(last, locale)} ` : ''}${end}`
}
export const momentThere = (iso: string, zone: string, locale: LocaleName): string =>
  format(locale, {
    month: 'short',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }).format(new Date(iso))
/** Minutes of a day as a clock shows them; past 24:00 the night after it. */
export const clock = (minute: number): string =>
  `${String(Math.floor((minute % 1440) / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** The moment of a local time of a zone (`2026-11-21`, minutes); for drawing and asking, not for what the place itself decides. */
export function momentOf(day: string, minute: number, zone: string): Date {
  const asUtc = Date.parse(`${day}T00:00:00Z`) + minute * 60_000
  let at = asUtc
  // Twice: the offset before a change of the clocks is not the one behind it.
  for (let n = 0; n < 2; n++) at = asUtc - offsetAt(new Date(at), zone)
  return new Date(at)
}
function offsetAt(at: Date, zone: string): number {
  const local = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'medium', timeZone: zone }).format(at).replace(' ', 'T')
  return Date.parse(`${local}Z`) - Math.floor(at.getTime() / 1000) * 1000
}
