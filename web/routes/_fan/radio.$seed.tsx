import { createFileRoute } from '@tanstack/react-router'
import { RadioPage } from '../../discovery/radio-page.tsx'
import { moreWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/radio/$seed')({
  // Another beginning each time one comes; the same while one goes back and forth.
  validateSearch: (search: Record<string, unknown>): { salt?: string } =>
    typeof search['salt'] === 'string' && /^\w{1,20}$/.test(search['salt']) ? { salt: search['salt'] } : {},
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.discover.radio, index: false })),
  component: Page,
})

function Page() {
  return <RadioPage seed={Route.useParams().seed} salt={Route.useSearch().salt ?? ''} />
}
