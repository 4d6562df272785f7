import { createFileRoute } from '@tanstack/react-router'
import { StudioPage } from '../../studio/pages.tsx'

export const Route = createFileRoute('/studio/pages/$id')({ component: Page })

function Page() {
  return <StudioPage id={Route.useParams().id} />
}
