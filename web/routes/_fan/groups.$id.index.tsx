import { createFileRoute } from '@tanstack/react-router'
import { GroupFeed } from '../../feed/group-feed.tsx'
import { groupView, sourceOfGroup } from '../../feed/view.ts'
import { groupQuery } from '../../groups/queries.ts'
import { fanWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'

export const Route = createFileRoute('/_fan/groups/$id/')({
  beforeLoad: fanWords,
  validateSearch: groupView,
  loaderDeps: ({ search }) => search,
  // In the browser the page shows at once what it has; on the server the first posts belong to it.
  loader: async ({ context: { queryClient }, params: { id }, deps }) => {
    const group = await ready(queryClient, groupQuery(id))
    if (!import.meta.env.SSR || !group.can.read) return
    const { listQuery } = await import('../../feed/queries.ts')
    await queryClient.prefetchInfiniteQuery(listQuery(sourceOfGroup(id, deps)))
  },
  component: Page,
})

function Page() {
  return <GroupFeed id={Route.useParams().id} view={Route.useSearch()} />
}
