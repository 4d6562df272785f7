import { createFileRoute, notFound } from '@tanstack/react-router'
import { MixPage } from '../../discovery/mixes.tsx'
import { moreWords } from '../../i18n/lazy.ts'
import { pageHead } from '../../shell/head.ts'

const kinds = ['daily1', 'daily2', 'daily3', 'daily4', 'often', 'rare', 'fresh', 'favourites'] as const
type MixKind = (typeof kinds)[number]
const kindOf = (text: string): MixKind => {
  const kind = kinds.find(name => name === text)
  if (!kind) throw notFound()
  return kind
}

export const Route = createFileRoute('/_fan/mixes/$kind')({
  params: { parse: ({ kind }) => ({ kind: kindOf(kind) }), stringify: ({ kind }) => ({ kind }) },
  beforeLoad: moreWords,
  head: ({ match, params }) => pageHead(match, t => ({ title: t.discover.mix[params.kind], index: false })),
  component: Page,
})

function Page() {
  return <MixPage kind={Route.useParams().kind} />
}
