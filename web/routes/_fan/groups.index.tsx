import { createFileRoute } from '@tanstack/react-router'
import { Groups, type GroupsView } from '../../groups/discover.tsx'
import { groupsQuery } from '../../groups/queries.ts'
import { fanWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/groups/')({
  validateSearch: ({ q, kind, sort }: Record<string, unknown>): GroupsView => ({
    ...(typeof q === 'string' && q.trim() ? { q: q.slice(0, 60) } : typeof q === 'number' ? { q: String(q) } : {}),
    ...(kind === 'official' || kind === 'fans' ? { kind } : {}),
    ...(sort === 'new' ? { sort } : {}),
  }),
  beforeLoad: fanWords,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps: { q, kind, sort } }) =>
    queryClient.prefetchInfiniteQuery(groupsQuery({ q: q ?? '', kind: kind ?? '', sort: sort ?? 'members' })),
  head: ({ match }) => pageHead(match, t => ({ title: t.groups.title, description: t.groups.lead })),
  component: Page,
})

function Page() {
  return <Groups view={Route.useSearch()} />
}
