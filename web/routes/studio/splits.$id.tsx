import { createFileRoute } from '@tanstack/react-router'
import { SplitPage } from '../../studio/splits.tsx'

export const Route = createFileRoute('/studio/splits/$id')({ component: Page })

function Page() {
  return <SplitPage id={Route.useParams().id} />
}
