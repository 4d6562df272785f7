import { createFileRoute } from '@tanstack/react-router'
import { GroupMembers } from '../../groups/members.tsx'

export const Route = createFileRoute('/_fan/groups/$id/members')({ component: Page })

function Page() {
  return <GroupMembers id={Route.useParams().id} />
}
