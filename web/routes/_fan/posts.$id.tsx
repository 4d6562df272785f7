import { createFileRoute } from '@tanstack/react-router'
import { read } from '../../api.ts'
import { postHead } from '../../feed/head.ts'
import { PostPage } from '../../feed/post-page.tsx'
import { fanWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'

export const Route = createFileRoute('/_fan/posts/$id')({
  beforeLoad: fanWords,
  validateSearch: ({ comment }: Record<string, unknown>): { comment?: string } =>
    typeof comment === 'string' && /^cmt_[0-9a-z]{26}$/.test(comment) ? { comment } : {},
  loader: async ({ context: { queryClient }, params: { id } }) => {
    const post = await ready(queryClient, read('GET /posts/:id', { id }))
    if (!import.meta.env.SSR) return post
    const { commentsQuery } = await import('../../feed/queries.ts')
    await queryClient.prefetchInfiniteQuery(commentsQuery(id, 'top'))
    return post
  },
  head: ({ match, loaderData }) => postHead(match, loaderData),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return <PostPage key={id} id={id} comment={Route.useSearch().comment} />
}
