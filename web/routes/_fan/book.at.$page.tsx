import { createFileRoute } from '@tanstack/react-router'
import { PlacePage } from '../../bookings/place.tsx'
import { placeQuery } from '../../bookings/queries.ts'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/book/at/$page')({
  beforeLoad: saleWords,
  loader: ({ context: { queryClient }, params: { page } }) => ready(queryClient, placeQuery(page, null)),
  head: ({ match, loaderData }) =>
    pageHead(match, t => ({
      title: loaderData ? t.bookings.allOf(loaderData.page.name) : t.bookings.title,
      ...(loaderData
        ? {
            description: loaderData.items
              .slice(0, 8)
              .map(one => `${one.title} · ${one.city}`)
              .join(', '),
            image: loaderData.items[0]?.picture ?? undefined,
          }
        : {}),
    })),
  component: Page,
})

function Page() {
  const { page } = Route.useParams()
  return <PlacePage key={page} page={page} />
}
