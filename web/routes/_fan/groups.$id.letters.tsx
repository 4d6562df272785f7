import { createFileRoute } from '@tanstack/react-router'
import { groupQuery, lettersQuery } from '../../groups/queries.ts'
import { GroupLetters } from '../../groups/letters.tsx'

export const Route = createFileRoute('/_fan/groups/$id/letters')({
  // On the server what is read belongs to the page; in the browser it is shown at once and filled.
  loader: async ({ context: { queryClient }, params: { id } }) => {
    const group = import.meta.env.SSR ? await queryClient.ensureQueryData(groupQuery(id)).catch(() => null) : null
    if (group?.can.read) await queryClient.prefetchInfiniteQuery(lettersQuery(group.id, group.you.artist ? 'inbox' : 'shown'))
  },
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return <GroupLetters key={id} id={id} />
}
