import { infiniteQueryOptions, type InfiniteData } from '@tanstack/react-query'
import { api, read, type Ok } from '../api.ts'
import type { PostPage, Thread } from './post.ts'

/** Which posts a list shows. */
export type Source =
  | { kind: 'mine' }
  | { kind: 'popular' }
  | { kind: 'own' }
  | { kind: 'group'; group: string; artist?: boolean; popular?: boolean }
  | { kind: 'search'; group: string; q: string }
  | { kind: 'page'; page: string }

export type ListPage = PostPage & Partial<Pick<Ok<'GET /groups/:group/posts'>, 'pinned'>> & { can?: { post: boolean; asArtist?: boolean } }
export type List = InfiniteData<ListPage, string>
type Paging = { cursor?: string; newer?: string; limit?: number }

/** Asks for one page of a list, older than `cursor` or newer than `newer`. */
export function ask(source: Source, paging: Paging, signal?: AbortSignal): Promise<ListPage> {
  const options = signal ? { signal } : {}
  switch (source.kind) {
    case 'mine':
      return api('GET /feed', paging, options)
    case 'popular':
      return api('GET /feed/popular', { cursor: paging.cursor, limit: paging.limit }, options)
    case 'own':
      return api('GET /me/posts', paging, options)
    case 'group':
      return api(
        'GET /groups/:group/posts',
        {
          group: source.group,
          ...(source.artist ? { artist: 'true' as const } : {}),
          ...(source.popular ? { popular: 'true' as const } : {}),
          ...paging,
        },
        options,
      )
    case 'search':
      return api(
        'GET /groups/:group/posts/search',
        { group: source.group, q: source.q, cursor: paging.cursor, limit: paging.limit },
        options,
      )
    case 'page':
      return api('GET /pages/:page/posts', { page: source.page, ...paging }, options)
  }
}

export const listKey = 'posts'
/**
 * A list of posts, twenty at a time. It is not fetched anew behind a reader's back: what came meanwhile waits behind a pill (use-list.ts), so that nothing moves
 * under the eyes.
 */
export const listQuery = (source: Source) =>
  infiniteQueryOptions({
    queryKey: [listKey, source] as const,
    queryFn: ({ pageParam, signal }) => ask(source, pageParam === '' ? {} : { cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (last: ListPage) => last.next,
    staleTime: Infinity,
    gcTime: 10 * 60_000,
    refetchOnWindowFocus: false,
  })

export const postQuery = (id: string) => read('GET /posts/:id', { id })

export type Sort = 'old' | 'new' | 'top'
export type Threads = InfiniteData<{ items: Thread[]; next: string | null }, string>
export const commentsQuery = (id: string, sort: Sort) =>
  infiniteQueryOptions({
    queryKey: ['GET /posts/:id/comments', { id, sort }] as const,
    queryFn: ({ pageParam, signal }) =>
      api('GET /posts/:id/comments', { id, sort, ...(pageParam === '' ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })

export const repliesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['GET /comments/:id/replies', { id }] as const,
    queryFn: ({ pageParam, signal }) =>
      api('GET /comments/:id/replies', { id, limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
