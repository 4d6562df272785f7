import { useEffect, useRef, useState, type PointerEvent } from 'react'
import { useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import type { Entry } from './queries.ts'
import { timeThere } from './times.ts'

export type Column = {
  key: string
  resource: string
  title: string
  note: string | null
  zone: string
  day: string
  starts: string
  ends: string
  open: readonly { from: string; to: string }[]
  entries: readonly Entry[]
  /** Not shown on phones. */
  narrow: boolean
}
export type Moved = { entry: Entry; column: Column; start: string }

const perHour = 52
const quarterMs = 900_000
const px = (ms: number): number => (ms / 3_600_000) * perHour
const at = (iso: string): number => Date.parse(iso)
const tones: Partial<Record<Entry['kind'], string>> = {
  block: 'border-line-strong bg-sunken text-muted',
  busy: 'border-line border-dashed bg-sunken text-muted',
}
const states: Partial<Record<NonNullable<Entry['state']>, string>> = {
  asked: 'border-held border-dashed bg-held-soft text-held',
  accepted: 'border-held bg-held-soft text-held',
  pending: 'border-held bg-held-soft text-held',
  confirmed: 'border-paid bg-paid-soft text-paid',
  arrived: 'border-accent-mark bg-accent-soft text-accent-ink',
}
const movable = (entry: Entry): boolean =>
  (entry.state === 'confirmed' || entry.state === 'arrived') && entry.kind !== 'block' && entry.kind !== 'busy'

/** Columns of a day, hours down: what is booked lies where it is. A booking is dragged with a mouse to another time or column; everything else by its dialog. */
export function Grid({
  columns,
  today,
  onAdd,
  onOpen,
  onMove,
}: {
  columns: readonly Column[]
  today: string
  onAdd: (column: Column, start: string) => void
  onOpen: (entry: Entry, column: Column) => void
  onMove: (moved: Moved) => void
}) {
  const l = useWords().letting
  const box = useRef<HTMLDivElement>(null)
  const [now, setNow] = useState<number | null>(null)
  const [drag, setDrag] = useState<{ entry: Entry; from: Column; column: Column; grip: number; start: number; moved: boolean } | null>(null)
  useEffect(() => {
    const tick = () => setNow(Date.now())
    tick()
    const timer = setInterval(tick, 60_000)
    return () => clearInterval(timer)
  }, [])
  // Opened, it shows the hour before now; of other days the first opening that is not the night before.
  const openings = columns.flatMap(column => column.open.map(one => at(one.from) - at(column.starts)))
  const first = Math.min(...(openings.some(ms => ms > 0) ? openings.filter(ms => ms > 0) : openings))
  const started = columns[0] && columns[0].day === today && now !== null ? now - at(columns[0].starts) - 3_600_000 : null
  const top = started !== null && started > 0 ? started : first
  const shownAt = useRef('')
  useEffect(() => {
    const key = `${columns[0]?.key} ${columns.length}`
    if (!box.current || !Number.isFinite(top) || now === null || shownAt.current === key) return
    shownAt.current = key
    box.current.scrollTop = Math.max(0, px(top) - 20)
  }, [top, now, columns])
  const longest = Math.max(24 * 3_600_000, ...columns.map(column => at(column.ends) - at(column.starts)))
  const height = px(longest)

  const columnAt = (event: PointerEvent): { column: Column; top: number } | undefined => {
    const found = document
      .elementsFromPoint(event.clientX, event.clientY)
      .find(one => one instanceof HTMLElement && one.dataset['column'] !== undefined) as HTMLElement | undefined
    const column = columns.find(one => one.key === found?.dataset['column'])
    return column && found ? { column, top: found.getBoundingClientRect().top } : undefined
  }
  const dragTo = (event: PointerEvent) => {
    if (!drag) return
    const over = columnAt(event)
    if (!over) return
    const ms = ((event.clientY - over.top - drag.grip) / perHour) * 3_600_000
    const start = at(over.column.starts) + Math.round(ms / quarterMs) * quarterMs
    if (start !== drag.start || over.column !== drag.column) setDrag({ ...drag, column: over.column, start, moved: true })
  }
  const drop = () => {
    if (!drag) return
    setDrag(null)
    if (!drag.moved) return onOpen(drag.entry, drag.from)
    if (drag.start !== at(drag.entry.startsAt) || drag.column.resource !== drag.from.resource)
      onMove({ entry: drag.entry, column: drag.column, start: new Date(drag.start).toISOString() })
  }
  return (
    <div
      ref={box}
      className="max-h-[70dvh] overflow-auto rounded-lg border border-line bg-surface"
      tabIndex={0}
      role="group"
      aria-label={l.tabs.calendar}
    >
      <div className="sticky top-0 z-20 flex min-w-max border-b border-line bg-surface">
        <span className="sticky left-0 z-10 w-12 shrink-0 bg-surface" />
        {columns.map(column => (
          <div
            key={column.key}
            className={cx(
              'min-w-36 flex-1 truncate border-l border-line px-2 py-2 text-center text-sm font-semibold',
              column.narrow && 'max-sm:hidden',
              column.day === today && 'text-accent-ink',
            )}
          >
            {column.title}
            {column.note ? <span className="block truncate text-xs font-normal text-held">{column.note}</span> : null}
          </div>
        ))}
      </div>
      <div
        className="relative flex min-w-max"
        style={{ height }}
        onPointerMove={dragTo}
        onPointerUp={drop}
        onPointerCancel={() => setDrag(null)}
      >
        <div aria-hidden className="sticky left-0 z-10 w-12 shrink-0 bg-surface">
          {columns[0]
            ? Array.from({ length: Math.round(longest / 3_600_000) }, (_, n) => (
                <span key={n} className="tabular absolute right-1 -translate-y-1/2 text-[11px] text-muted" style={{ top: n * perHour }}>
                  {n === 0 ? '' : timeThere(new Date(at(columns[0]!.starts) + n * 3_600_000).toISOString(), columns[0]!.zone)}
                </span>
              ))
            : null}
        </div>
        {columns.map(column => {
          const [starts, ends] = [at(column.starts), at(column.ends)]
          const shown = column.entries.filter(entry => at(entry.takenFrom) < ends && at(entry.takenTo) > starts)
          return (
            <div
              key={column.key}
              data-column={column.key}
              className={cx('relative min-w-36 flex-1 border-l border-line', column.narrow && 'max-sm:hidden')}
              style={{ background: 'var(--color-sunken)' }}
            >
              {column.open.map(one => (
                <div
                  key={one.from}
                  aria-hidden
                  className="absolute inset-x-0 bg-surface"
                  style={{ top: px(at(one.from) - starts), height: px(at(one.to) - at(one.from)) }}
                />
              ))}
              {Array.from({ length: Math.round((ends - starts) / 3_600_000) }, (_, n) => {
                const start = new Date(starts + n * 3_600_000).toISOString()
                return (
                  <button
                    key={n}
                    type="button"
                    tabIndex={-1}
                    aria-label={`${l.add} ${column.title} ${timeThere(start, column.zone)}`}
                    className="absolute inset-x-0 border-t border-line/60 hover:bg-accent-soft/60"
                    style={{ top: n * perHour, height: perHour }}
                    onClick={() => onAdd(column, start)}
                  />
                )
              })}
              {shown.map(entry => (
                <Block
                  key={`${entry.id} ${entry.startsAt}`}
                  entry={entry}
                  column={column}
                  faint={drag?.moved === true && drag.entry.id === entry.id}
                  onOpen={() => onOpen(entry, column)}
                  onGrip={event => {
                    if (event.pointerType === 'touch' || event.button !== 0 || !movable(entry)) return
                    event.preventDefault()
                    setDrag({
                      entry,
                      from: column,
                      column,
                      grip: event.clientY - event.currentTarget.getBoundingClientRect().top,
                      start: at(entry.startsAt),
                      moved: false,
                    })
                  }}
                />
              ))}
              {drag?.moved && drag.column === column ? (
                <div
                  aria-hidden
                  className="pointer-events-none absolute inset-x-1 z-10 rounded-md border-2 border-accent-mark bg-accent-soft p-1.5 text-xs font-semibold text-accent-ink shadow-pop"
                  style={{ top: px(drag.start - starts), height: px(at(drag.entry.endsAt) - at(drag.entry.startsAt)) }}
                >
                  {timeThere(new Date(drag.start).toISOString(), column.zone)} {drag.entry.name}
                </div>
              ) : null}
              {now !== null && now > starts && now < ends ? (
                <div
                  aria-hidden
                  className="pointer-events-none absolute inset-x-0 border-t-2 border-danger"
                  style={{ top: px(now - starts) }}
                />
              ) : null}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function Block({
  entry,
  column,
  faint,
  onOpen,
  onGrip,
}: {
  entry: Entry
  column: Column
  faint: boolean
  onOpen: () => void
  onGrip: (event: PointerEvent<HTMLButtonElement>) => void
}) {
  const t = useWords()
  const starts = at(column.starts)
  const [from, to] = [at(entry.startsAt), at(entry.endsAt)]
  const look = tones[entry.kind] ?? (entry.state ? states[entry.state] : undefined) ?? 'border-line bg-raised text-muted'
  const label =
    entry.kind === 'busy'
      ? entry.name || t.letting.outside
      : entry.kind === 'block'
        ? entry.name || t.letting.block
        : entry.name || t.letting.guest
  const takes = Math.max(0, from - at(entry.takenFrom))
  const after = Math.max(0, at(entry.takenTo) - to)
  return (
    <>
      {takes + after > 0 && entry.state !== 'asked' ? (
        <div
          aria-hidden
          className="absolute inset-x-1 rounded-md bg-[repeating-linear-gradient(45deg,var(--color-line)_0_4px,transparent_4px_8px)]"
          style={{ top: px(at(entry.takenFrom) - starts), height: px(to - from + takes + after) }}
        />
      ) : null}
      <button
        type="button"
        disabled={entry.kind === 'busy'}
        onPointerDown={onGrip}
        onClick={event => {
          // With a mouse the drop opens it; here keys and fingers do.
          if (!movable(entry) || (event.nativeEvent as globalThis.PointerEvent).pointerType !== 'mouse') onOpen()
        }}
        className={cx(
          'absolute inset-x-1 flex flex-col items-stretch justify-start overflow-hidden rounded-md border-l-4 px-1.5 py-1 text-left text-xs leading-tight disabled:pointer-events-none',
          look,
          movable(entry) && 'sm:cursor-grab',
          faint && 'opacity-40',
        )}
        style={{ top: px(from - starts), height: Math.max(20, px(to - from) - 1) }}
      >
        <b className="block truncate font-semibold">{label}</b>
        <span className="tabular block truncate">
          {timeThere(entry.startsAt, column.zone)}–{timeThere(entry.endsAt, column.zone)}
          {entry.state && entry.kind !== 'block' ? ` · ${t.bookings.states[entry.state]}` : ''}
        </span>
      </button>
    </>
  )
}
