import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { HeldPage } from '../../shows/held.tsx'

export const Route = createFileRoute('/_fan/seats/$hold')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.shows.held.title, index: false })),
  component: Page,
})

function Page() {
  const { hold } = Route.useParams()
  return <HeldPage key={hold} id={hold} />
}
