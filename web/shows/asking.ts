/** What the page of shows can be asked: by city, days, words. */
import { plusDays } from './times.ts'

export const whens = ['all', 'week', 'weekend', 'month', 'past'] as const
export type When = (typeof whens)[number]
export type ShowsSearch = { q?: string; city?: string; when?: When }

/** Days of the reader's calendar that a choice means. */
function days(when: When): { from?: string; to?: string; past?: 'true' } {
  if (when === 'past') return { past: 'true' }
  if (when === 'week') return { to: plusDays(7) }
  if (when === 'month') return { to: plusDays(30) }
  if (when !== 'weekend') return {}
  const today = new Date().getDay()
  const toFriday = today === 0 ? -2 : today === 6 ? -1 : 5 - today
  return { from: plusDays(Math.max(0, toFriday)), to: plusDays(toFriday + 2) }
}
/** What a page asks for. */
export const askedOf = ({ q, city, when = 'all' }: ShowsSearch) => ({ ...(q ? { q } : {}), ...(city ? { city } : {}), ...days(when) })
