import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Building2, ChevronRight, MapPin, Pencil, UsersRound } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { WhoSheet } from '../shop/as-guest.tsx'
import { addToCart } from '../shop/cart.ts'
import { ReviewsLater } from '../storefront/reviews-later.tsx'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Select, TextArea } from '../ui/field.tsx'
import { ErrorState, faultText, Loading, Skeleton, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Facts } from './facts.tsx'
import { PayingChoice, type Paying } from './paying.tsx'
import { Picker, type Chosen } from './picker.tsx'
import { priceQuery, refreshBookings, resourceQuery, type Price, type Resource } from './queries.ts'
import { dayName, timeThere } from './times.ts'

/** One room: pictures, when it is free, what it costs, and the button within the thumb's reach. */
export function ResourcePage({ id, week, onWeek }: { id: string; week: boolean; onWeek: (week: boolean) => void }) {
  const { data: resource, error, isPending, refetch } = useQuery(resourceQuery(id))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending)
    return (
      <Loading className="mx-auto flex max-w-6xl flex-col gap-4">
        <Skeleton className="aspect-video rounded-lg" />
        <Skeleton className="h-8 w-2/3" />
      </Loading>
    )
  return <Shown resource={resource} week={week} onWeek={onWeek} />
}

function Shown({ resource, week, onWeek }: { resource: Resource; week: boolean; onWeek: (week: boolean) => void }) {
  const t = useWords()
  const b = t.bookings
  const format = useFormat()
  const [chosen, setChosen] = useState<Chosen | null>(null)
  return (
    <article
      className={cx(
        'mx-auto grid max-w-6xl gap-x-12 gap-y-8 pb-32 lg:pb-8',
        // A week needs the wider side.
        week ? 'lg:grid-cols-[minmax(0,5fr)_minmax(0,8fr)]' : 'lg:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]',
      )}
    >
      <div className="flex min-w-0 flex-col gap-5">
        <Pictures resource={resource} />
        <header>
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
            <Tag tone="accent">{b.kinds[resource.kind]}</Tag>
            <Link to="/artists/$id" params={{ id: resource.page.handle }} className="hover:text-ink">
              {resource.page.name}
            </Link>
            {resource.can.edit ? (
              <Link
                to="/studio/bookings/$page"
                params={{ page: resource.page.id }}
                className="inline-flex items-center gap-1 hover:text-ink"
              >
                <Pencil size={13} aria-hidden />
                {t.common.edit}
              </Link>
            ) : null}
          </p>
          <h1 className="mt-2 text-2xl leading-tight [overflow-wrap:anywhere]">{resource.title}</h1>
          <p className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-muted">
            <span className="inline-flex items-center gap-1.5">
              <MapPin size={15} aria-hidden />
              {[resource.city, resource.place].filter(Boolean).join(' · ')}
            </span>
            {resource.venue ? (
              <Link
                to="/venues/$id"
                params={{ id: resource.venue.id }}
                className="inline-flex items-center gap-1.5 text-accent-ink hover:underline"
              >
                <Building2 size={15} aria-hidden />
                {resource.venue.name}
              </Link>
            ) : null}
            <span className="inline-flex items-center gap-1.5">
              <UsersRound size={15} aria-hidden />
              {b.upTo(format.number(resource.capacity))}
            </span>
          </p>
        </header>
      </div>
      <aside className="min-w-0 lg:row-span-2">
        <div className="flex flex-col gap-6 lg:sticky lg:top-20">
          {resource.offer ? (
            <Picker resource={resource} chosen={chosen} onChoose={setChosen} week={week} onWeek={onWeek} />
          ) : (
            <p className="rounded-lg bg-raised p-5 text-muted">{b.notNow}</p>
          )}
          {chosen && resource.offer ? (
            <Take
              key={`${chosen.start} ${chosen.end}`}
              resource={resource}
              offer={resource.offer}
              chosen={chosen}
              onDone={() => setChosen(null)}
            />
          ) : null}
          <Link
            to="/book/at/$page"
            params={{ page: resource.page.handle }}
            className="inline-flex items-center gap-1 text-sm text-accent-ink hover:underline"
          >
            {b.place} · {b.allOf(resource.page.name)}
            <ChevronRight size={15} aria-hidden />
          </Link>
        </div>
      </aside>
      <div className="min-w-0">
        <Facts resource={resource} />
        <ReviewsLater thing={resource.id} />
      </div>
    </article>
  )
}

function Pictures({ resource }: { resource: Resource }) {
  const b = useWords().bookings
  if (resource.pictures.length <= 1)
    return (
      <Cover
        id={resource.id}
        picture={resource.picture}
        alt=""
        size={640}
        eager
        className="w-full rounded-lg aspect-16/10! max-sm:-mx-4 max-sm:w-[calc(100%+2rem)] max-sm:rounded-none"
      />
    )
  return (
    // Scrolled by keys, too: a region with a name that takes the focus.
    <ul tabIndex={0} aria-label={resource.title} className="no-bar flex snap-x snap-mandatory gap-2 overflow-x-auto max-sm:-mx-4">
      {resource.pictures.map((picture, n) => (
        <li key={picture} className="w-[92%] shrink-0 snap-center first:w-full">
          <Cover
            id={resource.id}
            picture={picture}
            alt={b.picture(n + 1)}
            size={640}
            eager={n === 0}
            className="w-full rounded-lg aspect-16/10! max-sm:rounded-none"
          />
        </li>
      ))}
    </ul>
  )
}

