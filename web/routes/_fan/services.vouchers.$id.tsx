import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { voucherQuery } from '../../services/queries.ts'
import { VoucherPage } from '../../services/voucher.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/services/vouchers/$id')({
  beforeLoad: saleWords,
  loader: ({ context: { queryClient }, params: { id } }) => ready(queryClient, voucherQuery(id)),
  head: ({ match, loaderData }) => pageHead(match, t => ({ title: loaderData?.title ?? t.services.vouchers, index: false })),
  component: Page,
})

function Page() {
  return <VoucherPage id={Route.useParams().id} />
}
