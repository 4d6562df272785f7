import { useEffect, useRef, useState } from 'react'
import { lineAt } from '../player/lyrics.ts'
import { player } from '../player/player.ts'
import { changeSound, soundSettings } from '../player/sound-settings.ts'
import { playable, type Track } from '../player/track.ts'
import { useIsCurrent, useIsPlaying, usePlayer } from '../player/use.ts'

/** The house's player, playing just this track. */
export function useTrackSound(track: Track) {
  const on = useIsCurrent(track.id)
  const sounding = useIsPlaying(track.id)
  const ready = track.playable === 'full' && track.state === 'ready'
  const loop = usePlayer(state => state.loop)
  const begin = () => {
    if (!on) player.playTracks([playable(track, 'track')])
    else player.play()
  }
  return {
    on,
    sounding,
    ready,
    loop: on ? loop : null,
    at: () => (on ? Math.round(player.positionMs) : 0),
    toggle: () => (sounding ? player.pause() : begin()),
    playFrom: (ms: number) => {
      if (!ready) return
      begin()
      player.seek(Math.max(0, ms))
    },
    setLoop: (from: number, to: number) => player.setLoop({ from, to }),
    endLoop: () => player.setLoop(null),
  }
}
export type TrackSound = ReturnType<typeof useTrackSound>

/** The speed while one works here; what the listener had comes back when they leave. */
export function useSpeed(): [number, (speed: number) => void] {
  const [speed, setSpeed] = useState(1)
  const before = useRef<number | null>(null)
  useEffect(
    () => () => {
      if (before.current !== null) changeSound({ speed: before.current })
    },
    [],
  )
  return [
    speed,
    next => {
      before.current ??= soundSettings().speed
      changeSound({ speed: next })
      setSpeed(next)
    },
  ]
}

/** Index of the line that is sung, −1 before the first; renders only when it changes. */
export function useSungLine(starts: readonly { startMs: number }[], on: boolean): number {
  const [at, setAt] = useState(-1)
  useEffect(() => {
    if (!on) return
    let frame = 0
    const step = () => {
      setAt(lineAt(starts, player.positionMs))
      frame = requestAnimationFrame(step)
    }
    step()
    return () => cancelAnimationFrame(frame)
  }, [starts, on])
  return on ? at : -1
}
