import { createFileRoute } from '@tanstack/react-router'
import { GroupSchedule } from '../../groups/schedule.tsx'

type Search = { event?: string; code?: string }
export const Route = createFileRoute('/_fan/groups/$id/schedule')({
  validateSearch: (search: Record<string, unknown>): Search => ({
    ...(typeof search['event'] === 'string' ? { event: search['event'] } : {}),
    ...(/^\d{6}$/.test(String(search['code'] ?? '')) ? { code: String(search['code']) } : {}),
  }),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const { event, code } = Route.useSearch()
  return <GroupSchedule id={id} event={event} code={code} />
}
