import { createFileRoute } from '@tanstack/react-router'
import { ClaimsPage } from '../../claiming/list.tsx'
import { moreWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/claim/')({
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.claiming.listTitle, index: false })),
  component: ClaimsPage,
})
