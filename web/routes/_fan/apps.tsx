import { createFileRoute } from '@tanstack/react-router'
import { moreWords } from '../../i18n/lazy.ts'
import { Apps } from '../../people/apps.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/apps')({
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.apps.title, index: false })),
  component: Apps,
})
