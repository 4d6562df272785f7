import { createFileRoute } from '@tanstack/react-router'
import { NewShow } from '../../shows/desk-new.tsx'

export const Route = createFileRoute('/studio/shows/new')({ component: Page })

function Page() {
  const navigate = Route.useNavigate()
  return <NewShow onMade={id => void navigate({ to: '/studio/shows/$id', params: { id }, search: { part: 'tiers' } })} />
}
