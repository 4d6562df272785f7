import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MapPin, Plus, Ticket } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { EmptyState, ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { myShowsQuery, type MyShow } from './queries.ts'
import { shortOf } from './times.ts'

const tones = { draft: 'plain', announced: 'held', on_sale: 'accent', postponed: 'held', cancelled: 'bad', over: 'plain' } as const

/** The shows of one's pages, the latest first, with how far each is sold. */
export function StudioShows({ onNew }: { onNew: () => void }) {
  const t = useWords()
  const own = t.selling.shows
  const me = useMe()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(myShowsQuery)
  if (!me) return null
  if (me.pages.length === 0)
    return (
      <EmptyState
        main
        icon={Ticket}
        title={own.noPage}
        action={
          <Link to="/studio/pages" className={buttonClass()}>
            {own.newPage}
          </Link>
        }
      >
        {own.noPageBody}
      </EmptyState>
    )
  const shows = data?.pages.flatMap(one => one.items) ?? []
  return (
    <>
      <header className="mb-6 flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-xl">{own.title}</h1>
          <p className="mt-1 text-muted">{own.body}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Link to="/studio/venues" className={buttonClass('quiet', 'md', 'gap-1.5')}>
            <MapPin size={16} aria-hidden />
            {own.venues}
          </Link>
          <Button icon={Plus} onClick={onNew}>
            {own.new}
          </Button>
        </div>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : shows.length === 0 ? (
        <EmptyState icon={Ticket} title={own.none} action={<Button onClick={onNew}>{own.new}</Button>}>
          {own.noneBody}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {shows.map(show => (
            <Row key={show.id} show={show} />
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" className="mt-4" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.shows.more}
        </Button>
      ) : null}
    </>
  )
}

function Row({ show }: { show: MyShow }) {
  const t = useWords()
  const { number } = useFormat()
  const { locale } = useLanguage()
  // A show that was is over for who reads the list, whatever is still to be settled.
  const awake = useHydrated()
  const [now] = useState(() => Date.now())
  const state = awake && show.state === 'on_sale' && new Date(show.endsAt).getTime() < now ? 'over' : show.state
  const share = show.capacity === 0 ? 0 : show.sold / show.capacity
  return (
    <li className="relative flex items-center gap-4 px-4 py-3 hover:bg-raised/60">
      <Cover id={show.id} picture={show.picture} alt="" size={64} className="w-14 shrink-0" />
      <div className="min-w-0 flex-1">
        <Link to="/studio/shows/$id" params={{ id: show.id }} className="block truncate font-semibold after:absolute after:inset-0">
          {show.title}
        </Link>
        <p className="tabular truncate text-sm text-muted">
          {shortOf(locale, show.zone, show.startsAt)} · {show.place} · {show.city}
        </p>
        <p className="mt-1 sm:hidden">
          <Tag tone={tones[state]}>{t.shows.states[state]}</Tag>
        </p>
      </div>
      <div className="hidden w-40 shrink-0 sm:block">
        <p className="tabular text-right text-sm">{t.selling.shows.sold(number(show.sold), number(show.capacity))}</p>
        <span aria-hidden className="mt-1 block h-1.5 overflow-hidden rounded-full bg-sunken">
          <span className="block h-full rounded-full bg-accent-mark" style={{ width: `${Math.round(share * 100)}%` }} />
        </span>
      </div>
      <span className="hidden w-24 shrink-0 text-right sm:block">
        <Tag tone={tones[state]}>{t.shows.states[state]}</Tag>
      </span>
    </li>
  )
}
