import { moreWords } from '../../i18n/lazy.ts'
import { createFileRoute } from '@tanstack/react-router'
import { SignIn } from '../../people/sign-in.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/sign-in')({
  beforeLoad: moreWords,
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search['next'] === 'string' ? { next: search['next'] } : {},
  head: ({ match }) => pageHead(match, t => ({ title: t.account.signIn, index: false })),
  component: Page,
})

function Page() {
  return <SignIn next={Route.useSearch().next} />
}
