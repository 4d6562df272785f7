import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ShoppingCart, X } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useWords } from '../i18n/use.tsx'
import { Refusal } from '../people/sign-in.tsx'
import { newOrderId } from '../player/ids.ts'
import { useMe } from '../shell/me.ts'
import { Button, IconButton, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { Money } from '../ui/money.tsx'
import { EmptyState, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { addToCart, clearCart, removeFromCart, setCart, useCart } from './cart.ts'
import { PayWith, useWays } from './pay-with.tsx'
import { addUp } from './price.ts'

/** What one is about to buy; placing the order leads to the payment page. */
export function CartPage() {
  const t = useWords()
  const me = useMe()
  const cart = useCart()
  const hydrated = useHydrated()
  const navigate = useNavigate()
  const client = useQueryClient()
  // One id for this attempt: pressing twice, or again after a lost answer, is the same order.
  const [id] = useState(newOrderId)
  const total = addUp(cart.map(line => line.price))
  const { ways, chosen } = useWays(total.currency)
  const place = useMutation({
    mutationFn: () =>
      api('POST /orders', {
        id,
        ...(chosen ? { provider: chosen.id } : {}),
        lines: cart.map(line => ({ offer: line.offer, quantity: 1, ...(line.named ? { price: line.price } : {}) })),
      }),
    onSuccess: async order => {
      clearCart()
      await client.invalidateQueries({ queryKey: ['GET /me/orders'] })
      if (order.payUrl) location.assign(order.payUrl)
      else await navigate({ to: '/orders/$id', params: { id: order.id } })
    },
  })
  if (!hydrated) return <SkeletonRows rows={3} />
  if (cart.length === 0) {
    return (
      <EmptyState
        main
        icon={ShoppingCart}
        title={t.shop.cartEmpty}
        action={
          <Link to="/shop" className={buttonClass('quiet')}>
            {t.music.goShop}
          </Link>
        }
      >
        {t.shop.cartEmptyBody}
      </EmptyState>
    )
  }
  const refusal = place.error ? asApiError(place.error) : null
  return (
    <div className="mx-auto max-w-[880px]">
      <h1 className="mb-6 text-xl">{t.shop.cart}</h1>
      <div className="grid gap-6 md:grid-cols-[minmax(0,1fr)_300px] md:items-start">
        <Panel>
          <ul className="-my-3 divide-y divide-line">
            {cart.map(line => (
              <li key={line.offer} className="flex items-center gap-4 py-4">
                <Cover id={line.release} picture={line.cover} alt="" size={64} className="size-16" />
                <div className="min-w-0 flex-1">
                  <p className="truncate font-semibold">
                    <Link to="/releases/$id" params={{ id: line.release }} className="hover:underline">
                      {line.title}
                    </Link>
                  </p>
                  <p className="truncate text-muted">{line.artists}</p>
                </div>
                <Money value={line.price} className="font-semibold" />
                <IconButton
                  icon={X}
                  size="sm"
                  label={`${t.common.remove}: ${line.title}`}
                  tip={false}
                  onClick={() => {
                    const before = cart
                    removeFromCart(line.offer)
                    toast(`${t.common.remove}: ${line.title}`, {
                      action: { label: t.common.undo, run: () => (before.length > 1 ? setCart(before) : addToCart(line)) },
                    })
                  }}
                />
              </li>
            ))}
          </ul>
        </Panel>
        <Panel className="md:sticky md:top-20">
          <div className="flex items-baseline justify-between">
            <span className="text-base font-semibold">{t.shop.total}</span>
            <Money value={total} className="text-lg font-bold" />
          </div>
          <p className="mt-2 mb-5 text-xs text-muted">{t.shop.checkoutNote}</p>
          {me && total.amount !== '0' ? <PayWith ways={ways} chosen={chosen} className="mb-5" /> : null}
          {refusal ? (
            <div className="mb-4">
              <Refusal error={refusal} />
            </div>
          ) : null}
          {me ? (
            <Button size="lg" className="w-full" busy={place.isPending || place.isSuccess} onClick={() => place.mutate()}>
              {total.amount === '0' ? t.shop.placeFree : t.shop.checkout}
            </Button>
          ) : (
            <Link to="/sign-in" search={{ next: '/cart' }} className={buttonClass('primary', 'lg', 'w-full')}>
              {t.shop.signInToBuy}
            </Link>
          )}
        </Panel>
      </div>
    </div>
  )
}
