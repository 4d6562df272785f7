import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'
import { kinds, type Kind } from '../../storefront/asking.ts'
import { shopQuery } from '../../storefront/queries.ts'
import { ShopPage, type ShopView } from '../../storefront/shop.tsx'

export const Route = createFileRoute('/_fan/shops/$id')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): ShopView => ({
    ...(typeof search['section'] === 'string' && /^[a-z0-9_]{1,20}$/.test(search['section']) ? { section: search['section'] } : {}),
    ...(kinds.includes(search['kind'] as Kind) ? { kind: search['kind'] as Kind } : {}),
    ...(typeof search['q'] === 'string' && search['q'] !== '' ? { q: search['q'].slice(0, 100) } : {}),
    ...(search['part'] === 'reviews' || search['part'] === 'about' ? { part: search['part'] } : {}),
  }),
  loader: ({ context: { queryClient }, params: { id } }) => ready(queryClient, shopQuery(id)),
  head: ({ match, loaderData: shop }) =>
    pageHead(match, t => ({
      title: shop?.name ?? t.storefront.title,
      ...(shop?.about ? { description: shop.about.slice(0, 200) } : {}),
      image: shop?.banner ?? shop?.picture ?? undefined,
      ...(shop
        ? {
            data: {
              '@context': 'https://schema.org',
              '@type': 'Store',
              name: shop.name,
              ...(shop.about ? { description: shop.about } : {}),
            },
          }
        : {}),
    })),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const navigate = Route.useNavigate()
  return <ShopPage key={id} id={id} view={Route.useSearch()} onView={search => void navigate({ search, resetScroll: false })} />
}
