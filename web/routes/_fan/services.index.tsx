import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { MyServicesPage, type Tab } from '../../services/mine.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/services/')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): { tab?: Tab } => (search['tab'] === 'vouchers' ? { tab: 'vouchers' } : {}),
  head: ({ match }) => pageHead(match, t => ({ title: t.services.mine, index: false })),
  component: Page,
})

function Page() {
  const { tab = 'jobs' } = Route.useSearch()
  const navigate = Route.useNavigate()
  return <MyServicesPage tab={tab} onTab={next => void navigate({ search: next === 'jobs' ? {} : { tab: next }, replace: true })} />
}
