import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Receipt } from 'lucide-react'
import { api, type Ok } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { shortOf } from '../shows/times.ts'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Money, When } from '../ui/money.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { NotKnown } from './not-known.tsx'
import { addUp } from './price.ts'

export type OrderData = Ok<'GET /orders/:id'>
export const orderTone: Record<OrderData['state'], Tone> = {
  placed: 'accent',
  paid: 'held',
  settled: 'good',
  cancelled: 'plain',
  expired: 'plain',
  refunded: 'plain',
}

const thingsOf = (order: OrderData) => order.lines.filter(line => line.kind !== 'shipping')

/** What of an order went back. */
const backOf = (order: OrderData) => addUp(order.lines.map(line => line.refunded))

/** What comes next of an order, in a few words: of the first part that still waits for something. */
function NextOf({ order }: { order: OrderData }) {
  const t = useWords()
  const { locale } = useLanguage()
  const step = order.lines.filter(line => line.state === 'held').flatMap(line => line.progress.slice(-1))[0]
  const words = step && t.checkout.progress[step.code]
  if (!words) return null
  return (
    <p className="truncate text-xs font-medium text-held">
      {words} {step.at ? step.zone ? shortOf(locale, step.zone, step.at) : <When at={step.at} /> : null}
    </p>
  )
}

/** What one has of what one bought: each kind has a page of its own. */
function Beside({ guest }: { guest: boolean }) {
  const t = useWords()
  const links = [
    ['/tickets', t.tickets.mine],
    ['/bookings', t.bookings.mine],
    ...(guest
      ? []
      : ([
          ['/services', t.services.mine],
          ['/memberships', t.services.member.title],
          ['/returns', t.goods.myReturns],
          ['/gift-cards', t.coupons.gift.title],
          ['/redeem', t.coupons.redeem.title],
          ['/shops/reviews', t.storefront.myReviews],
        ] as const)),
  ] as const
  return (
    <nav aria-label={t.shop.beside} className="mb-6 flex flex-wrap gap-2">
      {links.map(([to, name]) => (
        <Link
          key={to}
          to={to}
          className="inline-flex h-8 items-center rounded-full bg-raised coarse:h-10 px-3 text-sm font-medium hover:bg-sunken"
        >
          {name}
        </Link>
      ))}
    </nav>
  )
}

/** One's orders, newest first. */
export function Orders() {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /me/orders', 'pages'],
    enabled: me !== null,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => api('GET /me/orders', pageParam ? { cursor: pageParam } : {}, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  if (!me) return <NotKnown to="/orders" />
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <div className="mx-auto max-w-[880px]">
      <h1 className="mb-4 text-xl">{t.shop.orders}</h1>
      <Beside guest={me.guest} />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState
          icon={Receipt}
          title={t.shop.noOrders}
          action={
            <Link to="/shop" className={buttonClass('quiet')}>
              {t.music.goShop}
            </Link>
          }
        >
          {t.shop.noOrdersBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-3">
          {items.map(order => (
            <li
              key={order.id}
              className="relative flex items-center gap-4 rounded-lg border border-line bg-surface p-4 transition-colors hover:border-line-strong"
            >
              <div className="flex -space-x-5">
                {thingsOf(order)
                  .slice(0, 3)
                  .map(line => (
                    <Cover
                      key={line.id}
                      id={line.release ?? line.id}
                      picture={line.cover}
                      alt=""
                      size={56}
                      className="size-14 shadow-pop"
                    />
                  ))}
              </div>
              <div className="min-w-0 flex-1">
                <p className="truncate font-semibold">
                  <Link to="/orders/$id" params={{ id: order.id }} className="card-link">
                    {thingsOf(order)
                      .map(line => line.title)
                      .join(', ')}
                  </Link>
                </p>
                <p className="flex flex-wrap gap-x-2 text-xs text-muted">
                  <span>{t.shop.order(order.number)}</span> <When at={order.createdAt} show="dateTime" />
                </p>
                <NextOf order={order} />
              </div>
              <div className="text-right">
                <Money value={order.total} className="font-semibold" />
                {order.state !== 'refunded' && backOf(order).amount !== '0' ? (
                  <p className="text-xs text-muted">{t.refunds.refunded(format.money(backOf(order)))}</p>
                ) : null}
                <div className="mt-1">
                  <Tag tone={orderTone[order.state]}>{t.shop.states[order.state]}</Tag>
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <div className="mt-8 text-center">
          <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.common.showMore}
          </Button>
        </div>
      ) : null}
    </div>
  )
}
