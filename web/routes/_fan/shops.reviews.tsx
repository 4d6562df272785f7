import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { MyReviewsPage } from '../../storefront/my-reviews.tsx'

export const Route = createFileRoute('/_fan/shops/reviews')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): { line?: string } =>
    typeof search['line'] === 'string' && search['line'].startsWith('lin_') ? { line: search['line'] } : {},
  head: ({ match }) => pageHead(match, t => ({ title: t.storefront.myReviews, index: false })),
  component: Page,
})

function Page() {
  return <MyReviewsPage line={Route.useSearch().line} />
}
