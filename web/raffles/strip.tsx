import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Ticket } from 'lucide-react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Cover } from '../ui/cover.tsx'
import { Tag } from '../ui/states.tsx'
import { rafflesQuery, type RaffleCard } from './queries.ts'

export const raffleTone = (state: RaffleCard['state']): 'accent' | 'held' | 'good' | 'plain' =>
  state === 'open' ? 'accent' : state === 'closed' ? 'held' : state === 'drawn' ? 'good' : 'plain'

/** The raffles of a group, side by side: what can be won, until when. Nothing where there are none. */
export function RaffleStrip({ group }: { group: string }) {
  const t = useWords()
  const { data } = useQuery(rafflesQuery(group))
  const items = data?.items.filter(raffle => raffle.state !== 'draft') ?? []
  if (items.length === 0) return null
  return (
    <section aria-labelledby="raffles">
      <h2 id="raffles" className="mb-3 text-base">
        {t.raffles.title}
      </h2>
      <ul className="no-bar -mx-4 flex snap-x scroll-px-4 gap-3 overflow-x-auto px-4 pb-1 sm:mx-0 sm:px-0">
        {items.slice(0, 12).map(raffle => (
          <Item key={raffle.id} raffle={raffle} />
        ))}
      </ul>
    </section>
  )
}

function Item({ raffle }: { raffle: RaffleCard }) {
  const t = useWords()
  const format = useFormat()
  const first = raffle.prizes[0]
  return (
    <li className="w-72 max-w-[80vw] shrink-0 snap-start">
      <Link
        to="/raffles/$id"
        params={{ id: raffle.id }}
        className="flex h-full gap-3 rounded-lg border border-line bg-surface p-3 hover:bg-raised"
      >
        <Cover id={first?.reward ?? raffle.id} picture={first?.picture ?? null} alt="" size={96} className="w-22 shrink-0 self-start" />
        <span className="flex min-w-0 flex-1 flex-col items-start gap-1">
          <Tag tone={raffleTone(raffle.state)}>{t.raffles.states[raffle.state]}</Tag>
          <b className="line-clamp-2 leading-snug font-semibold [overflow-wrap:anywhere]">{raffle.title}</b>
          <span className="tabular text-xs text-muted">
            {raffle.state === 'open'
              ? t.raffles.endsAt(format.dateTime(raffle.closesAt))
              : t.raffles.ticketsOf(format.number(raffle.tickets), format.number(raffle.people))}
          </span>
          <span className="tabular mt-auto inline-flex items-center gap-1.5 text-sm font-semibold text-accent-ink">
            <Ticket size={14} aria-hidden />
            {raffle.mine > 0
              ? t.raffles.yours(format.number(raffle.mine))
              : raffle.points === 0
                ? t.raffles.free
                : t.raffles.perTicket(format.number(raffle.points))}
          </span>
        </span>
      </Link>
    </li>
  )
}
