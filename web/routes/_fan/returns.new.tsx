import { createFileRoute } from '@tanstack/react-router'
import { AskReturn } from '../../goods/return-ask.tsx'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/returns/new')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): { line: string } => ({
    line: typeof search['line'] === 'string' ? search['line'] : '',
  }),
  head: ({ match }) => pageHead(match, t => ({ title: t.goods.ask, index: false })),
  component: Page,
})

function Page() {
  return <AskReturn line={Route.useSearch().line} />
}
