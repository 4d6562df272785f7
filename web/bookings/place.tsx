import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Building2, Check } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { addToCart } from '../shop/cart.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows } from '../ui/states.tsx'
import { ResourceCard } from './card.tsx'
import { placeQuery } from './queries.ts'
import { addDays, clock, dayName, momentOf, zoneName } from './times.ts'

/** Everything one page lets; with a time, several rooms at once. */
export function PlacePage({ page }: { page: string }) {
  const t = useWords()
  const b = t.bookings
  const format = useFormat()
  const { locale } = useLanguage()
  const navigate = useNavigate()
  const first = useQuery(placeQuery(page, null))
  const zone = first.data?.items[0]?.zone ?? 'Asia/Shanghai'
  const [form, setForm] = useState<{ day: string; from: number; minutes: number; people: number } | null>(null)
  const [asked, setAsked] = useState<{ start: string; end: string; people: number; text: string } | null>(null)
  const [opened] = useState(() => Date.now())
  const [picked, setPicked] = useState<readonly string[]>([])
  const found = useQuery({ ...placeQuery(page, asked && { start: asked.start, end: asked.end, people: asked.people }) })
  if (first.error) return <ErrorState error={first.error} onRetry={() => void first.refetch()} />
  if (first.isPending) return <SkeletonRows />
  const today = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' }).format(opened)
  const shown = form ?? { day: addDays(today, 1), from: 19 * 60, minutes: 180, people: 4 }
  const set = (change: Partial<typeof shown>) => setForm({ ...shown, ...change })
  const look = () => {
    const start = momentOf(shown.day, shown.from, zone)
    const end = new Date(start.getTime() + shown.minutes * 60_000)
    setPicked([])
    setAsked({
      start: start.toISOString(),
      end: end.toISOString(),
      people: shown.people,
      text: `${dayName(shown.day, locale)} ${clock(shown.from)}–${clock(shown.from + shown.minutes)}`,
    })
  }
  const items = (asked ? found.data?.items : undefined) ?? first.data.items
  const book = () => {
    if (!asked) return
    for (const one of items)
      if (picked.includes(one.id) && one.offer && one.price)
        addToCart({
          offer: one.offer,
          kind: 'booking',
          title: one.title,
          detail: asked.text,
          picture: one.picture,
          price: one.price,
          url: `/book/${one.id}`,
          seller: { id: one.page.id, name: one.page.name },
          choice: { start: asked.start, end: asked.end, people: asked.people, pay: 'all' },
          most: 1,
        })
    void navigate({ to: '/cart' })
  }
  const why = (code: string): string => (t.denials as Record<string, string>)[code] ?? code
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-6 pb-24">
      <header>
        <h1 className="text-2xl">{first.data.page.name}</h1>
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
      {first.data.items.length === 0 ? (
        <EmptyState title={b.none} />
      ) : (
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
                label={b.people}
                type="number"
                min={1}
                max={2000}
                value={String(shown.people)}
                onChange={event => set({ people: Math.max(1, Number(event.target.value) || 1) })}
              />
              <Button type="submit" busy={asked !== null && found.isFetching} className="max-lg:col-span-2">
                {b.look}
              </Button>
            </form>
            <p className="mt-3 text-xs text-muted">{b.zone(zoneName(zone))}</p>
          </Panel>
          <ul className="grid gap-x-6 gap-y-8 sm:grid-cols-2 lg:grid-cols-3">
            {items.map(one => {
              const on = picked.includes(one.id)
              return (
                <li key={one.id} className="flex min-w-0 flex-col gap-3">
                  <ResourceCard card={one} page={false} />
                  {asked ? (
                    one.price && one.offer ? (
                      <Button
                        look={on ? 'primary' : 'quiet'}
                        icon={on ? Check : undefined}
                        aria-pressed={on}
                        onClick={() => setPicked(on ? picked.filter(id => id !== one.id) : [...picked, one.id])}
                      >
                        {on ? b.chosen1 : b.choose1} · {format.money(one.price)}
                      </Button>
                    ) : one.problem ? (
                      <p className="text-sm text-muted">{why(one.problem)}</p>
                    ) : null
                  ) : null}
                </li>
              )
            })}
          </ul>
        </>
      )}
      {picked.length > 0 ? (
        <div className="fixed inset-x-0 bottom-[calc(var(--player-height)+var(--tabs-height)+8px)] z-10 flex justify-center px-4">
          <Button size="lg" className="w-full max-w-md shadow-pop" onClick={book}>
            {b.bookThese(picked.length)}
          </Button>
        </div>
      ) : null}
    </div>
  )
}
