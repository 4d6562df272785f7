import { useSyncExternalStore } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useHydrated } from '../ui/hydrated.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

// One clock for everything on the screen.
let now = 0
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
function subscribe(listener: () => void): () => void {
  const tick = () => {
    now = Date.now()
    for (const one of listeners) one()
  }
  listeners.add(listener)
  if (timer === undefined) {
    timer = setInterval(tick, minute)
    now = Date.now()
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The time to the minute, in ms; 0 on the server and in the first look, where the reader's clock is not known. */
export const useNow = (): number =>
  useSyncExternalStore(
    subscribe,
    () => now,
    () => 0,
  )

/** How long ago, as one says it; the date from a week on, and where the reader's clock and zone are not known. */
export function useAgo(at: string): string {
  const t = useWords()
  const format = useFormat()
  const clock = useNow()
  if (clock === 0) return format.day(at)
  const ago = clock - Date.parse(at)
  if (ago < minute) return t.feed.now
  if (ago < hour) return t.feed.minutes(Math.floor(ago / minute))
  if (ago < day) return t.feed.hours(Math.floor(ago / hour))
  if (ago < 7 * day) return t.feed.days(Math.floor(ago / day))
  return format.date(at)
}

/** The exact moment, for the title of a time; only where the reader's zone is known. */
export function useExact(at: string): string | undefined {
  const format = useFormat()
  return useHydrated() ? format.dateTime(at) : undefined
}

export function Ago({ at, className }: { at: string; className?: string }) {
  return (
    <time dateTime={at} title={useExact(at)} className={className}>
      {useAgo(at)}
    </time>
  )
}
