/** The queue as pure data: every change is a function from one queue to the next. */

export type Repeat = 'off' | 'all' | 'one'
/** `key` tells two entries of the same track apart and remembers the order in which they came. */
export type Entry<Track> = { key: number; track: Track }
export type Queue<Track> = {
  entries: readonly Entry<Track>[]
  /** Index of the current entry; −1 exactly when there is none. */
  at: number
  repeat: Repeat
  shuffle: boolean
  nextKey: number
}

export const emptyQueue = <Track>(): Queue<Track> => ({ entries: [], at: -1, repeat: 'off', shuffle: false, nextKey: 1 })

/** Most entries kept; more are left out at the end. */
export const mostEntries = 1000

const wrap = <T>(queue: Queue<T>, tracks: readonly T[]): Entry<T>[] => tracks.map((track, index) => ({ key: queue.nextKey + index, track }))

export const current = <T>(queue: Queue<T>): Entry<T> | null => queue.entries[queue.at] ?? null

/** Replaces everything and starts at `start`. With shuffle on, the started track comes first and the rest in random order. */
export function setTracks<T>(queue: Queue<T>, tracks: readonly T[], start: number, random: () => number): Queue<T> {
  // Of more than it holds those from a little before the started one on.
  const from = Math.max(0, Math.min(start - 200, tracks.length - mostEntries))
  const entries = wrap(queue, tracks.slice(from, from + mostEntries))
  if (entries.length === 0) return { ...queue, entries: [], at: -1 }
  const at = Math.min(Math.max(0, start - from), entries.length - 1)
  const base = { ...queue, nextKey: queue.nextKey + entries.length }
  if (!queue.shuffle) return { ...base, entries, at }
  const rest = entries.filter((_, index) => index !== at)
  return { ...base, entries: [entries[at]!, ...shuffled(rest, random)], at: 0 }
}

/** Appends; an empty queue stands at the first of them. */
export function add<T>(queue: Queue<T>, tracks: readonly T[]): Queue<T> {
  const added = wrap(queue, tracks.slice(0, mostEntries - queue.entries.length))
  if (added.length === 0) return queue
  return { ...queue, entries: [...queue.entries, ...added], at: queue.at < 0 ? 0 : queue.at, nextKey: queue.nextKey + added.length }
}

/** Puts tracks right after the current one. */
export function addNext<T>(queue: Queue<T>, tracks: readonly T[]): Queue<T> {
  const added = wrap(queue, tracks.slice(0, mostEntries - queue.entries.length))
  if (added.length === 0) return queue
  const cut = queue.at + 1
  return {
    ...queue,
    entries: [...queue.entries.slice(0, cut), ...added, ...queue.entries.slice(cut)],
    at: queue.at < 0 ? 0 : queue.at,
    nextKey: queue.nextKey + added.length,
  }
}

/** Moves an entry to another place; what plays goes on playing. */
export function move<T>(queue: Queue<T>, from: number, to: number): Queue<T> {
  const { entries } = queue
  if (from === to || !entries[from] || to < 0 || to >= entries.length) return queue
  const playing = current(queue)
  const next = [...entries]
  const [moved] = next.splice(from, 1)
  next.splice(to, 0, moved!)
  return { ...queue, entries: next, at: next.findIndex(entry => entry.key === playing?.key) }
}

/** Takes an entry out. When it was the current one, the next (at the end: the previous) becomes current. */
export function remove<T>(queue: Queue<T>, key: number): Queue<T> {
  const index = queue.entries.findIndex(entry => entry.key === key)
  if (index < 0) return queue
  const entries = queue.entries.filter(entry => entry.key !== key)
  const at = index < queue.at ? queue.at - 1 : Math.min(queue.at, entries.length - 1)
  return { ...queue, entries, at }
}

export const clear = <T>(queue: Queue<T>): Queue<T> => ({ ...queue, entries: [], at: -1 })

/** Leaves what was played and what plays. */
export const clearNext = <T>(queue: Queue<T>): Queue<T> =>
  queue.at + 1 >= queue.entries.length ? queue : { ...queue, entries: queue.entries.slice(0, queue.at + 1) }

export function jump<T>(queue: Queue<T>, key: number): Queue<T> {
  const at = queue.entries.findIndex(entry => entry.key === key)
  return at < 0 ? queue : { ...queue, at }
}

/** Where the music goes on: null at the end. `byItself`: the track ended (repeat one applies), otherwise someone pressed "next". */
export function nextIndex<T>(queue: Queue<T>, byItself: boolean): number | null {
  if (queue.at < 0) return null
  if (byItself && queue.repeat === 'one') return queue.at
  if (queue.at + 1 < queue.entries.length) return queue.at + 1
  return queue.repeat === 'off' ? null : 0
}

/** Where "previous" leads: null at the start. */
export function previousIndex<T>(queue: Queue<T>): number | null {
  if (queue.at < 0) return null
  if (queue.at > 0) return queue.at - 1
  return queue.repeat === 'off' ? null : queue.entries.length - 1
}

export const setRepeat = <T>(queue: Queue<T>, repeat: Repeat): Queue<T> => ({ ...queue, repeat })

/** Mixes what is still to come, or puts it back into the order in which it came. What was played and what plays stays. */
export function setShuffle<T>(queue: Queue<T>, shuffle: boolean, random: () => number): Queue<T> {
  if (shuffle === queue.shuffle) return queue
  const done = queue.entries.slice(0, queue.at + 1)
  const rest = queue.entries.slice(queue.at + 1)
  const next = shuffle ? shuffled(rest, random) : rest.toSorted((a, b) => a.key - b.key)
  return { ...queue, shuffle, entries: [...done, ...next] }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items]
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out
}
