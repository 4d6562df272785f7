import { Link } from '@tanstack/react-router'
import { ArrowRight, ShoppingCart, Store } from 'lucide-react'
import { useWords, useFormat } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { useHydrated } from '../ui/hydrated.ts'
import { Money } from '../ui/money.tsx'
import { EmptyState, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { useAbove } from './above.ts'
import { cartLines, lineKey, removeFromCart, setCart, useCart, type CartLine } from './cart.ts'
import { changeLine, LineRow } from './cart-line.tsx'
import { askedLine, bySeller, payable, sumOf, useQuote } from './quote.ts'

/** What one is about to buy, by who sells it; the checkout comes next. */
export function CartPage() {
  const t = useWords()
  const format = useFormat()
  const above = useAbove()
  const cart = useCart()
  const hydrated = useHydrated()
  const { lines, others } = payable(cart)
  const { data } = useQuote({ lines: lines.map(askedLine) })
  const later = cart.filter(line => line.later)
  if (!hydrated) return <SkeletonRows rows={3} />
  if (cart.length === 0)
    return (
      <EmptyState
        main
        icon={ShoppingCart}
        title={t.shop.cartEmpty}
        action={
          <Link to="/shop" className={buttonClass('quiet')}>
            {t.shop.title}
          </Link>
        }
      >
        {t.shop.cartEmptyBody}
      </EmptyState>
    )
  // Of an answer to what the cart was a moment ago nothing is taken.
  const quote = data?.quote?.lines.length === lines.length ? data.quote : null
  const total = quote?.goods ?? sumOf(lines)
  const count = lines.reduce((sum, line) => sum + line.quantity, 0)
  const remove = (line: CartLine) => {
    const before = cartLines()
    removeFromCart(line)
    toast(`${t.common.remove}: ${line.title}`, { action: { label: t.common.undo, run: () => setCart(before) } })
  }
  const go = (
    <Link to="/checkout" className={buttonClass('primary', 'lg', 'w-full max-sm:w-auto')}>
      {t.checkout.toCheckout(format.number(count))}
      <ArrowRight size={18} aria-hidden />
    </Link>
  )
  return (
    <div className="mx-auto max-w-[980px] max-sm:pb-24">
      <h1 className="mb-5 text-xl">{t.shop.cart}</h1>
      <div className="grid gap-6 md:grid-cols-[minmax(0,1fr)_300px] md:items-start">
        <div className="flex min-w-0 flex-col gap-4">
          {bySeller(lines, quote).map(group => (
            <Panel key={group.id} className="py-2 sm:py-3">
              {group.name ? (
                <h2 className="flex items-center gap-2 border-b border-line py-2.5 text-sm">
                  <Store size={15} aria-hidden className="text-muted" />
                  <span className="truncate">{group.name}</span>
                </h2>
              ) : null}
              <ul className="divide-y divide-line">
                {group.lines.map(({ line, index, quoted }) => (
                  <LineRow
                    key={lineKey(line)}
                    line={line}
                    quoted={quoted}
                    gone={data?.gone.has(index) ?? false}
                    actions={
                      <span className="ml-auto flex">
                        <Button look="plain" size="sm" onClick={() => changeLine(line, { later: true })}>
                          {t.checkout.later}
                        </Button>
                        <Button look="plain" size="sm" aria-label={`${t.common.remove}: ${line.title}`} onClick={() => remove(line)}>
                          {t.common.remove}
                        </Button>
                      </span>
                    }
                  />
                ))}
              </ul>
            </Panel>
          ))}
          {others > 0 ? <p className="text-muted">{t.checkout.mixed}</p> : null}
          {later.length > 0 ? (
            <Panel title={t.checkout.laterTitle}>
              <ul className="-my-4 divide-y divide-line">
                {later.map(line => (
                  <LineRow
                    key={lineKey(line)}
                    line={line}
                    actions={
                      <span className="ml-auto flex">
                        <Button look="plain" size="sm" onClick={() => changeLine(line, { later: false })}>
                          {t.checkout.buyNow}
                        </Button>
                        <Button look="plain" size="sm" aria-label={`${t.common.remove}: ${line.title}`} onClick={() => remove(line)}>
                          {t.common.remove}
                        </Button>
                      </span>
                    }
                  />
                ))}
              </ul>
            </Panel>
          ) : null}
        </div>
        {lines.length > 0 ? (
          <Panel
            className={cx(
              'max-sm:fixed max-sm:inset-x-0 max-sm:z-10 max-sm:rounded-none max-sm:border-x-0 max-sm:border-b-0 max-sm:px-4 max-sm:py-3 md:sticky md:top-20',
              above,
            )}
          >
            <div className="flex items-center justify-between gap-4 sm:flex-col sm:items-stretch">
              <div className="flex items-baseline gap-3 sm:justify-between">
                <span className="text-base font-semibold max-sm:text-sm">{t.shop.total}</span>
                <Money value={total} className="text-lg font-bold" />
              </div>
              <p className="text-xs text-muted max-sm:hidden">{t.checkout.checkNext}</p>
              {go}
            </div>
          </Panel>
        ) : null}
      </div>
    </div>
  )
}
