import { useSortable } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { Link } from '@tanstack/react-router'
import { GripVertical, Pause, Play, X } from 'lucide-react'
import type { PointerEvent as ReactPointer, KeyboardEvent, MouseEvent } from 'react'
import { TrackMenu } from '../catalogue/track-list.tsx'
import { useFormat, useWords } from '../i18n/use.tsx'
import { ArtistLinks } from '../player/artist-links.tsx'
import { Bars } from '../player/bars.tsx'
import { useIsCurrent, useIsPlaying } from '../player/use.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Duration } from '../ui/money.tsx'
import { Tag } from '../ui/states.tsx'
import type { Entry } from './queries.ts'

export const rowHeight = 60

export type RowProps = {
  entry: Entry
  /** From 1, in the view. */
  at: number
  chosen: boolean
  /** Rows are chosen by pressing them. */
  choosing: boolean
  focusable: boolean
  /** Who put it in is worth telling. */
  shared: boolean
  can: { move: boolean; remove: boolean }
  onPress: (entry: Entry, event: MouseEvent | KeyboardEvent) => void
  onPlay: (entry: Entry) => void
  onRemove: (entry: Entry) => void
  onFind: (entry: Entry) => void
}

/** A row that can be carried to another place. */
export function SortableRow(props: RowProps) {
  const { entry, can } = props
  const sort = useSortable({ id: entry.id, disabled: !can.move })
  return (
    <Row
      {...props}
      hold={node => sort.setNodeRef(node)}
      style={{ transform: CSS.Translate.toString(sort.transform), transition: sort.transition }}
      lifted={sort.isDragging}
      handle={can.move ? { ref: sort.setActivatorNodeRef, ...sort.attributes, ...sort.listeners } : undefined}
    />
  )
}

type Drawn = RowProps & {
  hold?: (node: HTMLElement | null) => void
  style?: { transform?: string | undefined; transition?: string | undefined }
  lifted?: boolean
  handle?: Record<string, unknown> | undefined
  floating?: boolean
}

