import { createFileRoute } from '@tanstack/react-router'
import { StudioMoney, type MoneySearch } from '../../studio/money.tsx'

export const Route = createFileRoute('/studio/money')({
  validateSearch: (search: Record<string, unknown>): MoneySearch => ({
    ...(typeof search['as'] === 'string' ? { as: search['as'] } : {}),
    ...(search['period'] === 'year' || search['period'] === 'month' ? { period: search['period'] } : {}),
  }),
  component: Page,
})

function Page() {
  return <StudioMoney search={Route.useSearch()} />
}
