import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { FindPage } from '../../shop/guest.tsx'

export const Route = createFileRoute('/_fan/checkout/find')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.checkout.findTitle, index: false })),
  component: FindPage,
})
