import { createFileRoute } from '@tanstack/react-router'
import { DoorPage } from '../door/page.tsx'
import { saleWords } from '../i18n/lazy.ts'
import { FaceFailed, FacePending } from '../shell/face-states.tsx'
import { pageHead } from '../shell/head.ts'

export const Route = createFileRoute('/door')({
  beforeLoad: saleWords,
  validateSearch: (search: Record<string, unknown>): { code?: string; show?: string } => ({
    ...(typeof search['code'] === 'string'
      ? { code: search['code'] }
      : typeof search['code'] === 'number'
        ? { code: String(search['code']) }
        : {}),
    ...(typeof search['show'] === 'string' ? { show: search['show'] } : {}),
  }),
  head: ({ match }) => pageHead(match, t => ({ title: t.tickets.door.title, index: false })),
  component: Page,
  pendingComponent: FacePending,
  errorComponent: FaceFailed,
})

function Page() {
  const { code, show } = Route.useSearch()
  return <DoorPage code={code ?? null} show={show ?? null} />
}
