import { createFileRoute } from '@tanstack/react-router'
import { GroupLetters } from '../../groups/letters.tsx'

export const Route = createFileRoute('/_fan/groups/$id/letters')({ component: Page })

function Page() {
  const { id } = Route.useParams()
  return <GroupLetters key={id} id={id} />
}
