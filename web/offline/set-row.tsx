import { Link } from '@tanstack/react-router'
import { ChevronDown, Disc3, Ellipsis, ListMusic, Pause, Play, RotateCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Bars } from '../player/bars.tsx'
import { player } from '../player/player.ts'
import { artistNames } from '../player/track.ts'
import { useIsCurrent, useIsPlaying, usePlayer } from '../player/use.ts'
import { useMe } from '../shell/me.ts'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import type { MenuEntry } from '../ui/menu-entry.ts'
import { Menu } from '../ui/menu.tsx'
import { Duration } from '../ui/money.tsx'
import { Progress } from '../ui/states.tsx'
import { goOn, pause, remove } from './actions.ts'
import { useShelf, whyNot } from './kept.ts'
import { progressOf, type KeptSet, type KeptTrack } from './rules.ts'

/** One release, playlist or track that is kept: how far it is, and what one can do with it. */
export function KeptSetRow({ set }: { set: KeptSet }) {
  const t = useWords()
  const format = useFormat()
  const { tracks } = useShelf()
  const [open, setOpen] = useState(false)
  const all = set.tracks.flatMap(id => tracks.get(id) ?? [])
  const progress = progressOf(set, tracks)
  const { state, share, done, bytes, problem } = progress
  const moving = state === 'loading' || state === 'waiting'
  const sounding = usePlayer(
    one => (one.status === 'playing' || one.status === 'loading') && set.tracks.includes(one.queue.entries[one.queue.at]?.track.id ?? ''),
  )
  const can = usePlayable(all)
  const entries: MenuEntry[] = [
    ...(moving ? [{ kind: 'action' as const, name: t.offline.pause, icon: Pause, run: () => void pause(set.id) }] : []),
    ...(state === 'paused' ? [{ kind: 'action' as const, name: t.offline.resume, icon: Play, run: () => void goOn(set.id) }] : []),
    ...(state === 'failed' ? [{ kind: 'action' as const, name: t.offline.retry, icon: RotateCw, run: () => void goOn(set.id) }] : []),
    ...(set.kind === 'release'
      ? [{ kind: 'link' as const, name: t.offline.kinds.release, icon: Disc3, to: '/releases/$id', params: { id: set.id } }]
      : []),
    ...(set.kind === 'playlist'
      ? [{ kind: 'link' as const, name: t.offline.kinds.playlist, icon: ListMusic, to: '/playlists/$id', params: { id: set.id } }]
      : []),
    { kind: 'action', name: moving ? t.offline.cancel : t.offline.remove, icon: Trash2, run: () => void remove(set.id) },
  ]
  const facts = [
    t.offline.kinds[set.kind],
    set.by,
    set.kind === 'track' ? null : state === 'done' ? t.offline.tracks(done) : t.offline.tracksOf(done, all.length),
    bytes > 0 ? format.bytes(bytes) : null,
  ]
  return (
    <li className="rounded-md border border-line bg-surface">
      <div className="flex items-center gap-3 p-3 sm:gap-4">
        <Cover
          id={set.kind === 'release' ? set.id : (all[0]?.track.release.id ?? set.id)}
          picture={set.cover}
          alt=""
          size={56}
          className="size-14"
        />
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium">{set.title}</p>
          <p className="line-clamp-2 text-[13px] text-muted">{facts.filter(Boolean).join(' · ')}</p>
          {moving || state === 'paused' ? (
            <div className="mt-1.5 max-w-md">
              <Progress
                quiet
                label={t.offline.keeping(Math.floor(share * 100))}
                share={share}
                detail={state === 'paused' ? t.offline.paused : undefined}
              />
            </div>
          ) : null}
          {state === 'failed' ? (
            <p className="mt-1 text-xs font-medium text-danger">
              {t.offline.failed}
              {problem ? `: ${t.offline.reasons[problem]}` : ''}
            </p>
          ) : null}
        </div>
        <IconButton
          icon={sounding ? Pause : Play}
          filled
          label={sounding ? t.player.pause : `${t.offline.play}: ${set.title}`}
          tip={false}
          disabled={can.length === 0}
          onClick={() => (sounding ? player.pause() : player.playTracks(can.map(one => one.track)))}
        />
        {set.kind === 'track' ? null : (
          <IconButton
            icon={ChevronDown}
            label={`${t.offline.show}: ${set.title}`}
            tip={false}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className={cx('transition-transform', open && 'rotate-180')}
          />
        )}
        <Menu
          label={t.common.moreActions}
          entries={entries}
          trigger={<IconButton icon={Ellipsis} tip={false} label={`${t.common.moreActions}: ${set.title}`} />}
        />
      </div>
      {open ? (
        <ol className="border-t border-line px-3 py-2">
          {all.map(one => (
            <TrackRow key={one.id} kept={one} among={can} />
          ))}
        </ol>
      ) : null}
    </li>
  )
}

/** What of it plays now: from this device, or from the planet while it can be reached. */
function usePlayable(all: readonly KeptTrack[]): KeptTrack[] {
  const me = useMe()
  return all.filter(one => whyNot(one, me?.id ?? '') === null)
}

function TrackRow({ kept, among }: { kept: KeptTrack; among: readonly KeptTrack[] }) {
  const t = useWords()
  const me = useMe()
  const { track } = kept
  const on = useIsCurrent(kept.id)
  const sounding = useIsPlaying(kept.id)
  const why = whyNot(kept, me?.id ?? '')
  const reason =
    kept.state === 'failed' && kept.problem
      ? t.offline.reasons[kept.problem]
      : why === 'stale'
        ? t.offline.stale
        : why === 'locked'
          ? t.offline.locked
          : null
  const press = (): void => {
    if (sounding) player.pause()
    else if (on) player.play()
    else
      player.playTracks(
        among.map(one => one.track),
        among.indexOf(kept),
      )
  }
  return (
    <li className={cx('group flex items-center gap-3 rounded-sm px-1 py-0.5 hover:bg-raised/70', on && 'bg-raised/60')}>
      <IconButton
        icon={sounding ? Pause : Play}
        size="sm"
        tip={false}
        label={sounding ? t.player.pause : `${t.player.play}: ${track.title}`}
        disabled={why !== null}
        onClick={press}
      />
      <div className="min-w-0 flex-1">
        <p className={cx('truncate', on ? 'font-medium text-accent-ink' : why !== null && 'text-muted')}>
          <Link to="/tracks/$id" params={{ id: kept.id }} className="hover:underline">
            {track.title}
          </Link>
        </p>
        {reason ? (
          <p className={cx('text-xs', kept.problem ? 'text-danger' : 'text-held')}>{reason}</p>
        ) : (
          <p className="truncate text-xs text-muted">{artistNames(track.artists)}</p>
        )}
      </div>
      {sounding ? <Bars moving className="text-accent-mark" /> : null}
      <Duration ms={track.durationMs} className="w-11 text-right text-xs text-muted" />
    </li>
  )
}
