import { createFileRoute } from '@tanstack/react-router'
import { GoodsDesk } from '../../goods/desk.tsx'
import { parts, type Part } from '../../goods/parts.ts'
import { saleWords } from '../../i18n/lazy.ts'

export const Route = createFileRoute('/studio/goods/')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): { page?: string; part?: Part } => ({
    ...(typeof search['page'] === 'string' && /^pag_[0-9a-z]{26}$/.test(search['page']) ? { page: search['page'] } : {}),
    ...(parts.includes(search['part'] as Part) ? { part: search['part'] as Part } : {}),
  }),
  component: Page,
})

function Page() {
  const { page, part = 'products' } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <GoodsDesk
      page={page}
      part={part}
      onGo={(nextPage, next) => void navigate({ search: { page: nextPage, part: next }, replace: true })}
    />
  )
}
