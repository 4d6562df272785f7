import { createFileRoute } from '@tanstack/react-router'
import { songsQuery } from '../../bookings/queries.ts'
import { SingPage } from '../../bookings/sing.tsx'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/bookings/$id/sing')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): { key?: string } =>
    typeof search['key'] === 'string' && /^[0-9A-Za-z]{8,16}$/.test(search['key']) ? { key: search['key'] } : {},
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, params: { id }, deps: { key } }) => ready(queryClient, songsQuery(id, key)),
  head: ({ match, loaderData }) =>
    pageHead(match, t => ({ title: loaderData ? `${t.bookings.sing} · ${loaderData.title}` : t.bookings.sing, index: false })),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const { key } = Route.useSearch()
  return <SingPage key={id} id={id} code={key} />
}
