import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'
import { BuyPage } from '../../shows/buy.tsx'

export const Route = createFileRoute('/_fan/shows/$id/buy')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): { code?: string } => {
    const code = search['code']
    return typeof code === 'string' && /^[A-Za-z0-9-]{3,30}$/.test(code) ? { code: code.toUpperCase() } : {}
  },
  head: ({ match }) => pageHead(match, t => ({ title: t.shows.pick.title, index: false })),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const { code } = Route.useSearch()
  return <BuyPage key={id} id={id} code={code} />
}
