import { Link } from '@tanstack/react-router'
import { ChevronDown, Disc3, ListMusic, MicVocal } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useEffect } from 'react'
import { clockText } from '../i18n/format.ts'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { accentVars } from '../ui/colour.ts'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Switch } from '../ui/field.tsx'
import { EmptyState } from '../ui/states.tsx'
import { Waveform } from '../ui/waveform.tsx'
import { ArtistLinks } from './artist-links.tsx'
import type { NowView } from './view.ts'
import { Next, PlayPause, Previous, RepeatButton, ShuffleButton, Volume } from './controls.tsx'
import { Favourite } from './favourite.tsx'
import { LyricsView } from './lyrics-view.tsx'
import { player } from './player.ts'
import { QueueList } from './queue-list.tsx'
import type { Playable } from './track.ts'
import { usePeaks, usePlayer, usePosition, useTrack } from './use.ts'

/** The whole screen for the music: cover, waveform, lyrics, queue. Nothing is sold here. */
export function NowPlaying({ view, onView }: { view: NowView; onView: (view: NowView) => void }) {
  const t = useWords()
  const track = useTrack()
  const open = view !== 'closed'
  // Following a link inside closes the view.
  const close = () => onView('closed')
  useEffect(() => {
    if (open && !track && view !== 'queue') onView('closed')
  }, [open, track, view, onView])
  const views = [
    { value: 'cover', icon: Disc3, name: t.player.nowPlaying },
    { value: 'lyrics', icon: MicVocal, name: t.player.lyrics },
    { value: 'queue', icon: ListMusic, name: t.player.queue },
  ] as const
  return (
    <Dialog.Root open={open} onOpenChange={next => !next && close()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          style={accentVars(track?.cover?.accent)}
          className="animate-slide-up fixed inset-0 z-40 flex flex-col overflow-hidden bg-bg"
        >
          <Backdrop track={track} />
          <header className="relative flex items-center gap-2 px-4 pt-[max(12px,env(safe-area-inset-top))] sm:px-6">
            <Dialog.Close asChild>
              <IconButton icon={ChevronDown} label={t.player.closeFull} tip={false} />
            </Dialog.Close>
            <Dialog.Title className="flex-1 truncate text-center text-sm font-medium tracking-normal text-muted">
              {track ? track.release.title : t.player.nowPlaying}
            </Dialog.Title>
            <div className="flex" role="group" aria-label={t.player.nowPlaying}>
              {views.map(option => (
                <IconButton
                  key={option.value}
                  icon={option.icon}
                  label={option.name}
                  tip={false}
                  pressed={view === option.value}
                  disabled={!track && option.value !== 'queue'}
                  onClick={() => onView(option.value)}
                />
              ))}
            </div>
          </header>
          <div
            className={cx(
              'relative mx-auto grid min-h-0 w-full max-w-[1240px] flex-1 gap-8 px-5 pt-2 pb-6 sm:px-10',
              view !== 'cover' && 'lg:grid-cols-[minmax(320px,0.85fr)_1fr] lg:gap-16',
            )}
          >
            {track ? <Stage track={track} alone={view === 'cover'} onLeave={close} /> : null}
            {view === 'lyrics' && track ? (
              <div className="flex min-h-0 flex-col max-lg:row-start-1">
                <LyricsView track={track} />
              </div>
            ) : null}
            {view === 'queue' ? (
              <div className="min-h-0 overflow-y-auto max-lg:row-start-1 lg:pt-6">
                <QueueList />
                <div className="mt-6 border-t border-line pt-4">
                  <Normalise />
                </div>
              </div>
            ) : null}
            {!track && view !== 'queue' ? <EmptyState title={t.player.queueEmpty}>{t.player.queueEmptyBody}</EmptyState> : null}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Normalise() {
  const t = useWords()
  const on = usePlayer(state => state.normalise)
  return (
    <Switch
      label={t.player.normalise}
      hint={t.player.normaliseHint}
      checked={on}
      onChange={event => player.setNormalise(event.target.checked)}
    />
  )
}

function Stage({ track, alone, onLeave }: { track: Playable; alone: boolean; onLeave: () => void }) {
  const t = useWords()
  return (
    <div
      className={cx(
        'flex min-h-0 flex-col justify-center gap-5',
        alone ? 'mx-auto w-full max-w-[560px]' : 'max-lg:row-start-2 max-lg:justify-end',
      )}
    >
      <div
        className={cx('mx-auto aspect-square', alone ? 'w-full max-w-[min(48dvh,480px)]' : 'w-full max-w-[min(42dvh,400px)] max-lg:hidden')}
      >
        <Cover
          id={track.release.id}
          picture={track.cover}
          alt={t.common.coverOf(track.release.title)}
          size={480}
          eager
          className="size-full rounded-lg shadow-pop"
        />
      </div>
      <div className="flex items-center gap-3">
        <div className="min-w-0 flex-1">
          <p className="truncate text-lg font-[680] tracking-tight sm:text-xl">
            <Link to="/tracks/$id" params={{ id: track.id }} onClick={onLeave} className="hover:underline">
              {track.title}
            </Link>
          </p>
          <p className="truncate text-base text-muted" onClickCapture={event => (event.target as HTMLElement).closest('a') && onLeave()}>
            <ArtistLinks artists={track.artists} />
          </p>
        </div>
        <Favourite track={track.id} size="md" />
      </div>
      {track.playable === 'preview' ? <p className="-mt-2 text-xs text-muted">{t.player.previewBody}</p> : null}
      <Seek track={track} />
      <div className="flex items-center justify-between">
        <ShuffleButton />
        <Previous size="lg" />
        <PlayPause size="lg" />
        <Next size="lg" />
        <RepeatButton />
      </div>
      <Volume className="mx-auto max-sm:hidden" />
    </div>
  )
}

function Seek({ track }: { track: Playable }) {
  const position = usePosition()
  const durationMs = usePlayer(state => state.durationMs)
  const peaks = usePeaks(track)
  return (
    <div>
      <Waveform peaks={peaks} durationMs={durationMs} positionMs={position} height={64} onSeek={ms => player.seek(ms)} />
      <div className="tabular mt-1.5 flex justify-between text-xs text-muted">
        <span>{clockText(position)}</span>
        <span>{clockText(durationMs)}</span>
      </div>
    </div>
  )
}

/** The cover's light behind everything: its colour and a far blurred copy. */
function Backdrop({ track }: { track: Playable | null }) {
  if (!track) return null
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 overflow-hidden">
      <div className="absolute -inset-[20%] opacity-45 blur-[90px] saturate-150 dark:opacity-35">
        <Cover id={track.release.id} picture={track.cover} alt="" size={64} className="size-full !rounded-none" />
      </div>
      <div className="absolute inset-0 bg-bg/70" />
    </div>
  )
}
