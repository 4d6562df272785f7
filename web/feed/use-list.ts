import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { FeedMessage } from '../../shared/feed.ts'
import { api } from '../api.ts'
import { useMe } from '../shell/me.ts'
import { useLive, type LiveMessage } from '../shell/live.ts'
import type { Post } from './post.ts'
import { changePost, knowsPost, putBefore, renewPost } from './known.ts'
import { ask, listQuery, type List, type Source } from './queries.ts'

/** A list that stays open asks so often whether something came, in ms; where the planet tells at once it does not ask. */
const everyMs = 30_000
/** So many posts the planet tells of at once: those whose polls move. */
const followed = 6
/** Asked so many times in a row for what came; when more came than that, the list begins anew. */
const turns = 3

const noneOf: ReadonlySet<string> = new Set()
const kept = (source: Source): boolean => source.kind !== 'popular' && source.kind !== 'search'

/**
 * A list of posts and what comes into it: what others write waits (`waiting`) until the reader takes it in (`take`); what changes or goes is shown at once.
 * `topics`: where the planet tells of new posts (`group:…`, `page:…`).
 */
export function useList(source: Source, topics: readonly string[]) {
  const client = useQueryClient()
  const me = useMe()
  const options = listQuery(source)
  const query = useInfiniteQuery(options)
  const key = JSON.stringify(options.queryKey)
  const { refetch } = query
  const [came, setCame] = useState<ReadonlySet<string>>(noneOf)
  const [taking, setTaking] = useState(false)
  const pages = query.data?.pages
  const posts = useMemo(() => {
    const pinned = pages?.[0]?.pinned ?? []
    const seen = new Set(pinned.map(post => post.id))
    const rest = (pages ?? []).flatMap(page =>
      page.items.filter(post => {
        if (seen.has(post.id)) return false
        seen.add(post.id)
        return true
      }),
    )
    return [...pinned, ...rest]
  }, [pages])
  const newest = pages?.[0]?.newest ?? null

  // The following feed has too many sources to hear each of them.
  const asks = source.kind === 'mine' && newest !== null && me !== null
  const counted = useQuery({
    queryKey: ['GET /feed/new', newest] as const,
    queryFn: ({ signal }) => api('GET /feed/new', { newer: newest! }, { signal }),
    enabled: asks,
    refetchInterval: everyMs,
    staleTime: 5000,
  })
  const { refetch: countAgain } = counted

  const look = useCallback(async () => {
    if (!kept(source)) return
    if (newest === null) return void refetch()
    if (source.kind === 'mine') return void countAgain()
    const since = await ask(source, { newer: newest, limit: 20 }).catch(() => null)
    const fresh = since?.items.filter(post => !knowsPost(client, post.id)) ?? []
    if (fresh.length > 0) setCame(before => new Set([...before, ...fresh.map(post => post.id)]))
    // oxlint-disable-next-line react/exhaustive-deps -- `key` says all of the source
  }, [key, newest, client, countAgain, refetch])

  useEffect(() => {
    const back = () => !document.hidden && void look()
    document.addEventListener('visibilitychange', back)
    return () => document.removeEventListener('visibilitychange', back)
  }, [look])
  // A list kept from before may be old.
  useEffect(() => {
    if (Date.now() - query.dataUpdatedAt > everyMs) void look()
    // oxlint-disable-next-line react/exhaustive-deps -- once, when it is opened
  }, [key])

  const moving = posts.filter(post => post.poll && !post.poll.ended).slice(0, followed)
  const groups =
    source.kind === 'mine' ? [...new Set(posts.flatMap(post => (post.group ? [`group:${post.group.id}`] : [])))].slice(0, 8) : []
  useLive(
    [...topics, ...groups, ...moving.map(post => `post:${post.id}`)],
    (message: LiveMessage) => {
      const told = message as FeedMessage
      if (told.kind === 'counts') {
        if (knowsPost(client, told.id)) void renewPost(client, told.id)
      } else if (told.kind === 'post' && told.change === 'gone') {
        changePost(client, told.id, () => null)
        setCame(before => new Set([...before].filter(id => id !== told.id)))
      } else if (told.kind === 'post' && told.change === 'changed') {
        if (knowsPost(client, told.id)) void renewPost(client, told.id)
      } else if (told.kind === 'post' && kept(source)) {
        if (source.kind === 'mine') void countAgain()
        else if (!knowsPost(client, told.id)) setCame(before => new Set([...before, told.id]))
      }
    },
    () => void look(),
  )

  const take = async () => {
    if (taking) return
    setTaking(true)
    try {
      if (newest === null) {
        await refetch()
        return setCame(noneOf)
      }
      let from: string = newest
      let fresh: Post[] = []
      let more = true
      for (let turn = 0; more && turn < turns; turn++) {
        const since = await ask(source, { newer: from, limit: 50 })
        fresh = [...since.items, ...fresh]
        from = since.newest ?? from
        more = since.more
      }
      if (more) await refetch()
      else client.setQueryData<List>(options.queryKey, list => (list ? putBefore(list, fresh, from) : list))
      setCame(noneOf)
      if (asks) client.setQueryData(['GET /feed/new', from], { count: 0 })
    } finally {
      setTaking(false)
    }
  }
  const known = new Set(posts.map(post => post.id))
  const waiting = asks ? (counted.data?.count ?? 0) : [...came].filter(id => !known.has(id)).length
  return { query, posts, can: pages?.[0]?.can, waiting, taking, take }
}
