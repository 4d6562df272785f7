import { createFileRoute } from '@tanstack/react-router'
import { read } from '../../api.ts'
import { ClaimPage } from '../../claiming/page.tsx'
import { moreWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/claim/$page')({
  beforeLoad: moreWords,
  loader: ({ context: { queryClient }, params: { page } }) => ready(queryClient, read('GET /pages/:id', { id: page })),
  head: ({ match, loaderData }) => pageHead(match, t => ({ title: t.claiming.title(loaderData?.name ?? ''), index: false })),
  component: Page,
})

function Page() {
  return <ClaimPage id={Route.useParams().page} />
}
