import { createFileRoute } from '@tanstack/react-router'
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
  loader: ({ context: { queryClient }, params: { id }, deps: { code } }) => ready(queryClient, showQuery(id, code)),
  head: ({ match, loaderData: show }) =>
    pageHead(match, t => ({
      title: show?.title ?? t.shows.title,
      ...(show
        ? {
            description: [show.acts.map(act => act.name).join(' · '), show.place, show.city].filter(Boolean).join(' · '),
            image: show.picture ?? undefined,
            index: show.state !== 'draft',
            data: {
              '@context': 'https://schema.org',
              '@type': 'MusicEvent',
              name: show.title,
              startDate: show.startsAt,
              endDate: show.endsAt,
              eventStatus: `https://schema.org/Event${show.state === 'cancelled' ? 'Cancelled' : show.state === 'postponed' ? 'Postponed' : 'Scheduled'}`,
              location: { '@type': 'Place', name: show.place, address: [show.address, show.city, show.country].filter(Boolean).join(', ') },
              performer: show.acts.map(act => ({ '@type': 'MusicGroup', name: act.name })),
              url: `${origin()}/shows/${show.id}`,
            },
          }
        : {}),
    })),
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
