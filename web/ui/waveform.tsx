import { useMemo, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { clockText } from '../i18n/format.ts'
import { useWords } from '../i18n/use.tsx'
import { cx } from './cx.ts'
import { useWidth } from './width.ts'
import { barsOf, wavePath } from './wave.ts'

type WaveformProps = {
  /** Peaks of equal parts of the sound, each 0 … 1; empty draws a quiet line. */
  peaks: readonly number[]
  durationMs: number
  positionMs: number
  /** Without it the picture cannot be used to seek. */
  onSeek?: (milliseconds: number) => void
  /** Share of the sound that has been loaded. */
  loaded?: number
  height?: number
  /** A part that sounds again and again, in ms; `to` is null while only its beginning is set. */
  loop?: { from: number; to: number | null } | null
  label?: string
  className?: string
}

const gap = 4

/** The shape of a sound and where one is in it; a slider for pointer and keyboard (arrows 5 s, page keys 30 s, home, end). */
export function Waveform({ peaks, durationMs, positionMs, onSeek, height = 40, loop, label, className }: WaveformProps) {
  const t = useWords()
  const [box, width] = useWidth(480)
  const [hover, setHover] = useState<number | null>(null)
  const [dragging, setDragging] = useState<number | null>(null)
  const path = useMemo(
    // Silence is one quiet line: no reason to send a page hundreds of dots.
    () =>
      peaks.length === 0
        ? `M0 ${height / 2 - 1}h${width}v2H0z`
        : wavePath(barsOf(peaks, Math.max(10, Math.floor(width / gap))), gap, height),
    [peaks, width, height],
  )
  const share = durationMs > 0 ? Math.min(1, Math.max(0, (dragging ?? positionMs) / durationMs)) : 0
  const at = (event: PointerEvent) => {
    const rect = event.currentTarget.getBoundingClientRect()
    return Math.min(1, Math.max(0, (event.clientX - rect.left) / rect.width)) * durationMs
  }
  const keys = (event: KeyboardEvent) => {
    if (!onSeek) return
    const steps: Record<string, number> = {
      ArrowLeft: -5000,
      ArrowDown: -5000,
      ArrowRight: 5000,
      ArrowUp: 5000,
      PageDown: -30_000,
      PageUp: 30_000,
    }
    const target = event.key === 'Home' ? 0 : event.key === 'End' ? durationMs : event.key in steps ? positionMs + steps[event.key]! : null
    if (target === null) return
    event.preventDefault()
    event.stopPropagation()
    onSeek(Math.min(durationMs, Math.max(0, target)))
  }
  const slider = onSeek
    ? ({
        role: 'slider',
        tabIndex: 0,
        'aria-label': label ?? t.player.seek,
        'aria-valuemin': 0,
        'aria-valuemax': Math.round(durationMs / 1000),
        'aria-valuenow': Math.round(positionMs / 1000),
        'aria-valuetext': t.player.position(clockText(positionMs), clockText(durationMs)),
        onKeyDown: keys,
        onPointerDown: (event: PointerEvent) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          setDragging(at(event))
          setHover(at(event))
        },
        onPointerMove: (event: PointerEvent) => {
          setHover(at(event))
          if (dragging !== null) setDragging(at(event))
        },
        onPointerUp: (event: PointerEvent) => {
          if (dragging !== null) onSeek(at(event))
          setDragging(null)
          if (event.pointerType !== 'mouse') setHover(null)
        },
        onPointerCancel: () => {
          setDragging(null)
          setHover(null)
        },
        onPointerLeave: () => setHover(null),
      } as const)
    : ({ 'aria-hidden': true } as const)
  return (
    <div
      ref={box}
      {...slider}
      className={cx('relative w-full touch-none select-none', onSeek && 'cursor-pointer', className)}
      style={{ height }}
    >
      <svg
        width="100%"
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden
        className="absolute inset-0 text-line-strong/70"
      >
        <path d={path} fill="currentColor" />
      </svg>
      {share > 0 ? (
        <svg
          width="100%"
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          aria-hidden
          className="absolute inset-0 text-accent-mark"
          style={{ clipPath: `inset(0 ${(1 - share) * 100}% 0 0)` }}
        >
          <path d={path} fill="currentColor" />
        </svg>
      ) : null}
      {loop && durationMs > 0 ? (
        <span
          aria-hidden
          className="pointer-events-none absolute -inset-y-1 rounded-sm border-x-2 border-ion bg-ion/12"
          style={{ left: `${(loop.from / durationMs) * 100}%`, right: `${100 - ((loop.to ?? loop.from) / durationMs) * 100}%` }}
        />
      ) : null}
      {hover !== null && durationMs > 0 ? (
        <div
          aria-hidden
          className="pointer-events-none absolute inset-y-0 border-l border-ink/60"
          style={{ left: `${(hover / durationMs) * 100}%` }}
        >
          <span
            className={cx(
              'tabular absolute rounded-sm bg-ink font-medium text-bg',
              // Under a finger nothing can be read: higher and larger.
              dragging === null ? '-top-6 px-1.5 py-0.5 text-xs' : '-top-9 px-2 py-1 text-sm',
            )}
            style={{ translate: `-${(hover / durationMs) * 100}% 0` }}
          >
            {clockText(hover)}
          </span>
        </div>
      ) : null}
    </div>
  )
}
