import { createFileRoute } from '@tanstack/react-router'
import { read } from '../../api.ts'
import { trackHead } from '../../catalogue/head.ts'
import { TrackPage } from '../../catalogue/track.tsx'
import { ready } from '../../load.ts'

export const Route = createFileRoute('/_fan/tracks/$id')({
  loader: async ({ context: { queryClient }, params: { id } }) => {
    const track = await ready(queryClient, read('GET /tracks/:id', { id }))
    if (track.hasLyrics) await queryClient.prefetchQuery(read('GET /tracks/:id/lyrics', { id }))
  },
  head: ({ match, params: { id } }) => trackHead(match, match.context.queryClient.getQueryData(read('GET /tracks/:id', { id }).queryKey)),
  component: Page,
})

function Page() {
  return <TrackPage id={Route.useParams().id} />
}
