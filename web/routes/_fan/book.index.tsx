import { createFileRoute } from '@tanstack/react-router'
import { FindPage } from '../../bookings/find.tsx'
import { findOf } from '../../bookings/find-search.ts'
import { findQuery } from '../../bookings/queries.ts'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { Sides } from '../../storefront/sides.tsx'

export const Route = createFileRoute('/_fan/book/')({
  beforeLoad: saleWords,
  validateSearch: findOf,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => queryClient.ensureInfiniteQueryData(findQuery(deps)),
  head: ({ match }) => pageHead(match, t => ({ title: t.bookings.find, description: t.bookings.findBody })),
  component: Page,
})

function Page() {
  const find = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <>
      <Sides />
      <FindPage find={find} onFind={next => void navigate({ search: findOf(next), replace: true })} />
    </>
  )
}
