import { createFileRoute } from '@tanstack/react-router'
import { moreWords } from '../../i18n/lazy.ts'
import { OfflinePage } from '../../offline/page.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/offline')({
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.offline.title, index: false })),
  component: OfflinePage,
})
