import { createFileRoute } from '@tanstack/react-router'
import { moreWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { playlistHead } from '../../playlists/head.ts'
import { PlaylistPage } from '../../playlists/page.tsx'
import { entriesQuery, playlistQuery } from '../../playlists/queries.ts'

export const Route = createFileRoute('/_fan/playlists/$id')({
  validateSearch: (search: Record<string, unknown>): { invite?: string } =>
    typeof search['invite'] === 'string' && /^[\w-]{20,60}$/.test(search['invite']) ? { invite: search['invite'] } : {},
  loaderDeps: ({ search }) => search,
  beforeLoad: moreWords,
  loader: async ({ context: { queryClient }, params: { id }, deps: { invite } }) => {
    const [list] = await Promise.all([
      ready(queryClient, playlistQuery(id, invite)),
      queryClient.prefetchInfiniteQuery(entriesQuery(id, invite)),
    ])
    return list
  },
  head: ({ match, loaderData }) => playlistHead(match, loaderData),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return <PlaylistPage key={id} id={id} invite={Route.useSearch().invite} />
}
