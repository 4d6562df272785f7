import { ChevronDown, ChevronUp, GripVertical, ListMusic, X } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Duration } from '../ui/money.tsx'
import { EmptyState } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Bars } from './bars.tsx'
import { player } from './player.ts'
import { artistNames, soundingMs } from './track.ts'
import { usePlayer, useSounding } from './use.ts'

/** The queue: jump, reorder by dragging or by buttons, remove, clear; removing can be taken back. */
export function QueueList() {
  const t = useWords()
  const queue = usePlayer(state => state.queue)
  const sounding = useSounding()
  const [dragged, setDragged] = useState<number | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const undo = { label: t.common.undo, run: () => player.undo() }
  if (queue.entries.length === 0) {
    return (
      <EmptyState icon={ListMusic} title={t.player.queueEmpty} compact>
        {t.player.queueEmptyBody}
      </EmptyState>
    )
  }
  return (
    <div>
      <div className="mb-2 flex items-center justify-between">
        <h3 className="text-sm text-muted">{t.player.queue}</h3>
        <Button
          look="plain"
          size="sm"
          onClick={() => {
            player.clear()
            toast(t.player.cleared, { action: undo })
          }}
        >
          {t.player.clearQueue}
        </Button>
      </div>
      <ol className="flex flex-col">
        {queue.entries.map((entry, index) => {
          const on = index === queue.at
          return (
            <li
              key={entry.key}
              aria-current={on || undefined}
              onDragOver={event => {
                if (dragged === null) return
                event.preventDefault()
                setOver(index)
              }}
              onDrop={() => {
                if (dragged !== null) player.move(dragged, index)
                setDragged(null)
                setOver(null)
              }}
              className={cx(
                'group flex items-center gap-2.5 rounded-sm py-1.5 pr-1 transition-colors hover:bg-raised/70',
                on && 'bg-raised',
                index < queue.at && 'opacity-55 hover:opacity-100 focus-within:opacity-100',
                over === index &&
                  dragged !== null &&
                  (dragged < index ? 'shadow-[0_2px_0_var(--accent-mark)]' : 'shadow-[0_-2px_0_var(--accent-mark)]'),
              )}
            >
              <span
                draggable
                aria-hidden
                onDragStart={event => {
                  setDragged(index)
                  event.dataTransfer.effectAllowed = 'move'
                }}
                onDragEnd={() => {
                  setDragged(null)
                  setOver(null)
                }}
                className="grid w-5 shrink-0 cursor-grab place-items-center text-muted opacity-0 group-hover:opacity-100 coarse:hidden"
              >
                <GripVertical size={16} />
              </span>
              <button
                type="button"
                onClick={() => player.jump(entry.key)}
                className="flex min-w-0 flex-1 items-center gap-3 rounded-sm text-left"
              >
                <span className="relative">
                  <Cover id={entry.track.release.id} picture={entry.track.cover} alt="" size={40} className="size-10" />
                  {on ? (
                    <span className="absolute inset-0 grid place-items-center rounded-sm bg-scrim">
                      <Bars moving={sounding} />
                    </span>
                  ) : null}
                </span>
                <span className="min-w-0">
                  <span className={cx('block truncate font-medium', on && 'text-accent-ink')}>{entry.track.title}</span>
                  <span className="block truncate text-xs text-muted">{artistNames(entry.track.artists)}</span>
                </span>
              </button>
              <span className="hidden group-focus-within:flex group-hover:flex">
                <IconButton
                  icon={ChevronUp}
                  size="sm"
                  tip={false}
                  label={t.player.moveUp}
                  disabled={index === 0}
                  onClick={() => player.move(index, index - 1)}
                />
                <IconButton
                  icon={ChevronDown}
                  size="sm"
                  tip={false}
                  label={t.player.moveDown}
                  disabled={index === queue.entries.length - 1}
                  onClick={() => player.move(index, index + 1)}
                />
              </span>
              <Duration ms={soundingMs(entry.track)} className="text-xs text-muted group-focus-within:hidden group-hover:hidden" />
              <IconButton
                icon={X}
                size="sm"
                tip={false}
                label={t.player.removeNamed(entry.track.title)}
                onClick={() => {
                  player.remove(entry.key)
                  toast(t.player.removed(entry.track.title), { action: undo })
                }}
              />
            </li>
          )
        })}
      </ol>
    </div>
  )
}
