import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { MyTickets } from '../../tickets/mine.tsx'

export const Route = createFileRoute('/_fan/tickets/')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.tickets.mine, index: false })),
  component: MyTickets,
})
