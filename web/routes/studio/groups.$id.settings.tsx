import { createFileRoute } from '@tanstack/react-router'
import { DeskSettings } from '../../groups/desk-settings.tsx'

export const Route = createFileRoute('/studio/groups/$id/settings')({ component: Page })

function Page() {
  const { id } = Route.useParams()
  return <DeskSettings key={id} id={id} />
}
