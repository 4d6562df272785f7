import { createFileRoute } from '@tanstack/react-router'
import { ShowDesk } from '../../shows/desk.tsx'
import { deskParts, type DeskPart } from '../../shows/parts.ts'

export const Route = createFileRoute('/studio/shows/$id')({
  validateSearch: (search: Record<string, unknown>): { part?: DeskPart } =>
    deskParts.includes(search['part'] as DeskPart) ? { part: search['part'] as DeskPart } : {},
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const { part } = Route.useSearch()
  const navigate = Route.useNavigate()
  return <ShowDesk key={id} id={id} part={part} onPart={next => void navigate({ search: { part: next }, replace: true })} />
}
