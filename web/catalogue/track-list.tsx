import { Link, useNavigate } from '@tanstack/react-router'
import { CloudDownload, Disc3, Ellipsis, ListEnd, ListPlus, ListStart, Pause, Play, RadioTower, Share2, UserRound } from 'lucide-react'
import { Suspense, useState, type ReactNode } from 'react'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Bars } from '../player/bars.tsx'
import { ArtistLinks } from '../player/artist-links.tsx'
import { player } from '../player/player.ts'
import { playable, type PlaySource, type Track } from '../player/track.ts'
import { useIsCurrent, useIsPlaying } from '../player/use.ts'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import type { MenuEntry } from '../ui/menu-entry.ts'
import { Menu } from '../ui/menu.tsx'
import { Duration } from '../ui/money.tsx'
import { Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

const AddToPlaylist = lazyWithWords(() => import('../playlists/add.tsx').then(module => module.AddToPlaylist))

type TrackListProps = {
  tracks: readonly Track[]
  source: PlaySource
  /** Shows covers and releases (mixed lists) or numbers and plays (one release). */
  as: 'mixed' | 'release'
  label: string
  columns?: 1 | 2
  /** How a title is shown, where not as it is: what was searched for stands out. */
  nameOf?: (track: Track) => ReactNode
  /** By track: a line below its artists, e.g. why it is here. */
  notes?: ReadonlyMap<string, string>
}

/** Tracks one can play from: each row plays the list from there. */
export function TrackList({ tracks, source, as, label, columns = 1, notes, nameOf }: TrackListProps) {
  // On a release by one artist the name stands in the head already.
  const alike = as === 'release' && new Set(tracks.map(track => track.artists.map(artist => artist.id).join())).size < 2
  return (
    <ol
      aria-label={label}
      className={cx('flex flex-col', columns === 2 && 'lg:grid lg:grid-flow-col lg:gap-x-10')}
      style={columns === 2 ? { gridTemplateRows: `repeat(${Math.ceil(tracks.length / 2)}, auto)` } : undefined}
    >
      {tracks.map((track, index) => (
        <Row
          key={`${track.id}${index}`}
          track={track}
          tracks={tracks}
          source={source}
          as={as}
          alike={alike}
          note={notes?.get(track.id)}
          name={nameOf?.(track)}
        />
      ))}
    </ol>
  )
}

type RowProps = {
  track: Track
  tracks: readonly Track[]
  source: PlaySource
  as: 'mixed' | 'release'
  alike: boolean
  note?: string | undefined
  name?: ReactNode
}

function Row({ track, tracks, source, as, alike, note, name: shown }: RowProps) {
  const t = useWords()
  const format = useFormat()
  const on = useIsCurrent(track.id)
  const sounding = useIsPlaying(track.id)
  const can = track.playable !== 'no' && track.state === 'ready'
  const press = () => {
    if (sounding) player.pause()
    else if (on) player.play()
    else {
      const list = tracks.filter(other => other.playable !== 'no' && other.state === 'ready')
      player.playTracks(
        list.map(other => playable(other, source)),
        list.indexOf(track),
      )
    }
  }
  const Icon = sounding ? Pause : Play
  const name = sounding ? t.player.pause : `${t.player.play}: ${track.title}`
  return (
    <li
      className={cx(
        'group relative flex items-center gap-3 rounded-sm px-2 py-1 transition-colors hover:bg-raised/70 sm:gap-4',
        on && 'bg-raised/60',
      )}
      onDoubleClick={event => can && !(event.target as HTMLElement).closest('a, button') && press()}
    >
      <span className="relative shrink-0">
        {as === 'release' ? (
          <span
            aria-hidden
            className={cx(
              'tabular absolute inset-0 grid place-items-center text-muted',
              on ? 'hidden' : 'group-focus-within:hidden',
              can && 'group-hover:hidden',
            )}
          >
            {track.number}
          </span>
        ) : null}
        <button
          type="button"
          disabled={!can}
          aria-label={name}
          onClick={press}
          className={cx('relative grid shrink-0 place-items-center rounded-sm', as === 'mixed' ? 'size-11' : 'size-9')}
        >
          {as === 'mixed' ? (
            <>
              <Cover id={track.release.id} picture={track.cover} alt="" size={44} className="size-11" />
              <span
                className={cx(
                  'absolute inset-0 grid place-items-center rounded-sm bg-scrim transition-opacity',
                  on ? 'opacity-100' : 'opacity-0 group-hover:opacity-100 group-focus-within:opacity-100',
                  !can && 'hidden',
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
            </>
          ) : (
            <>
              {sounding ? <Bars moving className="text-accent-mark group-hover:hidden" /> : null}
              <Icon
                size={17}
                fill="currentColor"
                strokeWidth={1.5}
                aria-hidden
                className={cx(
                  sounding ? 'hidden group-hover:block' : on ? 'text-accent-ink' : 'hidden group-hover:block group-focus-within:block',
                  !can && '!hidden',
                )}
              />
            </>
          )}
        </button>
      </span>
      <div className="min-w-0 flex-1">
        <p className={cx('truncate font-medium', on && 'text-accent-ink', !can && 'text-muted')}>
          <Link to="/tracks/$id" params={{ id: track.id }} className="inline-block min-h-6 min-w-6 leading-6 hover:underline">
            {shown ?? track.title}
          </Link>
        </p>
        {alike ? null : (
          <p className="truncate text-[13px] text-muted">
            <ArtistLinks artists={track.artists} />
          </p>
        )}
        {note ? <p className="truncate text-xs text-muted">{note}</p> : null}
      </div>
      <State track={track} />
      {as === 'release' ? (
        <span className="tabular hidden w-16 text-right text-xs text-muted md:block" title={t.music.plays}>
          {track.plays > 0 ? format.compact(track.plays) : ''}
        </span>
      ) : null}
      <Duration ms={track.durationMs} className="w-11 text-right text-xs text-muted" />
      <TrackMenu track={track} source={source} />
    </li>
  )
}

function State({ track }: { track: Track }) {
  const t = useWords()
  if (track.state === 'failed') return <Tag tone="bad">{t.music.failedTrack}</Tag>
  if (track.state !== 'ready') return <Tag>{t.music.notReady}</Tag>
  if (track.playable === 'preview') return <Tag tone="accent">{t.music.preview}</Tag>
  if (track.playable === 'no') return <Tag>{t.music.notPlayable}</Tag>
  return null
}

/** What one can do with a track besides playing it. */
type TrackMenuProps = {
  track: Track
  source: PlaySource
  more?: readonly MenuEntry[]
  /** Always seen, not only under the mouse. */ seen?: boolean
}
export function TrackMenu({ track, source, more = [], seen }: TrackMenuProps) {
  const t = useWords()
  const [adding, setAdding] = useState(false)
  const navigate = useNavigate()
  const can = track.playable !== 'no' && track.state === 'ready'
  const undo = { label: t.common.undo, run: () => player.undo() }
  const share = async () => {
    const url = `${location.origin}/tracks/${track.id}`
    if (navigator.share && matchMedia('(pointer: coarse)').matches)
      await navigator.share({ title: track.title, url }).catch(() => undefined)
    else {
      await navigator.clipboard.writeText(url)
      toast(t.music.linkCopied)
    }
  }
  return (
    <>
      <Menu
        label={t.common.moreActions}
        trigger={
          <IconButton
            icon={Ellipsis}
            size="sm"
            tip={false}
            label={`${t.common.moreActions}: ${track.title}`}
            className={seen ? '' : 'lg:opacity-0 lg:group-hover:opacity-100 lg:group-focus-within:opacity-100 lg:aria-expanded:opacity-100'}
          />
        }
        entries={[
          {
            kind: 'action',
            name: t.player.playNext,
            icon: ListStart,
            disabled: !can,
            run: () => {
              player.addNext([playable(track, source)])
              toast(t.player.addedOne(track.title), { action: undo })
            },
          },
          {
            kind: 'action',
            name: t.player.addToQueue,
            icon: ListEnd,
            disabled: !can,
            run: () => {
              player.add([playable(track, source)])
              toast(t.player.addedOne(track.title), { action: undo })
            },
          },
          {
            kind: 'action',
            name: t.music.startRadio,
            icon: RadioTower,
            run: () => void import('../discovery/radio.ts').then(radio => radio.startRadio(track.id)),
          },
          ...(track.playable === 'full'
            ? [
                {
                  kind: 'action' as const,
                  name: t.music.keepOffline,
                  icon: CloudDownload,
                  disabled: !can,
                  run: () => void import('../offline/actions.ts').then(offline => offline.keepTrack(track)),
                },
              ]
            : []),
          { kind: 'action', name: t.music.addToPlaylist, icon: ListPlus, run: () => setAdding(true) },
          ...more,
          { kind: 'line' },
          {
            kind: 'action',
            name: track.release.title,
            icon: Disc3,
            run: () => void navigate({ to: '/releases/$id', params: { id: track.release.id } }),
          },
          ...track.artists.slice(0, 3).map(artist => ({
            kind: 'action' as const,
            name: artist.name,
            icon: UserRound,
            run: () => void navigate({ to: '/artists/$id', params: { id: artist.id } }),
          })),
          { kind: 'line' },
          { kind: 'action', name: t.music.share, icon: Share2, run: () => void share() },
        ]}
      />
      {adding ? (
        <Suspense>
          <AddToPlaylist tracks={[track.id]} open={adding} onOpenChange={setAdding} />
        </Suspense>
      ) : null}
    </>
  )
}
