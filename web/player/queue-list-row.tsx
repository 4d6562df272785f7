import { useSortable } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { GripVertical, X } from 'lucide-react'
import { memo, useState, type ComponentProps, type KeyboardEvent } from 'react'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Duration } from '../ui/money.tsx'
import { Bars } from './bars.tsx'
import { player } from './player.ts'
import type { Entry } from './queue.ts'
import { artistNames, soundingMs, type Playable } from './track.ts'
import { useSounding } from './use.ts'

export type RowActions = {
  remove: (key: number, title: string, focus: boolean) => void
  /** One place up or down; where it is then, of how many. */
  step: (key: number, by: 1 | -1) => [at: number, of: number] | undefined
}
type RowProps = {
  entry: Entry<Playable>
  part: 'now' | 'next' | 'history'
  actions?: RowActions
  handle?: ComponentProps<'button'>
  floating?: boolean
}

/** One of what is still to come, with a handle to move it by. */
export const SortableRow = memo(function SortableRow({ entry, actions }: { entry: Entry<Playable>; actions: RowActions }) {
  const { setNodeRef, setActivatorNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({ id: entry.key })
  return (
    <div
      ref={setNodeRef}
      className={cx('h-full', isDragging && 'opacity-30')}
      style={{ transform: CSS.Translate.toString(transform), transition }}
    >
      <QueueRow entry={entry} part="next" actions={actions} handle={{ ref: setActivatorNodeRef, ...attributes, ...listeners }} />
    </div>
  )
})

export const QueueRow = memo(function QueueRow({ entry, part, actions, handle, floating }: RowProps) {
  const t = useWords()
  const sounding = useSounding()
  const [told, setTold] = useState('')
  const { track } = entry
  const on = part === 'now'
  const press = () => (on ? player.toggle() : player.jump(entry.key))
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault()
      actions?.remove(entry.key, track.title, true)
    } else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault()
      const to = actions?.step(entry.key, event.key === 'ArrowUp' ? -1 : 1)
      if (to) setTold(t.listening.over(track.title, ...to))
    }
  }
  return (
    <div
      className={cx(
        'group flex h-full items-center gap-1 rounded-md pr-1 pl-2 transition-colors',
        floating ? 'bg-surface shadow-pop' : 'hover:bg-raised/70 focus-within:bg-raised/70',
        on && 'bg-raised/80',
      )}
    >
      <button
        type="button"
        data-entry={entry.key}
        onClick={press}
        onKeyDown={keys}
        className="flex min-w-0 flex-1 items-center gap-3 rounded-sm py-1 text-left"
      >
        <span className="relative shrink-0">
          <Cover id={track.release.id} picture={track.cover} alt="" size={44} className="size-11" />
          {on ? (
            <span className="absolute inset-0 grid place-items-center rounded-sm bg-scrim">
              <Bars moving={sounding} />
            </span>
          ) : null}
        </span>
        <span className="min-w-0">
          <span className={cx('block truncate font-medium', on && 'text-accent-ink', part === 'history' && 'text-muted')}>
            {track.title}
          </span>
          <span className="block truncate text-xs text-muted">{artistNames(track.artists)}</span>
        </span>
      </button>
      <span role="status" className="sr-only">
        {told}
      </span>
      <Duration ms={soundingMs(track)} className="shrink-0 px-1 text-xs text-muted max-sm:hidden" />
      {actions && !floating ? (
        <IconButton
          icon={X}
          size="sm"
          tip={false}
          label={t.player.removeNamed(track.title)}
          className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 coarse:opacity-100"
          onClick={event => actions.remove(entry.key, track.title, event.detail === 0)}
        />
      ) : null}
      {handle || floating ? (
        <button
          type="button"
          {...handle}
          aria-label={t.listening.reorder(track.title)}
          className="grid size-8 shrink-0 cursor-grab touch-none place-items-center rounded-sm text-muted hover:text-ink active:cursor-grabbing"
        >
          <GripVertical size={16} aria-hidden />
        </button>
      ) : (
        <span className="w-8 shrink-0" />
      )}
    </div>
  )
})
