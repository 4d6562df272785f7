import { createFileRoute } from '@tanstack/react-router'
import { read } from '../../api.ts'
import { FeedPage } from '../../feed/feed-page.tsx'
import { feedView, sourceOfFeed } from '../../feed/view.ts'
import { fanWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { meQuery } from '../../shell/me.ts'

export const Route = createFileRoute('/_fan/feed')({
  beforeLoad: fanWords,
  validateSearch: feedView,
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { queryClient }, deps }) => {
    const { me } = await queryClient.ensureQueryData(meQuery)
    if (me) await queryClient.prefetchQuery(read('GET /me/groups'))
    if (!import.meta.env.SSR) return
    const { listQuery } = await import('../../feed/queries.ts')
    await queryClient.prefetchInfiniteQuery(listQuery(sourceOfFeed(deps, me !== null)))
  },
  head: ({ match }) => pageHead(match, t => ({ title: t.feed.title, description: t.feed.about, index: false })),
  component: Page,
})

function Page() {
  return <FeedPage view={Route.useSearch()} />
}
