import { createFileRoute } from '@tanstack/react-router'
import { CouponsDesk } from '../../coupons/desk.tsx'
import { tabOf, type Tab } from '../../coupons/tabs.ts'

export const Route = createFileRoute('/studio/coupons')({
  validateSearch: (search: Record<string, unknown>): { page?: string; tab?: Tab } => ({
    ...(typeof search['page'] === 'string' ? { page: search['page'] } : {}),
    ...(tabOf(search['tab']) === 'coupons' ? {} : { tab: tabOf(search['tab']) }),
  }),
  component: Page,
})

function Page() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <CouponsDesk
      page={search.page}
      tab={search.tab ?? 'coupons'}
      onView={view => void navigate({ search: { ...search, ...view }, replace: true })}
    />
  )
}
