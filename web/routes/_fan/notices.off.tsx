import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { UnsubscribePage } from '../../notices/off.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/notices/off')({
  validateSearch: (search: Record<string, unknown>): { token: string } => ({
    token: typeof search['token'] === 'string' ? search['token'] : '',
  }),
  beforeLoad: fanWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.notices.offTitle, index: false })),
  component: Page,
})

function Page() {
  return <UnsubscribePage token={Route.useSearch().token} />
}
