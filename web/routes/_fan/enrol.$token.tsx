import { createFileRoute } from '@tanstack/react-router'
import { InvitationPage } from '../../enrolment/invitation.tsx'
import { fanWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/enrol/$token')({
  beforeLoad: fanWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.enrolment.title, index: false })),
  component: Page,
})

function Page() {
  return <InvitationPage token={Route.useParams().token} />
}
