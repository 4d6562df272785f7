import { useEffect, useReducer, useSyncExternalStore } from 'react'
import { player } from './player.ts'
import type { Loop, Sleep } from './sleep.ts'
import { changeSound, onSound, soundSettings, usualSettings, type SoundSettings } from './sound-settings.ts'
import { usePlayer } from './use.ts'

/** Reads and changes everything that is said of sound on this device. */
export function useSound(): [SoundSettings, (part: Partial<SoundSettings>) => void] {
  const settings = useSyncExternalStore(onSound, soundSettings, () => usualSettings)
  return [settings, changeSound]
}

/** When the music stops by itself; `leftMs` while it is a time, read once a second. */
export function useSleepTimer(): {
  sleep: Sleep | null
  leftMs: number | null
  set: (sleep: Sleep | null) => void
  minutes: (minutes: number) => void
} {
  const sleep = usePlayer(state => state.sleep)
  const [now, tick] = useReducer(() => Date.now(), 0)
  const timed = sleep?.kind === 'minutes'
  useEffect(() => {
    if (!timed) return
    tick()
    const timer = setInterval(tick, 1000)
    return () => clearInterval(timer)
  }, [timed, sleep])
  return {
    sleep,
    leftMs: timed && now > 0 ? Math.max(0, sleep.until - now) : null,
    set: next => player.setSleep(next),
    minutes: minutes => player.setSleep({ kind: 'minutes', until: Date.now() + minutes * 60_000 }),
  }
}

/** The loop of the current track. `mark`: first the beginning, then the end, then none (the key for it). */
export function useLoop(): { loop: Loop | null; set: (loop: Loop | null) => void; mark: () => void } {
  const loop = usePlayer(state => state.loop)
  return { loop, set: next => player.setLoop(next), mark: () => player.markLoop() }
}
