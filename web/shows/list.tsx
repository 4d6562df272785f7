import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { CalendarDays, Hourglass, Search, Ticket } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useDeferredValue, useEffect, useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { ShowPoster } from './card.tsx'
import { askedOf, whens, type ShowsSearch } from './asking.ts'
import { citiesQuery, showsQuery } from './queries.ts'

const chip = (on: boolean): string =>
  cx(
    'inline-flex h-9 shrink-0 coarse:h-10 items-center gap-1.5 rounded-full px-3.5 text-sm font-medium whitespace-nowrap transition-colors',
    on ? 'bg-ink text-bg' : 'bg-raised hover:bg-sunken',
  )

/** Coming shows: by city, day, artist. */
export function ShowsPage({ search, onSearch }: { search: ShowsSearch; onSearch: (next: ShowsSearch) => void }) {
  const t = useWords()
  const { number } = useFormat()
  const me = useMe()
  const { city, when = 'all' } = search
  const [q, setQ] = useState(search.q ?? '')
  const asked = useDeferredValue(q.trim())
  useEffect(() => {
    if (asked === (search.q ?? '')) return
    const timer = setTimeout(() => onSearch({ ...search, ...(asked === '' ? { q: undefined as never } : { q: asked }) }), 250)
    return () => clearTimeout(timer)
  }, [asked, search, onSearch])
  const { data: cities } = useQuery(citiesQuery)
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(showsQuery(askedOf(search)))
  const shows = data?.pages.flatMap(one => one.items) ?? []
  return (
    <div className="flex flex-col gap-5 pb-10">
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div>
          <h1 className="text-xl">{t.shows.title}</h1>
          <p className="mt-1 text-muted">{t.shows.intro}</p>
        </div>
        {me ? (
          <nav className="flex gap-2">
            <Link to="/waiting" className={buttonClass('quiet', 'sm', 'gap-1.5')}>
              <Hourglass size={15} aria-hidden />
              {t.shows.wait.mine}
            </Link>
          </nav>
        ) : null}
      </header>
      <div className="flex flex-col gap-3">
        <label className="relative block max-w-xl">
          <span className="sr-only">{t.shows.search}</span>
          <Search size={18} aria-hidden className="pointer-events-none absolute top-3 left-3.5 text-muted" />
          <input
            type="search"
            value={q}
            onChange={event => setQ(event.target.value)}
            placeholder={t.shows.search}
            maxLength={80}
            className="h-11 w-full rounded-full border border-line bg-surface pr-4 pl-10 placeholder:text-muted"
          />
        </label>
        <div className="no-bar -mx-4 flex gap-2 overflow-x-auto px-4 sm:mx-0 sm:px-0" role="group" aria-label={t.shows.anywhere}>
          <button
            type="button"
            aria-pressed={!city}
            className={chip(!city)}
            onClick={() => onSearch({ ...search, city: undefined as never })}
          >
            {t.shows.anywhere}
          </button>
          {cities?.items.map(one => (
            <button
              key={one.city}
              type="button"
              aria-pressed={city === one.city}
              className={chip(city === one.city)}
              onClick={() => onSearch({ ...search, city: one.city })}
            >
              {one.city}
              <span className="tabular text-xs opacity-70">{number(one.shows)}</span>
            </button>
          ))}
        </div>
        <div className="no-bar -mx-4 flex gap-2 overflow-x-auto px-4 sm:mx-0 sm:px-0" role="group" aria-label={t.shows.when.all}>
          {whens.map(one => (
            <button
              key={one}
              type="button"
              aria-pressed={when === one}
              className={chip(when === one)}
              onClick={() => onSearch({ ...search, when: one === 'all' ? (undefined as never) : one })}
            >
              {one === 'all' ? <CalendarDays size={15} aria-hidden /> : null}
              {t.shows.when[one]}
            </button>
          ))}
        </div>
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Loading>
          <Grid>
            {[0, 1, 2, 3, 4, 5].map(n => (
              <div key={n}>
                <Skeleton className="aspect-square w-full rounded-lg" />
                <Skeleton className="mt-3 h-5 w-3/4" />
                <Skeleton className="mt-2 h-4 w-1/2" />
              </div>
            ))}
          </Grid>
        </Loading>
      ) : shows.length === 0 ? (
        <EmptyState icon={Ticket} title={t.shows.none}>
          {t.shows.noneBody}
        </EmptyState>
      ) : (
        <>
          <h2 className="sr-only">{t.shows.title}</h2>
          <Grid>
            {shows.map((show, n) => (
              <ShowPoster key={show.id} show={show} eager={n < 4} />
            ))}
          </Grid>
          {hasNextPage ? (
            <Button look="quiet" className="self-center" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t.shows.more}
            </Button>
          ) : null}
        </>
      )}
    </div>
  )
}
export const Grid = ({ children }: { children: React.ReactNode }) => (
  <div className="grid grid-cols-2 gap-x-4 gap-y-7 sm:gap-x-5 md:grid-cols-3 xl:grid-cols-4">{children}</div>
)
