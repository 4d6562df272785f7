import { moreWords } from '../../i18n/lazy.ts'
import { createFileRoute } from '@tanstack/react-router'
import { SignUp } from '../../people/sign-in.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/sign-up')({
  beforeLoad: moreWords,
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search['next'] === 'string' ? { next: search['next'] } : {},
  head: ({ match }) => pageHead(match, t => ({ title: t.account.signUp, index: false })),
  component: Page,
})

function Page() {
  return <SignUp next={Route.useSearch().next} />
}
