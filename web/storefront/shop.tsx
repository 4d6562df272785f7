import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BadgeCheck, Moon, PackageOpen, RotateCcw, Settings2, Truck } from 'lucide-react'
import { Suspense, type ReactNode } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Planet } from '../ui/planet.tsx'
import { EmptyState, ErrorState } from '../ui/states.tsx'
import { Pills, RatingLine, ThingCard, ThingGrid, ThingSkeletons } from './cards.tsx'
import { SearchField } from './market.tsx'
import { type Kind } from './asking.ts'
import { shopQuery, thingsQuery, type Shop, type ThingsAsked } from './queries.ts'
import { ReviewList } from './reviews.tsx'

export type ShopView = { section?: string; kind?: Kind; q?: string; part?: 'reviews' | 'about' }

/** The shop of a page: its picture, its shelves, what buyers say. */
export function ShopPage({ id, view, onView }: { id: string; view: ShopView; onView: (next: ShopView) => void }) {
  const t = useWords()
  const s = t.storefront
  const { data: shop } = useSuspenseQuery(shopQuery(id))
  const searching = view.q !== undefined || view.section !== undefined || view.kind !== undefined
  const parts = [
    { value: 'all', name: s.all },
    ...(shop.kinds.length > 1 ? shop.kinds.map(kind => ({ value: `kind:${kind}`, name: s.kinds[kind] ?? kind })) : []),
    ...(shop.rating.count > 0 ? [{ value: 'reviews', name: s.reviewsOf(String(shop.rating.count)) }] : []),
    ...(shop.opened ? [{ value: 'about', name: s.about }] : []),
  ]
  return (
    <>
      <ShopHead shop={shop} />
      {shop.notice ? <p className="mb-5 rounded-md bg-accent-soft px-4 py-3 text-sm font-medium text-accent-ink">{shop.notice}</p> : null}
      {shop.state === 'paused' ? (
        <p className="mb-5 flex items-center gap-2 rounded-md bg-held-soft px-4 py-3 text-sm font-medium text-held">
          <Moon size={16} aria-hidden className="shrink-0" />
          {s.paused}
        </p>
      ) : null}
      <div className="mb-7 flex flex-col gap-3 lg:flex-row lg:items-center lg:justify-between">
        <Pills
          label={shop.name}
          value={view.part ?? (view.kind ? `kind:${view.kind}` : 'all')}
          options={parts}
          onChange={value =>
            onView(
              value === 'all' ? {} : value.startsWith('kind:') ? { kind: value.slice(5) as Kind } : { part: value as 'reviews' | 'about' },
            )
          }
        />
        {shop.things > 6 ? (
          <div className="lg:w-72">
            <SearchField value={view.q ?? ''} onSearch={q => onView(q ? { q } : {})} label={s.inShop} />
          </div>
        ) : null}
      </div>
      {view.part === 'reviews' ? (
        <Suspense fallback={null}>
          <ReviewList of={{ shop: shop.id }} naming />
        </Suspense>
      ) : view.part === 'about' ? (
        <About shop={shop} />
      ) : searching ? (
        <Found id={shop.id} asked={{ ...view }} title={titleOf(shop, view, s)} />
      ) : (
        <Shelves shop={shop} onAll={section => onView({ section })} />
      )}
    </>
  )
}

const titleOf = (shop: Shop, view: ShopView, s: ReturnType<typeof useWords>['storefront']): string | null => {
  const section = shop.sections.find(one => one.key === view.section)
  if (section) return section.title || (section.kind === 'tag' ? (section.tag ?? '') : s.sections[section.kind])
  return view.kind ? (s.kinds[view.kind] ?? null) : null
}

