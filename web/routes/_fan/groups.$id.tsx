import { createFileRoute } from '@tanstack/react-router'
import { GroupLayout } from '../../groups/layout.tsx'
import { groupQuery } from '../../groups/queries.ts'
import { fanWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/groups/$id')({
  beforeLoad: fanWords,
  loader: ({ context: { queryClient }, params: { id } }) => ready(queryClient, groupQuery(id)),
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
  return <GroupLayout id={Route.useParams().id} />
}
