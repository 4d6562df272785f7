import { createFileRoute } from '@tanstack/react-router'
import { ConsoleHolds, type HoldsSearch } from '../../console/holds.tsx'

export const Route = createFileRoute('/console/holds')({
  validateSearch: (search: Record<string, unknown>): HoldsSearch => ({
    ...(search['show'] === 'all' || search['show'] === 'appealed' ? { show: search['show'] } : {}),
    ...(typeof search['reason'] === 'string' ? { reason: search['reason'] } : {}),
  }),
  component: Page,
})

function Page() {
  return <ConsoleHolds search={Route.useSearch()} />
}
