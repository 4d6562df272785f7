import { createFileRoute } from '@tanstack/react-router'
import { NewSplit } from '../../studio/split-new.tsx'

export const Route = createFileRoute('/studio/splits/new')({
  validateSearch: (search: Record<string, unknown>): { subject: string } => ({
    subject: typeof search['subject'] === 'string' ? search['subject'] : '',
  }),
  component: Page,
})

function Page() {
  const { subject } = Route.useSearch()
  return <NewSplit key={subject} subject={subject} />
}
