import { createFileRoute } from '@tanstack/react-router'
import { resourceQuery } from '../../bookings/queries.ts'
import { ResourcePage } from '../../bookings/resource.tsx'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/book/$id')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): { view?: 'week' } => (search['view'] === 'week' ? { view: 'week' } : {}),
  loader: ({ context: { queryClient }, params: { id } }) => ready(queryClient, resourceQuery(id)),
  head: ({ match, loaderData: resource }) =>
    pageHead(match, t => ({
      title: resource?.title ?? t.bookings.title,
      ...(resource ? { description: `${t.bookings.kinds[resource.kind]} · ${resource.city} · ${resource.page.name}` } : {}),
      image: resource?.picture ?? undefined,
    })),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const { view } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <ResourcePage
      key={id}
      id={id}
      week={view === 'week'}
      onWeek={week => void navigate({ search: week ? { view: 'week' } : {}, replace: true, resetScroll: false })}
    />
  )
}
