import { useRef } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Cover } from '../ui/cover.tsx'
import { Next, PlayPause } from './controls.tsx'
import { player } from './player.ts'
import { useSwipe } from './swipe.ts'
import { artistNames, type Playable } from './track.ts'
import { usePlayer, usePosition } from './use.ts'

/** The bar on phones: a card above the tabs. Swiped sideways it goes to another track, upwards it opens. */
export function Mini({ track, onOpen }: { track: Playable; onOpen: () => void }) {
  const t = useWords()
  const { entries, at } = usePlayer(state => state.queue)
  const names = useRef<HTMLButtonElement>(null)
  const shift = (px: number) => {
    if (names.current) names.current.style.translate = px === 0 ? '' : `${px}px 0`
  }
  const swipe = useSwipe({
    onMove: dx => shift(entries[dx < 0 ? at + 1 : at - 1] ? dx * 0.6 : dx * 0.2),
    onEnd: direction => {
      shift(0)
      const to = direction === 'left' ? entries[at + 1] : direction === 'right' ? entries[at - 1] : undefined
      if (to) player.jump(to.key)
      if (direction === 'up') onOpen()
    },
  })
  return (
    <div {...swipe} className="relative flex touch-none items-center gap-3 overflow-hidden rounded-md p-2 lg:hidden">
      <button
        ref={names}
        type="button"
        onClick={onOpen}
        aria-label={t.player.openFull}
        className="flex min-w-0 flex-1 items-center gap-3 rounded-sm text-left"
      >
        <Cover id={track.release.id} picture={track.cover} alt="" size={44} className="size-11" />
        <span className="min-w-0">
          <span className="block truncate font-semibold">{track.title}</span>
          <span className="block truncate text-xs text-muted">
            {track.playable === 'preview' ? `${t.player.preview} · ` : ''}
            {artistNames(track.artists)}
          </span>
        </span>
      </button>
      <PlayPause />
      <Next />
      <Line />
    </div>
  )
}

/** How far the track is; apart, so that the names do not render again with every tick. */
function Line() {
  const position = usePosition(4)
  const durationMs = usePlayer(state => state.durationMs)
  return (
    <span
      aria-hidden
      className="absolute bottom-0 left-0 h-0.5 w-full origin-left bg-accent-mark"
      style={{ transform: `scaleX(${durationMs > 0 ? Math.min(1, position / durationMs) : 0})` }}
    />
  )
}
