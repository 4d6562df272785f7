import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { shopsQuery } from '../../storefront/queries.ts'
import { ShopsPage } from '../../storefront/shops.tsx'

export const Route = createFileRoute('/_fan/shops/')({
  beforeLoad: saleWords,
  loader: async ({ context: { queryClient } }) => {
    await Promise.allSettled([queryClient.ensureInfiniteQueryData(shopsQuery(''))])
  },
  head: ({ match }) => pageHead(match, t => ({ title: t.storefront.allShops, description: t.storefront.shopsIntro })),
  component: ShopsPage,
})
