import { createFileRoute } from '@tanstack/react-router'
import { StudioPayouts, type PayoutsSearch } from '../../payouts/payouts.tsx'

export const Route = createFileRoute('/studio/payouts')({
  validateSearch: (search: Record<string, unknown>): PayoutsSearch => ({
    ...(typeof search['as'] === 'string' ? { as: search['as'] } : {}),
    ...(typeof search['payout'] === 'string' ? { payout: search['payout'] } : {}),
  }),
  component: Page,
})

function Page() {
  return <StudioPayouts search={Route.useSearch()} />
}
