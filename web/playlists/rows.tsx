import {
  closestCenter,
  DndContext,
  DragOverlay,
  KeyboardSensor,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
  type Announcements,
  type DragEndEvent,
  type Modifier,
} from '@dnd-kit/core'
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable'
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { useWords } from '../i18n/use.tsx'
import type { Entry } from './queries.ts'
import { Row, rowHeight, SortableRow, type RowProps } from './row.tsx'
import { all, moveOf, press, type Selection } from './selection.ts'

const upAndDown: Modifier = ({ transform }) => ({ ...transform, x: 0 })

type RowsProps = {
  label: string
  /** As they are looked at. */
  entries: readonly Entry[]
  selection: Selection
  onSelect: (next: Selection) => void
  choosing: boolean
  shared: boolean
  can: RowProps['can']
  onPlay: (entry: Entry) => void
  onRemove: (entries: readonly string[]) => void
  onMove: (move: { entries: string[]; after: string | null }) => void
  onFind: (entry: Entry) => void
}

/**
 * The rows of a playlist: only those in sight are drawn. Arrows go from row to row, shift takes along, ctrl+A takes all, space chooses, enter plays, delete removes, alt+arrows
 * move; the handle is for the mouse, for a finger and for screen readers.
 */
export function Rows({ label, entries, selection, onSelect, choosing, shared, can, onPlay, onRemove, onMove, onFind }: RowsProps) {
  const t = useWords()
  const box = useRef<HTMLDivElement>(null)
  const [offset, setOffset] = useState(0)
  const [lifted, setLifted] = useState<string | null>(null)
  const [active, setActive] = useState<string | null>(null)
  const wanted = useRef<string | null>(null)
  const ids = useMemo(() => entries.map(entry => entry.id), [entries])
  useLayoutEffect(() => {
    if (box.current) setOffset(box.current.getBoundingClientRect().top + scrollY)
  }, [entries.length])
  const liftedAt = lifted === null ? -1 : ids.indexOf(lifted)
  // oxlint-disable-next-line react/incompatible-library -- nothing here is compiled; what it returns is used in this render only
  const virtual = useWindowVirtualizer({
    count: entries.length,
    estimateSize: () => rowHeight,
    getItemKey: index => ids[index]!,
    overscan: 10,
    scrollMargin: offset,
    // The first look, before the window has been measured, and on the server.
    initialRect: { width: 1000, height: 900 },
    rangeExtractor: range => {
      const seen = defaultRangeExtractor(range)
      return liftedAt < 0 || seen.includes(liftedAt) ? seen : [...seen, liftedAt].toSorted((a, b) => a - b)
    },
  })
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 4 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 160, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const focusRow = (id: string | undefined) => {
    if (id === undefined) return
    setActive(id)
    wanted.current = id
    const index = ids.indexOf(id)
    if (index >= 0 && !box.current?.querySelector(`[data-entry="${id}"]`)) virtual.scrollToIndex(index, { align: 'center' })
  }
  useEffect(() => {
    if (wanted.current === null) return
    const row = box.current?.querySelector<HTMLElement>(`[data-entry="${wanted.current}"]`)
    if (!row) return
    wanted.current = null
    row.focus({ preventScroll: true })
    row.scrollIntoView({ block: 'nearest' })
  })

  const pressed = (entry: Entry, event: MouseEvent | KeyboardEvent) => {
    if (!choosing && (event.target as HTMLElement).closest('a, button:not([data-entry])')) return
    setActive(entry.id)
    const toggle = event.ctrlKey || event.metaKey || choosing
    onSelect(press(selection, ids, entry.id, { shift: event.shiftKey, toggle }))
  }
  const chosenWith = (id: string): ReadonlySet<string> => (selection.chosen.has(id) ? selection.chosen : new Set([id]))
  /** One step up or down for the chosen rows that stand together with this one. */
  const step = (id: string, by: 1 | -1) => {
    const moved = chosenWith(id)
    const places = ids.flatMap((one, index) => (moved.has(one) ? [index] : []))
    const to = by < 0 ? ids[places[0]! - 1] : ids[places.at(-1)! + 1]
    const from = by < 0 ? ids[places[0]!] : ids[places.at(-1)!]
    if (to === undefined || from === undefined) return
    const move = moveOf(ids, moved, from, to)
    if (!move) return
    onMove(move)
    wanted.current = id
  }
  const keys = (event: KeyboardEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-entry]')
    const id = row?.dataset['entry']
    // Buttons within a row keep their own keys.
    if (!row || id === undefined || event.target !== row) return
    const index = ids.indexOf(id)
    const entry = entries[index]
    if (!entry) return
    const control = event.ctrlKey || event.metaKey
    const run = (act: () => void) => {
      event.preventDefault()
      event.stopPropagation()
      act()
    }
    const go = (to: number) =>
      run(() => {
        const target = ids[Math.min(ids.length - 1, Math.max(0, to))]!
        if (event.shiftKey) {
          const from = selection.anchor === null ? { chosen: new Set([id]), anchor: id } : selection
          onSelect(press(from, ids, target, { shift: true, toggle: false }))
        }
        focusRow(target)
      })
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const by = event.key === 'ArrowDown' ? 1 : -1
      if (event.altKey) return run(() => can.move && step(id, by))
      return go(index + by)
    }
    if (event.key === 'Home') return go(0)
    if (event.key === 'End') return go(ids.length - 1)
    if (event.key === 'PageDown') return go(index + 10)
    if (event.key === 'PageUp') return go(index - 10)
    if (event.key === ' ') return run(() => onSelect(press(selection, ids, id, { shift: event.shiftKey, toggle: true })))
    if (event.key === 'Enter') return run(() => entry.dead === null && onPlay(entry))
    if (control && event.key.toLowerCase() === 'a') return run(() => onSelect(all(ids)))
    if (event.key === 'Escape' && selection.chosen.size > 0) return run(() => onSelect({ chosen: new Set(), anchor: null }))
    if ((event.key === 'Delete' || event.key === 'Backspace') && can.remove)
      return run(() => {
        const gone = chosenWith(id)
        onRemove(ids.filter(one => gone.has(one)))
        focusRow(ids.slice(index).find(one => !gone.has(one)) ?? ids.slice(0, index).findLast(one => !gone.has(one)))
      })
  }

  const title = (id: unknown): string => entries.find(entry => entry.id === id)?.title ?? ''
  const place = (id: unknown) => [ids.indexOf(String(id)) + 1, ids.length] as const
  const announcements: Announcements = {
    onDragStart: ({ active: one }) => t.playlists.lifted(title(one.id), ...place(one.id)),
    // Over itself is where it begins: said already.
    onDragOver: ({ active: one, over }) => (over && over.id !== one.id ? t.playlists.over(title(one.id), ...place(over.id)) : undefined),
    onDragEnd: ({ active: one, over }) => t.playlists.dropped(title(one.id), ...place((over ?? one).id)),
    onDragCancel: ({ active: one }) => t.playlists.cancelled(title(one.id)),
  }
  const drop = ({ active: one, over }: DragEndEvent) => {
    setLifted(null)
    const from = String(one.id)
    const move = over ? moveOf(ids, chosenWith(from), from, String(over.id)) : null
    if (move) onMove(move)
  }
  const focusable = active !== null && ids.includes(active) ? active : ids[0]
  const rowOf = (entry: Entry, index: number): RowProps => ({
    entry,
    at: index + 1,
    chosen: selection.chosen.has(entry.id),
    choosing,
    focusable: entry.id === focusable,
    shared,
    can,
    onPress: pressed,
    onPlay,
    onRemove: one => onRemove([one.id]),
    onFind,
  })
  const lift = liftedAt < 0 ? undefined : entries[liftedAt]
  const count = lift ? chosenWith(lift.id).size : 0
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      modifiers={[upAndDown]}
      accessibility={{ announcements, screenReaderInstructions: { draggable: t.playlists.moveHow } }}
      onDragStart={({ active: one }) => setLifted(String(one.id))}
      onDragEnd={drop}
      onDragCancel={() => setLifted(null)}
    >
      <SortableContext items={ids} strategy={verticalListSortingStrategy}>
        <div
          ref={box}
          role="grid"
          aria-label={label}
          aria-multiselectable
          aria-rowcount={entries.length}
          onKeyDown={keys}
          className="relative -mx-2"
          style={{ height: virtual.getTotalSize() }}
        >
          {virtual.getVirtualItems().map(item => (
            <div
              key={item.key}
              role="presentation"
              className="absolute inset-x-0 top-0"
              style={{ height: item.size, transform: `translateY(${item.start - offset}px)` }}
            >
              <SortableRow {...rowOf(entries[item.index]!, item.index)} />
            </div>
          ))}
        </div>
      </SortableContext>
      <DragOverlay>
        {lift ? (
          <div role="grid" aria-hidden className="relative">
            <Row {...rowOf(lift, liftedAt)} floating />
            {count > 1 ? (
              <span className="absolute -top-2 -right-2 rounded-full bg-accent px-2.5 py-1 text-xs font-semibold text-on-accent">
                {t.playlists.moveCount(count)}
              </span>
            ) : null}
          </div>
        ) : null}
      </DragOverlay>
    </DndContext>
  )
}
