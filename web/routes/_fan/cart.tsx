import { createFileRoute } from '@tanstack/react-router'
import { pageHead } from '../../shell/head.ts'
import { CartPage } from '../../shop/cart-page.tsx'

export const Route = createFileRoute('/_fan/cart')({
  head: ({ match }) => pageHead(match, t => ({ title: t.shop.cart, index: false })),
  component: CartPage,
})
