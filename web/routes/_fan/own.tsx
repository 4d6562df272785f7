import { createFileRoute } from '@tanstack/react-router'
import { moreWords } from '../../i18n/lazy.ts'
import { OwnPage } from '../../own/page.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/own')({
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.offline.own.title, index: false })),
  component: OwnPage,
})
