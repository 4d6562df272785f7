import { createFileRoute } from '@tanstack/react-router'
import { useWords } from '../../i18n/use.tsx'
import { ModerationDesk } from '../../moderation/desk.tsx'
import { tabOf } from '../../moderation/desk-tabs.ts'

export const Route = createFileRoute('/console/moderation')({ validateSearch: tabOf, component: Page })

function Page() {
  const t = useWords()
  const { tab = 'queue' } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <>
      <h1 className="mb-4 text-xl">{t.moderating.planetTitle}</h1>
      <ModerationDesk where={null} host={false} tab={tab} onTab={next => void navigate({ search: tabOf({ tab: next }), replace: true })} />
    </>
  )
}
