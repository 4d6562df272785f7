import { createFileRoute } from '@tanstack/react-router'
import { partOf } from '../../bookings/desk-parts.ts'
import { BookingsDesk } from '../../bookings/desk.tsx'

export const Route = createFileRoute('/studio/bookings/$page')({ validateSearch: partOf, component: Page })

function Page() {
  const { page } = Route.useParams()
  const { tab = 'calendar' } = Route.useSearch()
  const navigate = Route.useNavigate()
  return <BookingsDesk key={page} page={page} part={tab} onPart={next => void navigate({ search: partOf({ tab: next }), replace: true })} />
}
