import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { entriesQuery, refresh, type Entry, type Playlist } from './queries.ts'
import { applyMove } from './selection.ts'

type Pages = InfiniteData<Ok<'GET /playlists/:id/entries'>, string>
const none: readonly Entry[] = []

/** All entries of a playlist, fetched part by part until the last one is there. */
export function useEntries(id: string, invite: string | undefined) {
  const query = useInfiniteQuery(entriesQuery(id, invite))
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = query
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isError, fetchNextPage])
  const entries = useMemo(() => query.data?.pages.flatMap(page => page.items) ?? none, [query.data])
  return { entries, isPending: query.isPending, error: query.error, refetch: query.refetch, complete: !hasNextPage }
}

const everyMs = 5000
/** What others change appears: while the page is seen, it asks every few seconds whether the version is still the one it shows. */
export function useLive(list: Playlist): void {
  const client = useQueryClient()
  const shared = list.role === null || list.collaborative
  const { data } = useQuery({
    ...read('GET /playlists/:id/version', { id: list.id, since: list.version }),
    enabled: shared && !list.smart && !list.invited,
    refetchInterval: everyMs,
    staleTime: everyMs,
  })
  const seen = useRef(list.version)
  useEffect(() => {
    if (data && data.changed && data.version > seen.current) {
      seen.current = data.version
      void refresh(client, list.id)
    }
  }, [data, client, list.id])
}

/** What one does to entries: shown at once, told to the planet, taken back when it refuses. */
export function useEntryActions(list: Playlist) {
  const t = useWords()
  const client = useQueryClient()
  const { queryKey } = entriesQuery(list.id)
  const change = (next: (entries: Entry[]) => Entry[]) =>
    client.setQueryData<Pages>(queryKey, old =>
      old
        ? { pages: [{ items: next(old.pages.flatMap(page => page.items)), next: old.pages.at(-1)?.next ?? null }], pageParams: [''] }
        : old,
    )
  const settle = () => refresh(client, list.id)
  const failed = (error: unknown) => {
    toast(faultText(t, error), { tone: 'bad' })
    void settle()
  }
  const move = useMutation({
    mutationFn: (move: { entries: string[]; after: string | null }) => api('POST /playlists/:id/entries/move', { id: list.id, ...move }),
    onMutate: async ({ entries, after }) => {
      await client.cancelQueries({ queryKey })
      change(all => {
        const byId = new Map(all.map(entry => [entry.id, entry]))
        return applyMove([...byId.keys()], entries, after).flatMap(id => byId.get(id) ?? [])
      })
    },
    onError: failed,
    onSuccess: settle,
  })
  const restore = useMutation({
    mutationFn: (entries: string[]) => api('POST /playlists/:id/entries/restore', { id: list.id, entries }),
    onError: failed,
    onSuccess: settle,
  })
  const remove = useMutation({
    mutationFn: (entries: string[]) => api('POST /playlists/:id/entries/remove', { id: list.id, entries }),
    onMutate: async entries => {
      await client.cancelQueries({ queryKey })
      const gone = new Set(entries)
      change(all => all.filter(entry => !gone.has(entry.id)))
    },
    onError: failed,
    onSuccess: (_, entries) => {
      toast(t.playlists.removed(entries.length), { action: { label: t.common.undo, run: () => restore.mutate(entries) } })
      return settle()
    },
  })
  return { move: move.mutate, remove: remove.mutate }
}
