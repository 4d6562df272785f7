import { api, read } from '../api.ts'

/** What pages of the shop ask: apart from the pages, so that a route's loader does not pull the page into the first load. */
export const offersQuery = () => ({
  queryKey: ['GET /offers', 'pages'] as const,
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
    api('GET /offers', { limit: 30, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
  getNextPageParam: (last: { next: string | null }) => last.next ?? undefined,
})

export const orderQuery = (id: string) => read('GET /orders/:id', { id })
