import { useState, type FormEvent } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { parseAmount, typedAmount, type Price } from './price.ts'

/** Asks what it is worth to the buyer; not below the least price. */
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
