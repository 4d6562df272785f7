import { createFileRoute } from '@tanstack/react-router'
import { moreWords } from '../../i18n/lazy.ts'
import { MovePage } from '../../immigration/move.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/move/')({
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.immigration.title, index: false })),
  component: MovePage,
})
