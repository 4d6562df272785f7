import { createFileRoute } from '@tanstack/react-router'
import { MixesPage } from '../../discovery/mixes.tsx'
import { moreWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/mixes/')({
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.discover.today, index: false })),
  component: MixesPage,
})
