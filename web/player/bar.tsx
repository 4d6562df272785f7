import { Link } from '@tanstack/react-router'
import { ChevronUp, ListMusic, MicVocal } from 'lucide-react'
import { Suspense, useCallback, useEffect, useState } from 'react'
import { clockText } from '../i18n/format.ts'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Quietly } from '../ui/quietly.tsx'
import { Tag } from '../ui/states.tsx'
import { Waveform } from '../ui/waveform.tsx'
import { Announcer } from './announcer.tsx'
import { ArtistLinks } from './artist-links.tsx'
import { Next, PlayPause, Previous, RepeatButton, ShuffleButton, Volume } from './controls.tsx'
import { Favourite } from './favourite.tsx'
import { Keys } from './keys.tsx'
import { Mini } from './mini.tsx'
import { player } from './player.ts'
import type { Playable } from './track.ts'
import { usePeaks, usePlayer, usePosition, useTrack } from './use.ts'
import type { NowView } from './view.ts'

const PlayerAside = lazyWithWords(() => import('./aside.tsx').then(module => module.PlayerAside))
const NowPlaying = lazyWithWords(() => import('./now-playing.tsx').then(module => module.NowPlaying))

/** Always there, on every page: what plays, where in it, what comes next. */
export function PlayerBar() {
  const t = useWords()
  const track = useTrack()
  const [view, setView] = useState<NowView>('closed')
  const [opened, setOpened] = useState(false)
  const [rested, setRested] = useState(false)
  useEffect(() => {
    player.restore()
    // What goes along with the player comes when the page has come to rest.
    const timer = setTimeout(() => setRested(true), 1500)
    return () => clearTimeout(timer)
  }, [])
  // A key pressed again takes back what it opened.
  const show = useCallback((next: NowView, toggle = false) => {
    setOpened(true)
    setView(now => (toggle && now === next ? 'closed' : next))
  }, [])
  return (
    <>
      <section
        aria-label={t.player.region}
        className={cx(
          'fixed inset-x-0 bottom-(--tabs-height) z-30 border-t border-line bg-surface max-lg:mx-2 max-lg:mb-2 max-lg:rounded-md max-lg:border max-lg:shadow-pop lg:h-(--player-height)',
          !track && 'max-lg:hidden',
        )}
      >
        <div className="hidden h-full items-center gap-6 px-5 lg:grid lg:grid-cols-[minmax(220px,300px)_minmax(0,1fr)_auto]">
          {track ? <Playing track={track} onOpen={() => show('cover')} /> : <p className="text-muted">{t.player.queueEmptyBody}</p>}
          <div className="flex items-center gap-3">
            <div className="flex items-center gap-1">
              <Previous />
              <PlayPause />
              <Next />
            </div>
            <Position track={track} />
          </div>
          <div className="flex items-center gap-0.5">
            <div className="hidden xl:contents">
              <ShuffleButton />
              <RepeatButton />
            </div>
            <IconButton icon={MicVocal} label={t.player.lyrics} disabled={!track} onClick={() => show('lyrics')} />
            <IconButton icon={ListMusic} label={t.player.queue} onClick={() => show('queue')} />
            <Volume />
          </div>
        </div>
        {track ? <Mini track={track} onOpen={() => show('cover')} /> : null}
      </section>
      <Announcer />
      <Keys onView={show} />
      {rested ? (
        <Quietly>
          <Suspense>
            <PlayerAside />
          </Suspense>
        </Quietly>
      ) : null}
      {opened ? (
        <Suspense>
          <NowPlaying view={view} onView={setView} />
        </Suspense>
      ) : null}
    </>
  )
}

function Playing({ track, onOpen }: { track: Playable; onOpen: () => void }) {
  const t = useWords()
  return (
    <div className="flex min-w-0 items-center gap-3">
      <button type="button" onClick={onOpen} aria-label={t.player.openFull} className="group relative shrink-0 rounded-sm">
        <Cover id={track.release.id} picture={track.cover} alt="" size={52} className="size-13" />
        <span className="absolute inset-0 grid place-items-center rounded-sm bg-scrim text-bg opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:opacity-100">
          <ChevronUp size={22} aria-hidden className="text-surface dark:text-ink" />
        </span>
      </button>
      <div className="min-w-0 flex-1">
        <p className="truncate font-semibold">
          {track.own ? (
            <Link to="/own" className="hover:underline">
              {track.title}
            </Link>
          ) : (
            <Link to="/tracks/$id" params={{ id: track.id }} className="hover:underline">
              {track.title}
            </Link>
          )}
        </p>
        <p className="flex items-center gap-2 truncate text-xs text-muted">
          <span className="truncate">
            <ArtistLinks artists={track.artists} />
          </span>
          {track.playable === 'preview' ? <Tag tone="accent">{t.player.preview}</Tag> : null}
        </p>
      </div>
      {track.own ? null : <Favourite track={track.id} />}
    </div>
  )
}

function Position({ track }: { track: Playable | null }) {
  const position = usePosition()
  const durationMs = usePlayer(state => state.durationMs)
  const peaks = usePeaks(track)
  return (
    <>
      <span className="tabular w-10 text-right text-xs text-muted">{clockText(position)}</span>
      <Waveform
        peaks={peaks}
        durationMs={durationMs}
        positionMs={position}
        height={38}
        {...(track ? { onSeek: (ms: number) => player.seek(ms) } : {})}
      />
      <span className="tabular w-10 text-xs text-muted">{clockText(durationMs)}</span>
    </>
  )
}
