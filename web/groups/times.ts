/** Times of events: in the reader's own zone, and in the zone of the place where it differs. */
import { formats } from '../i18n/format.ts'
import type { LocaleName } from '../i18n/use.tsx'
import type { GroupEvent } from './queries.ts'

const tag = (locale: LocaleName): string => (locale === 'zh' ? 'zh-CN' : 'en')
const format = (locale: LocaleName, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag(locale), options)

/** The zone of what is shown: of the place for whole days, and while the reader's is not known (on the server); the reader's for times. */
export const zoneOf = (event: GroupEvent, own: string | undefined): string => (event.allDay ? event.timeZone : (own ?? event.timeZone))

/** Day of the month, month and weekday, for the date's tile. */
export function tile(event: GroupEvent, locale: LocaleName, own: string | undefined): { day: string; month: string; weekday: string } {
  const at = new Date(event.startsAt)
  const timeZone = zoneOf(event, own)
  return {
    day: new Intl.DateTimeFormat('en', { day: 'numeric', timeZone }).format(at),
    month: format(locale, { month: 'short', timeZone }).format(at),
    weekday: format(locale, { weekday: 'short', timeZone }).format(at),
  }
}
/** The month an event stands under. */
export const monthOf = (event: GroupEvent, locale: LocaleName, own: string | undefined): string =>
  format(locale, { month: 'long', year: 'numeric', timeZone: zoneOf(event, own) }).format(new Date(event.startsAt))

/** From when to when, as short as it can be said; null for one whole day. Joined by hand: servers and browsers join ranges with different blanks. */
export function span(event: GroupEvent, locale: LocaleName, own: string | undefined): string | null {
  const [from, to] = [new Date(event.startsAt), new Date(event.endsAt)]
  const timeZone = zoneOf(event, own)
  const days = format(locale, { month: 'short', day: 'numeric', timeZone })
  const [first, last] = [days.format(from), days.format(to)]
  if (event.allDay) return first === last ? null : `${first} – ${last}`
  const times = format(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone })
  return first === last ? `${times.format(from)} – ${times.format(to)}` : `${first} ${times.format(from)} – ${last} ${times.format(to)}`
}
/** When it begins where it takes place; null when that is the reader's own time. */
export function there(event: GroupEvent, locale: LocaleName, own: string | undefined): string | null {
  if (event.allDay || own === undefined) return null
  const options = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const at = new Date(event.startsAt)
  const local = format(locale, { ...options, timeZone: event.timeZone }).format(at)
  return local === format(locale, { ...options, timeZone: own }).format(at) ? null : `${local} · ${formats(locale).zone(event.timeZone)}`
}

/** A moment as a `datetime-local` field holds it, in that zone; and back. */
export function toField(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(at).replace(' ', 'T')
}
export function fromField(text: string, timeZone: string): Date | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) return null
  const asUtc = new Date(`${text}:00Z`)
  if (Number.isNaN(asUtc.getTime())) return null
  // Twice: the offset before a change of the clocks is not the one behind it.
  let at = asUtc
  for (let n = 0; n < 2; n++) at = new Date(asUtc.getTime() - offsetAt(at, timeZone))
  return at
}
const offsetAt = (at: Date, timeZone: string): number =>
  new Date(`${toField(at, timeZone)}:00Z`).getTime() - Math.floor(at.getTime() / 60_000) * 60_000

/** Zones to choose from, the given one among them. */
export function zones(with_: string): string[] {
  const known = Intl.supportedValuesOf('timeZone')
  return known.includes(with_) ? known : [with_, ...known]
}
