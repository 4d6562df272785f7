import { createFileRoute } from '@tanstack/react-router'
import { pageHead } from '../../shell/head.ts'
import { offersQuery } from '../../shop/queries.ts'
import { ShopPage } from '../../shop/shop-page.tsx'

export const Route = createFileRoute('/_fan/shop')({
  loader: async ({ context: { queryClient } }) => {
    await Promise.allSettled([queryClient.ensureInfiniteQueryData(offersQuery())])
  },
  head: ({ match }) => pageHead(match, t => ({ title: t.shop.title, description: t.shop.intro })),
  component: ShopPage,
})