function ShopHead({ shop }: { shop: Shop }) {
  const t = useWords()
  const s = t.storefront
  const format = useFormat()
  return (
    <header className="relative isolate -mx-4 -mt-18 mb-6 sm:-mx-6 lg:-mx-9">
      <div
        className="relative h-52 overflow-hidden bg-raised sm:h-64 lg:h-72"
        {...(shop.accent ? { style: { background: shop.accent } } : {})}
      >
        {shop.banner ? (
          <img src={shop.banner} alt="" fetchPriority="high" className="size-full object-cover" />
        ) : (
          <Planet id={shop.id} className="absolute inset-0 size-full opacity-60 blur-[60px] saturate-150" />
        )}
        <div aria-hidden className="absolute inset-x-0 bottom-0 h-24 bg-linear-to-t from-bg to-transparent" />
      </div>
      <div className="relative -mt-12 flex flex-wrap items-end gap-x-5 gap-y-3 px-4 sm:px-6 lg:px-9">
        <Cover
          id={shop.id}
          picture={shop.picture}
          alt=""
          size={112}
          round
          eager
          className="size-24 shrink-0 shadow-pop ring-4 ring-bg sm:size-28"
        />
        <div className="min-w-0 flex-1 basis-60">
          <h1 className="flex items-center gap-2 text-xl leading-tight">
            <span className="min-w-0 [overflow-wrap:anywhere]">{shop.name}</span>
            {shop.verified ? <BadgeCheck size={20} role="img" aria-label={t.music.verified} className="shrink-0 text-ion" /> : null}
          </h1>
          <p className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
            <RatingLine rating={shop.rating} />
            <span>{s.things(format.number(shop.things))}</span>
            <span>{s.followers(format.compact(shop.followers))}</span>
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Link to="/artists/$id" params={{ id: shop.handle }} className={buttonClass('quiet')}>
            {s.toArtist}
          </Link>
          {shop.can.edit && shop.opened ? (
            <Link to="/studio/shop/$page" params={{ page: shop.id }} className={buttonClass('primary')}>
              <Settings2 size={16} aria-hidden />
              {s.keepShop}
            </Link>
          ) : null}
        </div>
      </div>
      {shop.about ? <p className="mt-4 max-w-[70ch] px-4 leading-relaxed whitespace-pre-line sm:px-6 lg:px-9">{shop.about}</p> : null}
    </header>
  )
}

function Shelves({ shop, onAll }: { shop: Shop; onAll: (section: string) => void }) {
  const t = useWords()
  const s = t.storefront
  const shelves = shop.sections.filter(section => section.items.length > 0)
  if (shelves.length === 0)
    return (
      <EmptyState icon={PackageOpen} title={s.emptyShop}>
        {s.emptyShopBody}
      </EmptyState>
    )
  return (
    <div className="flex flex-col gap-11">
      {shelves.map((section, at) => {
        const title = section.title || (section.kind === 'tag' ? (section.tag ?? '') : s.sections[section.kind])
        return (
          <section key={section.key} aria-label={title}>
            <header className="mb-4 flex items-baseline justify-between gap-4">
              <h2 className="text-lg">{title}</h2>
              {section.more ? (
                <button
                  type="button"
                  onClick={() => onAll(section.key)}
                  className="text-sm font-medium text-muted underline-offset-4 hover:text-ink hover:underline"
                >
                  {s.seeAll}
                </button>
              ) : null}
            </header>
            <ThingGrid layout={section.layout} label={title}>
              {section.items.map((card, index) => (
                <ThingCard key={card.id} card={card} eager={at === 0 && index < 4} large={section.layout === 'large'} />
              ))}
            </ThingGrid>
          </section>
        )
      })}
    </div>
  )
}

function Found({ id, asked, title }: { id: string; asked: ThingsAsked; title: string | null }) {
  const t = useWords()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(thingsQuery(id, asked))
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <section>
      {title ? <h2 className="mb-4 text-lg">{title}</h2> : null}
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <ThingSkeletons count={8} />
      ) : items.length === 0 ? (
        <EmptyState icon={PackageOpen} title={t.storefront.nothing}>
          {t.storefront.nothingBody}
        </EmptyState>
      ) : (
        <ThingGrid>
          {items.map(card => (
            <ThingCard key={card.id} card={card} />
          ))}
        </ThingGrid>
      )}
      {hasNextPage ? (
        <div className="mt-10 text-center">
          <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.common.showMore}
          </Button>
        </div>
      ) : null}
    </section>
  )
}

function About({ shop }: { shop: Shop }) {
  const s = useWords().storefront
  const format = useFormat()
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      {shop.openedAt ? <p className="text-muted">{s.since(format.day(shop.openedAt))}</p> : null}
      {shop.shipping ? <Policy icon={<Truck size={18} aria-hidden />} title={s.shipping} text={shop.shipping} /> : null}
      {shop.returns ? <Policy icon={<RotateCcw size={18} aria-hidden />} title={s.returns} text={shop.returns} /> : null}
    </div>
  )
}

/** What a shop says of sending or taking back. */
export const Policy = ({ icon, title, text }: { icon: ReactNode; title: string; text: string }) => (
  <section className="rounded-lg border border-line bg-surface p-5">
    <h2 className="mb-2 flex items-center gap-2 text-base">
      {icon}
      {title}
    </h2>
    <p className="max-w-[70ch] leading-relaxed whitespace-pre-line">{text}</p>
  </section>
)
