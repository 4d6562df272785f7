import { createFileRoute } from '@tanstack/react-router'
import { StudioRelease } from '../../studio/release.tsx'

export const Route = createFileRoute('/studio/releases/$id')({ component: Page })

function Page() {
  return <StudioRelease id={Route.useParams().id} />
}
