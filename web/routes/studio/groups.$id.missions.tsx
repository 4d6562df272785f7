import { createFileRoute } from '@tanstack/react-router'
import { MissionsDesk } from '../../missions/desk.tsx'

export const Route = createFileRoute('/studio/groups/$id/missions')({ component: Page })

function Page() {
  return <MissionsDesk id={Route.useParams().id} />
}
