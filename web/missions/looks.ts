import { AppWindow, CalendarCheck, Camera, Headphones, Languages, MapPin, Store, type LucideIcon } from 'lucide-react'
import type { Words } from '../i18n/use.tsx'
import type { EventKind, Mission } from './queries.ts'

export const icons: Record<EventKind, LucideIcon> = {
  listen_minutes: Headphones,
  check_in: CalendarCheck,
  attend: MapPin,
  lyric: Languages,
  outside_listens: AppWindow,
  partner_call: Store,
  proof: Camera,
}
/** Each kind has a colour of its own, from the series of charts. */
export const tones: Record<EventKind, string> = {
  listen_minutes: 'var(--series-1)',
  check_in: 'var(--series-2)',
  attend: 'var(--series-4)',
  lyric: 'var(--series-7)',
  outside_listens: 'var(--series-6)',
  partner_call: 'var(--series-5)',
  proof: 'var(--series-3)',
}

type Asking = Pick<Mission, 'event' | 'target' | 'page' | 'release' | 'happening' | 'partner'>
/** In a sentence, what a mission asks for. */
export function askOf(t: Words, mission: Asking, number: (n: number) => string): string {
  const m = t.missions
  const n = number(mission.target)
  const what = mission.release?.name ?? mission.page?.name ?? m.music
  switch (mission.event) {
    case 'listen_minutes':
      return m.asks.listen_minutes(n, what)
    case 'outside_listens':
      return m.asks.outside_listens(n, what)
    case 'attend':
      return m.asks.attend(n, mission.happening?.name ?? '')
    case 'partner_call':
      return m.asks.partner_call(n, mission.partner?.name ?? '')
    default:
      return m.asks[mission.event](n)
  }
}

/** How long a window still is, in words; null: it has no end, or an hour no one can tell. */
export function leftText(t: Words, until: string | null, now: number): string | null {
  if (until === null) return null
  const minutes = Math.ceil((Date.parse(until) - now) / 60_000)
  if (minutes <= 0) return t.missions.over
  if (minutes < 90) return t.missions.left.minutes(minutes)
  const hours = Math.round(minutes / 60)
  return hours < 48 ? t.missions.left.hours(hours) : t.missions.left.days(Math.round(hours / 24))
}
