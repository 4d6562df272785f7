import { createFileRoute } from '@tanstack/react-router'
import { DealDesk } from '../../deals/desk.tsx'

export const Route = createFileRoute('/studio/deals/$show')({ component: Page })

function Page() {
  return <DealDesk show={Route.useParams().show} />
}
