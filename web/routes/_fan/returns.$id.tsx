import { createFileRoute } from '@tanstack/react-router'
import { ReturnPage } from '../../goods/return-page.tsx'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/returns/$id')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.goods.returns, index: false })),
  component: Page,
})

function Page() {
  return <ReturnPage id={Route.useParams().id} />
}
