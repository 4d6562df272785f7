import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { MinePage } from '../../rewards/mine.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/rewards/')({
  beforeLoad: fanWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.rewards.mine, index: false })),
  component: MinePage,
})
