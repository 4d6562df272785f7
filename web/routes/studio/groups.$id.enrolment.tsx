import { createFileRoute } from '@tanstack/react-router'
import { EnrolmentDesk } from '../../enrolment/desk.tsx'

export const Route = createFileRoute('/studio/groups/$id/enrolment')({ component: Page })

function Page() {
  return <EnrolmentDesk group={Route.useParams().id} />
}
