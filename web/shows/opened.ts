import { useCallback, useSyncExternalStore } from 'react'
import { holdMs } from '../../shared/hold-time.ts'

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
const keyOf = (show: string): string => `planet.map.${show}`
/** What this tab remembers, or null where it may not. */
const session = (): Store | null => {
  try {
    return window.sessionStorage
  } catch {
    return null
  }
}

/** When the map of this show was opened, in ms: what is remembered while its time runs, otherwise now. Exported for its test. */
export function openedAt(store: Store | null, show: string, now: number): number {
  const before = Number(store?.getItem(keyOf(show)) ?? Number.NaN)
  if (before <= now && before + holdMs > now) return before
  try {
    store?.setItem(keyOf(show), String(now))
  } catch {
    // Full: this page knows it as long as it is open.
  }
  return now
}
/** The maps that are open on this page, since when, and who shows it. */
const open = new Map<string, number>()
const showing = new Set<() => void>()
const begin = (show: string): void => {
  open.set(show, openedAt(session(), show, Date.now()))
  for (const tell of showing) tell()
}
/** The next opening is a new one: what was chosen is given back, or its time is over. */
export const closeMap = (show: string): void => session()?.removeItem(keyOf(show))

/** The clock of choosing: it starts when the map is opened and goes on when the page is loaded anew. */
export function useOpened(show: string, can: boolean) {
  const watch = useCallback(
    (tell: () => void) => {
      showing.add(tell)
      if (can) begin(show)
      return () => {
        showing.delete(tell)
        open.delete(show)
      }
    },
    [show, can],
  )
  const at = useSyncExternalStore(
    watch,
    () => open.get(show) ?? null,
    () => null,
  )
  return {
    until: at === null ? null : new Date(at + holdMs).toISOString(),
    /** Seconds since then. */
    since: (): number => (at === null ? 0 : Math.floor((Date.now() - at) / 1000)),
    anew: () => {
      closeMap(show)
      begin(show)
    },
  }
}
