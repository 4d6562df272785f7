import { createFileRoute } from '@tanstack/react-router'
import { ProductEditor } from '../../goods/editor.tsx'
import { saleWords } from '../../i18n/lazy.ts'

export const Route = createFileRoute('/studio/goods/$id')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): { page?: string } =>
    typeof search['page'] === 'string' && /^pag_[0-9a-z]{26}$/.test(search['page']) ? { page: search['page'] } : {},
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const { page } = Route.useSearch()
  return <ProductEditor key={id} id={id} page={page} />
}
