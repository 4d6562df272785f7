import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { NoticesPage } from '../../notices/page.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/notices/')({
  beforeLoad: fanWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.notices.title, index: false })),
  component: NoticesPage,
})
