/** Changes of the queue that can be taken back and done again, as pure data. */
import type { Entry, Queue } from './queue.ts'

/** What was done to the queue. */
export type What = 'replace' | 'add' | 'next' | 'move' | 'remove' | 'clear' | 'shuffle' | 'elsewhere'
/** The queue as it stood beside a change: where in its track it was, and whether it sounded. `what` leads away from it (past) or to it (future). */
export type Step<Track> = { what: What; queue: Queue<Track>; positionMs: number; playing: boolean }
export type Moment<Track> = Omit<Step<Track>, 'what'>
export type History<Track> = { past: readonly Step<Track>[]; future: readonly Step<Track>[] }

export const noHistory = <Track>(): History<Track> => ({ past: [], future: [] })

/** Most steps kept on either side. */
export const mostSteps = 60

/** Call before a change. What was taken back before can then no longer be done again. */
export const remember = <T>(history: History<T>, what: What, now: Moment<T>): History<T> => ({
  past: [...history.past.slice(1 - mostSteps), { what, ...now }],
  future: [],
})

type Turn<T> = { history: History<T>; step: Step<T> }

/** One step back: null when nothing is left to take back. */
export function back<T>(history: History<T>, now: Moment<T>): Turn<T> | null {
  const step = history.past.at(-1)
  if (!step) return null
  return { step, history: { past: history.past.slice(0, -1), future: [{ what: step.what, ...now }, ...history.future] } }
}

/** One step forth again. */
export function forth<T>(history: History<T>, now: Moment<T>): Turn<T> | null {
  const [step, ...future] = history.future
  if (!step) return null
  return { step, history: { past: [...history.past, { what: step.what, ...now }], future } }
}

/**
 * The queue of a step, put in the place of the present one. What plays now goes on when it is in it (`stays`); how it repeats stays as it is;
 * keys are never given twice.
 */
export function restored<T>(now: Queue<T>, then: Queue<T>): { queue: Queue<T>; stays: boolean } {
  const playing: Entry<T> | undefined = now.entries[now.at]
  const at = playing ? then.entries.findIndex(entry => entry.key === playing.key) : -1
  return {
    queue: { ...then, at: at < 0 ? then.at : at, repeat: now.repeat, nextKey: Math.max(now.nextKey, then.nextKey) },
    stays: at >= 0,
  }
}
