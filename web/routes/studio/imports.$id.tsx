import { createFileRoute } from '@tanstack/react-router'
import { ImportRun } from '../../studio/import.tsx'

export const Route = createFileRoute('/studio/imports/$id')({ component: Page })

function Page() {
  return <ImportRun id={Route.useParams().id} />
}
