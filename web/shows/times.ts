/** Times of shows: always in the zone of the place; where the reader's own differs, that is said beside it. */
import type { LocaleName } from '../i18n/use.tsx'

const tag = (locale: LocaleName): string => (locale === 'zh' ? 'zh-CN' : 'en')
const at = (locale: LocaleName, timeZone: string, options: Intl.DateTimeFormatOptions, moment: string): string =>
  new Intl.DateTimeFormat(tag(locale), { ...options, timeZone }).format(new Date(moment))

export const dayOf = (locale: LocaleName, zone: string, moment: string): string =>
  at(locale, zone, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' }, moment)
export const timeOf = (locale: LocaleName, zone: string, moment: string): string =>
  at(locale, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, moment)
export const shortOf = (locale: LocaleName, zone: string, moment: string): string =>
  at(locale, zone, { month: 'short', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, moment)
/** For the tile on a picture. */
export const tileOf = (locale: LocaleName, zone: string, moment: string): { day: string; month: string } => ({
  day: new Intl.DateTimeFormat('en', { day: 'numeric', timeZone: zone }).format(new Date(moment)),
  month: at(locale, zone, { month: 'short' }, moment),
})
/** The same moment for the reader, or null when it reads the same. */
export function yours(locale: LocaleName, zone: string, own: string | undefined, moment: string): string | null {
  if (own === undefined) return null
  const theirs = shortOf(locale, own, moment)
  return theirs === shortOf(locale, zone, moment) ? null : theirs
}
/** The reader's zone, once the page is awake. */
export const ownZone = (awake: boolean): string | undefined => (awake ? new Intl.DateTimeFormat().resolvedOptions().timeZone : undefined)
/** A day as the API takes it, in the reader's calendar. */
export function plusDays(days: number): string {
  const day = new Date(Date.now() + days * 86_400_000)
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`
}
