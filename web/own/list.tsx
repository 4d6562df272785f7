import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { Ellipsis, ListEnd, ListStart, Pause, Play } from 'lucide-react'
import { useLayoutEffect, useRef, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Bars } from '../player/bars.tsx'
import { player } from '../player/player.ts'
import { useIsCurrent, useIsPlaying } from '../player/use.ts'
import { ownCover } from '../sw/told.ts'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Menu } from '../ui/menu.tsx'
import { Duration } from '../ui/money.tsx'
import type { Row } from './group.ts'
import { playOwn } from './playing.ts'
import { ownPlayable, type OwnTrack } from './track.ts'

/** Heights in pixels; rows do not grow, so thousands need not be measured. */
const heights: Record<Row['kind'], number> = { album: 84, disc: 36, track: 48 }

/** Only what is on the screen is in the page. */
export function OwnList({ rows, play }: { rows: readonly Row[]; play: (track: OwnTrack) => void }) {
  const t = useWords()
  const list = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const measure = (): void => setTop(list.current ? list.current.getBoundingClientRect().top + scrollY : 0)
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(document.body)
    return () => watch.disconnect()
  }, [])
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: index => heights[rows[index]!.kind],
    getItemKey: index => rows[index]!.key,
    overscan: 12,
    scrollMargin: top,
  })
  // The list of heights belongs to these rows.
  useLayoutEffect(() => virtual.measure(), [rows, virtual])
  return (
    <div ref={list} role="list" aria-label={t.offline.own.title} className="relative" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(item => {
        const row = rows[item.index]!
        return (
          <div
            key={item.key}
            role="listitem"
            aria-setsize={rows.length}
            aria-posinset={item.index + 1}
            className="absolute inset-x-0 top-0"
            style={{ height: item.size, transform: `translateY(${item.start - top}px)` }}
          >
            {row.kind === 'album' ? (
              <AlbumRow album={row} />
            ) : row.kind === 'disc' ? (
              <p className="flex h-full items-end px-2 pb-1 text-xs font-medium text-muted">{t.offline.own.disc(row.disc)}</p>
            ) : (
              <TrackRow track={row.track} alike={row.alike} play={play} />
            )}
          </div>
        )
      })}
    </div>
  )
}

function AlbumRow({ album }: { album: Extract<Row, { kind: 'album' }> }) {
  const t = useWords()
  return (
    <div className="group flex h-full items-end gap-3.5 px-2 pb-2">
      <Cover id={album.key} picture={album.cover ? ownCover(album.cover) : null} alt="" size={56} className="size-14 shrink-0" />
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-base">{album.title ?? t.offline.own.unknownAlbum}</h2>
        <p className="truncate text-[13px] text-muted">
          {[album.artist ?? t.offline.own.unknownArtist, album.year, t.offline.tracks(album.tracks.length)].filter(Boolean).join(' · ')}
        </p>
      </div>
      <IconButton
        icon={Play}
        filled
        tip={false}
        label={`${t.offline.play}: ${album.title ?? t.offline.own.unknownAlbum}`}
        onClick={() => playOwn(album.tracks, undefined, t.offline.own.unknownArtist)}
      />
    </div>
  )
}

function TrackRow({ track, alike, play }: { track: OwnTrack; alike: boolean; play: (track: OwnTrack) => void }) {
  const t = useWords()
  const on = useIsCurrent(track.id)
  const sounding = useIsPlaying(track.id)
  const press = (): void => (sounding ? player.pause() : on ? player.play() : play(track))
  const queue = [ownPlayable(track, t.offline.own.unknownArtist)]
  return (
    <div
      className={cx('group flex h-full items-center gap-3 rounded-sm px-2 hover:bg-raised/70', on && 'bg-raised/60')}
      onDoubleClick={event => !(event.target as HTMLElement).closest('button') && press()}
    >
      <span className="relative shrink-0">
        <span
          aria-hidden
          className={cx(
            'tabular pointer-events-none absolute inset-0 grid place-items-center text-muted group-focus-within:hidden group-hover:hidden',
            on && 'hidden',
          )}
        >
          {track.number ?? '·'}
        </span>
        <button
          type="button"
          aria-label={sounding ? t.player.pause : `${t.player.play}: ${track.title}`}
          onClick={press}
          className="relative grid size-9 place-items-center rounded-sm"
        >
          {sounding ? <Bars moving className="text-accent-mark group-hover:hidden" /> : null}
          {sounding ? (
            <Pause size={17} fill="currentColor" strokeWidth={1.5} aria-hidden className="hidden group-hover:block" />
          ) : (
            <Play
              size={17}
              fill="currentColor"
              strokeWidth={1.5}
              aria-hidden
              className={on ? 'text-accent-ink' : 'hidden group-focus-within:block group-hover:block'}
            />
          )}
        </button>
      </span>
      <div className="min-w-0 flex-1">
        <p className={cx('truncate leading-5 font-medium', on && 'text-accent-ink')}>{track.title}</p>
        {alike ? null : (
          <p className="truncate text-[13px] leading-[18px] text-muted">{track.artists.join(', ') || t.offline.own.unknownArtist}</p>
        )}
      </div>
      <span className="hidden w-16 text-right text-xs text-muted md:block">{track.format}</span>
      <Duration ms={track.durationMs} className="w-12 text-right text-xs text-muted" />
      <Menu
        label={t.common.moreActions}
        trigger={
          <IconButton
            icon={Ellipsis}
            size="sm"
            tip={false}
            label={`${t.common.moreActions}: ${track.title}`}
            className="lg:opacity-0 lg:group-focus-within:opacity-100 lg:group-hover:opacity-100 lg:aria-expanded:opacity-100"
          />
        }
        entries={[
          { kind: 'action', name: t.player.playNext, icon: ListStart, run: () => player.addNext(queue) },
          { kind: 'action', name: t.player.addToQueue, icon: ListEnd, run: () => player.add(queue) },
        ]}
      />
    </div>
  )
}
