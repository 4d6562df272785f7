import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { WaitingList } from '../../shows/wait.tsx'

export const Route = createFileRoute('/_fan/waiting/')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.shows.wait.mine, index: false })),
  component: WaitingList,
})
