import { saleWords } from '../../i18n/lazy.ts'
import { createFileRoute } from '@tanstack/react-router'
import { pageHead } from '../../shell/head.ts'
import { CartPage } from '../../shop/cart-page.tsx'

export const Route = createFileRoute('/_fan/cart')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.shop.cart, index: false })),
  component: CartPage,
})
