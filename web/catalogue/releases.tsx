import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Disc3 } from 'lucide-react'
import { read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Select } from '../ui/field.tsx'
import { EmptyState, ErrorState } from '../ui/states.tsx'
import { CardGrid, CardSkeletons, ReleaseCard } from './cards.tsx'
import { releasesQuery, type ReleasesSearch } from './queries.ts'

/** Everything released, by genre and order. */
export function Releases({ search }: { search: ReleasesSearch }) {
  const t = useWords()
  const navigate = useNavigate()
  const genres = useQuery(read('GET /genres'))
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(releasesQuery(search))
  const go = (next: ReleasesSearch) => void navigate({ to: '/releases', search: next, replace: true })
  const chip =
    'rounded-full px-3.5 py-1.5 text-sm font-medium whitespace-nowrap transition-colors aria-pressed:bg-ink aria-pressed:text-bg bg-raised text-muted hover:text-ink'
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <>
      <h1 className="text-xl">{t.music.allReleases}</h1>
      <div className="mt-5 mb-7 flex flex-wrap items-center justify-between gap-4">
        <div className="no-bar -mx-4 flex min-w-0 gap-2 overflow-x-auto px-4" role="group" aria-label={t.music.genres}>
          {[undefined, ...(genres.data?.items.map(genre => genre.name) ?? [])].map(genre => (
            <button
              key={genre ?? ''}
              type="button"
              aria-pressed={search.genre === genre}
              className={cx(chip)}
              onClick={() => go({ ...search, genre })}
            >
              {genre ?? t.music.allGenres}
            </button>
          ))}
        </div>
        <Select
          label={t.music.sort}
          hideLabel
          className="w-40"
          value={search.sort ?? 'new'}
          onChange={event => go({ ...search, sort: event.target.value as ReleasesSearch['sort'] })}
          options={[
            { value: 'new', name: t.music.sortNew },
            { value: 'popular', name: t.music.sortPopular },
            { value: 'title', name: t.music.sortTitle },
          ]}
        />
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <CardSkeletons count={12} />
      ) : items.length === 0 ? (
        <EmptyState icon={Disc3} title={t.music.noReleases} />
      ) : (
        <>
          <CardGrid>
            {items.map((release, index) => (
              <ReleaseCard key={release.id} release={release} eager={index < 6} />
            ))}
          </CardGrid>
          {hasNextPage ? (
            <div className="mt-10 text-center">
              <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {t.common.showMore}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </>
  )
}
