import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ListMusic, Maximize, MicVocal, Minimize } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { read } from '../api.ts'
import { clockText } from '../i18n/format.ts'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Tag } from '../ui/states.tsx'
import { Waveform } from '../ui/waveform.tsx'
import { ArtistLinks } from './artist-links.tsx'
import { Next, PlayPause, Previous, RepeatButton, ShuffleButton, Volume } from './controls.tsx'
import { Favourite } from './favourite.tsx'
import { followsInAlbum, gainInQueue } from './gain.ts'
import { SoundButton, SoundSigns } from './now-sound.tsx'
import { player } from './player.ts'
import { useSound } from './sound.tsx'
import { useSwipe } from './swipe.ts'
import type { Playable } from './track.ts'
import { usePeaks, usePlayer, usePosition } from './use.ts'
import type { NowView } from './view.ts'

const Stars = lazy(() => import('../playlists/stars.tsx').then(module => ({ default: module.Stars })))

type Pull = { onMove: (dx: number, dy: number) => void; onEnd: (down: boolean) => void }
type StageProps = { track: Playable; view: NowView; onView: (view: NowView) => void; pull: Pull }

/** The music itself: cover, names, waveform, controls. Beside lyrics or queue it steps back; on a phone only what one needs at hand stays. */
export function Stage({ track, view, onView, pull }: StageProps) {
  const t = useWords()
  const alone = view === 'cover'
  const leave = () => onView('closed')
  return (
    <div
      className={cx(
        'flex min-h-0 flex-col',
        alone
          ? 'mx-auto w-full max-w-[560px] flex-1 gap-4 pb-2 lg:max-w-[min(560px,46dvh)] lg:justify-center lg:gap-5'
          : 'gap-2 lg:mx-auto lg:w-full lg:max-w-[min(520px,52dvh)] lg:justify-center lg:gap-4',
      )}
    >
      <div className={cx('mx-auto flex min-h-0 w-full items-center justify-center', alone ? 'max-lg:flex-1' : 'max-lg:hidden')}>
        <CoverDeck pull={pull} className={alone ? 'w-[min(100%,48dvh)] lg:w-full' : 'w-full'} alt={t.common.coverOf(track.release.title)} />
      </div>
      <div className="flex items-center gap-3">
        {alone ? null : (
          <button type="button" onClick={() => onView('cover')} aria-label={t.listening.cover} className="shrink-0 rounded-sm lg:hidden">
            <Cover id={track.release.id} picture={track.cover} alt="" size={44} className="size-11" />
          </button>
        )}
        <div className="min-w-0 flex-1">
          <p
            className={cx(
              'truncate font-[680] tracking-tight',
              alone ? 'text-lg lg:text-[1.6rem] lg:leading-tight' : 'text-base lg:text-lg',
            )}
          >
            {track.own ? (
              track.title
            ) : (
              <Link to="/tracks/$id" params={{ id: track.id }} onClick={leave} className="hover:underline">
                {track.title}
              </Link>
            )}
          </p>
          <p
            className={cx('flex items-center gap-2 truncate text-muted', alone ? 'text-base' : 'text-sm lg:text-base')}
            onClickCapture={event => (event.target as HTMLElement).closest('a') && leave()}
          >
            <span className="truncate">
              <ArtistLinks artists={track.artists} />
            </span>
            {track.playable === 'preview' ? <Tag tone="accent">{t.player.preview}</Tag> : null}
          </p>
        </div>
        {track.own ? null : <Favourite track={track.id} size="md" />}
      </div>
      {alone && !track.own ? (
        <div className="-mt-3 -ml-1.5 min-h-8 empty:hidden lg:-mt-4">
          <Suspense>
            <Stars id={track.id} />
          </Suspense>
        </div>
      ) : null}
      <Seek track={track} height={alone ? 64 : 44} facts={alone} />
      <div className="flex items-center justify-between">
        <ShuffleButton />
        <Previous size="lg" />
        <PlayPause size="lg" />
        <Next size="lg" />
        <RepeatButton />
      </div>
      <div className="flex items-center justify-between gap-2">
        <Volume className="max-lg:hidden" />
        <div className="flex flex-1 items-center justify-between lg:justify-end lg:gap-1" role="group" aria-label={t.listening.view}>
          <IconButton
            icon={MicVocal}
            label={t.player.lyrics}
            pressed={view === 'lyrics'}
            onClick={() => onView(view === 'lyrics' ? 'cover' : 'lyrics')}
          />
          <IconButton
            icon={ListMusic}
            label={t.player.queue}
            pressed={view === 'queue'}
            onClick={() => onView(view === 'queue' ? 'cover' : 'queue')}
          />
          <SoundButton />
          <FullScreen />
        </div>
      </div>
      <SoundSigns />
    </div>
  )
}

