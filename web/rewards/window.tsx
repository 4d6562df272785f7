import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Coins, Gift, PackageOpen } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { RaffleStrip } from '../raffles/strip.tsx'
import { useLive } from '../shell/live.ts'
import { useMe } from '../shell/me.ts'
import { buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { icons, stateText } from './looks.ts'
import { refreshRewards, windowQuery, type Card, type Kind, type Window } from './queries.ts'

/** The shop window of a group: what there is for points, and the raffles above it. Pieces left follow what others take. */
export function RewardWindow({ group }: { group: string }) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const [kind, setKind] = useState<Kind | null>(null)
  const { data, error, isPending, refetch } = useQuery(windowQuery(group))
  const id = data?.items[0]?.group
  useLive(
    [...(id ? [`group:${id}`] : []), ...(me ? ['me'] : [])],
    message => {
      if (message.kind === 'points' || message.kind === 'raffle') void refreshRewards(client)
      if (message.kind === 'reward')
        client.setQueryData(windowQuery(group).queryKey, before =>
          before
            ? {
                ...before,
                items: before.items.map(card =>
                  card.id !== message['id'] || typeof message['left'] !== 'number'
                    ? card
                    : { ...card, left: message['left'], why: message['left'] <= 0 && card.why === null ? ('sold_out' as const) : card.why },
                ),
              }
            : before,
        )
    },
    () => void refreshRewards(client),
  )
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <Waiting />
  const kinds = [...new Set(data.items.map(card => card.kind))]
  const gone = (card: Card): number => (card.why === 'sold_out' || card.why === 'over' ? 1 : 0)
  const shown = data.items.filter(card => kind === null || card.kind === kind).toSorted((a, b) => gone(a) - gone(b))
  return (
    <div className="flex flex-col gap-6">
      {data.points === null ? null : <Purse points={data.points} />}
      <RaffleStrip group={group} />
      {kinds.length > 1 ? (
        <div role="group" aria-label={t.rewards.title} className="no-bar -mx-4 flex gap-2 overflow-x-auto px-4 sm:mx-0 sm:px-0">
          {([null, ...kinds] as const).map(one => (
            <button
              key={one ?? 'all'}
              type="button"
              aria-pressed={kind === one}
              onClick={() => setKind(one)}
              className={cx(
                'h-10 shrink-0 rounded-full px-4 text-sm font-medium transition-colors',
                kind === one ? 'bg-ink text-bg' : 'bg-raised text-muted hover:text-ink',
              )}
            >
              {one === null ? t.rewards.allKinds : t.rewards.kinds[one]}
            </button>
          ))}
        </div>
      ) : null}
      {shown.length === 0 ? (
        <EmptyState icon={Gift} title={t.rewards.none}>
          {t.rewards.noneBody}
        </EmptyState>
      ) : (
        <ul className="grid grid-cols-2 gap-x-3 gap-y-6 sm:grid-cols-3 sm:gap-x-5 lg:grid-cols-4">
          {shown.map(card => (
            <Item key={card.id} card={card} window={data} />
          ))}
        </ul>
      )}
    </div>
  )
}

function Purse({ points }: { points: string }) {
  const t = useWords()
  const format = useFormat()
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border border-line bg-surface p-4">
      <span className="grid size-12 shrink-0 place-items-center rounded-full bg-accent-soft text-accent-ink">
        <Coins size={24} aria-hidden />
      </span>
      <p className="min-w-0 flex-1 leading-tight">
        <span className="block text-xs text-muted">{t.rewards.yourPoints}</span>
        <b className="tabular text-xl">{format.number(Number(points))}</b>
      </p>
      <Link to="/rewards" className={buttonClass('quiet')}>
        <PackageOpen size={15} aria-hidden />
        {t.rewards.mine}
      </Link>
    </div>
  )
}

function Item({ card, window }: { card: Card; window: Window }) {
  const t = useWords()
  const format = useFormat()
  const Icon = icons[card.kind]
  const gone = card.why === 'sold_out' || card.why === 'over'
  const state = stateText(t, card, window.points === null ? null : Number(window.points), { number: format.number, date: format.date })
  return (
    <li className="min-w-0">
      <Link to="/rewards/$id" params={{ id: card.id }} className="group block rounded-lg focus-visible:outline-offset-4">
        <span className="relative block">
          <Cover
            id={card.id}
            picture={card.picture}
            alt=""
            size={320}
            className={cx('w-full transition-opacity group-hover:opacity-90', gone && 'opacity-45 grayscale')}
          />
          <span className="absolute top-2 left-2 inline-flex items-center gap-1 rounded-full bg-bg/85 px-2 py-1 text-xs font-medium backdrop-blur">
            <Icon size={13} aria-hidden />
            {t.rewards.kinds[card.kind]}
          </span>
        </span>
        <span className="mt-2.5 block leading-snug font-semibold [overflow-wrap:anywhere]">{card.title}</span>
        <span className="tabular mt-1 flex flex-wrap items-baseline gap-x-2">
          <span className={cx('font-bold', gone ? 'text-muted' : 'text-accent-ink')}>{t.rewards.points(format.number(card.points))}</span>
          {state ? <span className="text-xs text-muted">{state}</span> : null}
        </span>
        {card.why === 'points' && window.points !== null ? (
          <span aria-hidden className="mt-2 block h-1 overflow-hidden rounded-full bg-raised">
            <span
              className="block h-full rounded-full bg-accent-mark"
              style={{ width: `${Math.max(3, Math.min(100, (Number(window.points) / card.points) * 100))}%` }}
            />
          </span>
        ) : null}
      </Link>
    </li>
  )
}

const Waiting = () => (
  <Loading className="flex flex-col gap-6">
    <Skeleton className="h-20 rounded-lg" />
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 sm:gap-5 lg:grid-cols-4">
      {Array.from({ length: 4 }, (_, index) => (
        <div key={index} className="flex flex-col gap-2">
          <Skeleton className="aspect-square rounded-md" />
          <Skeleton className="h-4 w-4/5" />
          <Skeleton className="h-4 w-2/5" />
        </div>
      ))}
    </div>
  </Loading>
)
