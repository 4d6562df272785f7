import { createFileRoute } from '@tanstack/react-router'
import { parts, type Part } from '../../storefront/desk-parts.ts'
import { ShopDesk } from '../../storefront/desk.tsx'

export const Route = createFileRoute('/studio/shop/$page')({
  validateSearch: (search: Record<string, unknown>): { part?: Part } =>
    parts.includes(search['part'] as Part) ? { part: search['part'] as Part } : {},
  component: Page,
})

function Page() {
  const { page } = Route.useParams()
  const { part = 'overview' } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <ShopDesk
      key={page}
      page={page}
      part={part}
      onPart={next => void navigate({ search: next === 'overview' ? {} : { part: next }, replace: true })}
    />
  )
}
