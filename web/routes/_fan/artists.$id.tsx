import { createFileRoute } from '@tanstack/react-router'
import { read } from '../../api.ts'
import { ArtistPage } from '../../catalogue/artist.tsx'
import { artistHead } from '../../catalogue/head.ts'
import { ready } from '../../load.ts'

export const Route = createFileRoute('/_fan/artists/$id')({
  loader: async ({ context: { queryClient }, params: { id } }) => {
    const page = await ready(queryClient, read('GET /pages/:id', { id }))
    await ready(queryClient, read('GET /artists/:id', { id: page.id }))
  },
  head: ({ match, params: { id } }) => artistHead(match, match.context.queryClient.getQueryData(read('GET /pages/:id', { id }).queryKey)),
  component: Page,
})

function Page() {
  return <ArtistPage id={Route.useParams().id} />
}
