import { createFileRoute } from '@tanstack/react-router'
import { GiftCardsPage } from '../../coupons/gifts.tsx'
import { saleQuery } from '../../coupons/queries.ts'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/gift-cards/')({
  beforeLoad: saleWords,
  loader: ({ context: { queryClient } }) => ready(queryClient, saleQuery()),
  head: ({ match }) => pageHead(match, t => ({ title: t.coupons.gift.title, description: t.coupons.gift.lead })),
  component: GiftCardsPage,
})
