import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Play, Shuffle, Sparkles } from 'lucide-react'
import { read, type Ok } from '../api.ts'
import { CardGrid, CardSkeletons, SectionHead, sectionLink } from '../catalogue/cards.tsx'
import { TrackList } from '../catalogue/track-list.tsx'
import { useFormat, useWords, type Words } from '../i18n/use.tsx'
import { player } from '../player/player.ts'
import { playable, type Track } from '../player/track.ts'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Planet } from '../ui/planet.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { reasonText, type Why } from './reason.tsx'

type Mix = Ok<'GET /me/mixes'>['items'][number]

const bodyOf = (t: Words, format: { list: (items: string[]) => string }, mix: Mix): string => {
  const say = t.discover.mixBody
  if (!mix.kind.startsWith('daily')) return say[mix.kind as 'often' | 'rare' | 'fresh' | 'favourites']
  if (mix.artists.length > 0) return say.daily(format.list(mix.artists.map(artist => artist.name)))
  return mix.genre ? say.genre(mix.genre) : say.start
}

/** Four covers as one picture; fewer are one. Without any: a planet. */
export function Mosaic({ id, covers, className = '' }: { id: string; covers: Mix['covers']; className?: string }) {
  if (covers.length === 0) return <Planet id={id} className={`block w-full ${className}`} />
  const shown = covers.length < 4 ? covers.slice(0, 1) : covers.slice(0, 4)
  return (
    <span className={`grid aspect-square w-full overflow-hidden rounded-md ${shown.length === 4 ? 'grid-cols-2' : ''} ${className}`}>
      {shown.map(cover => (
        <Cover key={cover.small} id={id} picture={cover} alt="" size={shown.length === 4 ? 110 : 220} className="size-full !rounded-none" />
      ))}
    </span>
  )
}

function MixCard({ mix, day }: { mix: Mix; day: string }) {
  const t = useWords()
  const format = useFormat()
  return (
    <article className="group relative min-w-0">
      <Mosaic id={`${mix.kind} ${day}`} covers={mix.covers} className="transition-[filter] duration-160 group-hover:brightness-[0.92]" />
      <p className="mt-2.5 truncate text-sm font-semibold tracking-normal">
        <Link to="/mixes/$kind" params={{ kind: mix.kind }} className="card-link after:z-0">
          {t.discover.mix[mix.kind]}
        </Link>
      </p>
      <p className="line-clamp-2 text-[13px] text-muted">{bodyOf(t, format, mix)}</p>
    </article>
  )
}

/** On the first screen: today's mixes as a strip. Nothing while there are none. */
export function MixStrip() {
  const t = useWords()
  const { data } = useQuery({ ...read('GET /me/mixes'), staleTime: 600_000 })
  if (data && data.items.length === 0) return null
  return (
    <>
      <SectionHead
        title={t.discover.title}
        action={
          <Link to="/mixes" className={sectionLink}>
            {t.discover.seeAll}
          </Link>
        }
      />
      {data ? (
        <CardGrid strip>
          {data.items.slice(0, 6).map(mix => (
            <MixCard key={mix.kind} mix={mix} day={data.day} />
          ))}
        </CardGrid>
      ) : (
        <CardSkeletons count={4} />
      )}
    </>
  )
}

/** All mixes of today. */
export function MixesPage() {
  const t = useWords()
  const me = useMe()
  const { data, error, isPending, refetch } = useQuery({ ...read('GET /me/mixes'), enabled: me !== null })
  if (!me) return <SignInFirst />
  return (
    <>
      <h1 className="text-xl">{t.discover.today}</h1>
      <p className="mt-1 mb-6 max-w-[60ch] text-muted">{t.discover.body}</p>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <CardSkeletons />
      ) : data.items.length === 0 ? (
        <EmptyState
          icon={Sparkles}
          title={t.discover.noMixes}
          action={
            <Link to="/" className={buttonClass('quiet')}>
              {t.discover.listen}
            </Link>
          }
        >
          {t.discover.noMixesBody}
        </EmptyState>
      ) : (
        <CardGrid>
          {data.items.map(mix => (
            <MixCard key={mix.kind} mix={mix} day={data.day} />
          ))}
        </CardGrid>
      )}
    </>
  )
}

/** Suggestions as a list one can play from, each with its reason. */
export function Suggestions({
  items,
  label,
  source,
}: {
  items: readonly { track: Track; reason: Why }[]
  label: string
  source: 'mix' | 'radio' | 'track'
}) {
  const t = useWords()
  return (
    <TrackList
      tracks={items.map(item => item.track)}
      notes={new Map(items.map(item => [item.track.id, reasonText(t, item.reason)]))}
      source={source}
      as="mixed"
      label={label}
    />
  )
}

/** One mix: what it stands around, and each track with its reason. */
export function MixPage({ kind }: { kind: Mix['kind'] }) {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const { data, error, isPending, refetch } = useQuery({ ...read('GET /me/mixes/:kind', { kind }), enabled: me !== null })
  if (!me) return <SignInFirst />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const { mix, items } = data
  const tracks = items.map(item => playable(item.track, 'mix'))
  return (
    <>
      <header className="mb-8 flex flex-col gap-6 sm:flex-row sm:items-end sm:gap-8">
        <Mosaic id={kind} covers={mix.covers} className="w-52 shrink-0 rounded-lg shadow-pop max-sm:mx-auto" />
        <div className="min-w-0 flex-1">
          <h1 className="text-[1.9rem] leading-[1.1] font-[700] tracking-tight sm:text-2xl">{t.discover.mix[kind]}</h1>
          <p className="mt-2 max-w-[60ch] text-base text-muted">{bodyOf(t, format, mix)}</p>
          <p className="mt-1 text-sm text-muted">
            {t.discover.tracks(mix.tracks)} · {t.music.minutes(Math.round(mix.durationMs / 60_000))}
          </p>
          <div className="mt-5 flex flex-wrap gap-2">
            <Button size="lg" filled icon={Play} onClick={() => player.playTracks(tracks)}>
              {t.discover.play}
            </Button>
            <Button
              look="quiet"
              size="lg"
              icon={Shuffle}
              onClick={() => {
                if (!player.getState().queue.shuffle) player.toggleShuffle()
                player.playTracks(tracks, Math.floor(Math.random() * tracks.length))
              }}
            >
              {t.discover.shuffle}
            </Button>
          </div>
        </div>
      </header>
      <Suggestions items={items} label={t.discover.mix[kind]} source="mix" />
    </>
  )
}
