import type { Queue } from './queue.ts'
import * as q from './queue.ts'

/** When the music stops by itself. `until`: milliseconds of the device's clock. */
export type Sleep = { kind: 'minutes'; until: number } | { kind: 'track' } | { kind: 'album' } | { kind: 'queue' }
/** A part of a track that sounds again and again, in ms; `to` is null while only its beginning is set. */
export type Loop = { from: number; to: number | null }

/** Over so many ms the music fades before it stops. */
export const fallingAsleepMs = 10_000
/** Shortest loop, in ms. */
export const shortestLoop = 500

/** Whether the music stops when the current entry ends by itself. */
export function stopsAfter(sleep: Sleep | null, queue: Queue<{ release: { id: string } }>): boolean {
  if (sleep === null || sleep.kind === 'minutes') return false
  if (sleep.kind === 'track') return true
  if (sleep.kind === 'queue') return queue.at === queue.entries.length - 1
  const next = q.nextIndex(queue, false)
  return next === null || next <= queue.at || queue.entries[next]!.track.release.id !== q.current(queue)?.track.release.id
}

/** What a restart finds: a time that has passed is none. */
export type KeptTimers = { sleep: Sleep | null; loop: (Loop & { track: string }) | null }
const name = 'planet.timers.v1'

export function keepTimers(timers: KeptTimers): void {
  try {
    if (timers.sleep || timers.loop) localStorage.setItem(name, JSON.stringify(timers))
    else localStorage.removeItem(name)
  } catch {
    // Storage is full or forbidden: they then last as long as the page.
  }
}

export function keptTimers(now: number): KeptTimers {
  try {
    const { sleep, loop } = JSON.parse(localStorage.getItem(name) ?? '{}') as Partial<KeptTimers>
    return {
      sleep: sleep && (sleep.kind !== 'minutes' || sleep.until > now) ? sleep : null,
      loop: loop && Number.isFinite(loop.from) && typeof loop.track === 'string' ? loop : null,
    }
  } catch {
    return { sleep: null, loop: null }
  }
}
