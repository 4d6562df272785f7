import { createFileRoute } from '@tanstack/react-router'
import { DealDesk } from '../../deals/desk.tsx'
import { deskQuery } from '../../deals/queries.ts'
import { forMember, ready } from '../../load.ts'

export const Route = createFileRoute('/studio/deals/$show')({
  loader: ({ context: { queryClient }, params: { show } }) => forMember(queryClient, () => ready(queryClient, deskQuery(show))),
  component: Page,
})

function Page() {
  return <DealDesk show={Route.useParams().show} />
}
