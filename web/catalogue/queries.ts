import { api, read } from '../api.ts'

/** What pages of the catalogue ask: apart from the pages, so that a route's loader does not pull the page into the first load. */
export const homeQueries = {
  releases: read('GET /releases', { sort: 'new', limit: 12 }),
  tracks: read('GET /tracks', { sort: 'popular', limit: 10 }),
  shows: read('GET /shows/tonight'),
  artists: read('GET /pages', { kind: 'artist', limit: 8 }),
}

export type ReleasesSearch = { sort?: 'new' | 'popular' | 'title'; genre?: string }

/** The first page and how to get the next: shared by the route's loader and the page. */
export const releasesQuery = (search: ReleasesSearch) => {
  const input = { sort: search.sort ?? 'new', ...(search.genre ? { genre: search.genre } : {}), limit: 30 } as const
  return {
    queryKey: ['GET /releases', 'pages', input] as const,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
      api('GET /releases', { ...input, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: (last: { next: string | null }) => last.next ?? undefined,
  }
}
