import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { MyAppeals } from '../../moderation/mine.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/appeals/')({
  beforeLoad: fanWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.moderation.mineTitle, index: false })),
  component: MyAppeals,
})
