import { createFileRoute } from '@tanstack/react-router'
import { GroupAbout } from '../../groups/about.tsx'

export const Route = createFileRoute('/_fan/groups/$id/about')({ component: Page })

function Page() {
  return <GroupAbout id={Route.useParams().id} />
}
