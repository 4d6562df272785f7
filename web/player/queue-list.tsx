import {
  closestCenter,
  DndContext,
  DragOverlay,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
  type Announcements,
  type DragEndEvent,
  type Modifier,
} from '@dnd-kit/core'
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { ListMusic } from 'lucide-react'
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useWords } from '../i18n/use.tsx'
import { EmptyState } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { player } from './player.ts'
import { ThisDevice } from './queue-list-device.tsx'
import { QueueRow, SortableRow, type RowActions } from './queue-list-row.tsx'
import { QueueTools } from './queue-list-tools.tsx'
import type { Entry } from './queue.ts'
import type { Playable } from './track.ts'
import { usePlayer } from './use.ts'

type Part = 'now' | 'next' | 'history'
type Row = { kind: 'head'; part: Part } | { kind: 'entry'; part: Part; entry: Entry<Playable> } | { kind: 'end' }

const headHeight = 40
const rowHeight = 58
/** A queue is a line: what is lifted moves up and down only. */
const upAndDown: Modifier = ({ transform }) => ({ ...transform, x: 0 })

/** The queue in three parts: now, next, played. Reordered by hand and by keys; every change can be taken back. Only the rows in sight are drawn. */
export function QueueList({ onLeave }: { onLeave: () => void }) {
  const t = useWords()
  const queue = usePlayer(state => state.queue)
  const box = useRef<HTMLDivElement>(null)
  const [lifted, setLifted] = useState<number | null>(null)
  const moved = useRef(false)
  // Messages lie outside of the view that hides all else from who listens: here they are said.
  const [said, setSaid] = useState('')
  const { entries, at } = queue
  const rows = useMemo<Row[]>(() => {
    const now = entries[at]
    const next = entries.slice(at + 1)
    const past = entries.slice(0, Math.max(0, at)).reverse()
    const part = (name: Part, list: readonly Entry<Playable>[]): Row[] => list.map(entry => ({ kind: 'entry', part: name, entry }))
    return [
      ...(now ? ([{ kind: 'head', part: 'now' }, ...part('now', [now])] satisfies Row[]) : []),
      ...(now ? ([{ kind: 'head', part: 'next' }] satisfies Row[]) : []),
      ...(now && next.length === 0 ? ([{ kind: 'end' }] satisfies Row[]) : part('next', next)),
      ...(past.length > 0 ? ([{ kind: 'head', part: 'history' }, ...part('history', past)] satisfies Row[]) : []),
    ]
  }, [entries, at])
  const keys = useMemo(() => entries.slice(at + 1).map(entry => entry.key), [entries, at])
  const liftedRow = lifted === null ? -1 : rows.findIndex(row => row.kind === 'entry' && row.entry.key === lifted)
  // oxlint-disable-next-line react/incompatible-library -- nothing here is compiled; what it returns is used in this render only
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: index => (rows[index]!.kind === 'head' ? headHeight : rowHeight),
    getItemKey: index => keyOf(rows[index]!),
    overscan: 6,
    // What is lifted stays, however far the list has moved on.
    rangeExtractor: range => {
      const seen = defaultRangeExtractor(range)
      return liftedRow < 0 || seen.includes(liftedRow) ? seen : [...seen, liftedRow].toSorted((a, b) => a - b)
    },
  })
  useEffect(() => virtual.measure(), [rows, virtual])

  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const drop = ({ active, over }: DragEndEvent) => {
    setLifted(null)
    if (!over || active.id === over.id) return
    const index = (key: unknown) => entries.findIndex(entry => entry.key === key)
    player.move(index(active.id), index(over.id))
  }
  const { focusAfter, actions } = useRowActions(rows, box, virtual.scrollToIndex, setSaid)
  useLayoutEffect(focusAfter)

  const shortcuts = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'z') return
    event.preventDefault()
    const what = event.shiftKey ? player.redo() : player.undo()
    if (!what) return
    const text = event.shiftKey ? t.listening.redone(t.listening.what[what]) : t.listening.undone(t.listening.what[what])
    setSaid(text)
    toast(text)
  }
  const title = (key: unknown) => entries.find(entry => entry.key === key)?.track.title ?? ''
  const place = (key: unknown) => [keys.indexOf(key as number) + 1, keys.length] as const
  const announcements: Announcements = {
    onDragStart: ({ active }) => {
      moved.current = false
      return t.listening.lifted(title(active.id), ...place(active.id))
    },
    // What is lifted lies over its own place first: that says nothing.
    onDragOver: ({ active, over }) => {
      moved.current ||= over !== null && over.id !== active.id
      return over && moved.current ? t.listening.over(title(active.id), ...place(over.id)) : undefined
    },
    onDragEnd: ({ active, over }) => t.listening.dropped(title(active.id), ...place((over ?? active).id)),
    onDragCancel: ({ active }) => t.listening.cancelled(title(active.id)),
  }
  const lift = entries.find(entry => entry.key === lifted)
  return (
    <div className="flex min-h-0 flex-1 flex-col" onKeyDown={shortcuts}>
      <QueueTools onLeave={onLeave} onSay={setSaid} />
      <p role="status" className="sr-only">
        {said}
      </p>
      {entries.length === 0 ? (
        <div className="grid flex-1 place-items-center">
          <EmptyState icon={ListMusic} title={t.player.queueEmpty} compact>
            {t.player.queueEmptyBody}
          </EmptyState>
        </div>
      ) : (
        <DndContext
          sensors={sensors}
          collisionDetection={closestCenter}
          modifiers={[upAndDown]}
          accessibility={{ announcements, screenReaderInstructions: { draggable: t.listening.reorderHow } }}
          onDragStart={({ active }) => setLifted(active.id as number)}
          onDragEnd={drop}
          onDragCancel={() => setLifted(null)}
        >
          <SortableContext items={keys} strategy={verticalListSortingStrategy}>
            <div ref={box} className="-mx-2 min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-4 [scrollbar-gutter:stable]">
              <div role="list" aria-label={t.player.queue} className="relative" style={{ height: virtual.getTotalSize() }}>
                {virtual.getVirtualItems().map(item => {
                  const row = rows[item.index]!
                  return (
                    <div
                      key={item.key}
                      role="listitem"
                      className="absolute inset-x-0 top-0"
                      style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                      {...(row.kind === 'entry' ? { 'aria-current': row.part === 'now' || undefined } : {})}
                    >
                      {row.kind === 'head' ? (
                        <h3 className="flex h-full items-end pb-1.5 text-xs font-semibold text-muted">{t.listening[row.part]}</h3>
                      ) : row.kind === 'end' ? (
                        <p className="flex h-full items-center text-sm text-muted">{t.listening.nothingNext}</p>
                      ) : row.part === 'next' ? (
                        <SortableRow entry={row.entry} actions={actions} />
                      ) : (
                        <QueueRow entry={row.entry} part={row.part} actions={actions} />
                      )}
                    </div>
                  )
                })}
              </div>
            </div>
          </SortableContext>
          <DragOverlay>{lift ? <QueueRow entry={lift} part="next" floating /> : null}</DragOverlay>
        </DndContext>
      )}
      <ThisDevice />
    </div>
  )
}

