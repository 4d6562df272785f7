import { useQuery } from '@tanstack/react-query'
import { useEffect, useReducer, useSyncExternalStore } from 'react'
import { read } from '../api.ts'
import { player, quietState, type PlayerState } from './player.ts'
import type { Playable } from './track.ts'

/** A part of the player's state; renders again only when the part changes. */
export const usePlayer = <T>(pick: (state: PlayerState) => T): T =>
  useSyncExternalStore(
    player.subscribe,
    () => pick(player.getState()),
    () => pick(quietState),
  )

export const useTrack = (): Playable | null => usePlayer(state => state.queue.entries[state.queue.at]?.track ?? null)
export const useSounding = (): boolean => usePlayer(state => state.status === 'playing' || state.status === 'loading')

/** True while this very track plays. */
export const useIsPlaying = (id: string): boolean =>
  usePlayer(state => (state.status === 'playing' || state.status === 'loading') && state.queue.entries[state.queue.at]?.track.id === id)
export const useIsCurrent = (id: string): boolean => usePlayer(state => state.queue.entries[state.queue.at]?.track.id === id)

/** Position in ms, read `perSecond` times a second while it plays and the page is seen. */
export function usePosition(perSecond = 8): number {
  const sounding = useSounding()
  // A seek while paused changes the state object and so renders again; while it sounds the clock does.
  usePlayer(state => state)
  const [, tick] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    if (!sounding) return
    let frame = 0
    let last = 0
    const step = (now: number) => {
      if (now - last >= 1000 / perSecond) {
        last = now
        tick()
      }
      frame = requestAnimationFrame(step)
    }
    frame = requestAnimationFrame(step)
    return () => cancelAnimationFrame(frame)
  }, [sounding, perSecond])
  return player.positionMs
}

/** Peaks from 0 to 1; empty until they are there, and for previews, whose clock is another. */
export function usePeaks(track: Playable | null): readonly number[] {
  const { data } = useQuery({
    ...read('GET /tracks/:id/waveform', { id: track?.id ?? '' }),
    enabled: track !== null && track.playable === 'full' && !track.own,
    staleTime: Infinity,
    select: wave => wave.peaks.map(peak => peak / 255),
  })
  return data ?? none
}
const none: readonly number[] = []
