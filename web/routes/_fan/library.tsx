import { createFileRoute } from '@tanstack/react-router'
import { Library } from '../../listening/library.tsx'
import { libraryTabs, type LibraryTab } from '../../listening/tabs.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/library')({
  validateSearch: (search: Record<string, unknown>): { tab?: LibraryTab } => {
    const tab = libraryTabs.find(name => name === search['tab'])
    return tab ? { tab } : {}
  },
  head: ({ match }) => pageHead(match, t => ({ title: t.music.libraryTitle, index: false })),
  component: Page,
})

function Page() {
  return <Library tab={Route.useSearch().tab ?? 'favourites'} />
}
