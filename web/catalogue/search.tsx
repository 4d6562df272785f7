import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { CardGrid, PageBubble, ReleaseCard, SectionHead } from './cards.tsx'
import { searchQuery } from './queries.ts'
import { TrackList } from './track-list.tsx'

/** What was found, while one types; the last answer stays until the next one is there. */
export function SearchPage({ q }: { q: string }) {
  const t = useWords()
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    ...searchQuery(q),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  })
  if (q === '') {
    return (
      <EmptyState main icon={Search} title={t.music.searchTitle}>
        {t.music.searchHint}
      </EmptyState>
    )
  }
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const nothing = data.tracks.length + data.releases.length + data.artists.length === 0
  return (
    <div aria-busy={isPlaceholderData} className={cx('transition-opacity', isPlaceholderData && 'opacity-60')}>
      <h1 className="sr-only">{t.music.results}</h1>
      <p role="status" className="sr-only">
        {nothing ? t.music.searchNone(q) : `${t.music.results}: ${data.tracks.length + data.releases.length + data.artists.length}`}
      </p>
      {nothing ? (
        <EmptyState icon={Search} title={t.music.searchNone(q)}>
          {t.music.searchNoneBody}
        </EmptyState>
      ) : null}
      {data.artists.length > 0 ? (
        <>
          <SectionHead title={t.music.artists} />
          <CardGrid strip>
            {data.artists.map(page => (
              <PageBubble key={page.id} page={page} />
            ))}
          </CardGrid>
        </>
      ) : null}
      {data.tracks.length > 0 ? (
        <>
          <SectionHead title={t.music.songs} />
          <TrackList tracks={data.tracks} source="search" as="mixed" label={t.music.results} columns={2} />
        </>
      ) : null}
      {data.releases.length > 0 ? (
        <>
          <SectionHead title={t.music.releases} />
          <CardGrid>
            {data.releases.map(release => (
              <ReleaseCard key={release.id} release={release} />
            ))}
          </CardGrid>
        </>
      ) : null}
    </div>
  )
}
