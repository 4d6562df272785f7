import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Figure } from '../ui/money.tsx'
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx'

/** What is held, available and paid out, per currency; `as`: an organisation's. */
export function Balances({ as }: { as: string | undefined }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery(read('GET /me/balances', as ? { as } : {}))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending)
    return (
      <Loading className="grid grid-cols-3 gap-3">
        {[0, 1, 2].map(index => (
          <Skeleton key={index} className="h-20 rounded-md" />
        ))}
      </Loading>
    )
  const zero = { amount: '0', currency: 'CNY' }
  const items = data.items.length > 0 ? data.items : [{ asset: 'CNY', held: zero, available: zero, paid: zero }]
  return (
    <div className="flex flex-col gap-3">
      {items.map(balance => (
        <div key={balance.asset} className="grid grid-cols-3 gap-2 sm:gap-3">
          <Figure label={t.studio.available} note={t.studio.availableHint} value={format.money(balance.available)} state="available" />
          <Figure label={t.studio.held} note={t.studio.heldHint} value={format.money(balance.held)} state="held" />
          <Figure label={t.studio.paid} note={t.studio.paidHint} value={format.money(balance.paid)} state="paid" />
        </div>
      ))}
    </div>
  )
}
