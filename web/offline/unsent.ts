/** Plays that could not be told: they wait in localStorage (small, and written at once even while the page is being left) until the planet is back. */

/** What `POST /plays` takes, and whose play it is ('' signed out). */
export type Unsent = {
  id: string
  track: string
  startedAt: string
  ranges: [number, number][]
  source: string
  device: string
  by?: string
}

const prefix = 'planet.play.'
/** Who listens on this device, as far as it last knew (web/offline/who.ts writes it). */
export const whoKey = 'planet.who'

export function keepPlay(play: Unsent): void {
  try {
    localStorage.setItem(prefix + play.id, JSON.stringify({ ...play, by: localStorage.getItem(whoKey) ?? '' }))
  } catch {
    // No room for it: the play is lost, the music is not.
  }
}
export const forgetPlay = (id: string): void => localStorage.removeItem(prefix + id)

export function unsentPlays(): Unsent[] {
  const plays: Unsent[] = []
  for (let i = 0; i < localStorage.length; i++) {
    const key = localStorage.key(i)
    if (!key?.startsWith(prefix)) continue
    try {
      plays.push(JSON.parse(localStorage.getItem(key)!) as Unsent)
    } catch {
      localStorage.removeItem(key)
    }
  }
  return plays.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
}
