/** Searches of this device: kept here and sent nowhere. */
const place = 'planet.searches'
const most = 8

export function recentSearches(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? '[]')
    return Array.isArray(kept) ? kept.filter(one => typeof one === 'string').slice(0, most) : []
  } catch {
    return []
  }
}
export function keepSearch(q: string): void {
  const text = q.trim()
  if (text === '') return
  try {
    localStorage.setItem(place, JSON.stringify([text, ...recentSearches().filter(one => one !== text)].slice(0, most)))
  } catch {
    // A full or closed storage: it is only convenience.
  }
}
export const forgetSearches = (): void => localStorage.removeItem(place)
