import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { RafflePage } from '../../raffles/page.tsx'
import { raffleQuery } from '../../raffles/queries.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/raffles/$id')({
  beforeLoad: fanWords,
  loader: ({ context: { queryClient }, params: { id } }) => ready(queryClient, raffleQuery(id)),
  head: ({ match, loaderData: raffle }) =>
    pageHead(match, t => ({
      title: raffle?.title ?? t.raffles.title,
      index: false,
      ...(raffle ? { description: `${t.raffles.title} · ${raffle.groupName}` } : {}),
      image: raffle?.prizes[0]?.picture ?? undefined,
    })),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return <RafflePage key={id} id={id} />
}
