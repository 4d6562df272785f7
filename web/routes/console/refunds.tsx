import { createFileRoute } from '@tanstack/react-router'
import { ConsoleRefunds, type RefundsSearch } from '../../refunds/desk/requests.tsx'

const states = ['asked', 'escalated', 'short', 'done', 'declined', 'withdrawn'] as const
export const Route = createFileRoute('/console/refunds')({
  validateSearch: (search: Record<string, unknown>): RefundsSearch => {
    const state = states.find(known => known === search['state'])
    return state ? { state } : {}
  },
  component: Page,
})

function Page() {
  return <ConsoleRefunds search={Route.useSearch()} />
}
