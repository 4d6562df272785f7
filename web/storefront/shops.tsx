import { useInfiniteQuery } from '@tanstack/react-query'
import { Store } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { SearchField, ShopTile } from './market.tsx'
import { shopsQuery } from './queries.ts'

/** Every shop of the planet. */
export function ShopsPage() {
  const t = useWords()
  const s = t.storefront
  const [q, setQ] = useState('')
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(shopsQuery(q))
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <>
      <h1 className="text-xl">{s.allShops}</h1>
      <p className="mt-1.5 mb-5 text-muted">{s.shopsIntro}</p>
      <div className="mb-6 max-w-md">
        <SearchField value={q} onSearch={setQ} label={s.allShops} />
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Loading className="grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-3">
          {Array.from({ length: 6 }, (_, index) => (
            <Skeleton key={index} className="h-60 rounded-lg" />
          ))}
        </Loading>
      ) : items.length === 0 ? (
        <EmptyState icon={Store} title={q ? s.nothing : s.noShops} />
      ) : (
        <>
          <ul className="grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-3">
            {items.map(shop => (
              <li key={shop.id}>
                <ShopTile shop={shop} />
              </li>
            ))}
          </ul>
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
