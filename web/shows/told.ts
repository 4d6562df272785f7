import type { LocaleName } from '../i18n/use.tsx'

/** Sellers' texts hold times as `2026-12-01 20:00`, already by the clock of the place: told as people of this language say them. */
export const toldTimes = (locale: LocaleName, text: string): string =>
  text.replace(/\b(\d{4}-\d\d-\d\d) (\d\d:\d\d)(?!:)/g, (whole, day: string, time: string) => {
    const at = new Date(`${day}T${time}Z`)
    if (Number.isNaN(at.getTime())) return whole
    return new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en', {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: 'UTC',
    }).format(at)
  })
