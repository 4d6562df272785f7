import { createFileRoute } from '@tanstack/react-router'
import { ConsoleShortfalls, type ShortfallsSearch } from '../../refunds/desk/shortfalls.tsx'

const states = ['open', 'receivable', 'borne', 'refused', 'covered'] as const
export const Route = createFileRoute('/console/shortfalls')({
  validateSearch: (search: Record<string, unknown>): ShortfallsSearch => {
    const state = states.find(known => known === search['state'])
    return state ? { state } : {}
  },
  component: Page,
})

function Page() {
  return <ConsoleShortfalls search={Route.useSearch()} />
}