export function Row({
  entry,
  at,
  chosen,
  choosing,
  focusable,
  shared,
  can,
  onPress,
  onPlay,
  onRemove,
  onFind,
  hold,
  style,
  lifted,
  handle,
  floating,
}: Drawn) {
  const t = useWords()
  const format = useFormat()
  const { track } = entry
  const on = useIsCurrent(track?.id ?? '')
  const sounding = useIsPlaying(track?.id ?? '')
  const alive = track !== null && entry.dead === null
  const Icon = sounding ? Pause : Play
  const quiet = (event: ReactPointer) => event.stopPropagation()
  return (
    <div
      ref={hold}
      role="row"
      data-entry={entry.id}
      aria-rowindex={at}
      aria-selected={chosen}
      tabIndex={focusable ? 0 : -1}
      // While rows are chosen, a press anywhere but on what moves or opens a menu chooses.
      onClickCapture={event => {
        if (!choosing || (event.target as HTMLElement).closest('[data-keep]')) return
        event.preventDefault()
        event.stopPropagation()
        onPress(entry, event)
      }}
      onClick={event => {
        // A finger plays where a mouse chooses.
        const finger = (event.nativeEvent as PointerEvent).pointerType === 'touch'
        if (finger && alive && !(event.target as HTMLElement).closest('a, button')) onPlay(entry)
        else onPress(entry, event)
      }}
      onDoubleClick={event => alive && !(event.target as HTMLElement).closest('a, button, input') && onPlay(entry)}
      style={style}
      className={cx(
        'group relative flex h-[60px] items-center gap-3 rounded-sm px-2 select-none focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-focus',
        chosen ? 'bg-accent-soft' : on ? 'bg-raised/60' : 'hover:bg-raised/70',
        lifted && 'opacity-30',
        floating && 'bg-surface shadow-pop',
      )}
    >
      <span role="gridcell" className="flex shrink-0 items-center gap-3">
        {choosing ? (
          <input
            type="checkbox"
            checked={chosen}
            readOnly
            tabIndex={-1}
            aria-label={t.playlists.selectOne(entry.title)}
            className="size-5 accent-accent-mark"
          />
        ) : (
          <span aria-hidden className="tabular hidden w-7 text-right text-xs text-muted lg:block">
            {at}
          </span>
        )}
        <button
          type="button"
          disabled={!alive}
          tabIndex={-1}
          aria-label={`${sounding ? t.player.pause : t.player.play}: ${entry.title}`}
          onClick={event => {
            event.stopPropagation()
            onPlay(entry)
          }}
          className={cx('relative grid size-11 shrink-0 place-items-center rounded-sm', !alive && 'opacity-40 grayscale')}
        >
          <Cover id={track?.release.id ?? entry.id} picture={track?.cover ?? null} alt="" size={44} className="size-11" />
          <span
            className={cx(
              'absolute inset-0 grid place-items-center rounded-sm bg-scrim transition-opacity',
              on ? 'opacity-100' : 'opacity-0 group-hover:opacity-100',
              !alive && 'hidden',
            )}
          >
            {sounding ? <Bars moving className="group-hover:hidden" /> : null}
            <Icon
              size={18}
              fill="currentColor"
              strokeWidth={1.5}
              aria-hidden
              className={cx('text-surface dark:text-ink', sounding && 'hidden group-hover:block')}
            />
          </span>
        </button>
      </span>
      <div role="gridcell" className="flex min-w-0 flex-1 items-center gap-3">
        <div className="min-w-0 flex-1">
          <p className={cx('truncate font-medium', on && 'text-accent-ink', !alive && 'text-muted')}>
            {track ? (
              <Link
                to="/tracks/$id"
                params={{ id: track.id }}
                tabIndex={-1}
                className="inline-block min-h-6 min-w-6 leading-6 hover:underline"
              >
                {entry.title}
              </Link>
            ) : (
              entry.title
            )}
          </p>
          <p className="truncate text-[13px] text-muted">{track ? <ArtistLinks artists={track.artists} /> : entry.artist || '—'}</p>
        </div>
        {entry.dead !== null ? (
          <span title={t.playlists.deadBody[entry.dead]}>
            <Tag>{entry.dead === 'unplayable' && track && track.state !== 'ready' ? t.music.notReady : t.playlists.dead[entry.dead]}</Tag>
          </span>
        ) : track?.playable === 'preview' ? (
          <Tag tone="accent">{t.music.preview}</Tag>
        ) : null}
      </div>
      <div role="gridcell" className="hidden w-[24%] min-w-0 truncate text-[13px] text-muted lg:block">
        {track ? (
          <Link
            to="/releases/$id"
            params={{ id: track.release.id }}
            tabIndex={-1}
            className="inline-block min-h-6 leading-6 hover:text-ink hover:underline"
          >
            {entry.album}
          </Link>
        ) : (
          entry.album
        )}
      </div>
      {shared ? (
        <div
          role="gridcell"
          className="hidden w-32 shrink-0 items-center gap-2 text-xs text-muted md:flex"
          title={entry.addedBy ? t.playlists.addedBy(entry.addedBy.name, format.date(entry.addedAt)) : undefined}
        >
          {entry.addedBy ? (
            <>
              <Cover id={entry.addedBy.id} alt="" size={22} round className="size-5.5 shrink-0" />
              <span className="truncate">{entry.addedBy.name}</span>
            </>
          ) : null}
        </div>
      ) : null}
      <div role="gridcell" data-keep className="flex shrink-0 items-center gap-1 sm:gap-2" onPointerDown={quiet}>
        {(entry.dead === 'missing' || entry.dead === 'gone') && can.remove ? (
          <Button
            look="quiet"
            size="sm"
            className="max-sm:hidden"
            onClick={event => {
              event.stopPropagation()
              onFind(entry)
            }}
          >
            {t.playlists.choose}
          </Button>
        ) : null}
        {entry.durationMs === null ? null : (
          <Duration ms={entry.durationMs} className="hidden w-11 text-right text-xs text-muted sm:block" />
        )}
        <span className="flex items-center" onClick={event => event.stopPropagation()}>
          {track ? (
            <TrackMenu
              track={track}
              source="playlist"
              {...(can.remove
                ? { more: [{ kind: 'action' as const, name: t.playlists.remove, icon: X, run: () => onRemove(entry) }] }
                : {})}
            />
          ) : can.remove ? (
            <IconButton icon={X} size="sm" tip={false} label={`${t.playlists.remove}: ${entry.title}`} onClick={() => onRemove(entry)} />
          ) : null}
        </span>
        {handle ? (
          <button
            type="button"
            {...handle}
            onClick={event => event.stopPropagation()}
            aria-label={t.playlists.move(entry.title)}
            className="grid h-11 w-8 cursor-grab touch-none place-items-center rounded-sm text-muted hover:text-ink focus-visible:opacity-100 active:cursor-grabbing lg:opacity-0 lg:group-hover:opacity-100 coarse:opacity-100"
          >
            <GripVertical size={17} aria-hidden />
          </button>
        ) : null}
      </div>
    </div>
  )
}
