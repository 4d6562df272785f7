import { createFileRoute } from '@tanstack/react-router'
import { GroupDesk } from '../../groups/desk.tsx'

export const Route = createFileRoute('/studio/groups/$id')({ component: Page })

function Page() {
  return <GroupDesk id={Route.useParams().id} />
}
