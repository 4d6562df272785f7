import { createFileRoute } from '@tanstack/react-router'
import { DoorDesk } from '../../door/desk.tsx'

export const Route = createFileRoute('/studio/door/$show')({ component: Page })

function Page() {
  return <DoorDesk show={Route.useParams().show} />
}
