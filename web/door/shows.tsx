import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight, DoorOpen } from 'lucide-react'
import { read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { ShowTime } from '../tickets/when.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'

/** Shows whose door one keeps, soonest first. */
export function DoorShows() {
  const t = useWords()
  const d = t.selling.door
  const { data, error, isPending, refetch } = useQuery(read('GET /me/doors'))
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h1 className="text-xl">{d.title}</h1>
          <p className="mt-1 max-w-[60ch] text-muted">{d.intro}</p>
        </div>
        <Link to={'/door' as '/'} className={buttonClass('primary')}>
          <DoorOpen size={16} aria-hidden />
          {d.open}
        </Link>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : data.items.length === 0 ? (
        <EmptyState icon={DoorOpen} title={d.none}>
          {d.noneBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-2">
          {data.items.map(show => (
            <li key={show.id}>
              <Link
                to={'/studio/door/$show' as '/'}
                params={{ show: show.id } as never}
                className="flex min-w-0 items-center gap-4 rounded-lg border border-line bg-surface p-3 hover:bg-raised"
              >
                <Cover id={show.id} picture={show.picture} alt="" size={96} className="w-16 shrink-0" />
                <span className="min-w-0 flex-1">
                  <b className="block truncate font-semibold">{show.title}</b>
                  <span className="block text-xs text-muted">
                    <ShowTime show={show} />
                  </span>
                  <span className="block truncate text-xs text-muted">{[show.venue, show.city].filter(Boolean).join(' · ')}</span>
                </span>
                <ChevronRight size={18} aria-hidden className="shrink-0 text-muted" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
