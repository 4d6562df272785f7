import { createFileRoute } from '@tanstack/react-router'
import { NewVenue } from '../../seating/venue-new.tsx'

export const Route = createFileRoute('/studio/venues/new')({
  validateSearch: (search: Record<string, unknown>): { page?: string } =>
    typeof search['page'] === 'string' && /^pag_[a-z0-9]{26}$/.test(search['page']) ? { page: search['page'] } : {},
  component: Page,
})

function Page() {
  return <NewVenue page={Route.useSearch().page} />
}
