import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { forMember } from '../../load.ts'
import { NoticesPage } from '../../notices/page.tsx'
import { noticesQuery } from '../../notices/queries.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/notices/')({
  beforeLoad: fanWords,
  loader: ({ context: { queryClient } }) => forMember(queryClient, () => queryClient.ensureInfiniteQueryData(noticesQuery(false))),
  head: ({ match }) => pageHead(match, t => ({ title: t.notices.title, index: false })),
  component: NoticesPage,
})
