import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MicVocal, Pause, Play } from 'lucide-react'
import { Suspense } from 'react'
import { read } from '../api.ts'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { ArtistLinks } from '../player/artist-links.tsx'
import { Favourite } from '../player/favourite.tsx'
import { player } from '../player/player.ts'
import { playable } from '../player/track.ts'
import { useIsCurrent, useIsPlaying, usePosition } from '../player/use.ts'
import { Button } from '../ui/button.tsx'
import { accentVars } from '../ui/colour.ts'
import { Cover } from '../ui/cover.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { EmptyState, ErrorState, Panel, SkeletonRows } from '../ui/states.tsx'
import { Waveform } from '../ui/waveform.tsx'
import { Credits } from './credits.tsx'
import { TrackMenu } from './track-list.tsx'

const SimilarTracks = lazyWithWords(() => import('../discovery/similar.tsx').then(module => module.SimilarTracks))

const Stars = lazyWithWords(() => import('../playlists/stars.tsx').then(module => module.Stars))
const LyricsFoot = lazyWithWords(() => import('../lyrics/foot.tsx').then(module => module.LyricsFoot))

/** One track: its sound as a picture, its words, the people behind it. */
export function TrackPage({ id }: { id: string }) {
  const t = useWords()
  const { data: track } = useSuspenseQuery(read('GET /tracks/:id', { id }))
  const alive = useHydrated()
  const sounding = useIsPlaying(id)
  const on = useIsCurrent(id)
  const can = track.playable !== 'no' && track.state === 'ready'
  const play = () => (sounding ? player.pause() : on ? player.play() : player.playTracks([playable(track, 'track')]))
  const details: [string, string][] = [
    ...(track.isrc ? ([[t.music.isrc, track.isrc]] as [string, string][]) : []),
    ...(track.work?.iswc ? ([[t.music.iswc, track.work.iswc]] as [string, string][]) : []),
    ...(track.bpm ? ([[t.music.bpm, `${Math.round(track.bpm)} BPM`]] as [string, string][]) : []),
    ...(track.audio
      ? ([
          [
            t.music.audio,
            `${track.audio.format.replace(/^audio\//, '').toUpperCase()} · ${track.audio.sampleRate / 1000} kHz · ${track.audio.channels} ch`,
          ],
        ] as [string, string][])
      : []),
  ]
  return (
    <div style={accentVars(track.cover?.accent)}>
      <header className="flex flex-col gap-6 sm:flex-row sm:items-end sm:gap-8">
        <Link
          to="/releases/$id"
          params={{ id: track.release.id }}
          aria-label={track.release.title}
          className="w-48 shrink-0 rounded-lg max-sm:mx-auto"
        >
          <Cover id={track.release.id} picture={track.cover} alt="" size={192} eager className="w-full rounded-lg shadow-pop" />
        </Link>
        <div className="min-w-0 flex-1">
          <h1 className="text-[1.9rem] leading-[1.1] font-[700] tracking-tight sm:text-2xl">{track.title}</h1>
          <p className="mt-2 text-base font-medium">
            <ArtistLinks artists={track.artists} />
          </p>
          <p className="mt-1 text-muted">
            {t.music.fromRelease}{' '}
            <Link to="/releases/$id" params={{ id: track.release.id }} className="hover:text-ink hover:underline">
              {track.release.title}
            </Link>
          </p>
          <div className="mt-5 flex items-center gap-2">
            <Button size="lg" filled icon={sounding ? Pause : Play} disabled={!can} onClick={play}>
              {sounding ? t.player.pause : track.playable === 'preview' ? t.music.preview : t.player.play}
            </Button>
            <Favourite track={id} size="md" />
            <TrackMenu track={track} source="track" seen />
          </div>
          <div className="mt-3 min-h-8">
            <Suspense>
              <Stars id={id} />
            </Suspense>
          </div>
          {track.playable === 'preview' ? <p className="mt-3 text-xs text-muted">{t.player.previewOnly}</p> : null}
        </div>
      </header>
      <TrackWave id={id} durationMs={track.durationMs} on={on && track.playable === 'full'} />
      <div className="mt-8 grid gap-8 lg:grid-cols-[minmax(0,1.4fr)_minmax(260px,1fr)]">
        <Panel title={t.music.lyrics}>
          {track.hasLyrics ? <Words id={id} /> : <EmptyState icon={MicVocal} title={t.music.noLyrics} compact />}
          {alive ? (
            <Suspense>
              <LyricsFoot id={id} edit={track.can.edit} has={track.hasLyrics} />
            </Suspense>
          ) : null}
        </Panel>
        <aside className="flex flex-col gap-6">
          <Credits credits={track.credits} />
          {details.length > 0 ? (
            <section>
              <h2 className="mb-2 text-sm text-muted">{t.music.details}</h2>
              <dl className="tabular grid grid-cols-[auto_1fr] gap-x-5 gap-y-1.5">
                {details.map(([name, value]) => (
                  <div key={name} className="contents">
                    <dt className="text-muted">{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ) : null}
        </aside>
      </div>
      <Suspense>
        <SimilarTracks id={id} />
      </Suspense>
    </div>
  )
}

function TrackWave({ id, durationMs, on }: { id: string; durationMs: number; on: boolean }) {
  const { data } = useQuery({ ...read('GET /tracks/:id/waveform', { id }), staleTime: Infinity })
  const format = useFormat()
  const position = usePosition()
  return (
    <div className="mt-8">
      <Waveform
        peaks={data?.peaks.map(peak => peak / 255) ?? []}
        durationMs={durationMs}
        positionMs={on ? position : 0}
        height={84}
        {...(on ? { onSeek: (ms: number) => player.seek(ms) } : {})}
      />
      <div className="tabular mt-1.5 flex justify-between text-xs text-muted" aria-hidden>
        <span>{format.duration(on ? position : 0)}</span>
        <span>{format.duration(durationMs)}</span>
      </div>
    </div>
  )
}

function Words({ id }: { id: string }) {
  const { data, error, isPending, refetch } = useQuery({ ...read('GET /tracks/:id/lyrics', { id }), staleTime: 600_000 })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={4} />
  return (
    <div
      lang={data.language === 'zh' ? 'zh-CN' : data.language === 'en' ? 'en' : undefined}
      className="columns-1 gap-8 text-base leading-relaxed md:columns-2"
    >
      {data.lines.map((line, index) => (
        <p key={index} className="min-h-5 break-inside-avoid">
          {line.text}
          {line.translation ? <span className="mb-1.5 block text-sm text-muted">{line.translation}</span> : null}
        </p>
      ))}
    </div>
  )
}
