import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Building2, Check, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { addToCart, cartLines, removeFromCart } from '../shop/cart.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows } from '../ui/states.tsx'
import { ResourceCard } from './card.tsx'
import { placesShort, shareOut, sumOf } from './group.ts'
import type { Paying } from './paying.tsx'
import { dueOf, GroupPanel, isRest, type Picked } from './place-group.tsx'
import { placeQuery } from './queries.ts'
import { addDays, clock, dayName, momentOf } from './times.ts'

const list = 'grid gap-x-6 gap-y-8 sm:grid-cols-2 lg:grid-cols-3'

/** Everything one page lets; with a time, several rooms at once for one group, which shares them. Rooms that want to be asked stand apart. */
export function PlacePage({ page }: { page: string }) {
  const t = useWords()
  const b = t.bookings
  const format = useFormat()
  const { locale } = useLanguage()
  const navigate = useNavigate()
  const first = useQuery(placeQuery(page, null))
  const zone = first.data?.items[0]?.zone ?? 'Asia/Shanghai'
  const [form, setForm] = useState<{ day: string; from: number; minutes: number; people: string } | null>(null)
  const [asked, setAsked] = useState<{ start: string; end: string; text: string } | null>(null)
  const [opened] = useState(() => Date.now())
  const [picked, setPicked] = useState<readonly string[]>([])
  const [paying, setPaying] = useState<Paying>('all')
  const [note, setNote] = useState('')
  const found = useQuery({ ...placeQuery(page, asked && { start: asked.start, end: asked.end }), enabled: asked !== null })
  if (first.error) return <ErrorState error={first.error} onRetry={() => void first.refetch()} />
  if (first.isPending) return <SkeletonRows />
  const today = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' }).format(opened)
  const shown = form ?? { day: addDays(today, 1), from: 19 * 60, minutes: 180, people: '4' }
  const group = Math.min(2000, Math.max(1, Math.floor(Number(shown.people)) || 1))
  const set = (change: Partial<typeof shown>) => setForm({ ...shown, ...change })
  const look = () => {
    const start = momentOf(shown.day, shown.from, zone)
    const end = new Date(start.getTime() + shown.minutes * 60_000)
    setPicked([])
    setAsked({
      start: start.toISOString(),
      end: end.toISOString(),
      text: `${dayName(shown.day, locale)} ${clock(shown.from)}–${clock(shown.from + shown.minutes)}`,
    })
  }
  const all = (asked ? found.data?.items : undefined) ?? first.data.items
  const askFirst = all.filter(one => one.asks)
  // What can be had then comes first.
  const direct = all.filter(one => !one.asks).toSorted((a, z) => Number(z.price !== null) - Number(a.price !== null))
  const rooms = direct.flatMap(one => {
    const { offer, price, deposit } = one
    return picked.includes(one.id) && offer && price && deposit ? [{ ...one, offer, price, deposit }] : []
  })
  const shares = shareOut(
    group,
    rooms.map(one => one.capacity),
  )
  const taken = rooms.map((one, n): Picked => ({ ...one, people: shares[n]! }))
  const short = placesShort(
    group,
    taken.map(one => one.capacity),
  )
  const pay = taken.some(isRest) ? paying : 'all'
  const due = sumOf(taken.map(one => dueOf(one, pay)))
  const free = direct.filter(one => one.price !== null && one.offer !== null)
  const missing = placesShort(
    group,
    free.map(one => one.capacity),
  )
  const book = () => {
    if (!asked || short > 0) return
    // The same time put in before makes way: a room is taken once.
    for (const line of cartLines())
      if (taken.some(one => one.offer === line.offer) && line.choice?.['start'] === asked.start && line.choice['end'] === asked.end)
        removeFromCart(line)
    for (const one of taken)
      addToCart({
        offer: one.offer,
        kind: 'booking',
        title: one.title,
        detail: asked.text,
        picture: one.picture,
        price: dueOf(one, pay),
        url: `/book/${one.id}`,
        seller: { id: one.page.id, name: one.page.name },
        choice: {
          start: asked.start,
          end: asked.end,
          people: one.people,
          pay: isRest(one) ? pay : 'all',
          ...(note.trim() ? { note: note.trim() } : {}),
        },
        most: 1,
      })
    void navigate({ to: '/cart' })
  }
  const why = (code: string): string => (t.denials as Record<string, string>)[code] ?? code
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-6 pb-36">
      <header>
        <h1 className="text-xl sm:text-2xl">{first.data.page.name}</h1>
        <Link to="/artists/$id" params={{ id: first.data.page.handle }} className="text-sm text-muted hover:text-ink">
          {b.allOf(first.data.page.name)}
        </Link>
        {first.data.venues.map(venue => (
          <Link
            key={venue.id}
            to="/venues/$id"
            params={{ id: venue.id }}
            className="mt-1 flex items-center gap-1.5 text-sm text-accent-ink hover:underline"
          >
            <Building2 size={15} aria-hidden className="shrink-0" />
            {t.seating.venue.link(venue.name)} · {venue.city}
          </Link>
        ))}
      </header>
      {all.length === 0 ? <EmptyState title={b.none} /> : null}
      {direct.length > 0 ? (
        <>
          <Panel title={b.place} note={b.placeBody}>
            <form
              className="grid grid-cols-2 items-end gap-3 lg:grid-cols-5"
              onSubmit={event => {
                event.preventDefault()
                look()
              }}
            >
              <Input
                label={b.when}
                type="date"
                min={today}
                required
                value={shown.day}
                onChange={event => event.target.value && set({ day: event.target.value })}
              />
              <Select
                label={b.start}
                value={String(shown.from)}
                onChange={event => set({ from: Number(event.target.value) })}
                options={Array.from({ length: 48 }, (_, n) => ({ value: String(n * 30), name: clock(n * 30) }))}
              />
              <Select
                label={b.length}
                value={String(shown.minutes)}
                onChange={event => set({ minutes: Number(event.target.value) })}
                options={Array.from({ length: 16 }, (_, n) => ({ value: String((n + 1) * 30), name: b.minutesLong((n + 1) * 30) }))}
              />
              <Input
                label={b.group.size}
                type="number"
                min={1}
                max={2000}
                required
                value={shown.people}
                onChange={event => set({ people: event.target.value })}
              />
              <Button type="submit" busy={asked !== null && found.isFetching} className="max-lg:col-span-2">
                {b.look}
              </Button>
            </form>
            <p className="mt-3 text-xs text-muted">{b.zone(format.zone(zone))}</p>
          </Panel>
          {found.error ? <ErrorState compact error={found.error} onRetry={() => void found.refetch()} /> : null}
          {asked && found.data && missing > 0 ? (
            <p role="status" className="rounded-md bg-raised px-4 py-3 text-sm">
              {free.length === 0 ? b.group.none : b.group.small(format.number(group - missing))}
            </p>
          ) : null}
          <ul className={list}>
            {direct.map(one => {
              const own = taken.find(room => room.id === one.id)
              return (
                <li key={one.id} className="flex min-w-0 flex-col gap-3">
                  <ResourceCard card={one} page={false} />
                  {asked ? (
                    one.price && one.offer ? (
                      <Button
                        look={own ? 'primary' : 'quiet'}
                        icon={own ? Check : undefined}
                        aria-pressed={own !== undefined}
                        onClick={() => setPicked(own ? picked.filter(id => id !== one.id) : [...picked, one.id])}
                      >
                        {own ? `${b.group.chosen} · ${b.peopleOf(format.number(own.people))}` : b.group.choose} · {format.money(one.price)}
                      </Button>
                    ) : one.problem ? (
                      <p className="text-sm text-muted">{why(one.problem)}</p>
                    ) : null
                  ) : null}
                </li>
              )
            })}
          </ul>
          {taken.length > 0 ? <GroupPanel picked={taken} pay={pay} onPay={setPaying} note={note} onNote={setNote} /> : null}
        </>
      ) : null}
      {askFirst.length > 0 ? (
        <section className="flex flex-col gap-4">
          <header>
            <h2 className="text-lg">{b.group.asks}</h2>
            <p className="mt-1 text-sm text-muted">{b.group.asksBody}</p>
          </header>
          <ul className={list}>
            {askFirst.map(one => (
              <li key={one.id} className="flex min-w-0 flex-col gap-3">
                <ResourceCard card={one} page={false} />
                <Link to="/book/$id" params={{ id: one.id }} className={buttonClass('quiet')}>
                  {b.group.ask}
                  <ChevronRight size={15} aria-hidden />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {taken.length > 0 ? (
        <div className="fixed inset-x-0 bottom-[calc(var(--player-height)+var(--tabs-height)+8px)] z-10 flex justify-center px-4">
          <div className="flex w-full max-w-md flex-col gap-2 rounded-lg border border-line bg-surface p-3 text-center shadow-pop">
            <p role="status" className="tabular text-sm">
              {short > 0 ? b.group.short(format.number(short)) : b.group.fits(format.number(group), format.number(taken.length))}
            </p>
            <Button size="lg" className="w-full" disabled={short > 0} onClick={book}>
              {b.group.book(taken.length)}
              {due ? ` · ${format.money(due)}` : ''}
            </Button>
          </div>
        </div>
      ) : null}
    </div>
  )
}
