import { createFileRoute } from '@tanstack/react-router'
import { StudioVenues } from '../../seating/venues.tsx'

export const Route = createFileRoute('/studio/venues/')({
  validateSearch: (search: Record<string, unknown>): { page?: string } =>
    typeof search['page'] === 'string' && /^pag_[a-z0-9]{26}$/.test(search['page']) ? { page: search['page'] } : {},
  component: Page,
})

function Page() {
  const { page } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <StudioVenues
      page={page}
      onPage={next => void navigate({ search: { page: next }, replace: true })}
      onNew={of => void navigate({ to: '/studio/venues/new', search: { page: of } })}
    />
  )
}
