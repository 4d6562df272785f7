import { createFileRoute } from '@tanstack/react-router'
import { GroupBoard } from '../../points/board.tsx'

export const Route = createFileRoute('/studio/groups/$id/')({ component: Page })

function Page() {
  return <GroupBoard id={Route.useParams().id} />
}
