import { Link, useNavigate } from '@tanstack/react-router'
import { Check, Download, ShoppingCart } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import type { Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { artistNames } from '../player/track.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { toast } from '../ui/toast.tsx'
import { addToCart, useCart } from './cart.ts'
import { parseAmount, typedAmount, type Price } from './price.ts'

type Release = Pick<Ok<'GET /releases/:id'>, 'id' | 'title' | 'artists' | 'cover' | 'offers' | 'owned'>

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
      release: release.id,
      title: release.title,
      artists: artistNames(release.artists),
      cover: release.cover,
      price,
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
      {naming ? <NamePrice least={offer.price} onClose={() => setNaming(false)} onPrice={put} /> : null}
    </>
  )
}

export function NamePrice({
  least,
  start,
  onClose,
  onPrice,
}: {
  least: Price
  start?: Price
  onClose: () => void
  onPrice: (price: Price) => void
}) {
  const t = useWords()
  const format = useFormat()
  const [typed, setTyped] = useState(typedAmount(start ?? least))
  const [error, setError] = useState<string>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const amount = parseAmount(typed, least.currency)
    if (amount === null) return setError(t.shop.priceInvalid)
    if (BigInt(amount) < BigInt(least.amount)) return setError(t.shop.priceTooLow(format.money(least)))
    onPrice({ amount, currency: least.currency })
    onClose()
  }
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.shop.yourPrice}>
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Input
          label={t.money.amount}
          hint={t.shop.leastPrice(format.money(least))}
          error={error}
          value={typed}
          inputMode="decimal"
          autoFocus
          suffix={least.currency}
          onChange={event => setTyped(event.target.value)}
        />
        <Button type="submit" size="lg">
          {t.shop.addToCart}
        </Button>
      </form>
    </Dialog>
  )
}
