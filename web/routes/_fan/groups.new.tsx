import { createFileRoute } from '@tanstack/react-router'
import { NewGroup } from '../../groups/new.tsx'
import { fanWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'

type Search = { page?: string; official?: boolean }
export const Route = createFileRoute('/_fan/groups/new')({
  validateSearch: ({ page, official }: Record<string, unknown>): Search => ({
    ...(typeof page === 'string' && page.startsWith('pag_') ? { page } : {}),
    ...(official === true ? { official } : {}),
  }),
  beforeLoad: fanWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.groups.newTitle, index: false })),
  component: Page,
})

function Page() {
  const { page, official } = Route.useSearch()
  return <NewGroup page={page} official={official === true} />
}
