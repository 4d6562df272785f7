import { moreWords } from '../../i18n/lazy.ts'
import { createFileRoute } from '@tanstack/react-router'
import { Settings } from '../../people/settings.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/settings')({
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.account.settings, index: false })),
  component: Settings,
})
