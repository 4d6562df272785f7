import { createFileRoute } from '@tanstack/react-router'
import { read } from '../../api.ts'
import { DoorDesk } from '../../door/desk.tsx'
import { forMember, ready } from '../../load.ts'

export const Route = createFileRoute('/studio/door/$show')({
  loader: ({ context: { queryClient }, params: { show } }) =>
    forMember(queryClient, () => ready(queryClient, read('GET /shows/:show/door', { show }))),
  component: Page,
})

function Page() {
  return <DoorDesk show={Route.useParams().show} />
}
