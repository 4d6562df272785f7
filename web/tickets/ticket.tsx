import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarPlus, FileDown, Pencil, Repeat2, Send, Undo2, Wallet } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { spacedCode } from '../../shared/ticket-code.ts'
import { asApiError } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { keptTickets } from './kept.ts'
import { stateWord, toneOf } from './looks.ts'
import { Code } from './pass.tsx'
import { good, refreshTickets, ticketQuery, type Ticket } from './queries.ts'
import { ShowTime, usePlaceTime } from './when.tsx'

const PassScreen = lazy(() => import('./pass.tsx').then(module => ({ default: module.PassScreen })))
const NameSheet = lazy(() => import('./sheets.tsx').then(module => ({ default: module.NameSheet })))
const TransferSheet = lazy(() => import('./sheets.tsx').then(module => ({ default: module.TransferSheet })))
const ResaleSheet = lazy(() => import('./sheets.tsx').then(module => ({ default: module.ResaleSheet })))
const OpenTransfer = lazy(() => import('./sheets.tsx').then(module => ({ default: module.OpenTransfer })))
const OpenResale = lazy(() => import('./sheets.tsx').then(module => ({ default: module.OpenResale })))

/** One ticket: its code, where and when, and what can be done with it. */
export function TicketPage({ id }: { id: string }) {
  const t = useWords()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(ticketQuery(id))
  const [full, setFull] = useState(false)
  useLive(
    ['me'],
    message => {
      if (message.kind === 'tickets') void refreshTickets(client)
    },
    () => void refreshTickets(client),
  )
  const away = error !== null && asApiError(error).status === 0
  const ticket = data ?? (away ? keptTickets().find(one => one.id === id) : undefined)
  if (ticket === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : isPending ? <SkeletonRows rows={5} /> : null
  const { show } = ticket
  return (
    <article className="mx-auto flex max-w-2xl flex-col gap-5">
      <header className="flex items-center gap-4">
        <Cover id={show.id} picture={show.picture} alt="" size={192} className="w-24 shrink-0 sm:w-32" />
        <div className="min-w-0">
          <h1 className="text-xl leading-tight [overflow-wrap:anywhere]">{show.title}</h1>
          {show.artists ? <p className="mt-1 truncate text-sm text-muted">{show.artists}</p> : null}
          <p className="mt-2 flex flex-wrap gap-2">
            <Tag tone={toneOf(ticket)}>{stateWord(t, ticket)}</Tag>
            {ticket.mark ? <Tag>{(t.tickets.marks as Record<string, string>)[ticket.mark] ?? ticket.mark}</Tag> : null}
          </p>
        </div>
      </header>
      {ticket.qr && good(ticket) ? (
        <button
          type="button"
          onClick={() => setFull(true)}
          className="flex flex-col items-center gap-3 rounded-lg border border-line bg-surface p-5 hover:bg-raised"
        >
          <Code qr={ticket.qr} label={spacedCode(ticket.code)} className="w-full max-w-64" />
          <span className="tabular text-xl font-bold tracking-wider">{spacedCode(ticket.code)}</span>
          <span className="text-sm text-muted">{t.tickets.showCode}</span>
        </button>
      ) : ticket.state === 'used' && ticket.usedAt ? (
        <UsedNote ticket={ticket} />
      ) : null}
      <Facts ticket={ticket} />
      <Suspense>
        {ticket.transfer ? <OpenTransfer ticket={ticket} /> : null}
        {ticket.resale ? <OpenResale ticket={ticket} /> : null}
      </Suspense>
      {away ? null : <Actions ticket={ticket} />}
      {full ? (
        <Suspense>
          <PassScreen tickets={[ticket]} onClose={() => setFull(false)} />
        </Suspense>
      ) : null}
    </article>
  )
}

function UsedNote({ ticket }: { ticket: Ticket }) {
  const t = useWords()
  const at = usePlaceTime()
  return (
    <p suppressHydrationWarning className="rounded-lg bg-accent-soft p-5 text-center text-lg font-semibold text-accent-ink">
      {t.tickets.usedAt(at(ticket.usedAt!, ticket.show.zone))}
    </p>
  )
}

function Facts({ ticket }: { ticket: Ticket }) {
  const t = useWords()
  const format = useFormat()
  const at = usePlaceTime()
  const { show } = ticket
  const rows: [string, React.ReactNode][] = [
    [t.tickets.starts, <ShowTime key="time" show={show} />],
    ...(show.doorsAt ? ([[t.tickets.doors, at(show.doorsAt, show.zone, 'time')]] as [string, string][]) : []),
    [t.tickets.place, [show.venue, show.address, show.city].filter(Boolean).join(' · ')],
    [t.tickets.tier, ticket.tierName],
    [t.tickets.seat, ticket.seat ?? t.tickets.unreserved],
    ...(ticket.name
      ? ([[t.tickets.name, ticket.idTail ? `${ticket.name} · ${t.tickets.idTail} ${ticket.idTail}` : ticket.name]] as [string, string][])
      : []),
    [t.tickets.faceValue, format.money(ticket.faceValue)],
    ...(ticket.order
      ? ([
          [
            t.tickets.bought,
            <Link
              key="order"
              to={'/orders/$id' as '/'}
              params={{ id: ticket.order } as never}
              className="text-accent-ink underline underline-offset-4"
            >
              {t.goods.toOrder}
            </Link>,
          ],
        ] as [string, React.ReactNode][])
      : []),
  ]
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-2.5 rounded-lg border border-line bg-surface p-5">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd suppressHydrationWarning className="min-w-0 font-medium [overflow-wrap:anywhere]">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Actions({ ticket }: { ticket: Ticket }) {
  const t = useWords()
  const [open, setOpen] = useState<'name' | 'transfer' | 'resell' | null>(null)
  const close = () => setOpen(null)
  const base = `/api/v1/tickets/${ticket.id}`
  return (
    <section className="flex flex-wrap gap-2">
      {ticket.can.transfer && !ticket.transfer ? (
        <Button look="quiet" icon={Send} onClick={() => setOpen('transfer')}>
          {t.tickets.transfer}
        </Button>
      ) : null}
      {ticket.can.resell && !ticket.resale ? (
        <Button look="quiet" icon={Repeat2} onClick={() => setOpen('resell')}>
          {t.tickets.resell}
        </Button>
      ) : null}
      {ticket.can.rename ? (
        <Button look="quiet" icon={Pencil} onClick={() => setOpen('name')}>
          {t.tickets.rename}
        </Button>
      ) : null}
      {ticket.payload ? (
        <a href={`${base}/ticket.pdf`} className={buttonClass('quiet')}>
          <FileDown size={16} aria-hidden />
          {t.tickets.pdf}
        </a>
      ) : null}
      {ticket.wallet ? (
        <a href={`${base}/ticket.pkpass`} className={buttonClass('quiet')}>
          <Wallet size={16} aria-hidden />
          {t.tickets.wallet}
        </a>
      ) : null}
      <a href={`${base}/event.ics`} className={buttonClass('quiet')}>
        <CalendarPlus size={16} aria-hidden />
        {t.tickets.calendar}
      </a>
      <Link to={'/tickets' as '/'} className={buttonClass('plain')}>
        <Undo2 size={16} aria-hidden />
        {t.tickets.mine}
      </Link>
      <Suspense>
        {open === 'name' ? <NameSheet ticket={ticket} onClose={close} /> : null}
        {open === 'transfer' ? <TransferSheet ticket={ticket} onClose={close} /> : null}
        {open === 'resell' ? <ResaleSheet ticket={ticket} onClose={close} /> : null}
      </Suspense>
    </section>
  )
}
