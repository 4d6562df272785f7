import { createFileRoute } from '@tanstack/react-router'
import { searchQuery } from '../../catalogue/queries.ts'
import { SearchPage } from '../../catalogue/search.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/search')({
  validateSearch: (search: Record<string, unknown>): { q?: string } => {
    const q = search['q']
    return typeof q === 'string' || typeof q === 'number' ? { q: String(q).slice(0, 200) } : {}
  },
  loaderDeps: ({ search }) => search,
  // On the server the answer belongs to the page; in the browser the page shows the last one until the next is there.
  loader: async ({ context: { queryClient }, deps: { q }, cause }) => {
    if (q && cause === 'enter' && import.meta.env.SSR) await queryClient.prefetchQuery(searchQuery(q))
  },
  head: ({ match }) => pageHead(match, t => ({ title: t.music.searchTitle, index: false })),
  component: Page,
})

function Page() {
  return <SearchPage q={Route.useSearch().q ?? ''} />
}
