import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Heart, History, Library as LibraryIcon, UserRoundPlus } from 'lucide-react'
import type { ReactNode } from 'react'
import { CardGrid, CardSkeletons, PageBubble, ReleaseCard } from '../catalogue/cards.tsx'
import { TrackList } from '../catalogue/track-list.tsx'
import { read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import type { LibraryTab } from './tabs.ts'

/** What one keeps: favourites, what was heard, what was bought, whom one follows. */
export function Library({ tab }: { tab: LibraryTab }) {
  const t = useWords()
  const me = useMe()
  const navigate = useNavigate()
  if (!me) return <SignInFirst />
  return (
    <>
      <h1 className="mb-4 text-xl">{t.music.libraryTitle}</h1>
      <Tabs
        label={t.music.libraryTitle}
        value={tab}
        onChange={next => void navigate({ to: '/library', search: { tab: next as LibraryTab }, replace: true })}
        tabs={[
          { value: 'favourites', name: t.music.favourites, content: <Favourites /> },
          { value: 'recent', name: t.music.recent, content: <Recent /> },
          { value: 'owned', name: t.music.owned, content: <Owned /> },
          { value: 'followed', name: t.music.followed, content: <Followed /> },
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

function Favourites() {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(read('GET /me/favourites', { limit: 100 }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  if (data.items.length === 0)
    return (
      <EmptyState icon={Heart} title={t.music.noFavourites} action={toListen(t.music.goListen)}>
        {t.music.noFavouritesBody}
      </EmptyState>
    )
  return <TrackList tracks={data.items} source="library" as="mixed" label={t.music.favourites} />
}

function Recent() {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(read('GET /me/recent', { limit: 50 }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  if (data.items.length === 0)
    return (
      <EmptyState icon={History} title={t.music.noRecent} action={toListen(t.music.goListen)}>
        {t.music.noRecentBody}
      </EmptyState>
    )
  return <TrackList tracks={data.items} source="library" as="mixed" label={t.music.recent} />
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

function Followed() {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(read('GET /me/follows', { limit: 60 }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <CardSkeletons />
  if (data.items.length === 0)
    return (
      <EmptyState icon={UserRoundPlus} title={t.music.noFollowed}>
        {t.music.noFollowedBody}
      </EmptyState>
    )
  return (
    <CardGrid>
      {data.items.map(page => (
        <PageBubble key={page.id} page={page} />
      ))}
    </CardGrid>
  )
}
