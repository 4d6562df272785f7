import { createFileRoute } from '@tanstack/react-router'
import { moreWords } from '../../i18n/lazy.ts'
import { ArchivePage } from '../../immigration/archive.tsx'
import { pageHead } from '../../shell/head.ts'
import { useMe } from '../../shell/me.ts'
import { SignInFirst } from '../../shell/states.tsx'

export const Route = createFileRoute('/_fan/move/$id')({
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.immigration.title, index: false })),
  component: Page,
})

function Page() {
  const me = useMe()
  const { id } = Route.useParams()
  return me ? <ArchivePage id={id} /> : <SignInFirst />
}
