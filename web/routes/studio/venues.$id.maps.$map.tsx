import { createFileRoute } from '@tanstack/react-router'
import { MapEditor } from '../../seating/editor.tsx'

export const Route = createFileRoute('/studio/venues/$id/maps/$map')({ component: Page })

function Page() {
  return <MapEditor id={Route.useParams().map} />
}
