import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { TicketPage } from '../../tickets/ticket.tsx'

export const Route = createFileRoute('/_fan/tickets/$id')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.tickets.title, index: false })),
  component: Page,
})

function Page() {
  return <TicketPage id={Route.useParams().id} />
}
