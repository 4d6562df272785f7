import { createFileRoute } from '@tanstack/react-router'
import { ConsoleAccounts, type AccountsSearch } from '../../console/accounts.tsx'

export const Route = createFileRoute('/console/accounts/')({
  validateSearch: (search: Record<string, unknown>): AccountsSearch => {
    const text = (name: 'owner' | 'purpose' | 'asset' | 'q') => (typeof search[name] === 'string' ? { [name]: search[name] } : {})
    return {
      ...text('owner'),
      ...text('purpose'),
      ...text('asset'),
      ...text('q'),
      ...(search['sort'] === 'lowest' ? { sort: 'lowest' as const } : {}),
    }
  },
  component: Page,
})

function Page() {
  return <ConsoleAccounts search={Route.useSearch()} />
}
