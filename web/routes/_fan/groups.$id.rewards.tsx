import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { rafflesQuery } from '../../raffles/queries.ts'
import { windowQuery } from '../../rewards/queries.ts'
import { RewardWindow } from '../../rewards/window.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/groups/$id/rewards')({
  beforeLoad: fanWords,
  loader: ({ context: { queryClient }, params: { id } }) =>
    Promise.all([ready(queryClient, windowQuery(id)), ready(queryClient, rafflesQuery(id))]),
  head: ({ match }) => pageHead(match, t => ({ title: t.rewards.title, index: false })),
  component: Page,
})

function Page() {
  return <RewardWindow group={Route.useParams().id} />
}
