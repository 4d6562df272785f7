import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'
import { transferQuery } from '../../tickets/queries.ts'
import { TakePage } from '../../tickets/take.tsx'

export const Route = createFileRoute('/_fan/tickets/take/$token')({
  beforeLoad: saleWords,
  loader: ({ context: { queryClient }, params: { token } }) => ready(queryClient, transferQuery(token)),
  head: ({ match }) => pageHead(match, t => ({ title: t.tickets.title, index: false })),
  component: Page,
})

function Page() {
  return <TakePage token={Route.useParams().token} />
}
