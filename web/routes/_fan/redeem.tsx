import { createFileRoute } from '@tanstack/react-router'
import { RedeemPage } from '../../coupons/redeem.tsx'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/redeem')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): { code?: string } =>
    typeof search['code'] === 'string' ? { code: search['code'].slice(0, 60) } : {},
  head: ({ match }) => pageHead(match, t => ({ title: t.coupons.redeem.title, index: false })),
  component: Page,
})

function Page() {
  return <RedeemPage code={Route.useSearch().code} />
}
