import { createFileRoute } from '@tanstack/react-router'
import { ConsoleAccount } from '../../console/account.tsx'

export const Route = createFileRoute('/console/accounts/$id')({ component: Page })

function Page() {
  return <ConsoleAccount id={Route.useParams().id} />
}
