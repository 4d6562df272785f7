import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useWords } from '../i18n/use.tsx'
import { ShowPoster } from './card.tsx'
import { showsQuery } from './queries.ts'

/** Coming shows of an artist or of a venue, side by side. Nothing where there are none. */
export function ShowStrip({ page, venue }: { page?: string; venue?: string }) {
  const t = useWords()
  const { data } = useInfiniteQuery(showsQuery({ ...(page ? { page } : {}), ...(venue ? { venue } : {}) }))
  const shows = data?.pages[0]?.items ?? []
  if (shows.length === 0) return null
  return (
    <section aria-labelledby="shows">
      <div className="mb-3 flex items-baseline justify-between gap-3">
        <h2 id="shows" className="text-base">
          {page ? t.shows.title : t.shows.here}
        </h2>
        <Link to="/shows" className="text-sm font-medium text-muted hover:text-ink">
          {t.shows.all}
        </Link>
      </div>
      <ul className="no-bar -mx-4 flex snap-x scroll-px-4 gap-4 overflow-x-auto px-4 pb-1 sm:mx-0 sm:scroll-px-0 sm:px-0">
        {shows.slice(0, 12).map(show => (
          <li key={show.id} className="w-52 shrink-0 snap-start">
            <ShowPoster show={show} />
          </li>
        ))}
      </ul>
    </section>
  )
}
