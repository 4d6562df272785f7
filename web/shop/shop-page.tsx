import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShoppingBag } from 'lucide-react'
import { CardGrid, CardSkeletons } from '../catalogue/cards.tsx'
import { useFormat, useWords } from '../i18n/use.tsx'
import { artistNames } from '../player/track.ts'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { offersQuery } from './queries.ts'
import { EmptyState, ErrorState, Tag } from '../ui/states.tsx'

/** What is for sale. */
export function ShopPage() {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(offersQuery())
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <>
      <h1 className="text-xl">{t.shop.title}</h1>
      <p className="mt-1.5 mb-7 text-muted">{t.shop.intro}</p>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <CardSkeletons count={12} />
      ) : items.length === 0 ? (
        <EmptyState icon={ShoppingBag} title={t.shop.nothing}>
          {t.shop.nothingBody}
        </EmptyState>
      ) : (
        <>
          <CardGrid>
            {items.map((offer, index) => (
              <article key={offer.id} className="group relative min-w-0">
                <Cover
                  id={offer.release.id}
                  picture={offer.release.cover}
                  alt=""
                  size={220}
                  eager={index < 6}
                  className="w-full transition-[filter] duration-160 group-hover:brightness-[0.92]"
                />
                <p className="mt-2.5 truncate text-sm font-semibold tracking-normal">
                  <Link to="/releases/$id" params={{ id: offer.release.id }} className="card-link">
                    {offer.release.title}
                  </Link>
                </p>
                <p className="truncate text-[13px] text-muted">{artistNames(offer.release.artists)}</p>
                <p className="mt-1.5 flex flex-wrap items-center gap-2">
                  <span className="tabular text-sm font-semibold">
                    {offer.pricing === 'free'
                      ? t.money.free
                      : offer.pricing === 'name_your_price'
                        ? offer.price.amount === '0'
                          ? t.shop.namePrice
                          : t.money.fromPrice(format.money(offer.price))
                        : format.money(offer.price)}
                  </span>
                  {offer.owned ? <Tag tone="good">{t.shop.owned}</Tag> : null}
                </p>
              </article>
            ))}
          </CardGrid>
          {hasNextPage ? (
            <div className="mt-10 text-center">
              <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {t.common.showMore}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </>
  )
}
