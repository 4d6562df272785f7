import { createFileRoute } from '@tanstack/react-router'
import { moreWords } from '../../i18n/lazy.ts'
import { SearchPage } from '../../search/page.tsx'
import { foundKinds, searchQuery, type SearchAddress } from '../../search/queries.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/search')({
  beforeLoad: moreWords,
  validateSearch: (search: Record<string, unknown>): SearchAddress => {
    const q = search['q']
    const kind = foundKinds.find(one => one === search['kind'])
    return {
      ...(typeof q === 'string' || typeof q === 'number' ? { q: String(q).slice(0, 200) } : {}),
      ...(kind === undefined ? {} : { kind }),
    }
  },
  loaderDeps: ({ search }) => search,
  // On the server the answer belongs to the page; in the browser the page shows the last one until the next is there.
  loader: async ({ context: { queryClient }, deps: { q, kind }, cause }) => {
    if (q && kind === undefined && cause === 'enter' && import.meta.env.SSR) await queryClient.prefetchQuery(searchQuery(q))
  },
  head: ({ match }) => pageHead(match, t => ({ title: t.music.searchTitle, index: false })),
  component: Page,
})

function Page() {
  return <SearchPage search={Route.useSearch()} />
}
