import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { groupQuery } from '../../groups/queries.ts'
import { ModerationDesk } from '../../moderation/desk.tsx'
import { tabOf } from '../../moderation/desk-tabs.ts'
import { SkeletonRows } from '../../ui/states.tsx'

export const Route = createFileRoute('/studio/groups/$id/moderation')({ validateSearch: tabOf, component: Page })

function Page() {
  const { id } = Route.useParams()
  const { tab = 'queue' } = Route.useSearch()
  const navigate = Route.useNavigate()
  const { data: group } = useQuery(groupQuery(id))
  if (!group) return <SkeletonRows />
  return (
    <ModerationDesk
      where={group.id}
      host={group.can.host}
      tab={tab}
      onTab={next => void navigate({ search: tabOf({ tab: next }), replace: true })}
    />
  )
}
