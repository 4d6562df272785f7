import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import {
  CalendarClock,
  Download,
  EyeOff,
  Minus,
  PackageCheck,
  PackageOpen,
  Pencil,
  Plus,
  RotateCcw,
  ShieldCheck,
  ShoppingCart,
  Truck,
} from 'lucide-react'
import { useEffect, useState } from 'react'
import { clockText } from '../i18n/format.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useAbove } from '../shop/above.ts'
import { addToCart } from '../shop/cart.ts'
import { parseAmount, typedAmount } from '../shop/price.ts'
import { Button, buttonClass, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Input } from '../ui/field.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { RatingLine, ThingCard, ThingGrid } from './cards.tsx'
import { choose, chosenOf, firstOf, standingOf, valuesOf } from './choosing.ts'
import { Gallery } from './gallery.tsx'
import { besideQuery, productQuery, type Product, type Variant } from './queries.ts'
import { ReviewList } from './reviews.tsx'
import { SendingTo } from './sending-to.tsx'
import { Policy } from './shop.tsx'

/** A product: its pictures, what can be chosen, what it costs to have it at home, what others say. */
export function ProductPage({ id }: { id: string }) {
  const t = useWords()
  const s = t.storefront
  const { data: product } = useSuspenseQuery(productQuery(id))
  // What nobody can buy yet stands beside nothing.
  const { data: beside } = useQuery({ ...besideQuery(id), retry: false, enabled: product.state === 'open' })
  const [chosen, setChosen] = useState(() => firstOf(product.variants, product.options.length))
  const variant = chosenOf(product.variants, chosen)
  const seller = beside?.shop?.name ?? product.pageName
  return (
    <>
      {product.state === 'open' ? null : (
        <p className="mb-5 flex items-center gap-2 rounded-md bg-held-soft px-4 py-3 text-sm font-medium text-held">
          <EyeOff size={16} aria-hidden className="shrink-0" />
          {product.state === 'draft' ? s.draft : s.archived}
        </p>
      )}
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,1.15fr)_minmax(320px,1fr)]">
        <div className="min-w-0 lg:sticky lg:top-6 lg:self-start">
          <Gallery id={product.id} title={product.title} pictures={product.pictures} wanted={variant?.picture ?? null} />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <header>
            <Link to="/shops/$id" params={{ id: product.page }} className="text-sm font-medium text-muted hover:text-ink hover:underline">
              {seller}
            </Link>
            <h1 className="mt-1 text-xl leading-tight [overflow-wrap:anywhere]">{product.title}</h1>
            {product.rating.count > 0 ? (
              <a href="#reviews" className="mt-2 inline-block rounded-sm">
                <RatingLine rating={product.rating} size={16} />
              </a>
            ) : null}
          </header>
          <Buying product={product} chosen={chosen} onChosen={setChosen} variant={variant} seller={seller} />
          <ul className="flex flex-col gap-3 rounded-lg bg-raised p-4 text-sm">
            {product.physical ? (
              <li className="flex gap-3">
                <Truck size={18} aria-hidden className="mt-0.5 shrink-0 text-muted" />
                <SendingTo page={product.page} variant={variant?.id ?? product.variants[0]?.id ?? null} />
              </li>
            ) : (
              <li className="flex gap-3">
                <Download size={18} aria-hidden className="mt-0.5 shrink-0 text-muted" />
                <span>{s.digitalGood}</span>
              </li>
            )}
            <li className="flex gap-3">
              <ShieldCheck size={18} aria-hidden className="mt-0.5 shrink-0 text-paid" />
              <span>{s.promise}</span>
            </li>
          </ul>
          {product.can.edit ? (
            <Link to={`/studio/goods/${product.id}` as '/'} className={buttonClass('quiet', 'md', 'self-start')}>
              <Pencil size={15} aria-hidden />
              {s.edit}
            </Link>
          ) : null}
        </div>
      </div>
      {product.about ? (
        <section className="mt-10">
          <h2 className="mb-3 text-lg">{s.description}</h2>
          <p className="max-w-[70ch] leading-relaxed whitespace-pre-line [overflow-wrap:anywhere]">{product.about}</p>
          {product.tags.length > 0 ? (
            <p className="mt-4 flex flex-wrap gap-2" aria-label={s.tags}>
              {product.tags.map(tag => (
                <Tag key={tag}>{tag}</Tag>
              ))}
            </p>
          ) : null}
        </section>
      ) : null}
      {beside && (beside.shipping || beside.returns) ? (
        <div className="mt-8 grid gap-4 lg:grid-cols-2">
          {beside.shipping ? <Policy icon={<Truck size={18} aria-hidden />} title={s.shipping} text={beside.shipping} /> : null}
          {beside.returns ? <Policy icon={<RotateCcw size={18} aria-hidden />} title={s.returns} text={beside.returns} /> : null}
        </div>
      ) : null}
      <section id="reviews" className="mt-11 scroll-mt-6">
        <h2 className="mb-4 text-lg">{s.reviews}</h2>
        <ReviewList of={{ thing: product.id }} />
      </section>
      {beside && beside.others.length > 0 ? (
        <section className="mt-11" aria-label={s.others}>
          <h2 className="mb-4 text-lg">{s.others}</h2>
          <ThingGrid layout="strip" label={s.others}>
            {beside.others.map(card => (
              <ThingCard key={card.id} card={card} />
            ))}
          </ThingGrid>
        </section>
      ) : null}
    </>
  )
}

