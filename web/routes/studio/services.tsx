import { createFileRoute } from '@tanstack/react-router'
import { ServicesDesk } from '../../services/desk.tsx'
import { tabOf, type Tab } from '../../services/tabs.ts'

export const Route = createFileRoute('/studio/services')({
  validateSearch: (search: Record<string, unknown>): { page?: string; tab?: Tab } => ({
    ...(typeof search['page'] === 'string' ? { page: search['page'] } : {}),
    ...(tabOf(search['tab']) === 'offered' ? {} : { tab: tabOf(search['tab']) }),
  }),
  component: Page,
})

function Page() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <ServicesDesk
      page={search.page}
      tab={search.tab ?? 'offered'}
      onView={view => void navigate({ search: { ...search, ...view }, replace: true })}
    />
  )
}
