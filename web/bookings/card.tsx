import { Link } from '@tanstack/react-router'
import { MapPin, UsersRound } from 'lucide-react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Cover } from '../ui/cover.tsx'
import { Tag } from '../ui/states.tsx'
import type { Card } from './queries.ts'

/** A room among others: its picture large, what it costs, how many it takes. */
export function ResourceCard({ card, page = true }: { card: Card; page?: boolean }) {
  const t = useWords()
  const format = useFormat()
  const b = t.bookings
  return (
    <Link to="/book/$id" params={{ id: card.id }} className="group flex min-w-0 flex-col gap-3">
      <span className="relative block overflow-hidden rounded-lg">
        <Cover id={card.id} picture={card.picture} alt="" size={640} className="w-full aspect-4/3!" />
        <span className="absolute top-3 left-3">
          <Tag tone="accent">{b.kinds[card.kind]}</Tag>
        </span>
      </span>
      <span className="flex min-w-0 flex-col gap-1">
        <b className="text-base leading-snug font-semibold [overflow-wrap:anywhere] group-hover:underline">{card.title}</b>
        {page ? <span className="truncate text-sm text-muted">{card.page.name}</span> : null}
        <span className="flex flex-wrap gap-x-3 gap-y-1 text-sm text-muted">
          <span className="inline-flex items-center gap-1">
            <MapPin size={14} aria-hidden />
            {card.place ? `${card.city} · ${card.place}` : card.city}
          </span>
          <span className="inline-flex items-center gap-1">
            <UsersRound size={14} aria-hidden />
            {b.upTo(format.number(card.capacity))}
          </span>
        </span>
        <span className="tabular font-semibold text-accent-ink">
          {card.from ? (card.from.amount === '0' ? b.free : b.fromPrice(format.money(card.from))) : null}
          {card.asks ? <span className="ml-2 text-xs font-normal text-muted">{b.asksFirst}</span> : null}
        </span>
      </span>
    </Link>
  )
}