type BuyingProps = {
  product: Product
  chosen: readonly (string | null)[]
  onChosen: (next: (string | null)[]) => void
  variant: Variant | undefined
  seller: string
}

function Buying({ product, chosen, onChosen, variant, seller }: BuyingProps) {
  const t = useWords()
  const s = t.storefront
  const format = useFormat()
  const navigate = useNavigate()
  const { currency, variants } = product
  const prices = variants.map(one => BigInt(one.price))
  const least = prices.reduce((low, one) => (one < low ? one : low), prices[0] ?? 0n)
  const asked = variant?.price ?? least.toString()
  const [typed, setTyped] = useState<string | null>(null)
  const [count, setCount] = useState(1)
  const named = product.pricing === 'name_your_price'
  const price = named && typed !== null ? parseAmount(typed, currency) : asked
  const wrong =
    price === null
      ? t.shop.priceInvalid
      : BigInt(price) < BigInt(asked)
        ? t.shop.priceTooLow(format.money({ amount: asked, currency }))
        : undefined
  const most = Math.max(1, Math.min(variant?.available ?? 100, product.mostEach ?? 100, 100))
  const quantity = Math.min(count, most)
  const opens = useOpens(product)
  const above = useAbove()
  const none = variant === undefined || variant.offer === null || (variant.available !== null && variant.available <= 0)
  const shut = product.state !== 'open' || none || opens !== null || wrong !== undefined
  const put = (): boolean => {
    if (shut || variant?.offer == null || price === null) return false
    const picture = product.pictures.find(one => one.asset === variant.picture) ?? product.pictures[0]
    addToCart({
      offer: variant.offer,
      kind: 'merch',
      quantity,
      title: product.title,
      detail: variant.options.join(' · ') || null,
      picture: picture?.small ?? null,
      price: { amount: price, currency },
      named,
      url: `/products/${product.id}`,
      seller: { id: product.page, name: seller },
      ...(variant.available !== null || product.mostEach !== null ? { most } : {}),
    })
    return true
  }
  const add = () => {
    if (put()) toast(s.added(product.title), { tone: 'good', action: { label: s.toCart, run: () => void navigate({ to: '/cart' }) } })
  }
  const buy = () => {
    if (put()) void navigate({ to: '/cart' })
  }
  return (
    <>
      <p className="tabular flex flex-wrap items-baseline gap-x-3 text-xl font-bold text-accent-ink">
        {named || (!variant && prices.some(one => one !== least))
          ? s.from(format.money({ amount: asked, currency }))
          : format.money({ amount: asked, currency })}
      </p>
      {product.options.map((name, at) => (
        <fieldset key={name}>
          <legend className="mb-2 text-sm font-medium">
            {name}
            {chosen[at] ? <span className="ml-2 font-normal text-muted">{chosen[at]}</span> : null}
          </legend>
          <div className="flex flex-wrap gap-2">
            {valuesOf(variants, at).map(value => {
              const { there, left } = standingOf(variants, chosen, at, value)
              const on = chosen[at] === value
              return (
                <label
                  key={value}
                  className={cx(
                    'relative grid h-11 min-w-11 cursor-pointer place-items-center rounded-md border px-3.5 text-sm font-medium has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
                    on ? 'border-accent-mark bg-accent-soft text-accent-ink' : 'border-line-strong/60 hover:bg-raised',
                    !there && !on && 'border-dashed text-muted',
                    there && !left && 'text-muted line-through',
                  )}
                >
                  <input
                    type="radio"
                    name={`option-${at}`}
                    value={value}
                    checked={on}
                    onChange={() => onChosen(choose(variants, chosen, at, value))}
                    className="sr-only"
                    aria-label={there && !left ? `${value} · ${s.soldOut}` : value}
                  />
                  {value}
                </label>
              )
            })}
          </div>
        </fieldset>
      ))}
      {variant?.bundle && variant.parts.length > 0 ? (
        <div className="rounded-lg border border-line bg-surface p-4">
          <p className="mb-2 flex items-center gap-2 text-sm font-medium">
            <PackageOpen size={16} aria-hidden />
            {s.contains}
          </p>
          <ul className="flex flex-col gap-1 text-sm">
            {variant.parts.map(part => (
              <li key={part.variant}>{part.quantity > 1 ? s.times(format.number(part.quantity), part.title) : part.title}</li>
            ))}
          </ul>
        </div>
      ) : null}
      {named ? (
        <Input
          label={s.yourPrice}
          hint={s.yourPriceHint(format.money({ amount: asked, currency }))}
          error={wrong}
          value={typed ?? typedAmount({ amount: asked, currency })}
          inputMode="decimal"
          suffix={currency}
          onChange={event => setTyped(event.target.value)}
        />
      ) : null}
      <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
        <StockWords variant={variant} product={product} />
        {none || product.state !== 'open' ? null : (
          <div role="group" aria-label={s.quantity} className="flex h-11 items-center rounded-full inset-ring inset-ring-line-strong/60">
            <IconButton icon={Minus} tip={false} label={s.fewer} disabled={quantity <= 1} onClick={() => setCount(quantity - 1)} />
            <output className="tabular min-w-8 text-center font-semibold" aria-live="polite">
              {format.number(quantity)}
            </output>
            <IconButton icon={Plus} tip={false} label={s.more} disabled={quantity >= most} onClick={() => setCount(quantity + 1)} />
          </div>
        )}
        {product.mostEach ? <span className="text-xs text-muted">{s.mostEach(format.number(product.mostEach))}</span> : null}
      </div>
      {opens !== null ? (
        <p role="timer" className="tabular flex items-center gap-2 rounded-md bg-accent-soft px-4 py-3 font-semibold text-accent-ink">
          <CalendarClock size={18} aria-hidden />
          {s.opensIn} {clockText(opens)}
        </p>
      ) : null}
      {/* On phones the way to buy stays under the thumb, above the player and the tabs. */}
      <div
        className={cx(
          'z-15 flex gap-3 max-lg:sticky max-lg:-mx-4 max-lg:border-t max-lg:border-line max-lg:bg-bg/95 max-lg:px-4 max-lg:py-3 max-lg:backdrop-blur sm:max-lg:-mx-6 sm:max-lg:px-6',
          above,
        )}
      >
        <Button size="lg" look="quiet" icon={ShoppingCart} disabled={shut} onClick={add} className="flex-1 px-3">
          {s.addToCart}
        </Button>
        <Button size="lg" disabled={shut} onClick={buy} className="flex-1 px-3">
          {none && variant !== undefined && product.state === 'open' ? s.soldOut : s.buyNow}
        </Button>
      </div>
    </>
  )
}

