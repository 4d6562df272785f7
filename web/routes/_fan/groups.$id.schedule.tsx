import { createFileRoute } from '@tanstack/react-router'
import { GroupSchedule } from '../../groups/schedule.tsx'

type Search = { event?: string; code?: string }
export const Route = createFileRoute('/_fan/groups/$id/schedule')({
  validateSearch: ({ event, code }: Record<string, unknown>): Search => {
    const digits = typeof code === 'number' ? String(code) : typeof code === 'string' ? code : ''
    return { ...(typeof event === 'string' ? { event } : {}), ...(/^\d{6}$/.test(digits) ? { code: digits } : {}) }
  },
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const { event, code } = Route.useSearch()
  return <GroupSchedule id={id} event={event} code={code} />
}
