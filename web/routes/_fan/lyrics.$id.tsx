import { createFileRoute } from '@tanstack/react-router'
import { read } from '../../api.ts'
import { moreWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { LyricsEditor, type EditorSearch } from '../../lyrics/editor.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/lyrics/$id')({
  beforeLoad: moreWords,
  validateSearch: (search: Record<string, unknown>): EditorSearch =>
    typeof search['proposal'] === 'string' ? { proposal: search['proposal'] } : {},
  loader: async ({ context: { queryClient }, params: { id } }) => {
    const [track] = await Promise.all([
      ready(queryClient, read('GET /tracks/:id', { id })),
      ready(queryClient, read('GET /tracks/:id/lyrics/sheet', { id })),
    ])
    return track
  },
  head: ({ match, loaderData }) =>
    pageHead(match, t => ({ title: loaderData ? t.lyrics.editorTitle(loaderData.title) : t.lyrics.title, index: false })),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return <LyricsEditor key={id} id={id} search={Route.useSearch()} />
}
