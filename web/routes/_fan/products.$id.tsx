import { createFileRoute } from '@tanstack/react-router'
import { majorUnits } from '../../i18n/format.ts'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'
import { ProductPage } from '../../storefront/product.tsx'
import { productQuery } from '../../storefront/queries.ts'

export const Route = createFileRoute('/_fan/products/$id')({
  beforeLoad: saleWords,
  loader: ({ context: { queryClient }, params: { id } }) => ready(queryClient, productQuery(id)),
  head: ({ match, loaderData: product }) =>
    pageHead(match, t => ({
      title: product?.title ?? t.storefront.title,
      ...(product?.about ? { description: product.about.slice(0, 200) } : {}),
      image: product?.pictures[0]?.large,
      index: product?.state === 'open',
      ...(product
        ? {
            data: {
              '@context': 'https://schema.org',
              '@type': 'Product',
              name: product.title,
              ...(product.pictures[0] ? { image: product.pictures[0].large } : {}),
              brand: { '@type': 'Brand', name: product.pageName },
              offers: product.variants.map(variant => ({
                '@type': 'Offer',
                price: majorUnits(variant.price, ['JPY', 'KRW'].includes(product.currency) ? 0 : product.currency === 'KWD' ? 3 : 2),
                priceCurrency: product.currency,
                availability: `https://schema.org/${variant.available !== null && variant.available <= 0 ? 'OutOfStock' : product.preorderOn ? 'PreOrder' : 'InStock'}`,
              })),
              ...(product.rating.average === null
                ? {}
                : {
                    aggregateRating: { '@type': 'AggregateRating', ratingValue: product.rating.average, reviewCount: product.rating.count },
                  }),
            },
          }
        : {}),
    })),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return <ProductPage key={id} id={id} />
}
