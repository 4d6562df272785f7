import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { JobPage } from '../../services/job.tsx'
import { jobQuery } from '../../services/queries.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/services/jobs/$line')({
  beforeLoad: saleWords,
  loader: ({ context: { queryClient }, params: { line } }) => ready(queryClient, jobQuery(line)),
  head: ({ match, loaderData }) => pageHead(match, t => ({ title: loaderData?.title ?? t.services.jobs, index: false })),
  component: Page,
})

function Page() {
  return <JobPage line={Route.useParams().line} />
}
