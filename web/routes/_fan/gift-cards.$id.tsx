import { createFileRoute } from '@tanstack/react-router'
import { GiftCardPage } from '../../coupons/gift.tsx'
import { giftQuery } from '../../coupons/queries.ts'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/gift-cards/$id')({
  beforeLoad: saleWords,
  loader: ({ context: { queryClient }, params: { id } }) => ready(queryClient, giftQuery(id)),
  head: ({ match }) => pageHead(match, t => ({ title: t.coupons.gift.card, index: false })),
  component: Page,
})

function Page() {
  return <GiftCardPage id={Route.useParams().id} />
}
