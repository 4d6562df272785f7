import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarClock, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { mineQuery, type BookingCard } from './queries.ts'
import { spanText } from './times.ts'

const tones: Partial<Record<BookingCard['state'], Tone>> = {
  asked: 'held',
  accepted: 'accent',
  pending: 'held',
  confirmed: 'good',
  arrived: 'accent',
  no_show: 'bad',
}
export const toneOf = (state: BookingCard['state']): Tone => tones[state] ?? 'plain'

/** What one booked: the next first. */
export function MinePage() {
  const t = useWords()
  const b = t.bookings
  const me = useMe()
  const [when, setWhen] = useState<'coming' | 'past'>('coming')
  if (!me) return <SignInFirst />
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-5">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl">{b.mine}</h1>
        <Link to="/book" className={buttonClass('quiet', 'sm')}>
          {b.find}
        </Link>
      </header>
      <Tabs
        label={b.mine}
        value={when}
        onChange={value => setWhen(value as typeof when)}
        tabs={(['coming', 'past'] as const).map(value => ({
          value,
          name: b[value],
          content: value === when ? <List when={value} /> : null,
        }))}
      />
    </div>
  )
}

function List({ when }: { when: 'coming' | 'past' }) {
  const t = useWords()
  const b = t.bookings
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(mineQuery(when))
  const items = data?.pages.flatMap(page => page.items) ?? []
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  if (items.length === 0)
    return (
      <EmptyState
        icon={CalendarClock}
        title={when === 'coming' ? b.mineNone : b.pastNone}
        action={
          when === 'coming' ? (
            <Link to="/book" className={buttonClass('primary')}>
              {b.find}
            </Link>
          ) : undefined
        }
      >
        {when === 'coming' ? b.mineNoneBody : null}
      </EmptyState>
    )
  return (
    <div className="flex flex-col gap-3">
      <ul className="flex flex-col gap-2">
        {items.map(card => (
          <Row key={card.id} card={card} />
        ))}
      </ul>
      {hasNextPage ? (
        <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="self-center">
          {t.common.more}
        </Button>
      ) : null}
    </div>
  )
}

function Row({ card }: { card: BookingCard }) {
  const b = useWords().bookings
  const format = useFormat()
  const { locale } = useLanguage()
  return (
    <li>
      <Link
        to="/bookings/$id"
        params={{ id: card.id }}
        className="flex min-w-0 items-center gap-4 rounded-lg border border-line bg-surface p-3 hover:bg-raised"
      >
        <Cover id={card.resource} picture={card.picture} alt="" size={96} className="w-20 shrink-0" />
        <span className="min-w-0 flex-1">
          <b className="block font-semibold [overflow-wrap:anywhere]">{card.title}</b>
          <span className="tabular mt-0.5 block text-sm">{spanText(card.localStart, card.localEnd, locale)}</span>
          <span className="block truncate text-xs text-muted">
            {[card.seller.name, card.city, card.place].filter(Boolean).join(' · ')} · {b.peopleOf(format.number(card.people))}
          </span>
          <span className="mt-1.5 flex flex-wrap items-center gap-2">
            <Tag tone={toneOf(card.state)}>{b.states[card.state]}</Tag>
          </span>
        </span>
        <ChevronRight size={18} aria-hidden className="shrink-0 text-muted" />
      </Link>
    </li>
  )
}
