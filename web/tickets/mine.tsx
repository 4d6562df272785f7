import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight, CloudOff, FileDown, QrCode, Ticket as TicketIcon } from 'lucide-react'
import { Suspense, lazy, useEffect, useMemo, useState } from 'react'
import { asApiError } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { dropTickets, keepTickets, keptTickets } from './kept.ts'
import { stateWord, toneOf } from './looks.ts'
import { byShow, good, mineQuery, refreshTickets, type Ticket } from './queries.ts'
import { ShowTime, usePlaceTime } from './when.tsx'

const PassScreen = lazy(() => import('./pass.tsx').then(module => ({ default: module.PassScreen })))

/** One's tickets: what is next first, its codes one tap away, also without a network. */
export function MyTickets() {
  const t = useWords()
  const client = useQueryClient()
  const me = useMe()
  const [when, setWhen] = useState<'coming' | 'past'>('coming')
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    ...mineQuery(when),
    enabled: me !== null,
  })
  useLive(
    ['me'],
    message => {
      if (message.kind === 'tickets') void refreshTickets(client)
    },
    () => void refreshTickets(client),
  )
  const fetched = data?.pages.flatMap(page => page.items)
  useEffect(() => {
    if (fetched !== undefined && when === 'coming') keepTickets(fetched)
  }, [fetched, when])
  // The page as nobody in particular sees it is what there is without a network: then this device's tickets are shown, and nobody's else.
  const [alone, setAlone] = useState(false)
  const away = alone || (error !== null && asApiError(error).status === 0)
  useEffect(() => {
    if (me !== null) return
    void fetch('/healthz').then(
      answer => (answer.ok ? dropTickets() : setAlone(true)),
      () => setAlone(true),
    )
  }, [me])
  const kept = useMemo(() => (away ? keptTickets() : []), [away])
  if (me === null && kept.length === 0) return <SignInFirst />
  const items = fetched ?? (away && when === 'coming' ? kept : [])
  const list =
    error && !(away && items.length > 0) ? (
      <ErrorState error={error} onRetry={() => void refetch()} />
    ) : isPending && !away ? (
      <SkeletonRows rows={4} />
    ) : items.length === 0 ? (
      <EmptyState
        icon={TicketIcon}
        title={t.tickets.none}
        action={
          <Link to={'/shows' as '/'} className={buttonClass('primary')}>
            {t.tickets.toShows}
          </Link>
        }
      >
        {t.tickets.noneBody}
      </EmptyState>
    ) : (
      <div className="flex flex-col gap-5">
        {away ? (
          <p className="flex items-center gap-2 rounded-lg bg-held-soft px-4 py-3 text-sm text-held">
            <CloudOff size={16} aria-hidden className="shrink-0" />
            {t.tickets.offline}
          </p>
        ) : null}
        {byShow(items).map(tickets => (
          <ShowTickets key={tickets[0]!.show.id} tickets={tickets} away={away} />
        ))}
        {hasNextPage ? (
          <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="self-center">
            {t.common.more}
          </Button>
        ) : null}
      </div>
    )
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-5">
      <h1 className="text-xl">{t.tickets.mine}</h1>
      <Tabs
        label={t.tickets.mine}
        value={when}
        onChange={value => setWhen(value as 'coming' | 'past')}
        tabs={(['coming', 'past'] as const).map(value => ({ value, name: t.tickets[value], content: value === when ? list : null }))}
      />
    </div>
  )
}

function ShowTickets({ tickets, away }: { tickets: readonly Ticket[]; away: boolean }) {
  const t = useWords()
  const at = usePlaceTime()
  const [open, setOpen] = useState<number | null>(null)
  const { show } = tickets[0]!
  const usable = tickets.filter(good)
  const word = t.tickets.showStates[show.state as 'postponed']
  return (
    <section aria-label={show.title} className="overflow-hidden rounded-lg border border-line bg-surface">
      <div className="flex gap-4 p-4 sm:p-5">
        <div className="relative w-24 shrink-0 sm:w-36">
          <Cover id={show.id} picture={show.picture} alt="" size={288} className="w-full" />
          <p
            suppressHydrationWarning
            className="tabular absolute top-1.5 left-1.5 rounded-sm bg-surface/95 px-2 py-1 text-center text-xs leading-tight font-semibold"
          >
            {at(show.startsAt, show.zone, 'day')}
          </p>
        </div>
        <div className="flex min-w-0 flex-1 flex-col gap-1">
          <h2 className="text-lg leading-tight [overflow-wrap:anywhere]">{show.title}</h2>
          {show.artists ? <p className="truncate text-sm text-muted">{show.artists}</p> : null}
          <p className="text-sm">
            <ShowTime show={show} />
          </p>
          <p className="truncate text-sm text-muted">{[show.venue, show.city].filter(Boolean).join(' · ')}</p>
          {word ? (
            <p className="mt-1">
              <Tag tone="held">{word}</Tag>
            </p>
          ) : null}
        </div>
      </div>
      {usable.length > 0 ? (
        <div className="flex gap-2 px-4 pb-4 sm:px-5">
          <Button size="lg" icon={QrCode} onClick={() => setOpen(0)} className="min-w-0 flex-1">
            {t.tickets.showCode} · {t.tickets.tickets(usable.length)}
          </Button>
          {away ? null : (
            <a
              href={`/api/v1/me/tickets.pdf?show=${show.id}`}
              aria-label={t.tickets.allPdf}
              title={t.tickets.allPdf}
              className={buttonClass('quiet', 'lg')}
            >
              <FileDown size={20} aria-hidden />
            </a>
          )}
        </div>
      ) : null}
      <ul className="divide-y divide-line border-t border-line">
        {tickets.map(ticket => (
          <li key={ticket.id}>
            <Link
              to={'/tickets/$id' as '/'}
              params={{ id: ticket.id } as never}
              className="flex min-w-0 items-center gap-3 px-4 py-3 hover:bg-raised sm:px-5"
            >
              <span className="min-w-0 flex-1">
                <b className="block truncate font-semibold">{ticket.seat ?? ticket.tierName}</b>
                <span className="block truncate text-xs text-muted">
                  {[ticket.seat ? ticket.tierName : null, ticket.name].filter(Boolean).join(' · ')}
                </span>
              </span>
              <Tag tone={toneOf(ticket)}>{stateWord(t, ticket)}</Tag>
              <ChevronRight size={18} aria-hidden className="shrink-0 text-muted" />
            </Link>
          </li>
        ))}
      </ul>
      {open === null ? null : (
        <Suspense>
          <PassScreen tickets={usable} first={open} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </section>
  )
}
