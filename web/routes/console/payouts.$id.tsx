import { createFileRoute } from '@tanstack/react-router'
import { BatchOrPayout } from '../../payouts/batch.tsx'

export const Route = createFileRoute('/console/payouts/$id')({ component: Page })

function Page() {
  return <BatchOrPayout id={Route.useParams().id} />
}
