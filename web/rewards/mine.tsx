import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight, MapPin, PackageOpen } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { mineQuery, type ExchangeCard } from './queries.ts'

export const toneOf = (card: Pick<ExchangeCard, 'state'>): 'accent' | 'held' | 'good' | 'plain' =>
  card.state === 'ready' || card.state === 'claim' ? 'accent' : card.state === 'waiting' ? 'held' : card.state === 'done' ? 'good' : 'plain'

/** What one exchanged or won: to use first. */
export function MinePage() {
  const t = useWords()
  const [which, setWhich] = useState<'open' | 'all'>('open')
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(mineQuery(which === 'open'))
  const items = data?.pages.flatMap(page => page.items) ?? []
  const list = error ? (
    <ErrorState error={error} onRetry={() => void refetch()} />
  ) : isPending ? (
    <SkeletonRows />
  ) : items.length === 0 ? (
    <EmptyState
      icon={PackageOpen}
      title={t.rewards.mineNone}
      action={
        <Link to={'/groups' as '/'} className={buttonClass('primary')}>
          {t.rewards.toGroup}
        </Link>
      }
    >
      {t.rewards.mineNoneBody}
    </EmptyState>
  ) : (
    <>
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
    </>
  )
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-5">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-2xl">{t.rewards.mine}</h1>
        <Link to="/rewards/addresses" className={buttonClass('quiet', 'sm')}>
          <MapPin size={14} aria-hidden />
          {t.shipping.addresses}
        </Link>
      </header>
      <Tabs
        label={t.rewards.mine}
        value={which}
        onChange={value => setWhich(value as 'open' | 'all')}
        tabs={(['open', 'all'] as const).map(value => ({
          value,
          name: value === 'open' ? t.rewards.mineOpen : t.rewards.mineAll,
          content: value === which ? list : null,
        }))}
      />
    </div>
  )
}

function Row({ card }: { card: ExchangeCard }) {
  const t = useWords()
  const format = useFormat()
  return (
    <li>
      <Link
        to="/rewards/mine/$id"
        params={{ id: card.id }}
        className="flex min-w-0 items-center gap-4 rounded-lg border border-line bg-surface p-3 hover:bg-raised"
      >
        <Cover id={card.reward} picture={card.picture} alt="" size={96} className="w-18 shrink-0" />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <b className="min-w-0 font-semibold [overflow-wrap:anywhere]">{card.title}</b>
            {card.quantity > 1 ? <span className="tabular text-muted">× {card.quantity}</span> : null}
          </span>
          <span className="mt-0.5 block text-xs text-muted">
            {card.groupName} · {format.date(card.at)}
          </span>
          <span className="mt-1.5 flex flex-wrap gap-2">
            <Tag tone={toneOf(card)}>
              {card.state === 'waiting' && card.parcel ? t.shipping.states[card.parcel] : t.rewards.states[card.state]}
            </Tag>
            {card.cause === 'raffle' ? <Tag>{t.rewards.won}</Tag> : null}
          </span>
        </span>
        <ChevronRight size={18} aria-hidden className="shrink-0 text-muted" />
      </Link>
    </li>
  )
}
