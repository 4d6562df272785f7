import type { Queue } from './queue.ts'
import type { Playable } from './track.ts'

/** What outlives a restart, in localStorage. The sound's own settings are kept by sound-settings.ts. */
export type Kept = { queue: Queue<Playable>; volume: number; muted: boolean; positionMs: number }

const name = 'planet.player.v1'

export function keep(kept: Kept): void {
  try {
    localStorage.setItem(name, JSON.stringify(kept))
  } catch {
    // Storage is full or forbidden: the queue then lives as long as the page.
  }
}

/** What the last visit left; null when there is nothing that can be used. */
export function kept(): Kept | null {
  try {
    const text = localStorage.getItem(name)
    if (!text) return null
    const found = JSON.parse(text) as Partial<Kept>
    if (!found.queue || !Array.isArray(found.queue.entries)) return null
    return {
      queue: found.queue,
      volume: found.volume ?? 0.8,
      muted: found.muted ?? false,
      positionMs: typeof found.positionMs === 'number' ? found.positionMs : 0,
    }
  } catch {
    localStorage.removeItem(name)
    return null
  }
}
