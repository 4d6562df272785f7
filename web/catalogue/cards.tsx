import { Link } from '@tanstack/react-router'
import { Pause, Play } from 'lucide-react'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { player } from '../player/player.ts'
import { artistNames, playable, type PlaySource, type Track } from '../player/track.ts'
import { usePlayer } from '../player/use.ts'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Planet } from '../ui/planet.tsx'
import { Loading, Skeleton, Tag, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

export type ReleaseCardData = Ok<'GET /releases'>['items'][number]
export type PageCardData = Ok<'GET /pages'>['items'][number]

/** True while something of this release plays. */
export const useReleasePlaying = (id: string): boolean =>
  usePlayer(
    state => (state.status === 'playing' || state.status === 'loading') && state.queue.entries[state.queue.at]?.track.release.id === id,
  )

/** A release as a picture with its name; the round button plays it at once. */
export function ReleaseCard({
  release,
  eager,
  size = 220,
  name,
}: {
  release: ReleaseCardData
  eager?: boolean
  size?: number
  name?: ReactNode
}) {
  const t = useWords()
  return (
    <article className="group relative min-w-0">
      <div className="relative">
        <Cover
          id={release.id}
          picture={release.cover}
          alt=""
          size={size}
          {...(eager ? { eager } : {})}
          className="w-full transition-[filter] duration-160 group-hover:brightness-[0.92]"
        />
        {release.ready === 0 ? (
          <span className="absolute bottom-2.5 left-2.5">
            <Tag>{t.music.notReady}</Tag>
          </span>
        ) : null}
        {release.ready > 0 ? <PlayRelease id={release.id} title={release.title} /> : null}
      </div>
      <p className="mt-2.5 truncate text-sm font-semibold tracking-normal">
        <Link to="/releases/$id" params={{ id: release.id }} className="card-link after:z-0">
          {name ?? release.title}
        </Link>
      </p>
      <p className="truncate text-[13px] text-muted">{artistNames(release.artists)}</p>
    </article>
  )
}

/** Plays a release from its card: fetches the tracks when it is pressed. */
function PlayRelease({ id, title }: { id: string; title: string }) {
  const t = useWords()
  const client = useQueryClient()
  const on = useReleasePlaying(id)
  const press = async () => {
    if (on) return player.pause()
    try {
      const release = await client.ensureQueryData(read('GET /releases/:id', { id }))
      player.playTracks(release.tracks.map(track => playable(track, 'home')))
    } catch (error) {
      toast(faultText(t, error), { tone: 'bad' })
    }
  }
  const Icon = on ? Pause : Play
  return (
    <button
      type="button"
      aria-label={on ? t.player.pause : `${t.player.play}: ${title}`}
      onClick={() => void press()}
      onPointerEnter={() => void client.prefetchQuery(read('GET /releases/:id', { id }))}
      className={cx(
        'absolute right-2.5 bottom-2.5 z-1 grid size-11 place-items-center rounded-full bg-accent text-on-accent shadow-pop transition-[opacity,transform] duration-160 hover:scale-105 focus-visible:opacity-100 focus-visible:rounded-full coarse:opacity-100',
        on
          ? 'opacity-100'
          : 'translate-y-1 opacity-0 group-hover:translate-y-0 group-hover:opacity-100 focus-visible:translate-y-0 coarse:translate-y-0',
      )}
    >
      <Icon size={20} fill="currentColor" strokeWidth={1.5} aria-hidden className={on ? '' : 'translate-x-[1px]'} />
    </button>
  )
}

/** Cards side by side: a grid on wide screens, a strip to swipe on phones. */
export const CardGrid = ({ children, strip }: { children: ReactNode; strip?: boolean }) => (
  <div
    className={
      strip
        ? 'no-bar -mx-4 flex snap-x scroll-px-4 gap-4 overflow-x-auto scroll-smooth px-4 pb-1 sm:-mx-6 sm:scroll-px-6 sm:px-6 lg:mx-0 lg:grid lg:grid-cols-[repeat(auto-fill,minmax(168px,1fr))] lg:gap-5 lg:overflow-visible lg:px-0 *:w-[42vw] *:max-w-[200px] *:shrink-0 *:snap-start lg:*:w-auto lg:*:max-w-none'
        : 'grid grid-cols-2 gap-x-4 gap-y-7 sm:grid-cols-3 lg:grid-cols-[repeat(auto-fill,minmax(168px,1fr))] lg:gap-x-5'
    }
  >
    {children}
  </div>
)

export const CardSkeletons = ({ count = 6 }: { count?: number }) => (
  <Loading>
    <CardGrid>
      {Array.from({ length: count }, (_, index) => (
        <div key={index}>
          <Skeleton className="aspect-square w-full rounded-md" />
          <Skeleton className="mt-3 h-3.5 w-3/4" />
          <Skeleton className="mt-2 h-3 w-1/2" />
        </div>
      ))}
    </CardGrid>
  </Loading>
)

/** An artist or another page as its planet; the rings tell the followers. */
export function PageBubble({ page, name }: { page: Pick<PageCardData, 'id' | 'name' | 'picture' | 'followers'>; name?: ReactNode }) {
  const t = useWords()
  const format = useFormat()
  return (
    <article className="group relative flex min-w-0 flex-col items-center text-center">
      <span className="block aspect-square w-full overflow-hidden rounded-full transition-transform duration-240 group-hover:scale-[1.03]">
        {page.picture ? (
          <Cover id={page.id} picture={page.picture} alt="" size={180} round className="size-full" />
        ) : (
          <Planet id={page.id} measure={page.followers} className="size-full" />
        )}
      </span>
      <p className="mt-2.5 w-full truncate text-sm font-semibold tracking-normal">
        <Link to="/artists/$id" params={{ id: page.id }} className="card-link">
          {name ?? page.name}
        </Link>
      </p>
      <p className="text-[13px] text-muted">{t.music.followers(format.compact(page.followers))}</p>
    </article>
  )
}

/** The title of a section with a way to all of it. */
export const SectionHead = ({ title, action }: { title: string; action?: ReactNode }) => (
  <div className="mt-11 mb-4 flex items-baseline justify-between gap-4">
    <h2 className="text-lg">{title}</h2>
    {action}
  </div>
)

export const sectionLink = 'text-sm font-medium text-muted hover:text-ink hover:underline underline-offset-4'

/** Everything of a list as the player takes it. */
export const asQueue = (tracks: readonly Track[], source: PlaySource) => tracks.map(track => playable(track, source))
