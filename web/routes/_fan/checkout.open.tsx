import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { OpenPage } from '../../shop/guest.tsx'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

export const Route = createFileRoute('/_fan/checkout/open')({
  validateSearch: (search: Record<string, unknown>): { token: string; to: string; keep?: boolean } => ({
    token: textOf(search['token']),
    to: textOf(search['to']) || '/orders',
    ...(search['keep'] ? { keep: true } : {}),
  }),
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.shop.orders, index: false })),
  component: Page,
})

function Page() {
  const { token, to, keep } = Route.useSearch()
  return <OpenPage token={token} to={to} keep={keep === true} />
}
