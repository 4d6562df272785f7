import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MicVocal } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { parseAmount, typedAmount } from '../shop/price.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Money } from './booking.tsx'
import { toneOf } from './mine.tsx'
import { bookingQuery, refreshBookings, type Booking, type DeskResource } from './queries.ts'
import { momentOf, spanText, timeThere } from './times.ts'

type Doing = 'move' | 'refund' | 'accept' | 'decline' | 'noShow' | 'finish' | null

/** A booking at the desk: who, what is open, and everything that can be done with it. */
export function BookingDialog({ id, resources, onClose }: { id: string; resources: readonly DeskResource[]; onClose: () => void }) {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(bookingQuery(id))
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={data ? data.name || t.letting.guest : t.letting.title}>
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : (
        <Shown booking={data} resources={resources} onClose={onClose} />
      )}
    </Dialog>
  )
}

function Shown({ booking, resources, onClose }: { booking: Booking; resources: readonly DeskResource[]; onClose: () => void }) {
  const t = useWords()
  const [l, b] = [t.letting, t.bookings]
  const format = useFormat()
  const { locale } = useLanguage()
  const client = useQueryClient()
  const [opened] = useState(() => Date.now())
  const [doing, setDoing] = useState<Doing>(null)
  const [text, setText] = useState('')
  const [price, setPrice] = useState(() => typedAmount(booking.amount))
  const [to, setTo] = useState(() => ({
    resource: booking.resource,
    day: booking.localStart.slice(0, 10),
    time: timeThere(booking.startsAt, booking.zone),
  }))
  const { id } = booking
  // As long as nothing came back, pressing again is the same payment or the same longer stay.
  const [asked, setAsked] = useState(() => newClientId('evt'))
  const act = useMutation({
    mutationFn: ({ run }: { run: () => Promise<unknown>; said: string; close?: boolean }) => run(),
    onSuccess: async (_, { said, close }) => {
      toast(said, { tone: 'good' })
      setAsked(newClientId('evt'))
      setDoing(null)
      await refreshBookings(client)
      if (close) onClose()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const go = (run: () => Promise<unknown>, said: string, close = false) => act.mutate({ run, said, close })
  const button = (label: string, onClick: () => void, look: 'primary' | 'quiet' | 'danger' = 'quiet') => (
    <Button look={look} size="sm" disabled={act.isPending} onClick={onClick}>
      {label}
    </Button>
  )
  const on = booking.state === 'confirmed' || booking.state === 'arrived'
  const owes = booking.can.payRest || (on && booking.rest.amount !== '0')
  const begun = Date.parse(booking.startsAt) <= opened
  return (
    <div className="flex flex-col gap-4">
      <div>
        <Tag tone={toneOf(booking.state)}>{b.states[booking.state]}</Tag>
        <p className="tabular mt-2 font-semibold">{spanText(booking.localStart, booking.localEnd, locale)}</p>
        <p className="text-sm text-muted">
          {booking.title} · {b.peopleOf(format.number(booking.people))} · {l.code} <span className="tabular">{booking.code}</span>
        </p>
        {booking.note ? <p className="mt-2 rounded-md bg-raised p-3 text-sm whitespace-pre-line">{booking.note}</p> : null}
      </div>
      <Money booking={booking} />
      <div className="flex flex-wrap gap-2">
        {booking.state === 'asked' ? (
          <>
            {button(l.accept, () => setDoing('accept'), 'primary')}
            {button(l.decline, () => setDoing('decline'))}
          </>
        ) : null}
        {booking.state === 'confirmed'
          ? button(l.arrive, () => go(() => api('POST /bookings/:id/arrive', { id }), b.states.arrived), 'primary')
          : null}
        {booking.state === 'arrived' && booking.songs === 0
          ? button(l.arriveUndo, () => go(() => api('POST /bookings/:id/arrive', { id, undo: true }), l.arriveUndo))
          : null}
        {booking.state === 'confirmed' && begun ? button(l.noShow, () => setDoing('noShow')) : null}
        {booking.state === 'arrived' ? button(l.finish, () => setDoing('finish')) : null}
        {on ? button(l.move, () => setDoing('move')) : null}
        {owes
          ? button(l.paidHere(format.money(booking.rest)), () =>
              go(
                () => api('POST /bookings/:id/paid', { id, key: `${asked}-${booking.rest.amount}`, amount: booking.rest.amount }),
                l.saved,
              ),
            )
          : null}
        {booking.longer.slice(0, 3).map(one => (
          <span key={one.until}>
            {button(`${l.extend}: ${b.until2(one.local, format.money(one.amount))}`, () =>
              go(() => api('POST /bookings/:id/extend', { id, key: `${asked}-${Date.parse(one.until)}`, until: one.until }), l.extended),
            )}
          </span>
        ))}
        {booking.can.sing ? (
          <Link to="/bookings/$id/sing" params={{ id }} className={buttonClass('quiet', 'sm')}>
            <MicVocal size={14} aria-hidden />
            {b.sing}
          </Link>
        ) : null}
        {on || booking.state === 'accepted' || booking.state === 'no_show' ? button(l.refund, () => setDoing('refund'), 'danger') : null}
      </div>
      {owes && booking.authors > 0 ? <p className="text-sm text-muted">{l.songsHere}</p> : null}
      {doing === 'noShow' || doing === 'finish' ? (
        <Ask
          text={doing === 'noShow' ? l.noShowAsk : l.finishAsk}
          action={doing === 'noShow' ? l.noShow : l.finish}
          busy={act.isPending}
          onGo={() =>
            go(
              () => api(doing === 'noShow' ? 'POST /bookings/:id/no-show' : 'POST /bookings/:id/finish', { id }),
              b.states[doing === 'noShow' ? 'no_show' : 'done'],
            )
          }
          onCancel={() => setDoing(null)}
        />
      ) : null}
      {doing === 'refund' ? (
        <Ask
          text={l.refundBody}
          action={l.refund}
          busy={act.isPending || text.trim() === ''}
          onGo={() => go(() => api('POST /bookings/:id/refund', { id, reason: text.trim() }), l.refunded, true)}
          onCancel={() => setDoing(null)}
        >
          <Input label={l.refundReason} required maxLength={300} value={text} onChange={event => setText(event.target.value)} />
        </Ask>
      ) : null}
      {doing === 'accept' || doing === 'decline' ? (
        <Ask
          text=""
          action={doing === 'accept' ? l.accept : l.decline}
          busy={act.isPending}
          onGo={() => {
            const amount = parseAmount(price, booking.amount.currency)
            go(
              () =>
                doing === 'accept'
                  ? api('POST /bookings/:id/accept', {
                      id,
                      answer: text.trim(),
                      ...(amount !== null && amount !== booking.amount.amount ? { amount } : {}),
                    })
                  : api('POST /bookings/:id/decline', { id, answer: text.trim() }),
              doing === 'accept' ? l.accepted : l.declined,
            )
          }}
          onCancel={() => setDoing(null)}
        >
          {doing === 'accept' ? (
            <Input
              label={l.price}
              inputMode="decimal"
              suffix={booking.amount.currency}
              value={price}
              onChange={event => setPrice(event.target.value)}
            />
          ) : null}
          <TextArea label={l.answer} optional rows={2} maxLength={1000} value={text} onChange={event => setText(event.target.value)} />
        </Ask>
      ) : null}
      {doing === 'move' ? (
        <Ask
          text=""
          action={l.move}
          busy={act.isPending}
          onGo={() => {
            const [hour, minute] = [Number(to.time.slice(0, 2)), Number(to.time.slice(3))]
            // The same time is the same moment, also on the night when its hour comes twice.
            const same = to.day === booking.localStart.slice(0, 10) && to.time === timeThere(booking.startsAt, booking.zone)
            const start = same ? booking.startsAt : momentOf(to.day, hour * 60 + minute, booking.zone).toISOString()
            go(() => api('POST /bookings/:id/move', { id, resource: to.resource, start }), l.moved)
          }}
          onCancel={() => setDoing(null)}
        >
          <Select
            label={l.room}
            value={to.resource}
            onChange={event => setTo({ ...to, resource: event.target.value })}
            options={resources.filter(one => one.state !== 'draft').map(one => ({ value: one.id, name: one.title }))}
          />
          <div className="grid grid-cols-2 gap-3">
            <Input label={b.when} type="date" value={to.day} onChange={event => setTo({ ...to, day: event.target.value })} />
            <Input label={l.from} type="time" step={900} value={to.time} onChange={event => setTo({ ...to, time: event.target.value })} />
          </div>
        </Ask>
      ) : null}
    </div>
  )
}

function Ask({
  text,
  action,
  busy,
  onGo,
  onCancel,
  children,
}: {
  text: string
  action: string
  busy: boolean
  onGo: () => void
  onCancel: () => void
  children?: React.ReactNode
}) {
  const t = useWords()
  return (
    <div className="flex flex-col gap-3 rounded-md bg-raised p-4">
      {text ? <p className="text-sm">{text}</p> : null}
      {children}
      <div className="flex gap-2">
        <Button size="sm" disabled={busy} onClick={onGo}>
          {action}
        </Button>
        <Button size="sm" look="quiet" onClick={onCancel}>
          {t.common.cancel}
        </Button>
      </div>
    </div>
  )
}
