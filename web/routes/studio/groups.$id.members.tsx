import { createFileRoute } from '@tanstack/react-router'
import { DeskMembers } from '../../groups/desk-members.tsx'

export const Route = createFileRoute('/studio/groups/$id/members')({ component: Page })

function Page() {
  const { id } = Route.useParams()
  return <DeskMembers key={id} id={id} />
}
