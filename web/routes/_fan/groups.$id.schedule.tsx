import { createFileRoute } from '@tanstack/react-router'
import { read } from '../../api.ts'
import { groupQuery } from '../../groups/queries.ts'
import { GroupSchedule } from '../../groups/schedule.tsx'

type Search = { event?: string; code?: string }
export const Route = createFileRoute('/_fan/groups/$id/schedule')({
  validateSearch: ({ event, code }: Record<string, unknown>): Search => {
    const digits = typeof code === 'number' ? String(code) : typeof code === 'string' ? code : ''
    return { ...(typeof event === 'string' ? { event } : {}), ...(/^\d{6}$/.test(digits) ? { code: digits } : {}) }
  },
  // On the server what is read belongs to the page; in the browser it is shown at once and filled.
  loader: async ({ context: { queryClient }, params: { id } }) => {
    const group = import.meta.env.SSR ? await queryClient.ensureQueryData(groupQuery(id)).catch(() => null) : null
    if (group?.can.read) await queryClient.prefetchQuery(read('GET /groups/:id/schedule', { id: group.id }))
  },
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  const { event, code } = Route.useSearch()
  return <GroupSchedule id={id} event={event} code={code} />
}
