import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { MissionsPage } from '../../missions/page.tsx'
import { missionsQuery } from '../../missions/queries.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/groups/$id/missions')({
  beforeLoad: fanWords,
  loader: ({ context: { queryClient }, params: { id } }) => ready(queryClient, missionsQuery(id)),
  head: ({ match, loaderData }) => pageHead(match, t => ({ title: `${t.missions.title} · ${loaderData?.group.name ?? ''}`, index: false })),
  component: Page,
})

function Page() {
  return <MissionsPage id={Route.useParams().id} />
}
