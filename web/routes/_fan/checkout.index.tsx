import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { Checkout } from '../../shop/checkout.tsx'

export const Route = createFileRoute('/_fan/checkout/')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.checkout.title, index: false })),
  component: Checkout,
})
