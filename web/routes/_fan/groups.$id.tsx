import { createFileRoute } from '@tanstack/react-router'
import { GroupLayout } from '../../groups/layout.tsx'
import { groupQuery } from '../../groups/queries.ts'
import { fanWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/groups/$id')({
  validateSearch: (search: Record<string, unknown>): { invite?: string } =>
    typeof search['invite'] === 'string' && /^[\w-]{20,60}$/.test(search['invite']) ? { invite: search['invite'] } : {},
  loaderDeps: ({ search: { invite } }) => ({ invite }),
  beforeLoad: fanWords,
  loader: ({ context: { queryClient }, params: { id }, deps: { invite } }) => ready(queryClient, groupQuery(id, invite)),
  head: ({ match, loaderData: group }) =>
    pageHead(match, t => ({
      title: group?.name ?? t.groups.title,
      index: group?.visibility === 'public',
      ...(group?.about ? { description: group.about.slice(0, 200) } : {}),
      image: group?.cover ?? group?.picture ?? undefined,
    })),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return <GroupLayout key={id} id={id} invite={Route.useSearch().invite} />
}
