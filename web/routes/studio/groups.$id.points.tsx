import { createFileRoute } from '@tanstack/react-router'
import { BudgetDesk } from '../../points/budget.tsx'

export const Route = createFileRoute('/studio/groups/$id/points')({ component: Page })

function Page() {
  return <BudgetDesk id={Route.useParams().id} />
}
