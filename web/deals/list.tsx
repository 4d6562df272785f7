import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight, FileSignature } from 'lucide-react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { mineQuery, type DealCard } from './queries.ts'

export const dealTone = (state: DealCard['state']): Tone =>
  state === 'open' ? 'held' : state === 'paid' ? 'good' : state === 'signed' ? 'accent' : 'plain'

/** Papers about shows, of both sides; what waits for one's signature says so. */
export function DealList() {
  const t = useWords()
  const d = t.selling.deals
  const format = useFormat()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(mineQuery())
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <div className="flex flex-col gap-5">
      <header>
        <h1 className="text-xl">{d.title}</h1>
        <p className="mt-1 max-w-[60ch] text-muted">{d.intro}</p>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState icon={FileSignature} title={d.none}>
          {d.noneBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-2">
          {items.map(card => (
            <li key={card.id}>
              <Link
                to={'/studio/deals/$show' as '/'}
                params={{ show: card.show.id } as never}
                className="flex min-w-0 items-center gap-4 rounded-lg border border-line bg-surface p-3 hover:bg-raised"
              >
                <Cover id={card.show.id} picture={card.show.picture} alt="" size={96} className="w-16 shrink-0" />
                <span className="min-w-0 flex-1">
                  <b className="block truncate font-semibold">{card.show.title}</b>
                  <span className="block truncate text-xs text-muted">
                    {d.kinds[card.kind]} · {d.version(card.version)} · {d.with(card.other)} · {format.date(card.at)}
                  </span>
                  <span className="mt-1.5 flex flex-wrap gap-2">
                    <Tag tone={dealTone(card.state)}>{d.states[card.state]}</Tag>
                    {card.waiting ? <Tag tone="bad">{d.waitsForYou}</Tag> : null}
                  </span>
                </span>
                <ChevronRight size={18} aria-hidden className="shrink-0 text-muted" />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="self-center">
          {t.common.more}
        </Button>
      ) : null}
    </div>
  )
}
