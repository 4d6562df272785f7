import { createFileRoute } from '@tanstack/react-router'
import { OrganisationPage } from '../../studio/organisations.tsx'

export const Route = createFileRoute('/studio/organisations/$id')({ component: Page })

function Page() {
  return <OrganisationPage id={Route.useParams().id} />
}
