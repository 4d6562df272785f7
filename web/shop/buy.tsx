import { Link, useNavigate } from '@tanstack/react-router'
import { Check, Download, ShoppingCart } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { artistNames } from '../player/track.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { When } from '../ui/money.tsx'
import { toast } from '../ui/toast.tsx'
import { addToCart, useCart } from './cart.ts'

type Release = Pick<Ok<'GET /releases/:id'>, 'id' | 'title' | 'artists' | 'cover' | 'offers' | 'owned'>

const NamePrice = lazy(() => import('./name-price.tsx').then(module => ({ default: module.NamePrice })))

/** The way from a release to owning it: buy, name a price, get it for free, or download what one has. */
export function Buy({ release, size = 'lg' }: { release: Release; size?: 'md' | 'lg' }) {
  const t = useWords()
  const format = useFormat()
  const navigate = useNavigate()
  const cart = useCart()
  const [naming, setNaming] = useState(false)
  if (release.owned) {
    return (
      <Link to="/library" search={{ tab: 'owned' }} className={buttonClass('quiet', size)}>
        <Download size={18} aria-hidden />
        {t.shop.owned}
      </Link>
    )
  }
  const offer = release.offers[0]
  if (!offer) return null
  if (offer.opensAt)
    return (
      <p className="text-muted">
        {t.shop.opens} <When at={offer.opensAt} show="dateTime" />
      </p>
    )
  if (cart.some(line => line.offer === offer.id)) {
    return (
      <Link to="/cart" className={buttonClass('quiet', size)}>
        <Check size={18} aria-hidden />
        {t.shop.inCart}
      </Link>
    )
  }
  const put = (price: typeof offer.price) => {
    addToCart({
      offer: offer.id,
      kind: 'digital',
      title: release.title,
      detail: artistNames(release.artists),
      picture: release.cover?.small ?? null,
      price,
      url: `/releases/${release.id}`,
      named: offer.pricing === 'name_your_price',
    })
    toast(t.shop.addedToCart(release.title), { tone: 'good', action: { label: t.shop.cart, run: () => void navigate({ to: '/cart' }) } })
  }
  const words =
    offer.pricing === 'free'
      ? t.shop.getFree
      : offer.pricing === 'name_your_price'
        ? offer.price.amount === '0'
          ? t.shop.namePrice
          : t.shop.buyNamed(format.money(offer.price))
        : t.shop.buy(format.money(offer.price))
  return (
    <>
      <Button
        look="quiet"
        size={size}
        icon={ShoppingCart}
        onClick={() => (offer.pricing === 'name_your_price' ? setNaming(true) : put(offer.price))}
      >
        {words}
      </Button>
      {offer.closesAt ? (
        <p className="text-[13px] text-muted">
          {t.shop.closes} <When at={offer.closesAt} show="dateTime" />
        </p>
      ) : null}
      {naming ? (
        <Suspense>
          <NamePrice least={offer.price} onClose={() => setNaming(false)} onPrice={put} />
        </Suspense>
      ) : null}
    </>
  )
}
