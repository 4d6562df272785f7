import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Accessibility, CalendarDays, Clock, ExternalLink, MapPin, PencilLine, UsersRound } from 'lucide-react'
import { ResourceCard } from '../bookings/card.tsx'
import { placeQuery } from '../bookings/queries.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { showsQuery } from '../shows/queries.ts'
import { ShowStrip } from '../shows/strip.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, ErrorState, Loading, Skeleton, Tag } from '../ui/states.tsx'
import { venueQuery, type Venue } from './queries.ts'

/** Where a venue is, for maps: the point, else what is written. */
const mapOf = ({ latitude, longitude, region, city, address }: Venue): string =>
  latitude !== null && longitude !== null
    ? `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`
    : `https://www.openstreetmap.org/search?query=${encodeURIComponent([region, city, address].filter(Boolean).join(' '))}`

/** A venue for everybody: pictures, where it is, its halls, the shows to come, the rooms to book. */
export function VenuePage({ id }: { id: string }) {
  const { data: venue, error, isPending, refetch } = useQuery(venueQuery(id))
  if (error && !venue) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending)
    return (
      <Loading className="mx-auto flex max-w-5xl flex-col gap-4">
        <Skeleton className="aspect-[16/7] rounded-lg" />
        <Skeleton className="h-8 w-1/2" />
        <Skeleton className="h-24" />
      </Loading>
    )
  return <Shown venue={venue} />
}

function Shown({ venue }: { venue: Venue }) {
  const t = useWords()
  const b = t.bookings
  const v = t.seating.venue
  const format = useFormat()
  const address = [venue.region === venue.city ? '' : venue.region, venue.city, venue.address].filter(Boolean).join(' ')
  return (
    <article className="mx-auto flex max-w-5xl flex-col gap-9 pb-10">
      <Pictures venue={venue} />
      <header className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <Tag tone="accent">{v.title}</Tag>
          {venue.state === 'archived' ? <Tag tone="held">{v.archived}</Tag> : null}
        </div>
        <h1 className="text-xl sm:text-2xl leading-tight [overflow-wrap:anywhere]">{venue.name}</h1>
        <ul className="flex flex-wrap gap-x-6 gap-y-2 text-muted">
          <li className="flex min-w-0 items-start gap-1.5">
            <MapPin size={16} aria-hidden className="mt-1 shrink-0" />
            <span className="min-w-0 [overflow-wrap:anywhere]">
              {address} ·{' '}
              <a href={mapOf(venue)} target="_blank" rel="noreferrer" className="text-accent-ink underline hover:text-ink">
                {b.openMap}
              </a>
            </span>
          </li>
          <li className="flex items-center gap-1.5">
            <UsersRound size={16} aria-hidden className="shrink-0" />
            {v.capacity(format.number(venue.capacity))}
          </li>
          <li className="flex items-center gap-1.5">
            <Clock size={16} aria-hidden className="shrink-0" />
            {v.zone(format.zone(venue.zone))}
          </li>
        </ul>
        <p className="flex flex-wrap items-center gap-x-5 gap-y-2 text-sm">
          <Link to="/artists/$id" params={{ id: venue.page.handle }} className="text-accent-ink hover:underline">
            {v.run(venue.page.name)}
          </Link>
          {venue.site ? (
            <a
              href={venue.site}
              target="_blank"
              rel="noreferrer nofollow"
              className="inline-flex items-center gap-1 text-accent-ink hover:underline"
            >
              {v.site}
              <ExternalLink size={14} aria-hidden />
            </a>
          ) : null}
          {venue.can.edit ? (
            <Link to="/studio/venues/$id" params={{ id: venue.id }} className={buttonClass('quiet', 'sm')}>
              <PencilLine size={15} aria-hidden />
              {v.edit}
            </Link>
          ) : null}
        </p>
      </header>
      {venue.about ? (
        <section className="-mt-3">
          <h2 className="sr-only">{v.about}</h2>
          <p className="max-w-[70ch] leading-relaxed [overflow-wrap:anywhere] whitespace-pre-line">{venue.about}</p>
        </section>
      ) : null}
      <Shows id={venue.id} />
      <Rooms venue={venue} />
      <div className="grid gap-x-12 gap-y-9 md:grid-cols-2">
        <Halls venue={venue} />
        {venue.access ? (
          <section>
            <h2 className="flex items-center gap-2 text-base">
              <Accessibility size={18} aria-hidden />
              {v.access}
            </h2>
            <p className="mt-2 leading-relaxed [overflow-wrap:anywhere] whitespace-pre-line">{venue.access}</p>
          </section>
        ) : null}
      </div>
    </article>
  )
}

