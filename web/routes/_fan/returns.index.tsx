import { createFileRoute } from '@tanstack/react-router'
import { MyReturns } from '../../goods/return-page.tsx'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/returns/')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.goods.myReturns, index: false })),
  component: MyReturns,
})
