import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import type { ShowOf } from './queries.ts'

type Style = 'long' | 'day' | 'time' | 'month'
const styles: Record<Style, Intl.DateTimeFormatOptions> = {
  long: { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { month: 'short', day: 'numeric', weekday: 'short' },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  month: { month: 'short' },
}
/** A moment by the clock of the place. */
export const atPlace = (iso: string, zone: string, locale: 'zh' | 'en', style: Style = 'long'): string =>
  new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en', { ...styles[style], timeZone: zone }).format(new Date(iso))

const offset = (zone: string | undefined, at: Date): string =>
  new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at).find(part => part.type === 'timeZoneName')
    ?.value ?? ''
/** Whether the reader's clock shows another time than the place's. */
const elsewhere = (show: Pick<ShowOf, 'zone' | 'startsAt'>): boolean =>
  offset(undefined, new Date(show.startsAt)) !== offset(show.zone, new Date(show.startsAt))

export const usePlaceTime = (): ((iso: string, zone: string, style?: Style) => string) => {
  const { locale } = useLanguage()
  return (iso, zone, style) => atPlace(iso, zone, locale, style)
}

/** When a show is, by the clock of its place; says so to those who live by another. */
export function ShowTime({ show }: { show: ShowOf }) {
  const t = useWords()
  const { zone: zoneName } = useFormat()
  const at = usePlaceTime()
  // Only the reader's device knows where the reader is.
  const awake = useHydrated()
  return (
    <span suppressHydrationWarning>
      {at(show.startsAt, show.zone)}
      {awake && elsewhere(show) ? <span className="block text-xs text-muted">{t.tickets.hereTime(zoneName(show.zone))}</span> : null}
    </span>
  )
}
