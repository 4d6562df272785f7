import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { citiesQuery, showsQuery } from '../../shows/queries.ts'
import { askedOf, whens, type ShowsSearch, type When } from '../../shows/asking.ts'
import { ShowsPage } from '../../shows/list.tsx'

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' && value.length <= 80 ? value : undefined)
import { Sides } from '../../storefront/sides.tsx'

export const Route = createFileRoute('/_fan/shows/')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): ShowsSearch => {
    const [q, city, when] = [text(search['q']), text(search['city']), text(search['when'])]
    return { ...(q ? { q } : {}), ...(city ? { city } : {}), ...(whens.includes(when as When) ? { when: when as When } : {}) }
  },
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) =>
    Promise.all([queryClient.prefetchInfiniteQuery(showsQuery(askedOf(deps))), queryClient.prefetchQuery(citiesQuery)]).then(
      () => undefined,
    ),
  head: ({ match }) => pageHead(match, t => ({ title: t.shows.title, description: t.shows.intro, feeds: ['/feeds/shows.atom'] })),
  component: Page,
})

function Page() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <>
      <Sides />
      <ShowsPage search={search} onSearch={next => void navigate({ search: next, replace: true })} />
    </>
  )
}
