/** What the screen knows already, changed in every list at once. */
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { api } from '../api.ts'
import type { Comment, Post, Thread } from './post.ts'
import { listKey, postQuery, type List, type Sort, type Source, type Threads } from './queries.ts'

const mapList = (list: List | undefined, change: (post: Post) => Post | null): List | undefined => {
  if (!list) return list
  const each = (posts: readonly Post[]): Post[] =>
    posts.flatMap(post => {
      const next = change(post)
      return next ? [next] : []
    })
  return {
    ...list,
    pages: list.pages.map(page => ({ ...page, items: each(page.items), ...(page.pinned ? { pinned: each(page.pinned) } : {}) })),
  }
}

/** Changes one post wherever it stands; null takes it out. */
export function changePost(client: QueryClient, id: string, change: (post: Post) => Post | null): void {
  client.setQueriesData<List>({ queryKey: [listKey] }, list => mapList(list, post => (post.id === id ? change(post) : post)))
  const { queryKey } = postQuery(id)
  const known = client.getQueryData(queryKey)
  if (!known) return
  const next = change(known)
  if (next) client.setQueryData(queryKey, next)
}

/** Whether a list or a page on the screen (or kept) holds it. */
export const knowsPost = (client: QueryClient, id: string): boolean =>
  client.getQueryData(postQuery(id).queryKey) !== undefined ||
  client
    .getQueriesData<List>({ queryKey: [listKey] })
    .some(([, list]) => list?.pages.some(page => [...page.items, ...(page.pinned ?? [])].some(post => post.id === id)))

/** Fetches a post anew and shows what it is now; gone or hidden from the reader: it goes. */
export async function renewPost(client: QueryClient, id: string): Promise<void> {
  try {
    const post = await api('GET /posts/:id', { id })
    changePost(client, id, () => post)
  } catch (error) {
    if ((error as { status?: number }).status === 404) changePost(client, id, () => null)
  }
}

const belongs = (source: Source, post: Post): boolean => {
  if (source.kind === 'mine' || source.kind === 'own') return true
  if (source.kind === 'group')
    return (
      !source.popular && (!source.artist || post.artist) && post.group !== null && [post.group.id, post.group.handle].includes(source.group)
    )
  return source.kind === 'page' && post.page !== null && [post.page.id, post.page.handle].includes(source.page)
}

/** One's own new post, at the head of every list it belongs to. */
export function showNew(client: QueryClient, post: Post): void {
  for (const [key, list] of client.getQueriesData<List>({ queryKey: [listKey] })) {
    const source = key[1] as Source
    if (!list?.pages[0] || !belongs(source, post)) continue
    client.setQueryData<List>(key, putBefore(list, [post]))
  }
}

/** Posts that came since, before the others, each once. */
export function putBefore(list: List, fresh: readonly Post[], newest?: string | null): List {
  const [first, ...rest] = list.pages
  if (!first) return list
  const ids = new Set(fresh.map(post => post.id))
  return {
    ...list,
    pages: [
      { ...first, items: [...fresh, ...first.items.filter(post => !ids.has(post.id))], newest: newest ?? first.newest },
      ...rest.map(page => ({ ...page, items: page.items.filter(post => !ids.has(post.id)) })),
    ],
  }
}

/** Pins move posts between two places of a list: it is read anew. */
export const renewLists = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({
    queryKey: [listKey],
    predicate: query => ['group', 'page'].includes((query.queryKey[1] as Source).kind),
  })

/** Changes one comment in every order it is shown in; null takes it out. */
export function changeComment(client: QueryClient, post: string, id: string, change: (comment: Comment) => Comment | null): void {
  const each = (thread: Thread): Thread[] => {
    const replies = thread.firstReplies.flatMap(reply => (reply.id === id ? [change(reply) ?? []].flat() : [reply]))
    if (thread.id !== id) return [{ ...thread, firstReplies: replies }]
    const next = change(thread)
    return next ? [{ ...thread, ...next, firstReplies: replies }] : []
  }
  client.setQueriesData<Threads>({ queryKey: ['GET /posts/:id/comments', { id: post }] }, list =>
    list ? { ...list, pages: list.pages.map(page => ({ ...page, items: page.items.flatMap(each) })) } : list,
  )
  client.setQueriesData<InfiniteData<{ items: Comment[]; next: string | null }, string>>(
    { queryKey: ['GET /comments/:id/replies'] },
    list =>
      list
        ? {
            ...list,
            pages: list.pages.map(page => ({
              ...page,
              items: page.items.flatMap(reply => (reply.id === id ? [change(reply) ?? []].flat() : [reply])),
            })),
          }
        : list,
  )
}

/** A comment that was written just now: at the head or the end of a thread list as its order has it, below the comment it answers, never twice. */
export function showComment(client: QueryClient, post: string, fresh: Thread, mine: boolean): void {
  for (const [key, list] of client.getQueriesData<Threads>({ queryKey: ['GET /posts/:id/comments', { id: post }] })) {
    const last = list?.pages.at(-1)
    if (!list || !last) continue
    const { sort } = key[1] as { sort: Sort }
    const threads = list.pages.flatMap(page => page.items)
    const known = threads.some(one => one.id === fresh.id || one.firstReplies.some(reply => reply.id === fresh.id))
    if (known) continue
    const set = (pages: Threads['pages']) => client.setQueryData<Threads>(key, { ...list, pages })
    if (fresh.parent !== null) {
      const { firstReplies: _none, ...reply } = fresh
      const within = (one: Thread): Thread => {
        if (one.id !== fresh.parent) return one
        const whole = one.firstReplies.length === one.replies
        return { ...one, replies: one.replies + 1, firstReplies: whole || mine ? [...one.firstReplies, reply] : one.firstReplies }
      }
      set(list.pages.map(page => ({ ...page, items: page.items.map(within) })))
    } else if (sort === 'new' || mine) {
      set(list.pages.map((page, index) => (index === 0 ? { ...page, items: [fresh, ...page.items] } : page)))
    } else if (last.next === null) {
      set(list.pages.map(page => (page === last ? { ...page, items: [...page.items, fresh] } : page)))
    }
  }
}
