import { createFileRoute } from '@tanstack/react-router'
import { StudioVenue } from '../../seating/venue.tsx'

export const Route = createFileRoute('/studio/venues/$id/')({ component: Page })

function Page() {
  return <StudioVenue id={Route.useParams().id} />
}
