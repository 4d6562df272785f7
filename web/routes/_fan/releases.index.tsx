import { createFileRoute } from '@tanstack/react-router'
import { read } from '../../api.ts'
import { releasesQuery, type ReleasesSearch } from '../../catalogue/queries.ts'
import { Releases } from '../../catalogue/releases.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/releases/')({
  validateSearch: (search: Record<string, unknown>): ReleasesSearch => ({
    ...(search['sort'] === 'popular' || search['sort'] === 'title' ? { sort: search['sort'] } : {}),
    ...(typeof search['genre'] === 'string' ? { genre: search['genre'] } : {}),
  }),
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { queryClient }, deps }) => {
    await Promise.allSettled([queryClient.ensureInfiniteQueryData(releasesQuery(deps)), queryClient.ensureQueryData(read('GET /genres'))])
  },
  head: ({ match }) => pageHead(match, t => ({ title: t.music.allReleases, feeds: ['/feeds/releases.atom'] })),
  component: Page,
})

function Page() {
  return <Releases search={Route.useSearch()} />
}
