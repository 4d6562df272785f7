import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { walletQuery } from '../../points/queries.ts'
import { WalletPage } from '../../points/wallet.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/points/$group')({
  beforeLoad: fanWords,
  loader: ({ context: { queryClient }, params: { group } }) => queryClient.prefetchQuery(walletQuery(group)),
  head: ({ match }) => pageHead(match, t => ({ title: t.points.title, index: false })),
  component: Page,
})

function Page() {
  return <WalletPage group={Route.useParams().group} />
}
