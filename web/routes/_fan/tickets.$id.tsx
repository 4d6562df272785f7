import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { ApiError } from '../../api-call.ts'
import { forMember, ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'
import { ticketQuery } from '../../tickets/queries.ts'
import { TicketPage } from '../../tickets/ticket.tsx'

export const Route = createFileRoute('/_fan/tickets/$id')({
  beforeLoad: saleWords,
  // Where there is no network the page shows what this device keeps.
  loader: ({ context: { queryClient }, params: { id } }) =>
    forMember(queryClient, () =>
      ready(queryClient, ticketQuery(id)).catch((error: unknown) => {
        if (!(error instanceof ApiError && error.status === 0)) throw error
      }),
    ),
  head: ({ match }) => pageHead(match, t => ({ title: t.tickets.title, index: false })),
  component: Page,
})

function Page() {
  return <TicketPage id={Route.useParams().id} />
}
