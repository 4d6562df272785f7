import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { rewardQuery } from '../../rewards/queries.ts'
import { RewardPage } from '../../rewards/reward.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/rewards/$id')({
  beforeLoad: fanWords,
  loader: ({ context: { queryClient }, params: { id } }) => ready(queryClient, rewardQuery(id)),
  head: ({ match, loaderData: reward }) =>
    pageHead(match, t => ({
      title: reward?.title ?? t.rewards.title,
      index: false,
      ...(reward ? { description: `${t.rewards.of(reward.groupName)} · ${t.rewards.points(String(reward.points))}` } : {}),
      image: reward?.picture ?? undefined,
    })),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return <RewardPage key={id} id={id} />
}
