import { createFileRoute } from '@tanstack/react-router'
import { BookingPage } from '../../bookings/booking.tsx'
import { bookingQuery } from '../../bookings/queries.ts'
import { saleWords } from '../../i18n/lazy.ts'
import { forMember, ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'
import { useMe } from '../../shell/me.ts'
import { SignInFirst } from '../../shell/states.tsx'

export const Route = createFileRoute('/_fan/bookings/$id/')({
  beforeLoad: saleWords,
  loader: ({ context: { queryClient }, params: { id } }) => forMember(queryClient, () => ready(queryClient, bookingQuery(id))),
  head: ({ match }) => pageHead(match, t => ({ title: t.bookings.mine, index: false })),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return useMe() ? <BookingPage key={id} id={id} /> : <SignInFirst />
}
