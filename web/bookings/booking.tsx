import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { CalendarPlus, MapPin, MicVocal, ReceiptText, UsersRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { addToCart } from '../shop/cart.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { ErrorState, faultText, Loading, Panel, Skeleton, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Ladder } from './facts.tsx'
import { toneOf } from './mine.tsx'
import { Move } from './move.tsx'
import { bookingQuery, refreshBookings, type Booking } from './queries.ts'
import { momentThere, spanText } from './times.ts'

/** One’s booking: the code for the door, when and where, what is paid, and what can still be done. */
export function BookingPage({ id }: { id: string }) {
  const { data: booking, error, isPending, refetch } = useQuery({ ...bookingQuery(id), refetchInterval: 60_000 })
  if (error && !booking) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending)
    return (
      <Loading className="mx-auto flex max-w-3xl flex-col gap-4">
        <Skeleton className="h-8 w-1/2" />
        <Skeleton className="h-64 rounded-lg" />
      </Loading>
    )
  return <Shown booking={booking} />
}

function Shown({ booking }: { booking: Booking }) {
  const t = useWords()
  const b = t.bookings
  const format = useFormat()
  const { locale } = useLanguage()
  const address = [booking.city, booking.address || booking.place].filter(Boolean).join(' ')
  return (
    <article className="mx-auto flex max-w-3xl flex-col gap-6">
      <header className="flex min-w-0 gap-4">
        <Cover id={booking.resource} picture={booking.picture} alt="" size={96} className="w-24 shrink-0 self-start" />
        <div className="min-w-0">
          <Tag tone={toneOf(booking.state)}>{b.states[booking.state]}</Tag>
          <h1 className="mt-1.5 text-xl leading-tight [overflow-wrap:anywhere]">
            <Link to="/book/$id" params={{ id: booking.resource }} className="hover:underline">
              {booking.title}
            </Link>
          </h1>
          <p className="text-sm text-muted">{booking.seller.name}</p>
        </div>
      </header>
      <section className="flex flex-col gap-2">
        <p className="tabular text-lg font-semibold">{spanText(booking.localStart, booking.localEnd, locale)}</p>
        <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
          {address ? (
            <a
              href={`https://www.openstreetmap.org/search?query=${encodeURIComponent(address)}`}
              target="_blank"
              rel="noreferrer"
              className="inline-flex items-center gap-1.5 hover:text-ink"
            >
              <MapPin size={15} aria-hidden />
              {[booking.place, address].filter(Boolean).join(' · ')}
            </a>
          ) : null}
          <span className="inline-flex items-center gap-1.5">
            <UsersRound size={15} aria-hidden />
            {b.peopleOf(format.number(booking.people))}
          </span>
          <span>{b.zone(format.zone(booking.zone))}</span>
        </p>
        {booking.noShowAt ? <p className="text-sm text-held">{b.noShowAt(momentThere(booking.noShowAt, booking.zone, locale))}</p> : null}
      </section>
      {booking.qr ? <Code booking={booking} /> : null}
      <Acts booking={booking} />
      {booking.answer ? (
        <Panel title={b.fromPlace}>
          <p className="whitespace-pre-line">{booking.answer}</p>
        </Panel>
      ) : null}
      <Panel title={b.bill}>
        <Money booking={booking} />
      </Panel>
      {booking.together.length > 0 ? (
        <Panel title={b.together}>
          <ul className="flex flex-col gap-2">
            {booking.together.map(one => (
              <li key={one.id}>
                <Link to="/bookings/$id" params={{ id: one.id }} className="text-accent-ink hover:underline">
                  {one.title}
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      {booking.events.length > 0 ? (
        <Panel title={b.happened}>
          <ol className="flex flex-col gap-2 text-sm">
            {booking.events.map((event, index) => (
              <li key={index} className="flex flex-wrap justify-between gap-x-4">
                <span>
                  {b.events[event.what] ?? event.what}
                  {event.note ? <span className="text-muted"> · {event.note}</span> : null}
                </span>
                <time dateTime={event.at} className="tabular text-muted">
                  {momentThere(event.at, booking.zone, locale)}
                </time>
              </li>
            ))}
          </ol>
        </Panel>
      ) : null}
      <div className="flex flex-wrap gap-2">
        {booking.state === 'confirmed' || booking.state === 'arrived' ? (
          <a href={`/api/v1/bookings/${booking.id}/event.ics`} download className={buttonClass('quiet')}>
            <CalendarPlus size={16} aria-hidden />
            {b.toCalendar}
          </a>
        ) : null}
        {booking.order ? (
          <Link to="/orders/$id" params={{ id: booking.order }} className={buttonClass('quiet')}>
            <ReceiptText size={16} aria-hidden />
            {b.order}
          </Link>
        ) : null}
        {booking.can.move ? <Move booking={booking} /> : null}
        {booking.can.cancel ? <Cancel booking={booking} /> : null}
      </div>
      {booking.can.cancel ? (
        <section>
          <h2 className="text-sm font-semibold">{b.cancelling}</h2>
          <Ladder ladder={booking.ladder} />
          {booking.moveUntil ? (
            <p className="mt-3 max-w-[70ch] text-sm text-muted">
              <b className="font-semibold text-ink">{b.move}</b> · {b.moveRule(momentThere(booking.moveUntil, booking.zone, locale))}
            </p>
          ) : null}
        </section>
      ) : null}
    </article>
  )
}

function Code({ booking }: { booking: Booking }) {
  const b = useWords().bookings
  const [large, setLarge] = useState(false)
  const square = (className: string) =>
    booking.qr ? (
      // A code is black on white whatever the theme: cameras read it so.
      <svg
        viewBox={`-2 -2 ${booking.qr.size + 4} ${booking.qr.size + 4}`}
        role="img"
        aria-label={booking.code}
        className={className}
        shapeRendering="crispEdges"
      >
        <rect x="-2" y="-2" width="100%" height="100%" fill="#fff" />
        <path d={booking.qr.path} fill="#000" />
      </svg>
    ) : null
  const code = `${booking.code.slice(0, 5)} ${booking.code.slice(5)}`
  return (
    <section className="flex flex-col items-center gap-3 rounded-lg border border-line bg-surface p-6 text-center">
      <h2 className="text-base">{b.codeTitle}</h2>
      <button type="button" onClick={() => setLarge(true)} aria-label={b.bright} className="rounded-md">
        {square('w-52 rounded-md')}
      </button>
      <p className="tabular text-xl font-bold tracking-widest">{code}</p>
      <p className="text-sm text-muted">{b.codeBody}</p>
      <Dialog open={large} onOpenChange={setLarge} title={b.codeTitle}>
        <div className="flex flex-col items-center gap-3">
          {square('w-full max-w-96 rounded-md')}
          <p className="tabular text-2xl font-bold tracking-widest">{code}</p>
        </div>
      </Dialog>
    </section>
  )
}

/** What can be done now, the most urgent first. */
function Acts({ booking }: { booking: Booking }) {
  const b = useWords().bookings
  const format = useFormat()
  const { locale } = useLanguage()
  const navigate = useNavigate()
  const toCart = (choice: Record<string, unknown>, price: Booking['amount'], detail: string) => {
    if (!booking.offer) return
    addToCart({
      offer: booking.offer,
      kind: 'booking',
      title: booking.title,
      detail,
      picture: booking.picture,
      price,
      url: `/bookings/${booking.id}`,
      seller: booking.seller,
      choice: { booking: booking.id, ...choice },
      most: 1,
    })
    void navigate({ to: '/cart' })
  }
  const span = spanText(booking.localStart, booking.localEnd, locale)
  return (
    <>
      {booking.state === 'asked' && booking.until ? (
        <p className="rounded-lg bg-held-soft p-4 text-held">{b.answerBy(momentThere(booking.until, booking.zone, locale))}</p>
      ) : null}
      {booking.can.pay ? (
        <Panel title={b.states.accepted} {...(booking.until ? { note: b.until(momentThere(booking.until, booking.zone, locale)) } : {})}>
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => toCart({ pay: 'all' }, booking.amount, span)}>{b.payAll(format.money(booking.amount))}</Button>
            {booking.deposit.amount !== booking.amount.amount && booking.deposit.amount !== '0' ? (
              <Button look="quiet" onClick={() => toCart({ pay: 'deposit' }, booking.deposit, span)}>
                {b.payDeposit(format.money(booking.deposit))}
              </Button>
            ) : null}
          </div>
        </Panel>
      ) : null}
      {booking.state === 'pending' && booking.order ? (
        <Link to="/orders/$id" params={{ id: booking.order }} className={buttonClass('primary', 'lg', 'self-start')}>
          {b.payNow}
        </Link>
      ) : null}
      {booking.can.sing || booking.songs > 0 ? (
        <Link
          to="/bookings/$id/sing"
          params={{ id: booking.id }}
          className={buttonClass(booking.can.sing ? 'primary' : 'quiet', 'lg', 'self-start')}
        >
          <MicVocal size={18} aria-hidden />
          {booking.can.sing ? b.singOpen : b.singCount(format.number(booking.songs))}
        </Link>
      ) : null}
      {booking.can.payRest ? (
        <Panel title={b.rest} note={b.restBody}>
          <Button onClick={() => toCart({ pay: 'rest' }, booking.rest, `${b.rest} · ${span}`)}>
            {b.payRest(format.money(booking.rest))}
          </Button>
        </Panel>
      ) : null}
      {booking.can.extend && !booking.can.host ? (
        <Panel title={b.longer} note={b.longerBody}>
          <div className="flex flex-wrap gap-2">
            {booking.longer.map(one => (
              <Button key={one.until} look="quiet" onClick={() => toCart({ until: one.until }, one.amount, `${span} → ${one.local}`)}>
                {b.until2(one.local, format.money(one.amount))}
              </Button>
            ))}
          </div>
        </Panel>
      ) : null}
    </>
  )
}

export function Money({ booking }: { booking: Booking }) {
  const b = useWords().bookings
  const format = useFormat()
  const { currency } = booking.amount
  return (
    <dl className="tabular flex flex-col gap-1.5 text-sm">
      {booking.bill.map((line, index) => (
        <div key={index} className="flex justify-between gap-4 text-muted">
          <dt>
            {line.title === '+'
              ? `${b.extension} · ${b.minutesLong(line.minutes)}`
              : line.unit === 0
                ? line.title
                : b.part(line.title, line.units, b.unit(line.unit))}
          </dt>
          <dd>{format.money({ amount: line.amount, currency })}</dd>
        </div>
      ))}
      <div className="flex justify-between gap-4 border-t border-line pt-2 font-semibold">
        <dt>{b.total}</dt>
        <dd>{format.money(booking.amount)}</dd>
      </div>
      <div className="flex justify-between gap-4">
        <dt>{b.paid}</dt>
        <dd>{format.money(booking.paid)}</dd>
      </div>
      {booking.rest.amount === '0' || !['confirmed', 'arrived', 'done'].includes(booking.state) ? null : (
        <div className="flex justify-between gap-4 font-semibold text-held">
          <dt>{b.rest}</dt>
          <dd>{format.money(booking.rest)}</dd>
        </div>
      )}
    </dl>
  )
}

function Cancel({ booking }: { booking: Booking }) {
  const t = useWords()
  const b = t.bookings
  const format = useFormat()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const cancel = useMutation({
    mutationFn: () => api('POST /bookings/:id/cancel', { id: booking.id, ...(booking.back ? { back: booking.back } : {}) }),
    onSuccess: () => toast(b.cancelled, { tone: 'good' }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshBookings(client),
  })
  // What comes back may have changed while one thought about it.
  useEffect(() => {
    if (asking) void client.invalidateQueries({ queryKey: bookingQuery(booking.id).queryKey })
  }, [asking, client, booking.id])
  const paid = booking.paid.amount !== '0'
  const back = booking.back && booking.back.amount !== '0' ? format.money(booking.back) : null
  return (
    <>
      <Button look="danger" onClick={() => setAsking(true)}>
        {b.cancel}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={b.cancel}
        body={back ? b.cancelBody(back) : paid ? b.cancelNothing : b.cancelFree}
        action={b.cancel}
        onConfirm={() =>
          cancel.mutateAsync().then(
            () => undefined,
            () => undefined,
          )
        }
      />
    </>
  )
}
