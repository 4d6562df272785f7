import { Link } from '@tanstack/react-router'
import { Star } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { toldTimes } from '../shows/told.ts'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { useHydrated } from '../ui/hydrated.ts'
import { Loading, Skeleton } from '../ui/states.tsx'
import type { Card } from './queries.ts'

/** Five stars, filled as far as the average goes; said in words to those who cannot see them. */
export function Stars({ average, size = 14, label }: { average: number; size?: number; label: string }) {
  return (
    <span role="img" aria-label={label} className="relative inline-flex shrink-0 text-line-strong/70" style={{ width: size * 5 }}>
      {[0, 1, 2, 3, 4].map(at => (
        <Star key={at} size={size} strokeWidth={1.6} aria-hidden className="shrink-0" />
      ))}
      <span
        aria-hidden
        className="absolute inset-y-0 left-0 flex overflow-hidden text-accent-mark"
        style={{ width: `${(average / 5) * 100}%` }}
      >
        {[0, 1, 2, 3, 4].map(at => (
          <Star key={at} size={size} strokeWidth={1.6} fill="currentColor" className="shrink-0" />
        ))}
      </span>
    </span>
  )
}

export function RatingLine({ rating, size }: { rating: { count: number; average: number | null }; size?: number }) {
  const t = useWords()
  const format = useFormat()
  if (rating.average === null) return null
  return (
    <span className="flex items-center gap-1.5 text-xs text-muted">
      <Stars average={rating.average} size={size ?? 13} label={t.storefront.rated(String(rating.average), format.number(rating.count))} />
      <span aria-hidden className="tabular">
        {format.number(rating.count)}
      </span>
    </span>
  )
}

/** What is paid for it, in few words. */
export function usePriceText(card: Pick<Card, 'price' | 'upTo' | 'pricing'>): string {
  const t = useWords()
  const format = useFormat()
  if (card.pricing === 'free') return t.storefront.free
  if (card.pricing === 'name_your_price') return card.price.amount === '0' ? t.shop.namePrice : t.storefront.from(format.money(card.price))
  return card.upTo ? t.storefront.from(format.money(card.price)) : format.money(card.price)
}

/** Why it cannot be had now, or that few are left; null: nothing needs saying. */
export function useStateText(card: Pick<Card, 'soldOut' | 'left' | 'opensAt' | 'closesAt'>): { text: string; gone: boolean } | null {
  const t = useWords()
  const format = useFormat()
  const awake = useHydrated()
  const [now] = useState(() => Date.now())
  if (card.soldOut) return { text: t.storefront.soldOut, gone: true }
  // The clock is the browser's; the server's picture says nothing of it.
  if (awake && card.opensAt && Date.parse(card.opensAt) > now)
    return { text: t.storefront.soon(format.dateTime(card.opensAt)), gone: false }
  if (awake && card.closesAt && Date.parse(card.closesAt) <= now) return { text: t.storefront.over, gone: true }
  if (card.left !== null && card.left <= 5) return { text: t.storefront.left(format.number(card.left)), gone: false }
  return null
}

/** One thing for sale: its picture large, its name, what it costs. */
export function ThingCard({ card, eager, seller, large }: { card: Card; eager?: boolean; seller?: boolean; large?: boolean }) {
  const t = useWords()
  const { locale } = useLanguage()
  const price = usePriceText(card)
  const state = useStateText(card)
  return (
    <article className="group relative min-w-0">
      <div className="relative">
        <Cover
          id={card.id}
          picture={card.picture}
          alt=""
          size={large ? 480 : 280}
          {...(eager ? { eager } : {})}
          className={cx(
            'w-full transition-[filter,opacity] duration-160 group-hover:brightness-[0.94]',
            state?.gone && 'opacity-55 grayscale',
          )}
        />
        {card.kind === 'digital' ? null : (
          <span className="absolute top-2 left-2 rounded-full bg-bg/85 px-2 py-0.5 text-xs font-medium backdrop-blur">
            {t.storefront.kinds[card.kind] ?? ''}
          </span>
        )}
        {state ? (
          <span
            className={cx(
              'absolute bottom-2 left-2 max-w-[calc(100%-16px)] truncate rounded-full px-2.5 py-0.5 text-xs font-semibold',
              state.gone ? 'bg-ink text-bg' : 'bg-accent-soft text-accent-ink',
            )}
          >
            {state.text}
          </span>
        ) : null}
      </div>
      <p className={cx('mt-2.5 line-clamp-2 leading-snug font-semibold tracking-normal', large ? 'text-base' : 'text-sm')}>
        <Link to={card.url as '/'} className="card-link">
          {card.title}
        </Link>
      </p>
      {card.detail ? <p className="truncate text-[13px] text-muted">{toldTimes(locale, card.detail)}</p> : null}
      {seller ? <p className="truncate text-[13px] text-muted">{card.seller.name}</p> : null}
      <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="tabular text-sm font-semibold text-accent-ink">{price}</span>
        <RatingLine rating={card.rating} />
      </p>
    </article>
  )
}

const grids = {
  grid: 'grid grid-cols-2 gap-x-4 gap-y-7 sm:grid-cols-3 lg:grid-cols-[repeat(auto-fill,minmax(184px,1fr))] lg:gap-x-5',
  // On phones one large card after the other, to swipe.
  large:
    'max-sm:no-bar gap-x-6 gap-y-8 max-sm:-mx-4 max-sm:flex max-sm:snap-x max-sm:gap-4 max-sm:overflow-x-auto max-sm:px-4 max-sm:*:w-[76vw] max-sm:*:shrink-0 max-sm:*:snap-center sm:grid sm:grid-cols-2 xl:grid-cols-3',
  strip:
    'no-bar -mx-4 flex snap-x gap-4 overflow-x-auto scroll-smooth px-4 pb-1 sm:-mx-6 sm:px-6 lg:-mx-9 lg:px-9 *:w-[44vw] *:max-w-[210px] *:shrink-0 *:snap-start scroll-px-4 sm:scroll-px-6 lg:scroll-px-9',
}
export const ThingGrid = ({ layout = 'grid', label, children }: { layout?: keyof typeof grids; label?: string; children: ReactNode }) => (
  <div className={grids[layout]} {...(label ? { role: 'group', 'aria-label': label } : {})} {...(layout === 'grid' ? {} : { tabIndex: 0 })}>
    {children}
  </div>
)

export const ThingSkeletons = ({ count = 12 }: { count?: number }) => (
  <Loading className={grids.grid}>
    {Array.from({ length: count }, (_, index) => (
      <div key={index}>
        <Skeleton className="aspect-square w-full rounded-md" />
        <Skeleton className="mt-3 h-3.5 w-3/4" />
        <Skeleton className="mt-2 h-3 w-1/3" />
      </div>
    ))}
  </Loading>
)

/** Choices side by side that scroll on phones. */
export function Pills<T extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly { value: T; name: string }[]
  value: T
  onChange: (value: T) => void
}) {
  return (
    <div role="group" aria-label={label} className="no-bar -mx-4 flex gap-2 overflow-x-auto px-4 sm:mx-0 sm:flex-wrap sm:px-0">
      {options.map(option => (
        <button
          key={option.value}
          type="button"
          aria-pressed={value === option.value}
          onClick={() => onChange(option.value)}
          className={cx(
            'h-10 shrink-0 rounded-full px-4 text-sm font-medium transition-colors',
            value === option.value ? 'bg-ink text-bg' : 'bg-raised text-muted hover:text-ink',
          )}
        >
          {option.name}
        </button>
      ))}
    </div>
  )
}