const keyOf = (row: Row): string | number => (row.kind === 'head' ? `head ${row.part}` : row.kind === 'end' ? 'end' : row.entry.key)

/** What a row can do, and where the focus is when it has done it: on the row that moved, or on the one that took its place. */
function useRowActions(
  rows: readonly Row[],
  box: { current: HTMLElement | null },
  scrollTo: (index: number) => void,
  say: (text: string) => void,
) {
  const t = useWords()
  const wanted = useRef<number | null>(null)
  const latest = useRef(rows)
  useLayoutEffect(() => {
    latest.current = rows
  })
  const actions = useMemo<RowActions>(() => {
    const entry = (index: number) => {
      const row = latest.current[index]
      return row?.kind === 'entry' ? row.entry.key : null
    }
    const undo = { label: t.common.undo, run: () => void player.undo() }
    return {
      remove: (key, title, focus) => {
        const index = latest.current.findIndex(row => row.kind === 'entry' && row.entry.key === key)
        if (focus) wanted.current = entry(index + 1) ?? entry(index - 1)
        player.remove(key)
        say(t.player.removed(title))
        toast(t.player.removed(title), { action: undo })
      },
      step: (key, by) => {
        const { entries, at } = player.getState().queue
        const from = entries.findIndex(one => one.key === key)
        if (from <= at || from + by <= at || from + by >= entries.length) return
        wanted.current = key
        player.move(from, from + by)
        const row = latest.current.findIndex(one => one.kind === 'entry' && one.entry.key === key)
        scrollTo(row + by)
        return [from + by - at, entries.length - at - 1]
      },
    }
  }, [t, scrollTo, say])
  const focusAfter = () => {
    if (wanted.current === null) return
    const button = box.current?.querySelector<HTMLElement>(`[data-entry="${wanted.current}"]`)
    if (!button) return
    wanted.current = null
    button.focus()
  }
  return { actions, focusAfter }
}
