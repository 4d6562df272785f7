import { createFileRoute } from '@tanstack/react-router'
import { StudioShows } from '../../shows/desk-list.tsx'

export const Route = createFileRoute('/studio/shows/')({ component: Page })

function Page() {
  const navigate = Route.useNavigate()
  return <StudioShows onNew={() => void navigate({ to: '/studio/shows/new' })} />
}
