import { createFileRoute } from '@tanstack/react-router'
import { moreWords } from '../../i18n/lazy.ts'
import { Library } from '../../playlists/library.tsx'
import { libraryTab, type LibraryTab } from '../../playlists/tabs.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/library')({
  validateSearch: (search: Record<string, unknown>): { tab?: LibraryTab } => {
    const tab = libraryTab(search['tab'])
    return tab ? { tab } : {}
  },
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.music.libraryTitle, index: false })),
  component: Page,
})

function Page() {
  return <Library tab={Route.useSearch().tab ?? 'playlists'} />
}
