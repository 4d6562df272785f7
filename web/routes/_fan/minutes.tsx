import { createFileRoute } from '@tanstack/react-router'
import { moreWords } from '../../i18n/lazy.ts'
import { MinutesPage, type MinutesSearch } from '../../royalties/minutes.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/minutes')({
  validateSearch: (search: Record<string, unknown>): MinutesSearch => ({
    ...(typeof search['period'] === 'string' ? { period: search['period'] } : {}),
    ...(typeof search['pool'] === 'string' ? { pool: search['pool'] } : {}),
  }),
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.royalties.title, index: false })),
  component: Page,
})

function Page() {
  return <MinutesPage search={Route.useSearch()} />
}
