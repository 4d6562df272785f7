import { useInfiniteQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Money, When } from '../ui/money.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import type { Coupon } from './queries.ts'

/** Orders that used a coupon. */
export function Uses({ coupon, onClose }: { coupon: Coupon; onClose: () => void }) {
  const t = useWords()
  const d = t.offering.coupons
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['GET /coupons/:id/uses', coupon.id],
    queryFn: ({ pageParam, signal }) =>
      api('GET /coupons/:id/uses', { id: coupon.id, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
  const items = data?.pages.flatMap(one => one.items) ?? []
  return (
    <Sheet open onOpenChange={open => (open ? undefined : onClose())} title={d.uses} description={coupon.code ?? coupon.name}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState title={d.usesNone} compact />
      ) : (
        <ul className="divide-y divide-line">
          {items.map(use => (
            <li key={use.order} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5">
              <span className="min-w-0 flex-1 truncate font-semibold">{use.buyer}</span>
              {use.ended ? <Tag>{d.back}</Tag> : null}
              <Money value={use.off} />
              <span className="tabular w-full text-sm text-muted">
                {use.number} · {use.code} · <When at={use.at} show="dateTime" />
              </span>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
    </Sheet>
  )
}
