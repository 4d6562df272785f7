import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { StatementPage } from '../../moderation/mine.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/appeals/$id')({
  beforeLoad: fanWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.moderation.mineTitle, index: false })),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return <StatementPage key={id} id={id} />
}
