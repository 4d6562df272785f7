import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { WaitingPage } from '../../shows/wait.tsx'

export const Route = createFileRoute('/_fan/waiting/$id')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.shows.wait.title, index: false })),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return <WaitingPage key={id} id={id} />
}
