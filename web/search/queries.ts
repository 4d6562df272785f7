import { api, read, type Ok } from '../api.ts'

export type Found = Ok<'GET /search'>
export type FoundKind = Found['more'][number]
export const foundKinds = ['track', 'artist', 'release', 'line', 'playlist'] as const satisfies readonly FoundKind[]
export type SearchAddress = { q?: string; kind?: FoundKind }

/** The first of each kind: for the page, and while one types. */
export const searchQuery = (q: string, limit = 12) => read('GET /search', { q, limit })

/** One kind alone, page by page. */
export const kindQuery = (q: string, kind: FoundKind) => ({
  queryKey: ['GET /search', 'pages', q, kind] as const,
  initialPageParam: 0,
  queryFn: ({ pageParam, signal }: { pageParam: number; signal: AbortSignal }) =>
    api('GET /search', { q, kind, offset: pageParam, limit: 30 }, { signal }),
  getNextPageParam: (last: Found, _pages: Found[], from: number) => (last.more.includes(kind) ? from + 30 : undefined),
})