/** Milliseconds until it is on sale; null: it is, or the page has not woken up yet. */
function useOpens(product: Product): number | null {
  const awake = useHydrated()
  const [now, setNow] = useState(() => Date.now())
  const opens = product.opensAt ? Date.parse(product.opensAt) : 0
  const waiting = awake && opens > now
  useEffect(() => {
    if (!waiting) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [waiting])
  return waiting ? opens - now : null
}

const few = 10
function StockWords({ variant, product }: { variant: Variant | undefined; product: Product }) {
  const t = useWords()
  const s = t.storefront
  const format = useFormat()
  if (product.state !== 'open') return null
  if (!variant) return <span className="text-sm font-medium text-muted">{s.combined}</span>
  if (variant.offer === null || (variant.available !== null && variant.available <= 0))
    return <span className="text-sm font-semibold text-danger">{s.notThis}</span>
  if (product.preorderOn)
    return (
      <span className="flex items-center gap-2 text-sm font-semibold text-ion">
        <CalendarClock size={16} aria-hidden />
        {s.preorder(format.day(product.preorderOn))}
      </span>
    )
  return (
    <span
      className={cx(
        'flex items-center gap-2 text-sm font-semibold',
        variant.available !== null && variant.available <= few ? 'text-held' : 'text-paid',
      )}
    >
      <PackageCheck size={16} aria-hidden />
      {variant.available !== null && variant.available <= few ? s.fewLeft(format.number(variant.available)) : s.inStock}
    </span>
  )
}