const slotText = (resource: Resource, { start, end, day }: Chosen, locale: 'zh' | 'en'): string =>
  `${dayName(day, locale)} ${timeThere(start, resource.zone)}–${timeThere(end, resource.zone)}`

/** What the chosen time costs, and the ways on: into the cart, or an ask. */
function Take({ resource, offer, chosen, onDone }: { resource: Resource; offer: string; chosen: Chosen; onDone: () => void }) {
  const t = useWords()
  const b = t.bookings
  const format = useFormat()
  const me = useMe()
  const { locale } = useLanguage()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [people, setPeople] = useState(Math.min(2, resource.capacity))
  const [note, setNote] = useState('')
  const [pay, setPay] = useState<Paying>('all')
  const [ask] = useState(() => newClientId('bkg'))
  const [who, setWho] = useState(false)
  const price = useQuery(priceQuery(resource.id, chosen.start, chosen.end, people))
  const put = (): boolean => {
    if (!price.data) return false
    addToCart({
      offer,
      kind: 'booking',
      title: resource.title,
      detail: slotText(resource, chosen, locale),
      picture: resource.picture,
      price: pay === 'deposit' ? price.data.deposit : price.data.amount,
      url: `/book/${resource.id}`,
      seller: { id: resource.page.id, name: resource.page.name },
      choice: { start: chosen.start, end: chosen.end, people, pay, ...(note.trim() ? { note: note.trim() } : {}) },
      most: 1,
    })
    return true
  }
  const asking = useMutation({
    mutationFn: () =>
      api('POST /resources/:id/asks', { id: resource.id, booking: ask, start: chosen.start, end: chosen.end, people, note: note.trim() }),
    onSuccess: async made => {
      toast(b.asked, { tone: 'good' })
      await refreshBookings(client)
      await navigate({ to: '/bookings/$id', params: { id: made.id } })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const total = price.data ? format.money(pay === 'deposit' ? price.data.deposit : price.data.amount) : ''
  return (
    <section className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5">
      <header className="flex items-baseline justify-between gap-3">
        <h2 className="tabular text-base">{slotText(resource, chosen, locale)}</h2>
        <button type="button" className="shrink-0 text-sm text-muted hover:text-ink" onClick={onDone}>
          {b.clear}
        </button>
      </header>
      <Select
        label={b.people}
        value={String(people)}
        onChange={event => setPeople(Number(event.target.value))}
        options={Array.from({ length: Math.min(resource.capacity, 60) }, (_, n) => ({
          value: String(n + 1),
          name: b.peopleOf(String(n + 1)),
        }))}
      />
      {price.error ? (
        <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
          {faultText(t, price.error)}
        </p>
      ) : price.data ? (
        <Bill price={price.data} />
      ) : (
        <Skeleton className="h-16 rounded-md" />
      )}
      {price.data && !resource.asks && resource.deposit < 10_000 ? (
        <PayingChoice pay={pay} onPay={setPay} all={price.data.amount} deposit={price.data.deposit} />
      ) : null}
      <TextArea
        label={b.note}
        optional
        rows={2}
        maxLength={1000}
        placeholder={b.noteHint}
        value={note}
        onChange={event => setNote(event.target.value)}
      />
      <div className="flex flex-col gap-2 max-lg:fixed max-lg:inset-x-0 max-lg:bottom-[calc(var(--player-height)+var(--tabs-height)+8px)] max-lg:z-10 max-lg:px-4">
        <div className="max-lg:rounded-full max-lg:bg-bg/80 max-lg:p-1.5 max-lg:shadow-pop max-lg:backdrop-blur">
          {resource.asks ? (
            <Button
              size="lg"
              className="w-full"
              disabled={!price.data}
              busy={asking.isPending}
              onClick={() => (me ? asking.mutate() : setWho(true))}
            >
              {b.ask} · {total}
            </Button>
          ) : (
            <Button size="lg" className="w-full" disabled={!price.data} onClick={() => put() && void navigate({ to: '/cart' })}>
              {b.book} · {total}
            </Button>
          )}
        </div>
      </div>
      {resource.asks ? null : (
        <Button
          look="quiet"
          disabled={!price.data}
          onClick={() => {
            if (!put()) return
            toast(b.added, { tone: 'good' })
            onDone()
          }}
        >
          {b.addMore}
        </Button>
      )}
      <p className="text-xs text-muted">{resource.asks ? b.askBody : b.notHeld}</p>
      {who ? (
        <WhoSheet
          next={`/book/${resource.id}`}
          onClose={() => setWho(false)}
          onIn={() => {
            setWho(false)
            asking.mutate()
          }}
        />
      ) : null}
    </section>
  )
}

export function Bill({ price }: { price: Price }) {
  const b = useWords().bookings
  const format = useFormat()
  const { currency } = price.amount
  return (
    <dl className="tabular flex flex-col gap-1 text-sm">
      {price.lines.map((line, index) => (
        <div key={index} className="flex justify-between gap-4 text-muted">
          <dt>{b.part(line.title, line.units, b.unit(line.unit))}</dt>
          <dd>{format.money({ amount: line.amount, currency })}</dd>
        </div>
      ))}
      {price.least ? (
        <div className="flex justify-between gap-4 text-muted">
          <dt>{b.leastPrice}</dt>
          <dd>{format.money(price.least)}</dd>
        </div>
      ) : null}
      <div className="flex justify-between gap-4 border-t border-line pt-2 text-base font-semibold">
        <dt>{b.total}</dt>
        <dd>{format.money(price.amount)}</dd>
      </div>
    </dl>
  )
}
