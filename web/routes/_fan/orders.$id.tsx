import { saleWords } from '../../i18n/lazy.ts'
import { createFileRoute } from '@tanstack/react-router'
import { forMember, ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'
import { OrderPage } from '../../shop/order.tsx'
import { orderQuery } from '../../shop/queries.ts'

export const Route = createFileRoute('/_fan/orders/$id')({
  beforeLoad: saleWords,
  loader: ({ context: { queryClient }, params: { id } }) => forMember(queryClient, () => ready(queryClient, orderQuery(id))),
  head: ({ match }) => pageHead(match, t => ({ title: t.shop.orders, index: false })),
  component: Page,
})

function Page() {
  return <OrderPage id={Route.useParams().id} />
}
