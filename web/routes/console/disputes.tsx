import { createFileRoute } from '@tanstack/react-router'
import { ConsoleDisputes, type DisputesSearch } from '../../refunds/desk/disputes.tsx'

const states = ['open', 'won', 'lost'] as const
export const Route = createFileRoute('/console/disputes')({
  validateSearch: (search: Record<string, unknown>): DisputesSearch => {
    const state = states.find(known => known === search['state'])
    return state ? { state } : {}
  },
  component: Page,
})

function Page() {
  return <ConsoleDisputes search={Route.useSearch()} />
}
