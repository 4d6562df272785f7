import { createFileRoute } from '@tanstack/react-router'
import { RewardsDesk } from '../../rewards/desk.tsx'
import { parts, type Part } from '../../rewards/parts.ts'

export const Route = createFileRoute('/studio/groups/$id/rewards')({
  validateSearch: (search: Record<string, unknown>): { part?: Part; code?: string } => ({
    ...(parts.includes(search['part'] as Part) ? { part: search['part'] as Part } : {}),
    ...(typeof search['code'] === 'string' && search['code'].length <= 80 ? { code: search['code'] } : {}),
  }),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const { part = 'window', code } = Route.useSearch()
  const navigate = Route.useNavigate()
  return <RewardsDesk group={id} part={part} code={code} onPart={next => void navigate({ search: { part: next }, replace: true })} />
}
