import { createFileRoute } from '@tanstack/react-router'
import { ConsoleTransfer } from '../../console/transfer.tsx'

export const Route = createFileRoute('/console/transfers/$id')({ component: Page })

function Page() {
  return <ConsoleTransfer id={Route.useParams().id} />
}
