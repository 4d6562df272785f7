import { noHistory, type History, type Step } from './queue-history.ts'
import type { Entry, Queue } from './queue.ts'
import type { Playable } from './track.ts'

/** What outlives a restart, in localStorage. The sound's own settings are kept by sound-settings.ts. */
export type Kept = { queue: Queue<Playable>; history: History<Playable>; volume: number; muted: boolean; positionMs: number }

/** The queue is written when it changes, the place in it every few seconds: one is large, the other is not. */
const names = { queue: 'planet.queue.v2', place: 'planet.place.v2' }
/** Most steps on either side, and most entries in all, that are kept: storage is small. */
const most = { steps: 20, entries: 3000 }

/** Queues hold each other's entries: each entry is written once, queues by their keys. */
type PackedQueue = Omit<Queue<Playable>, 'entries'> & { keys: number[] }
type PackedStep = Omit<Step<Playable>, 'queue'> & { queue: PackedQueue }
type Packed = { tracks: [key: number, track: Playable][]; queue: PackedQueue; past: PackedStep[]; future: PackedStep[] }

export function pack(queue: Queue<Playable>, history: History<Playable>): Packed {
  const tracks = new Map<number, Playable>()
  const packQueue = ({ entries, ...rest }: Queue<Playable>): PackedQueue => {
    for (const { key, track } of entries) tracks.set(key, track)
    return { ...rest, keys: entries.map(entry => entry.key) }
  }
  const packed = packQueue(queue)
  const steps = (list: readonly Step<Playable>[]): PackedStep[] => {
    const out: PackedStep[] = []
    for (const step of list) {
      if (out.length >= most.steps || tracks.size + step.queue.entries.length > most.entries) break
      out.push({ ...step, queue: packQueue(step.queue) })
    }
    return out
  }
  // The nearest steps matter most.
  const past = steps(history.past.toReversed()).reverse()
  const future = steps(history.future)
  return { tracks: [...tracks], queue: packed, past, future }
}

/** Throws when what was stored does not hold together. */
export function unpack({ tracks, queue, past, future }: Packed): Pick<Kept, 'queue' | 'history'> {
  const entries = new Map(tracks.map(([key, track]): [number, Entry<Playable>] => [key, { key, track }]))
  const open = ({ keys, ...rest }: PackedQueue): Queue<Playable> => {
    const found = keys.map(key => {
      const entry = entries.get(key)
      if (!entry) throw new Error(`entry ${key} is missing`)
      return entry
    })
    if (found.length === 0 ? rest.at !== -1 : !found[rest.at]) throw new Error('the place is outside of the queue')
    return { ...rest, entries: found }
  }
  const steps = (list: readonly PackedStep[]): Step<Playable>[] => list.map(step => ({ ...step, queue: open(step.queue) }))
  return { queue: open(queue), history: { past: steps(past), future: steps(future) } }
}

let written: Pick<Kept, 'queue' | 'history'> | null = null

export function keep({ queue, history, volume, muted, positionMs }: Kept): void {
  try {
    localStorage.setItem(names.place, JSON.stringify({ volume, muted, positionMs }))
    if (written?.queue === queue && written.history === history) return
    try {
      localStorage.setItem(names.queue, JSON.stringify(pack(queue, history)))
    } catch {
      // Too much for this browser's storage: the queue itself matters more than the way to it.
      localStorage.setItem(names.queue, JSON.stringify(pack(queue, noHistory())))
    }
    written = { queue, history }
  } catch {
    // Storage is full or forbidden: the queue then lives as long as the page.
  }
}

/** What the last visit left; null when there is nothing that can be used. */
export function kept(): Kept | null {
  try {
    const [queue, place] = [localStorage.getItem(names.queue), localStorage.getItem(names.place)]
    if (!queue) return null
    const found = JSON.parse(place ?? '{}') as Partial<Kept>
    written = unpack(JSON.parse(queue) as Packed)
    return {
      ...written,
      volume: typeof found.volume === 'number' ? found.volume : 0.8,
      muted: found.muted === true,
      positionMs: typeof found.positionMs === 'number' ? found.positionMs : 0,
    }
  } catch {
    for (const name of Object.values(names)) localStorage.removeItem(name)
    return null
  }
}
