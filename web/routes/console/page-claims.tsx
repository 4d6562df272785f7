import { createFileRoute } from '@tanstack/react-router'
import { ClaimsDesk } from '../../claiming/desk.tsx'
import { deskSearch } from '../../claiming/queries.ts'
import { moreWords } from '../../i18n/lazy.ts'

export const Route = createFileRoute('/console/page-claims')({ beforeLoad: moreWords, validateSearch: deskSearch, component: Page })

function Page() {
  const { tab = 'review', claim } = Route.useSearch()
  const navigate = Route.useNavigate()
  return <ClaimsDesk tab={tab} claim={claim} go={to => void navigate({ search: deskSearch(to) })} />
}
