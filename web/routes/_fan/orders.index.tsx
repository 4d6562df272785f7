import { saleWords } from '../../i18n/lazy.ts'
import { createFileRoute } from '@tanstack/react-router'
import { pageHead } from '../../shell/head.ts'
import { Orders } from '../../shop/orders.tsx'

export const Route = createFileRoute('/_fan/orders/')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.shop.orders, index: false })),
  component: Orders,
})
