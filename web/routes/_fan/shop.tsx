import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { MarketPage } from '../../storefront/market.tsx'
import { askedOf, type Asked } from '../../storefront/asking.ts'
import { fewShopsQuery, kindsQuery, listingsQuery } from '../../storefront/queries.ts'
import { Sides } from '../../storefront/sides.tsx'

export const Route = createFileRoute('/_fan/shop')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): Asked => askedOf(search),
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { queryClient }, deps }) => {
    await Promise.allSettled([
      queryClient.ensureInfiniteQueryData(listingsQuery(deps)),
      queryClient.ensureQueryData(kindsQuery()),
      queryClient.ensureQueryData(fewShopsQuery()),
    ])
  },
  head: ({ match }) => pageHead(match, t => ({ title: t.storefront.allTitle, description: t.storefront.allIntro })),
  component: Page,
})

function Page() {
  const navigate = Route.useNavigate()
  return (
    <>
      <Sides />
      <MarketPage asked={Route.useSearch()} onAsk={next => void navigate({ search: askedOf(next), replace: true, resetScroll: false })} />
    </>
  )
}
