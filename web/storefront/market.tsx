import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Search, ShoppingBag, Store } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input, Select } from '../ui/field.tsx'
import { EmptyState, ErrorState } from '../ui/states.tsx'
import { Pills, RatingLine, ThingCard, ThingGrid, ThingSkeletons } from './cards.tsx'
import { prices, sorts, type Asked, type Kind, type PriceBand, type Sort } from './asking.ts'
import { fewShopsQuery, kindsQuery, listingsQuery, type ShopCard } from './queries.ts'

/** The planet's shop: everything for sale, by kind, price and words. */
export function MarketPage({ asked, onAsk }: { asked: Asked; onAsk: (next: Asked) => void }) {
  const t = useWords()
  const s = t.storefront
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(listingsQuery(asked))
  const { data: kinds } = useQuery(kindsQuery())
  const items = data?.pages.flatMap(page => page.items) ?? []
  const plain = !asked.q && !asked.kind && !asked.price
  return (
    <>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-4">
        <div className="min-w-0">
          <h1 className="text-xl">{s.allTitle}</h1>
          <p className="mt-1.5 max-w-[60ch] text-muted">{s.allIntro}</p>
        </div>
        <Link to="/studio/shop" className={buttonClass('quiet', 'md', 'max-sm:hidden')}>
          <Store size={16} aria-hidden />
          {s.yourShop}
        </Link>
      </header>
      <div className="sticky top-0 z-10 -mx-4 mb-6 flex flex-col gap-3 bg-bg/92 px-4 py-3 backdrop-blur sm:-mx-6 sm:px-6 lg:-mx-9 lg:px-9">
        <SearchField value={asked.q ?? ''} onSearch={q => onAsk({ ...asked, q })} label={s.search} />
        <Pills
          label={s.all}
          value={asked.kind ?? 'all'}
          options={[
            { value: 'all', name: s.all },
            ...(kinds?.items ?? []).map(one => ({ value: one.kind, name: s.kinds[one.kind] ?? one.kind })),
          ]}
          onChange={kind => {
            const { kind: _, ...rest } = asked
            onAsk(kind === 'all' ? rest : { ...rest, kind: kind as Kind })
          }}
        />
      </div>
      {plain ? <SomeShops /> : null}
      <div className="mb-6 flex flex-wrap items-end gap-3">
        <Select
          label={s.sort}
          value={asked.sort ?? 'new'}
          onChange={event => onAsk({ ...asked, sort: event.target.value as Sort })}
          options={sorts.map(value => ({ value, name: s.sorts[value] }))}
          className="w-44 max-sm:flex-1"
        />
        <Select
          label={s.price}
          value={asked.price ?? 'any'}
          onChange={event => onAsk({ ...asked, price: event.target.value as PriceBand })}
          options={prices.map(value => ({ value, name: s.prices[value] }))}
          className="w-40 max-sm:flex-1"
        />
        {plain ? null : (
          <Button look="plain" onClick={() => onAsk({})}>
            {s.clear}
          </Button>
        )}
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <ThingSkeletons />
      ) : items.length === 0 ? (
        <EmptyState icon={ShoppingBag} title={plain ? t.shop.nothing : s.nothing}>
          {plain ? t.shop.nothingBody : s.nothingBody}
        </EmptyState>
      ) : (
        <>
          <ThingGrid>
            {items.map((card, index) => (
              <ThingCard key={card.id} card={card} eager={index < 6} seller />
            ))}
          </ThingGrid>
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

/** Asks a moment after the last letter; the address keeps it. */
export function SearchField({ value, onSearch, label }: { value: string; onSearch: (q: string) => void; label: string }) {
  const t = useWords()
  const [typed, setTyped] = useState(value)
  const [told, setTold] = useState(value)
  if (told !== value) {
    setTold(value)
    setTyped(value)
  }
  useEffect(() => {
    if (typed.trim() === value) return
    const soon = setTimeout(() => onSearch(typed.trim()), 300)
    return () => clearTimeout(soon)
    // oxlint-disable-next-line react/exhaustive-deps -- what to do with it may change with each picture; the letters decide
  }, [typed, value])
  return (
    <form
      role="search"
      aria-label={label}
      onSubmit={event => {
        event.preventDefault()
        onSearch(typed.trim())
      }}
    >
      <Input
        label={label}
        hideLabel
        type="search"
        value={typed}
        placeholder={t.storefront.searchHint}
        maxLength={100}
        enterKeyHint="search"
        suffix={<Search size={16} aria-hidden />}
        onChange={event => setTyped(event.target.value)}
      />
    </form>
  )
}

function SomeShops() {
  const t = useWords()
  const { data } = useQuery(fewShopsQuery())
  if (!data || data.items.length === 0) return null
  return (
    <section aria-label={t.storefront.shops} className="mb-9">
      <header className="mb-4 flex items-baseline justify-between gap-4">
        <h2 className="text-lg">{t.storefront.shops}</h2>
        <Link to="/shops" className="text-sm font-medium text-muted underline-offset-4 hover:text-ink hover:underline">
          {t.storefront.seeAll}
        </Link>
      </header>
      <ul className="no-bar -mx-4 flex snap-x scroll-px-4 gap-4 overflow-x-auto px-4 pb-1 sm:-mx-6 sm:scroll-px-6 sm:px-6 lg:-mx-9 lg:scroll-px-9 lg:px-9">
        {data.items.map(shop => (
          <li key={shop.id} className="w-64 shrink-0 snap-start">
            <ShopTile shop={shop} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** A shop as its banner (or what it sells) with its name. */
export function ShopTile({ shop }: { shop: ShopCard }) {
  const t = useWords()
  const format = useFormat()
  return (
    <article className="group relative overflow-hidden rounded-lg border border-line bg-surface">
      <div className="relative aspect-[5/3] overflow-hidden bg-raised">
        {shop.banner ? (
          <img
            src={shop.banner}
            alt=""
            loading="lazy"
            decoding="async"
            className="size-full object-cover transition-transform duration-240 group-hover:scale-[1.03]"
          />
        ) : shop.pictures.length > 0 ? (
          <div className={shop.pictures.length > 1 ? 'grid h-full grid-cols-[2fr_1fr] grid-rows-2 gap-0.5' : 'h-full'}>
            {shop.pictures.slice(0, shop.pictures.length > 2 ? 3 : shop.pictures.length).map((picture, index, all) => (
              <img
                key={picture}
                src={picture}
                alt=""
                loading="lazy"
                decoding="async"
                className={
                  index === 0 && all.length > 1
                    ? 'row-span-2 size-full object-cover'
                    : all.length === 2
                      ? 'row-span-2 size-full object-cover'
                      : 'size-full object-cover'
                }
              />
            ))}
          </div>
        ) : (
          <Cover id={shop.id} picture={shop.picture} alt="" size={280} className="h-full rounded-none" />
        )}
      </div>
      <div className="flex items-center gap-3 p-3">
        <Cover id={shop.id} picture={shop.picture} alt="" size={44} round className="size-11 shrink-0" />
        <div className="min-w-0 flex-1">
          <p className="truncate font-semibold">
            <Link to="/shops/$id" params={{ id: shop.handle }} className="card-link">
              {shop.name}
            </Link>
          </p>
          <p className="flex items-center gap-2 text-xs text-muted">
            <span>{t.storefront.things(format.number(shop.things))}</span>
            <RatingLine rating={shop.rating} size={11} />
          </p>
        </div>
      </div>
    </article>
  )
}
