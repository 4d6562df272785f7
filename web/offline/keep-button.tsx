import { CloudDownload, CloudOff, Pause, Play, RotateCw, Trash2 } from 'lucide-react'
import { useEffect } from 'react'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import type { MenuEntry } from '../ui/menu-entry.ts'
import { Menu } from '../ui/menu.tsx'
import { goOn, keep, pause, remove } from './actions.ts'
import { canKeep, useProgress, useShelf, type KeepProps } from './kept.ts'
import { Ring, signOf } from './ring.tsx'
import { mayKeep } from './rules.ts'

/** Keeps what it stands beside: a press starts it, a ring shows how far it is, and then it holds what else one can do. */
export function KeepButton({ set, tracks }: KeepProps) {
  const t = useWords()
  const me = useMe()
  const { sets, read } = useShelf()
  const progress = useProgress(set.id)
  const good = tracks.filter(track => mayKeep(track, me?.id ?? ''))
  const known = sets.find(one => one.id === set.id)
  // A playlist that grew, or lost a track, is kept as it is now.
  const now = good.map(track => track.id).join()
  const stale = known !== undefined && known.kind === 'playlist' && known.tracks.join() !== now && good.length > 0
  useEffect(() => {
    if (stale) void keep(set, tracks)
    // Only a change of what is in it counts.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [stale, now])
  if (!canKeep() || !read || (good.length === 0 && !known)) return null
  if (!progress) return <IconButton icon={CloudDownload} label={t.offline.keep} onClick={() => void keep(set, tracks)} />
  const { state, share } = progress
  const moving = state === 'loading' || state === 'waiting'
  const label = moving
    ? t.offline.keeping(Math.floor(share * 100))
    : state === 'done'
      ? t.offline.kept
      : state === 'paused'
        ? t.offline.paused
        : `${t.offline.failed}${progress.problem ? `: ${t.offline.reasons[progress.problem]}` : ''}`
  const entries: MenuEntry[] = [
    ...(moving ? [{ kind: 'action' as const, name: t.offline.pause, icon: Pause, run: () => void pause(set.id) }] : []),
    ...(state === 'paused' ? [{ kind: 'action' as const, name: t.offline.resume, icon: Play, run: () => void goOn(set.id) }] : []),
    ...(state === 'failed' ? [{ kind: 'action' as const, name: t.offline.retry, icon: RotateCw, run: () => void goOn(set.id) }] : []),
    { kind: 'action', name: state === 'done' ? t.offline.remove : t.offline.cancel, icon: Trash2, run: () => void remove(set.id) },
    { kind: 'line' },
    { kind: 'link', name: t.offline.seeAll, icon: CloudOff, to: '/offline' },
  ]
  return (
    <Menu
      label={label}
      entries={entries}
      trigger={
        <IconButton
          icon={moving ? Pause : signOf(state)}
          label={label}
          className={cx(state === 'done' && 'text-accent-ink', state === 'failed' && 'text-danger')}
          size="md"
          tip={false}
          title={label}
        >
          {moving ? <Ring share={share} /> : null}
        </IconButton>
      }
    />
  )
}
