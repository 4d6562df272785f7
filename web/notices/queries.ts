import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { api, read } from '../api.ts'

export const unreadQuery = read('GET /me/notices/unread')
export const settingsQuery = read('GET /me/notices/settings')

export const noticesQuery = (unread: boolean) =>
  infiniteQueryOptions({
    queryKey: ['GET /me/notices', { unread }],
    queryFn: ({ pageParam, signal }) =>
      api('GET /me/notices', { limit: 30, ...(unread ? { unread: 'true' } : {}), ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next ?? undefined,
  })

/** Everything that shows notices reads anew. */
export const readAnew = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({
    predicate: ({ queryKey }) => String(queryKey[0]).startsWith('GET /me/notices') && queryKey[0] !== settingsQuery.queryKey[0],
  })

export async function markRead(client: QueryClient, which: { notices: string[] } | { until: string }): Promise<void> {
  const left = await api('POST /me/notices/read', which)
  client.setQueryData(unreadQuery.queryKey, left)
  await readAnew(client)
}
