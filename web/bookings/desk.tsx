import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarRange, ChevronRight, DoorOpen } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { hasRole, useMe } from '../shell/me.ts'
import { buttonClass } from '../ui/button.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { EmptyState, ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { parts, type Part } from './desk-parts.ts'
import { deskQuery, placesQuery } from './queries.ts'

const CalendarDesk = lazy(() => import('./desk-calendar.tsx').then(module => ({ default: module.CalendarDesk })))
const ListDesk = lazy(() => import('./desk-list.tsx').then(module => ({ default: module.ListDesk })))
const RoomsDesk = lazy(() => import('./desk-rooms.tsx').then(module => ({ default: module.RoomsDesk })))
const Holidays = lazy(() => import('./desk-holidays.tsx').then(module => ({ default: module.Holidays })))
const DoorDesk = lazy(() => import('./desk-door.tsx').then(module => ({ default: module.DoorDesk })))

/** Pages one runs; those that let something first. */
export function PlacesDesk() {
  const t = useWords()
  const l = t.letting
  const format = useFormat()
  const me = useMe()
  const awake = useHydrated()
  const { data, error, isPending, refetch } = useQuery(placesQuery)
  return (
    <div className="flex max-w-4xl flex-col gap-6">
      <header>
        <h1 className="text-xl">{l.title}</h1>
        <p className="mt-1 max-w-[60ch] text-muted">{l.intro}</p>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : data.items.length === 0 ? (
        <EmptyState
          icon={DoorOpen}
          title={l.noPages}
          action={
            <Link to="/studio/pages" className={buttonClass('primary')}>
              {l.newPage}
            </Link>
          }
        >
          {l.noPagesBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-2">
          {data.items.map(place => (
            <li key={place.id}>
              <Link
                to="/studio/bookings/$page"
                params={{ page: place.id }}
                search={place.resources === 0 ? { tab: 'rooms' } : {}}
                className="flex min-w-0 items-center gap-4 rounded-lg border border-line bg-surface p-4 hover:bg-raised"
              >
                <CalendarRange size={22} aria-hidden className="shrink-0 text-muted" />
                <span className="min-w-0 flex-1">
                  <b className="block truncate font-semibold">{place.name}</b>
                  <span className="text-sm text-muted">
                    {place.resources === 0
                      ? l.start
                      : `${l.rooms(format.number(place.resources))} · ${l.todayCount(format.number(place.today))}`}
                  </span>
                </span>
                {place.asks > 0 ? <Tag tone="accent">{l.asks(format.number(place.asks))}</Tag> : null}
                <ChevronRight size={18} aria-hidden className="shrink-0 text-muted" />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {awake && hasRole(me, 'operator') ? (
        <Suspense fallback={<SkeletonRows rows={3} />}>
          <Holidays />
        </Suspense>
      ) : null}
    </div>
  )
}

/** The desk of one place: its calendar, its bookings, what it lets, the door. */
export function BookingsDesk({ page, part, onPart }: { page: string; part: Part; onPart: (part: Part) => void }) {
  const t = useWords()
  const l = t.letting
  const { data, error, isPending, refetch } = useQuery(deskQuery(page))
  const places = useQuery(placesQuery)
  const name = places.data?.items.find(one => one.id === page)?.name
  return (
    <div className="flex flex-col gap-5">
      <header>
        <p className="text-sm text-muted">
          <Link to="/studio/bookings" className="hover:text-ink">
            {l.title}
          </Link>
        </p>
        <h1 className="text-xl">{name ?? data?.items[0]?.page.name ?? l.title}</h1>
      </header>
      <Tabs
        label={l.title}
        value={part}
        onChange={value => onPart(value as Part)}
        tabs={parts.map(value => ({
          value,
          name: l.tabs[value],
          content:
            value !== part ? null : error ? (
              <ErrorState error={error} onRetry={() => void refetch()} />
            ) : isPending ? (
              <SkeletonRows />
            ) : (
              <Suspense fallback={<SkeletonRows />}>
                {part === 'calendar' ? <CalendarDesk page={page} resources={data.items} onRooms={() => onPart('rooms')} /> : null}
                {part === 'list' ? <ListDesk page={page} resources={data.items} /> : null}
                {part === 'rooms' ? <RoomsDesk page={page} resources={data.items} /> : null}
                {part === 'door' ? <DoorDesk page={page} resources={data.items} /> : null}
              </Suspense>
            ),
        }))}
      />
    </div>
  )
}
