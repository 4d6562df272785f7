import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { ArrowUp, LoaderCircle } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { PostCard, PostSkeleton } from './card.tsx'
import type { Source } from './queries.ts'
import { useList } from './use-list.ts'

/** How tall each post was when it was last on the screen, in px: a list that is opened again has its old length at once. */
const heights = new Map<string, number>()
const usual = 380
const useBrowserLayout = import.meta.env.SSR ? useEffect : useLayoutEffect

type ListProps = {
  source: Source
  /** Where the planet tells of new posts. */
  topics?: readonly string[]
  /** Posts say which group they are from. */
  placed?: boolean
  empty: ReactNode
}

/** Posts without end: only those in sight are drawn; older ones come as one goes down, newer ones wait behind a pill. */
export function PostList({ source, topics = [], placed, empty }: ListProps) {
  const t = useWords()
  const { query, posts, waiting, taking, take } = useList(source, topics)
  const box = useRef<HTMLDivElement>(null)
  const [offset, setOffset] = useState(0)
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  useBrowserLayout(() => {
    if (box.current) setOffset(box.current.getBoundingClientRect().top + scrollY)
  }, [posts.length > 0])
  // oxlint-disable-next-line react/incompatible-library -- nothing here is compiled; what it returns is used in this render only
  const virtual = useWindowVirtualizer({
    count: posts.length,
    estimateSize: index => heights.get(posts[index]!.id) ?? usual,
    getItemKey: index => posts[index]!.id,
    overscan: 4,
    scrollMargin: offset,
    // One may have gone down before the page was awake: what was sent is drawn first.
    initialOffset: 0,
    // The first look, before the window has been measured, and on the server.
    initialRect: { width: 1000, height: 1400 },
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? -1
  useEffect(() => {
    if (last >= posts.length - 4 && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [last, posts.length, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])

  if (query.isPending)
    return (
      <Loading className="flex flex-col sm:gap-3">
        <PostSkeleton picture />
        <PostSkeleton />
        <PostSkeleton picture />
      </Loading>
    )
  if (query.isError && posts.length === 0) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const show = async () => {
    scrollTo({ top: Math.min(scrollY, Math.max(0, offset - 140)), behavior: 'instant' })
    await take()
  }
  return (
    <section aria-label={t.feed.list} className="relative">
      <div aria-live="polite" className="pointer-events-none sticky top-18 z-10 -mb-px flex h-px justify-center">
        {waiting > 0 ? (
          <button
            type="button"
            onClick={() => void show()}
            className="animate-rise pointer-events-auto mt-2 flex h-10 items-center gap-2 rounded-full bg-accent px-5 font-semibold text-on-accent shadow-pop transition-colors hover:bg-accent-hover focus-visible:rounded-full"
          >
            {taking ? <LoaderCircle size={16} className="animate-spin" aria-hidden /> : <ArrowUp size={16} strokeWidth={2.4} aria-hidden />}
            {t.feed.new(waiting)}
          </button>
        ) : null}
      </div>
      {posts.length === 0 ? (
        empty
      ) : (
        <>
          <div
            ref={box}
            className="[overflow-anchor:none]"
            style={{
              paddingTop: Math.max(0, (items[0]?.start ?? offset) - offset),
              paddingBottom: Math.max(0, virtual.getTotalSize() - ((items.at(-1)?.end ?? offset) - offset)),
            }}
          >
            {items.map(item => {
              const post = posts[item.index]
              if (!post) return null
              return (
                <div
                  key={item.key}
                  data-index={item.index}
                  ref={element => {
                    virtual.measureElement(element)
                    if (element) heights.set(post.id, element.offsetHeight)
                  }}
                  className="sm:pb-3"
                >
                  <PostCard post={post} placed={placed} eager={item.index < 2} />
                </div>
              )
            })}
          </div>
          {isFetchingNextPage ? (
            <Loading>
              <PostSkeleton />
            </Loading>
          ) : isFetchNextPageError ? (
            <p className="flex justify-center py-6">
              <Button look="quiet" onClick={() => void fetchNextPage()}>
                {t.common.retry}
              </Button>
            </p>
          ) : hasNextPage ? (
            // Without a script, or for those who do not scroll.
            <p className="flex justify-center py-6">
              <Button look="quiet" onClick={() => void fetchNextPage()}>
                {t.common.showMore}
              </Button>
            </p>
          ) : posts.length > 8 ? (
            <p className="py-8 text-center text-[13px] text-muted">{t.feed.end}</p>
          ) : null}
        </>
      )}
    </section>
  )
}
