import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Sheet } from '../ui/overlay.tsx'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import type { Post, ReactionKind } from './post.ts'
import { Sign } from './signs.tsx'

/** Who reacted to a post, all or one kind. */
export function Who({ post, onClose }: { post: Post; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const [kind, setKind] = useState<ReactionKind | undefined>()
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /posts/:id/reactions', { id: post.id, kind, total: post.reactions.total }] as const,
    queryFn: ({ pageParam, signal }) =>
      api('GET /posts/:id/reactions', { id: post.id, kind, ...(pageParam === '' ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
  const choice = (of: ReactionKind | undefined, count: number) => (
    <button
      key={of ?? 'all'}
      type="button"
      aria-pressed={kind === of}
      aria-label={of ? t.feed.reactionCount(t.feed.reactions[of], count) : t.feed.reactionTotal(format.number(count))}
      onClick={() => setKind(of)}
      className={cx(
        'flex h-9 shrink-0 items-center gap-1.5 rounded-full px-3 text-[13px] font-medium',
        kind === of ? 'bg-accent-soft text-accent-ink' : 'bg-raised text-muted hover:text-ink',
      )}
    >
      {of ? <Sign kind={of} size={18} /> : t.common.all}
      <span className="tabular">{format.compact(count)}</span>
    </button>
  )
  return (
    <Sheet open onOpenChange={open => open || onClose()} title={t.feed.reactionTotal(format.number(post.reactions.total))}>
      <div className="no-bar -mx-5 mb-3 flex gap-2 overflow-x-auto px-5 py-1">
        {choice(undefined, post.reactions.total)}
        {post.reactions.kinds.map(one => choice(one.kind, one.count))}
      </div>
      {error ? (
        <ErrorState error={error} compact onRetry={() => void refetch()} />
      ) : !data ? (
        <SkeletonRows rows={5} />
      ) : (
        <ul className="flex min-h-40 flex-col gap-1">
          {data.pages
            .flatMap(page => page.items)
            .map(one => (
              <li key={one.person} className="flex items-center gap-3 py-1.5">
                <span className="relative">
                  <Cover id={one.person} alt="" size={40} round className="size-10" />
                  <Sign kind={one.kind} size={18} className="absolute -right-1 -bottom-1" />
                </span>
                <span className="min-w-0 truncate font-medium">{one.name}</span>
                <span className="sr-only">{t.feed.reactions[one.kind]}</span>
              </li>
            ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-3">
          {t.common.showMore}
        </Button>
      ) : null}
    </Sheet>
  )
}
