import { createFileRoute } from '@tanstack/react-router'
import { currencyScale } from '../../../shared/currencies.ts'
import { majorUnits } from '../../i18n/format.ts'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { origin, pageHead } from '../../shell/head.ts'
import { PastReviews } from '../../shows/past.tsx'
import { showQuery } from '../../shows/queries.ts'
import { ShowPage } from '../../shows/show.tsx'

export const Route = createFileRoute('/_fan/shows/$id/')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): { code?: string } => {
    const code = search['code']
    return typeof code === 'string' && /^[A-Za-z0-9-]{3,30}$/.test(code) ? { code: code.toUpperCase() } : {}
  },
  loaderDeps: ({ search: { code } }) => ({ code }),
  // As for venues: a loader comes with its page.
  loader: async ({ context: { queryClient }, params: { id }, deps: { code } }) => {
    const show = await ready(queryClient, showQuery(id, code))
    const { acts, place, city, picture, state, page, from, to, left } = show
    const address = `${origin()}/shows/${show.id}`
    const scale = (amount: string): string => majorUnits(amount, currencyScale[(from ?? to)!.currency])
    return {
      title: show.title,
      description: [acts.map(act => act.name).join(' · '), place, city].filter(Boolean).join(' · '),
      image: picture ?? undefined,
      type: 'event',
      index: state !== 'draft',
      feeds: [`/feeds/pages/${page.id}/shows.atom`],
      data: {
        '@type': 'MusicEvent',
        name: show.title,
        startDate: show.startsAt,
        endDate: show.endsAt,
        ...(show.doorsAt ? { doorTime: show.doorsAt } : {}),
        eventStatus: `https://schema.org/Event${state === 'cancelled' ? 'Cancelled' : state === 'postponed' ? 'Postponed' : 'Scheduled'}`,
        eventAttendanceMode: 'https://schema.org/OfflineEventAttendanceMode',
        location: { '@type': 'Place', name: place, address: [show.address, city, show.country].filter(Boolean).join(', ') },
        performer: acts.map(act => ({
          '@type': 'MusicGroup',
          name: act.name,
          ...(act.page ? { url: `${origin()}/artists/${act.page}` } : {}),
        })),
        organizer: { '@type': 'Organization', name: page.name, url: `${origin()}/artists/${page.id}` },
        ...(from && to
          ? {
              offers: {
                '@type': 'AggregateOffer',
                lowPrice: scale(from.amount),
                highPrice: scale(to.amount),
                priceCurrency: from.currency,
                availability: `https://schema.org/${left === 'none' ? 'SoldOut' : state === 'on_sale' ? 'InStock' : 'PreOrder'}`,
                url: address,
              },
            }
          : {}),
        url: address,
      },
    }
  },
  head: ({ match, loaderData }) => pageHead(match, t => loaderData ?? { title: t.shows.title }),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const { code } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <>
      <ShowPage key={id} id={id} code={code} onCode={next => void navigate({ search: next ? { code: next } : {}, replace: true })} />
      <PastReviews id={id} code={code} />
    </>
  )
}
