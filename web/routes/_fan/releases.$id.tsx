import { createFileRoute } from '@tanstack/react-router'
import { read } from '../../api.ts'
import { releaseHead } from '../../catalogue/head.ts'
import { ReleasePage } from '../../catalogue/release.tsx'
import { ready } from '../../load.ts'

export const Route = createFileRoute('/_fan/releases/$id')({
  loader: async ({ context: { queryClient }, params: { id } }) => {
    await Promise.all([
      ready(queryClient, read('GET /releases/:id', { id })),
      queryClient.prefetchQuery(read('GET /releases/:id/splits', { id })),
    ])
  },
  // What a loader gives back would travel a second time beside the answers it asked for.
  head: ({ match, params: { id } }) =>
    releaseHead(match, match.context.queryClient.getQueryData(read('GET /releases/:id', { id }).queryKey)),
  component: Page,
})

function Page() {
  return <ReleasePage id={Route.useParams().id} />
}
