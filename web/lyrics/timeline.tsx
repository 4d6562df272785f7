import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { read } from '../api.ts'
import { clockText } from '../i18n/format.ts'
import { useWords } from '../i18n/use.tsx'
import { player } from '../player/player.ts'
import { cx } from '../ui/cx.ts'
import { Select } from '../ui/field.tsx'
import { barsOf, wavePath } from '../ui/wave.ts'
import { useWidth } from '../ui/width.ts'
import { startOf, textOf, type EditLine } from './edit.ts'
import type { TrackSound } from './sounding.ts'

const height = 72
const step = 4
const spans = [8000, 15_000, 30_000, 60_000] as const

type TimelineProps = {
  track: string
  durationMs: number
  lines: readonly EditLine[]
  chosen: number
  sound: TrackSound
  onChoose: (line: number) => void
  onMove: (line: number, to: number) => void
}

/** The sound around where one is, with the beginning of each line to take and move. */
export function Timeline({ track, durationMs, lines, chosen, sound, onChoose, onMove }: TimelineProps) {
  const t = useWords()
  const { data } = useQuery({ ...read('GET /tracks/:id/waveform', { id: track }), staleTime: Infinity, retry: false })
  const peaks = useMemo(() => data?.peaks.map(peak => peak / 255) ?? [], [data])
  const [box, width] = useWidth(640)
  const [span, setSpan] = useState<number>(spans[1])
  const shown = span === 0 ? Math.max(1000, durationMs) : Math.min(span, Math.max(1000, durationMs))
  const [from, setFrom] = useState(0)
  const head = useRef<HTMLDivElement>(null)
  const [drag, setDrag] = useState<{ line: number; at: number } | null>(null)
  const clamp = (ms: number) => Math.min(Math.max(0, durationMs - shown), Math.max(0, ms))

  // The picture turns its page when the music reaches its end; between, only the playhead moves.
  useEffect(() => {
    let frame = 0
    const paint = () => {
      const at = sound.on ? player.positionMs : 0
      if (!drag && sound.sounding && (at < from || at > from + shown * 0.9)) setFrom(clamp(at - shown * 0.1))
      if (head.current) head.current.style.left = `${((at - from) / shown) * 100}%`
      frame = requestAnimationFrame(paint)
    }
    paint()
    return () => cancelAnimationFrame(frame)
  })
  // A line that is chosen is brought into the picture.
  const start = lines[chosen] ? startOf(lines[chosen]) : null
  useEffect(() => {
    if (start !== null && !sound.sounding && (start < from || start > from + shown)) setFrom(clamp(start - shown * 0.2))
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [start, shown])

  const path = useMemo(() => {
    if (peaks.length === 0 || durationMs === 0) return `M0 ${height / 2 - 1}h${width}v2H0z`
    const part = peaks.slice(Math.floor((from / durationMs) * peaks.length), Math.ceil(((from + shown) / durationMs) * peaks.length))
    return wavePath(barsOf(part, Math.max(10, Math.floor(width / step))), step, height)
  }, [peaks, from, shown, durationMs, width])
  const timeAt = (event: PointerEvent) => {
    const rect = box.current!.getBoundingClientRect()
    return Math.min(durationMs, Math.max(0, from + ((event.clientX - rect.left) / rect.width) * shown))
  }
  const keys = (line: number, at: number) => (event: KeyboardEvent) => {
    const by = event.key === 'ArrowLeft' ? -10 : event.key === 'ArrowRight' ? 10 : null
    if (by === null) return
    event.preventDefault()
    event.stopPropagation()
    onMove(line, Math.max(0, at + (event.shiftKey ? by * 10 : by)))
  }
  return (
    <section aria-label={t.lyrics.timeline} className="rounded-lg border border-line bg-surface p-3">
      <div ref={box} className="relative touch-pan-y overflow-hidden select-none" style={{ height: height + 28 }}>
        <svg
          width="100%"
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          aria-hidden
          onPointerDown={event => sound.ready && sound.on && player.seek(timeAt(event))}
          className={cx('absolute inset-x-0 top-0 text-line-strong/60', sound.on && 'cursor-pointer')}
        >
          <rect width={width} height={height} fill="transparent" />
          <path d={path} fill="currentColor" />
        </svg>
        {lines.map((line, index) => {
          const at = drag?.line === index ? drag.at : startOf(line)
          if (at === null || at < from - 50 || at > from + shown) return null
          const text = textOf(line).trim()
          return (
            <div
              key={line.key}
              role="slider"
              tabIndex={index === chosen ? 0 : -1}
              aria-label={t.lyrics.marker(text)}
              aria-valuemin={0}
              aria-valuemax={Math.round(durationMs)}
              aria-valuenow={Math.round(at)}
              aria-valuetext={clockText(at)}
              onKeyDown={keys(index, at)}
              onFocus={() => index !== chosen && onChoose(index)}
              onPointerDown={event => {
                event.currentTarget.setPointerCapture(event.pointerId)
                onChoose(index)
                setDrag({ line: index, at })
              }}
              onPointerMove={event => drag?.line === index && setDrag({ line: index, at: timeAt(event) })}
              onPointerUp={event => {
                if (drag?.line === index && Math.abs(timeAt(event) - (startOf(line) ?? 0)) >= 5) onMove(index, timeAt(event))
                setDrag(null)
              }}
              onPointerCancel={() => setDrag(null)}
              className={cx(
                'absolute top-0 bottom-0 max-w-40 cursor-ew-resize touch-none border-l-2 pr-2',
                index === chosen ? 'z-10 border-accent-mark' : 'border-ion/70',
              )}
              style={{ left: `${((at - from) / shown) * 100}%` }}
            >
              <span
                className={cx(
                  'absolute bottom-0 left-0 block max-w-36 truncate rounded-sm px-1.5 py-0.5 text-xs font-medium',
                  index === chosen ? 'bg-accent text-on-accent' : 'bg-ion-soft text-ion',
                )}
              >
                {text}
              </span>
            </div>
          )
        })}
        <div ref={head} aria-hidden className="pointer-events-none absolute top-0 z-10 w-px bg-danger" style={{ height }} />
      </div>
      <div className="mt-2 flex items-center justify-between gap-3 text-xs text-muted">
        <span className="tabular">
          {clockText(from)} – {clockText(from + shown)}
        </span>
        <Select
          label={t.lyrics.zoom}
          hideLabel
          className="w-32"
          value={String(span)}
          onChange={event => setSpan(Number(event.target.value))}
          options={[
            ...spans.map(one => ({ value: String(one), name: t.lyrics.seconds(one / 1000) })),
            { value: '0', name: t.lyrics.wholeSong },
          ]}
        />
      </div>
    </section>
  )
}
