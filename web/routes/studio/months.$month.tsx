import { createFileRoute } from '@tanstack/react-router'
import { isCurrency } from '../../../shared/currencies.ts'
import { StudioMonth, type MonthSearch } from '../../payouts/month.tsx'

export const Route = createFileRoute('/studio/months/$month')({
  validateSearch: (search: Record<string, unknown>): MonthSearch => ({
    ...(typeof search['as'] === 'string' ? { as: search['as'] } : {}),
    ...(isCurrency(search['currency']) ? { currency: search['currency'] } : {}),
  }),
  component: Page,
})

function Page() {
  return <StudioMonth month={Route.useParams().month} search={Route.useSearch()} />
}
