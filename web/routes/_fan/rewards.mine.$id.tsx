import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { ExchangePage } from '../../rewards/exchange.tsx'
import { exchangeQuery } from '../../rewards/queries.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/rewards/mine/$id')({
  beforeLoad: fanWords,
  loader: ({ context: { queryClient }, params: { id } }) => ready(queryClient, exchangeQuery(id)),
  head: ({ match, loaderData }) => pageHead(match, t => ({ title: loaderData?.title ?? t.rewards.mine, index: false })),
  component: Page,
})

function Page() {
  return <ExchangePage id={Route.useParams().id} />
}
