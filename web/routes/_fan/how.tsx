import { moreWords } from '../../i18n/lazy.ts'
import { createFileRoute } from '@tanstack/react-router'
import { read } from '../../api.ts'
import { pageHead } from '../../shell/head.ts'
import { How } from '../../shell/how.tsx'

export const Route = createFileRoute('/_fan/how')({
  beforeLoad: moreWords,
  loader: ({ context: { queryClient } }) => queryClient.prefetchQuery(read('GET /commission-plans')),
  head: ({ match }) => pageHead(match, t => ({ title: t.about.howTitle, description: t.about.howIntro })),
  component: How,
})
