import { createFileRoute } from '@tanstack/react-router'
import { MinePage } from '../../bookings/mine.tsx'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/bookings/')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.bookings.mine, index: false })),
  component: MinePage,
})