function Seek({ track, height, facts }: { track: Playable; height: number; facts: boolean }) {
  const position = usePosition()
  const durationMs = usePlayer(state => state.durationMs)
  const peaks = usePeaks(track)
  const loop = usePlayer(state => state.loop)
  return (
    <div>
      <Waveform peaks={peaks} durationMs={durationMs} positionMs={position} height={height} loop={loop} onSeek={ms => player.seek(ms)} />
      <div className="tabular mt-1.5 flex items-center justify-between gap-3 text-xs text-muted">
        <span>{clockText(position)}</span>
        {facts && !track.own ? <Facts track={track} /> : null}
        <span>{clockText(durationMs)}</span>
      </div>
    </div>
  )
}

/** What the sound is made of, and how much it is turned up or down. */
function Facts({ track }: { track: Playable }) {
  const t = useWords()
  const [{ loudness }] = useSound()
  const queue = usePlayer(state => state.queue)
  const { data } = useQuery({ ...read('GET /tracks/:id', { id: track.id }), staleTime: 600_000 })
  const audio = data?.audio
  const tracks = queue.entries.map(entry => entry.track)
  const [before, after] = [tracks[queue.at - 1], tracks[queue.at + 1]]
  const album =
    loudness === 'album' ||
    (loudness === 'auto' && Boolean((after && followsInAlbum(track, after)) || (before && followsInAlbum(before, track))))
  const gain = 20 * Math.log10(gainInQueue(tracks, queue.at, loudness))
  const text = `${gain < 0 ? '−' : '+'}${Math.abs(gain).toFixed(1)}`
  const parts = [
    ...(audio ? [`${audio.format.replace(/^audio\//, '').toUpperCase()} ${audio.sampleRate / 1000} kHz`] : []),
    loudness === 'off' || !track.loudness ? t.listening.noGain : album ? t.listening.albumGain(text) : t.listening.trackGain(text),
  ]
  return <span className="min-w-0 truncate text-center">{parts.join(' · ')}</span>
}

/** The cover; by finger it leads to the neighbours, or down and away. */
function CoverDeck({ pull, className, alt }: { pull: Pull; className: string; alt: string }) {
  const { entries, at } = usePlayer(state => state.queue)
  const box = useRef<HTMLDivElement>(null)
  const neighbour = (dx: number) => entries[dx < 0 ? at + 1 : at - 1]
  const shift = (to: string) => {
    if (box.current) box.current.style.transform = to
  }
  const settle = (to: string, then?: () => void) => {
    const from = box.current?.style.transform || 'none'
    shift(to)
    const duration = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 220
    void box.current?.animate([{ transform: from }, { transform: to }], { duration, easing: 'ease-out' }).finished.then(() => {
      then?.()
      shift('')
    })
  }
  const axis = useRef<'x' | 'y'>('x')
  const swipe = useSwipe({
    onMove: (dx, dy) => {
      axis.current = dx === 0 && dy !== 0 ? 'y' : 'x'
      if (axis.current === 'y') pull.onMove(dx, dy)
      else shift(`translateX(${neighbour(dx) ? dx : dx * 0.25}px)`)
    },
    onEnd: direction => {
      if (axis.current === 'y') return pull.onEnd(direction === 'down')
      const to = direction === 'left' ? entries[at + 1] : direction === 'right' ? entries[at - 1] : undefined
      if (to)
        settle(`translateX(calc(${direction === 'left' ? '-' : ''}100% ${direction === 'left' ? '-' : '+'} 24px))`, () =>
          player.jump(to.key),
        )
      else settle('none')
    },
  })
  return (
    <div {...swipe} className={cx('relative aspect-square max-h-full touch-none lg:touch-auto', className)}>
      <div ref={box} className="absolute inset-0">
        {[at - 1, at, at + 1].map(index => {
          const entry = entries[index]
          if (!entry) return null
          const beside = index - at
          return (
            <div
              key={entry.key}
              aria-hidden={beside !== 0 || undefined}
              className={cx('absolute inset-0', beside !== 0 && 'lg:hidden')}
              style={beside === 0 ? undefined : { transform: `translateX(calc(${beside * 100}% + ${beside * 24}px))` }}
            >
              <Cover
                id={entry.track.release.id}
                picture={entry.track.cover}
                alt={beside === 0 ? alt : ''}
                size={480}
                eager
                className="size-full rounded-lg shadow-pop"
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** The whole screen of the device; only where there is a keyboard or a mouse to leave it with. */
function FullScreen() {
  const t = useWords()
  const [on, setOn] = useState(() => document.fullscreenElement !== null)
  useEffect(() => {
    const look = () => setOn(document.fullscreenElement !== null)
    document.addEventListener('fullscreenchange', look)
    return () => document.removeEventListener('fullscreenchange', look)
  }, [])
  if (!document.fullscreenEnabled) return null
  return (
    <IconButton
      icon={on ? Minimize : Maximize}
      label={on ? t.listening.leaveFullScreen : t.listening.fullScreen}
      className="max-lg:hidden"
      onClick={() => void (on ? document.exitFullscreen() : document.documentElement.requestFullscreen())}
    />
  )
}
