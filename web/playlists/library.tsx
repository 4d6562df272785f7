import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Disc3, FileDown, Heart, Library as LibraryIcon, ListMusic, Plus, Sparkles, UserRoundPlus } from 'lucide-react'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { api, read } from '../api.ts'
import { CardGrid, CardSkeletons, PageBubble, ReleaseCard, SectionHead } from '../catalogue/cards.tsx'
import { TrackList } from '../catalogue/track-list.tsx'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { PlaylistCard } from './card.tsx'
import { History } from './history.tsx'
import { mineQuery } from './queries.ts'
import type { LibraryTab } from './tabs.ts'

const NewDialog = lazy(() => import('./edit.tsx').then(module => ({ default: module.NewDialog })))
const RuleDialog = lazy(() => import('./rule-editor.tsx').then(module => ({ default: module.RuleDialog })))
const ImportDialog = lazy(() => import('./import.tsx').then(module => ({ default: module.ImportDialog })))

/** What one keeps: playlists, favourites, albums, artists, what was bought and what was heard. */
export function Library({ tab }: { tab: LibraryTab }) {
  const t = useWords()
  const me = useMe()
  const navigate = useNavigate()
  if (!me) return <SignInFirst />
  const names = t.playlists.tabs
  return (
    <>
      <h1 className="mb-4 text-xl">{t.music.libraryTitle}</h1>
      <Tabs
        label={t.music.libraryTitle}
        value={tab}
        onChange={next => void navigate({ to: '/library', search: { tab: next as LibraryTab }, replace: true })}
        tabs={[
          { value: 'playlists', name: names.playlists, content: <Playlists /> },
          { value: 'favourites', name: names.favourites, content: <Favourites /> },
          { value: 'albums', name: names.albums, content: <Albums /> },
          { value: 'artists', name: names.artists, content: <Artists /> },
          { value: 'owned', name: names.owned, content: <Owned /> },
          { value: 'history', name: names.history, content: <History /> },
        ]}
      />
    </>
  )
}

const toListen = (text: string): ReactNode => (
  <Link to="/" className={buttonClass('quiet')}>
    {text}
  </Link>
)

function Playlists() {
  const t = useWords()
  const [open, setOpen] = useState<'new' | 'smart' | 'import' | null>(null)
  const { data, error, isPending, refetch } = useQuery(mineQuery)
  const close = () => setOpen(null)
  const tools = (
    <>
      <Button icon={Plus} onClick={() => setOpen('new')}>
        {t.playlists.make}
      </Button>
      <Button look="quiet" icon={Sparkles} onClick={() => setOpen('smart')}>
        {t.playlists.makeSmart}
      </Button>
      <Button look="quiet" icon={FileDown} onClick={() => setOpen('import')}>
        {t.playlists.import}
      </Button>
    </>
  )
  return (
    <>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <CardSkeletons />
      ) : data.items.length === 0 ? (
        <EmptyState icon={ListMusic} title={t.playlists.none} action={tools}>
          {t.playlists.noneBody}
        </EmptyState>
      ) : (
        <>
          <div className="mb-6 flex flex-wrap gap-2">{tools}</div>
          <CardGrid>
            {data.items.map(list => (
              <PlaylistCard key={list.id} list={list} />
            ))}
          </CardGrid>
        </>
      )}
      <Suspense>
        {open === 'new' ? <NewDialog onClose={close} /> : null}
        {open === 'smart' ? <RuleDialog onClose={close} /> : null}
        {open === 'import' ? <ImportDialog onClose={close} /> : null}
      </Suspense>
    </>
  )
}

function More({ query }: { query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> } }) {
  const t = useWords()
  if (!query.hasNextPage) return null
  return (
    <div className="mt-6 flex justify-center">
      <Button look="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t.common.showMore}
      </Button>
    </div>
  )
}

function Favourites() {
  const t = useWords()
  const query = useInfiniteQuery({
    queryKey: ['GET /me/favourites', 'pages'],
    queryFn: ({ pageParam, signal }) =>
      api('GET /me/favourites', { limit: 100, ...(pageParam === '' ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows />
  const tracks = query.data.pages.flatMap(page => page.items)
  if (tracks.length === 0)
    return (
      <EmptyState icon={Heart} title={t.music.noFavourites} action={toListen(t.music.goListen)}>
        {t.music.noFavouritesBody}
      </EmptyState>
    )
  return (
    <>
      <TrackList tracks={tracks} source="library" as="mixed" label={t.music.favourites} />
      <More query={query} />
    </>
  )
}

function Albums() {
  const t = useWords()
  const query = useInfiniteQuery({
    queryKey: ['GET /me/favourites/releases', 'pages'],
    queryFn: ({ pageParam, signal }) =>
      api('GET /me/favourites/releases', { limit: 60, ...(pageParam === '' ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <CardSkeletons />
  const releases = query.data.pages.flatMap(page => page.items)
  if (releases.length === 0)
    return (
      <EmptyState icon={Disc3} title={t.playlists.noAlbums} action={toListen(t.music.goListen)}>
        {t.playlists.noAlbumsBody}
      </EmptyState>
    )
  return (
    <>
      <CardGrid>
        {releases.map(release => (
          <ReleaseCard key={release.id} release={release} />
        ))}
      </CardGrid>
      <More query={query} />
    </>
  )
}

function Artists() {
  const t = useWords()
  const kept = useQuery(read('GET /me/favourites/artists', { limit: 100 }))
  const followed = useQuery(read('GET /me/follows', { limit: 100 }))
  const error = kept.error ?? followed.error
  if (error)
    return (
      <ErrorState
        error={error}
        onRetry={() => {
          void kept.refetch()
          void followed.refetch()
        }}
      />
    )
  if (!kept.data || !followed.data) return <CardSkeletons />
  if (kept.data.items.length === 0 && followed.data.items.length === 0)
    return (
      <EmptyState icon={UserRoundPlus} title={t.playlists.noArtists}>
        {t.playlists.noArtistsBody}
      </EmptyState>
    )
  return (
    <>
      {kept.data.items.length > 0 ? (
        <section className="-mt-7">
          <SectionHead title={t.playlists.favouriteArtists} />
          <CardGrid>
            {kept.data.items.map(page => (
              <PageBubble key={page.id} page={page} />
            ))}
          </CardGrid>
        </section>
      ) : null}
      {followed.data.items.length > 0 ? (
        <section className={kept.data.items.length > 0 ? '' : '-mt-7'}>
          <SectionHead title={t.playlists.followedArtists} />
          <CardGrid>
            {followed.data.items.map(page => (
              <PageBubble key={page.id} page={page} />
            ))}
          </CardGrid>
        </section>
      ) : null}
    </>
  )
}

function Owned() {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(read('GET /me/purchases', { limit: 60 }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <CardSkeletons />
  if (data.items.length === 0)
    return (
      <EmptyState
        icon={LibraryIcon}
        title={t.music.noOwned}
        action={
          <Link to="/shop" className={buttonClass('quiet')}>
            {t.music.goShop}
          </Link>
        }
      >
        {t.music.noOwnedBody}
      </EmptyState>
    )
  return (
    <CardGrid>
      {data.items.map(release => (
        <ReleaseCard key={release.line} release={release} />
      ))}
    </CardGrid>
  )
}