function Pictures({ venue }: { venue: Venue }) {
  const b = useWords().bookings
  const [first, ...more] = venue.pictures
  const wide = 'aspect-16/10! w-full rounded-lg! sm:aspect-[16/7]!'
  if (more.length === 0) return <Cover id={venue.id} picture={first?.url ?? venue.picture} alt="" size={640} eager className={wide} />
  return (
    // Scrolled by keys, too: it has a name and takes the focus.
    <ul tabIndex={0} aria-label={venue.name} className="no-bar flex snap-x snap-mandatory gap-2 overflow-x-auto rounded-lg max-sm:-mx-4">
      {venue.pictures.map(({ asset, url }, n) => (
        <li key={asset} className="w-[88%] shrink-0 snap-center sm:w-[72%]">
          <Cover id={asset} picture={url} alt={b.picture(n + 1)} size={640} eager={n === 0} className={wide} />
        </li>
      ))}
    </ul>
  )
}

function Shows({ id }: { id: string }) {
  const t = useWords()
  const { data } = useInfiniteQuery(showsQuery({ venue: id }))
  return data && data.pages[0]!.items.length === 0 ? (
    <section>
      <h2 className="mb-3 text-base">{t.shows.here}</h2>
      <EmptyState compact icon={CalendarDays} title={t.seating.venue.noShows}>
        {t.seating.venue.noShowsBody}
      </EmptyState>
    </section>
  ) : (
    <ShowStrip venue={id} />
  )
}

/** What the venue’s page lets in the same city. */
function Rooms({ venue }: { venue: Venue }) {
  const t = useWords()
  const { data } = useQuery(placeQuery(venue.page.id, null))
  const rooms = data?.items.filter(one => one.city === venue.city && one.kind !== 'performer') ?? []
  if (rooms.length === 0) return null
  return (
    <section aria-labelledby="rooms">
      <div className="mb-3 flex items-baseline justify-between gap-3">
        <h2 id="rooms" className="text-base">
          {t.seating.venue.rooms}
        </h2>
        <Link to="/book/at/$page" params={{ page: venue.page.handle }} className="text-sm font-medium text-muted hover:text-ink">
          {t.seating.venue.together}
        </Link>
      </div>
      <ul className="grid grid-cols-1 gap-x-6 gap-y-8 sm:grid-cols-2 lg:grid-cols-3">
        {rooms.map(card => (
          <li key={card.id} className="min-w-0">
            <ResourceCard card={card} page={false} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Halls({ venue }: { venue: Venue }) {
  const v = useWords().seating.venue
  const format = useFormat()
  const maps = venue.maps.filter(map => map.version !== null)
  if (maps.length === 0) return null
  return (
    <section>
      <h2 className="text-base">{v.halls}</h2>
      <ul className="mt-2 divide-y divide-line rounded-lg border border-line bg-surface">
        {maps.map(map => (
          <li key={map.id} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 px-4 py-3">
            <b className="font-semibold [overflow-wrap:anywhere]">{map.name}</b>
            <span className="tabular text-sm text-muted">
              {[
                ...(map.seats > 0 ? [v.seats(format.number(map.seats))] : []),
                ...(map.standing > 0 ? [v.standing(format.number(map.standing))] : []),
              ].join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
