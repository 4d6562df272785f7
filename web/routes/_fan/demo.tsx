import { moreWords } from '../../i18n/lazy.ts'
import { createFileRoute } from '@tanstack/react-router'
import { Demo } from '../../shell/demo.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/demo')({
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.about.demoTitle, description: t.about.demoIntro })),
  component: Demo,
})
