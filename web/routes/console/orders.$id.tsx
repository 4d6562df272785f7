import { createFileRoute } from '@tanstack/react-router'
import { ConsoleOrder } from '../../console/order.tsx'

export const Route = createFileRoute('/console/orders/$id')({ component: Page })

function Page() {
  return <ConsoleOrder id={Route.useParams().id} />
}
