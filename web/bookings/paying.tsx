import { useFormat, useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import type { Price } from './queries.ts'

export type Paying = 'all' | 'deposit'

/** What is paid now: everything, or the deposit. */
export function PayingChoice({
  pay,
  onPay,
  all,
  deposit,
  children,
}: {
  pay: Paying
  onPay: (pay: Paying) => void
  all: Price['amount']
  deposit: Price['deposit']
  children?: React.ReactNode
}) {
  const b = useWords().bookings
  const format = useFormat()
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">{b.pay}</legend>
      {(['all', 'deposit'] as const).map(one => (
        <label
          key={one}
          className={cx(
            'flex cursor-pointer items-center gap-3 rounded-md border p-3',
            pay === one ? 'border-accent-mark bg-accent-soft' : 'border-line',
          )}
        >
          <input type="radio" name="pay" checked={pay === one} onChange={() => onPay(one)} className="size-4 accent-accent-mark" />
          {one === 'all' ? b.payAll(format.money(all)) : b.payDeposit(format.money(deposit))}
        </label>
      ))}
      {children}
    </fieldset>
  )
}
