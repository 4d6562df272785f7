import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MapPin, Plus } from 'lucide-react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Select } from '../ui/field.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { venuesQuery, type VenueRow } from './queries.ts'

/** The venues of one's pages. */
export function StudioVenues({
  page,
  onPage,
  onNew,
}: {
  page: string | undefined
  onPage: (page: string) => void
  onNew: (page: string) => void
}) {
  const t = useWords()
  const own = t.selling.seating
  const me = useMe()
  const chosen = page ?? me?.pages[0]?.id
  const { data, error, isPending, refetch } = useQuery({ ...venuesQuery(chosen ?? ''), enabled: chosen !== undefined })
  if (!me) return null
  if (chosen === undefined)
    return (
      <EmptyState
        main
        icon={MapPin}
        title={own.noPage}
        action={
          <Link to="/studio/pages" className={buttonClass()}>
            {t.people.newPage}
          </Link>
        }
      >
        {own.noPageBody}
      </EmptyState>
    )
  return (
    <>
      <header className="mb-6 flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-xl">{own.venues}</h1>
          <p className="mt-1 text-muted">{own.venuesBody}</p>
        </div>
        <div className="flex flex-wrap items-end gap-3">
          {me.pages.length > 1 ? (
            <Select
              label={own.page}
              hideLabel
              value={chosen}
              onChange={event => onPage(event.target.value)}
              options={me.pages.map(one => ({ value: one.id, name: one.name }))}
            />
          ) : null}
          <Button icon={Plus} onClick={() => onNew(chosen)}>
            {own.newVenue}
          </Button>
        </div>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : data.items.length === 0 ? (
        <EmptyState icon={MapPin} title={own.noVenues} action={<Button onClick={() => onNew(chosen)}>{own.newVenue}</Button>}>
          {own.noVenuesBody}
        </EmptyState>
      ) : (
        <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
          {data.items.map(venue => (
            <Card key={venue.id} venue={venue} />
          ))}
        </ul>
      )}
    </>
  )
}

function Card({ venue }: { venue: VenueRow }) {
  const t = useWords()
  const format = useFormat()
  const own = t.selling.seating
  return (
    <li className="relative flex min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface transition-colors hover:border-line-strong">
      <Cover id={venue.id} picture={venue.picture} alt="" size={480} className="aspect-[16/9]! w-full rounded-none!" />
      <div className="flex flex-col gap-2 p-4">
        <h2 className="truncate text-base">
          <Link to="/studio/venues/$id" params={{ id: venue.id }} className="card-link">
            {venue.name}
          </Link>
        </h2>
        <p className="truncate text-sm text-muted">
          {venue.city} · {own.people(format.number(venue.capacity))}
        </p>
        <p className="flex flex-wrap gap-1.5">
          {venue.state === 'archived' ? <Tag>{own.archived}</Tag> : null}
          {venue.shared ? <Tag tone="ion">{own.isShared}</Tag> : null}
          <Tag>{own.mapCount(venue.maps.length)}</Tag>
        </p>
      </div>
    </li>
  )
}
