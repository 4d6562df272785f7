import { useInfiniteQuery } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Sheet } from '../ui/overlay.tsx'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import { SearchField } from './market.tsx'
import { thingsQuery, type Card } from './queries.ts'

const most = 60

/** Chooses things of a shop for a shelf or a coupon, in the order they are pressed. Of what was chosen before only its id need be known. */
export function PickThings<T extends Pick<Card, 'id'>>({
  page,
  chosen,
  onClose,
  onChoose,
}: {
  page: string
  chosen: readonly T[]
  onClose: () => void
  onChoose: (things: readonly (T | Card)[]) => void
}) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const format = useFormat()
  const [q, setQ] = useState('')
  const [picked, setPicked] = useState<readonly (T | Card)[]>(chosen)
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(
    thingsQuery(page, q ? { q } : {}),
  )
  const items = data?.pages.flatMap(one => one.items) ?? []
  const toggle = (card: Card) =>
    setPicked(
      picked.some(one => one.id === card.id)
        ? picked.filter(one => one.id !== card.id)
        : picked.length >= most
          ? picked
          : [...picked, card],
    )
  return (
    <Sheet
      open
      onOpenChange={open => !open && onClose()}
      title={w.pick}
      description={w.picked(format.number(picked.length))}
      footer={
        <Button size="lg" className="flex-1" onClick={() => onChoose(picked)}>
          {t.common.done}
        </Button>
      }
    >
      <SearchField value={q} onSearch={setQ} label={w.search} />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows />
      ) : (
        <ul className="mt-3 flex flex-col">
          {items.length === 0 ? <li className="py-6 text-center text-muted">{w.none}</li> : null}
          {items.map(card => {
            const at = picked.findIndex(one => one.id === card.id)
            return (
              <li key={card.id}>
                <button
                  type="button"
                  aria-pressed={at >= 0}
                  onClick={() => toggle(card)}
                  className="flex w-full items-center gap-3 rounded-md p-2 text-left hover:bg-raised"
                >
                  <Cover id={card.id} picture={card.picture} alt="" size={48} className="size-12 shrink-0" />
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium">{card.title}</span>
                    <span className="block truncate text-xs text-muted">
                      {t.storefront.kinds[card.kind] ?? card.kind} · {format.money(card.price)}
                    </span>
                  </span>
                  <span
                    aria-hidden
                    className={cx(
                      'tabular grid size-7 shrink-0 place-items-center rounded-full text-xs font-bold',
                      at >= 0 ? 'bg-accent text-on-accent' : 'inset-ring inset-ring-line-strong/60',
                    )}
                  >
                    {at >= 0 ? at + 1 : <Check size={14} className="opacity-0" />}
                  </span>
                </button>
              </li>
            )
          })}
        </ul>
      )}
      {hasNextPage ? (
        <div className="mt-4 text-center">
          <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.common.showMore}
          </Button>
        </div>
      ) : null}
    </Sheet>
  )
}
