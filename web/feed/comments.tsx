import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { MessageCircleOff } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { FeedMessage } from '../../shared/feed.ts'
import { api, asApiError, read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { useMe } from '../shell/me.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import { ThreadRow, type Target } from './comment.tsx'
import { CommentComposer } from './comment-composer.tsx'
import type { Post, Thread } from './post.ts'
import { changeComment, changePost, renewPost, showComment } from './known.ts'
import { commentsQuery, type Sort } from './queries.ts'

const sorts = ['top', 'new', 'old'] as const

/** All that is said below a post, and the place to say something oneself, always at hand. Others' words come in live. */
export function Comments({ post, marked, onGone }: { post: Post; marked?: string | undefined; onGone: () => void }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const me = useMe()
  const [sort, setSort] = useState<Sort>('top')
  const [target, setTarget] = useState<Target | null>(null)
  const [unseen, setUnseen] = useState(0)
  const area = useRef<HTMLTextAreaElement>(null)
  const query = useInfiniteQuery(commentsQuery(post.id, sort))
  const threads = query.data?.pages.flatMap(page => page.items) ?? []
  const linked = useQuery({
    ...read('GET /comments/:id', { id: marked ?? '' }),
    enabled: marked !== undefined,
    retry: false,
  }).data
  // What a link leads to stands first, with the comment that it answers.
  const root = useQuery({
    ...read('GET /comments/:id', { id: linked?.parent ?? '' }),
    enabled: Boolean(linked?.parent),
    retry: false,
  }).data
  const first = linked?.post === post.id ? (linked.parent === null ? linked : root) : undefined
  const shown = first ? [withReply(first, linked), ...threads.filter(one => one.id !== first.id)] : threads
  useEffect(() => {
    if (first && marked) document.getElementById(marked)?.scrollIntoView({ block: 'center' })
  }, [first, marked])

  useLive(
    [`post:${post.id}`],
    message => {
      const told = message as FeedMessage
      if (told.kind === 'counts' || (told.kind === 'post' && told.change === 'changed')) return void renewPost(client, post.id)
      if (told.kind === 'post' && told.change === 'gone') {
        changePost(client, post.id, () => null)
        return onGone()
      }
      if (told.kind !== 'comment') return
      void api('GET /comments/:id', { id: told.id }).then(
        fresh => {
          if (told.change !== 'new') return changeComment(client, post.id, fresh.id, one => ({ ...one, ...fresh }))
          showComment(client, post.id, fresh, false)
          const late = sort !== 'new' && query.hasNextPage && fresh.parent === null && !fresh.mine
          if (late) setUnseen(count => count + 1)
        },
        (error: unknown) => {
          if (asApiError(error).status === 404) changeComment(client, post.id, told.id, () => null)
        },
      )
    },
    () => {
      void renewPost(client, post.id)
      void query.refetch()
    },
  )
  const choose = (next: Sort) => {
    setUnseen(0)
    setSort(next)
  }
  return (
    <section id="comments" aria-label={t.feed.commentsTitle} className="scroll-mt-20 pt-5 max-sm:pb-16">
      <header className="flex min-h-10 items-center justify-between gap-3">
        <h2 className="text-base">
          {t.feed.commentsTitle}
          {post.comments > 0 ? <span className="tabular ml-2 font-medium text-muted">{format.number(post.comments)}</span> : null}
        </h2>
        {post.comments > 1 ? (
          <div role="group" aria-label={t.feed.sortLabel} className="flex rounded-full bg-raised p-0.5">
            {sorts.map(one => (
              <button
                key={one}
                type="button"
                aria-pressed={one === sort}
                onClick={() => choose(one)}
                className="h-8 rounded-full px-3 text-[13px] font-medium text-muted hover:text-ink focus-visible:rounded-full aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-lift"
              >
                {t.feed.sorts[one]}
              </button>
            ))}
          </div>
        ) : null}
      </header>
      <div aria-live="polite">
        {unseen > 0 ? (
          <Button look="quiet" size="sm" className="mt-2" onClick={() => choose('new')}>
            {t.feed.newComments(unseen)}
          </Button>
        ) : null}
      </div>
      <div className="min-h-32 py-2">
        {query.isPending ? (
          <SkeletonRows rows={4} />
        ) : query.isError && threads.length === 0 ? (
          <ErrorState error={query.error} compact onRetry={() => void query.refetch()} />
        ) : shown.length === 0 ? (
          <p className="py-8 text-center text-muted">{post.commentsClosed ? '' : t.feed.commentsNone}</p>
        ) : (
          <div className="flex flex-col gap-1">
            {shown.map(thread => (
              <ThreadRow key={thread.id} thread={thread} post={post} onTarget={setTarget} marked={marked} />
            ))}
          </div>
        )}
        {query.hasNextPage ? (
          <Button look="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()} className="mx-auto mt-4 flex">
            {t.feed.commentsMore}
          </Button>
        ) : null}
      </div>
      {post.commentsClosed && target?.kind !== 'edit' ? (
        <p className="flex items-center justify-center gap-2 border-t border-line py-5 text-muted">
          <MessageCircleOff size={17} aria-hidden />
          {t.feed.commentsClosed}
        </p>
      ) : (
        <CommentComposer
          key={target?.kind === 'edit' ? target.comment.id : (target?.to.id ?? 'new')}
          post={post}
          me={me}
          area={area}
          target={target}
          onDone={() => setTarget(null)}
        />
      )}
    </section>
  )
}

/** A thread with the reply that a link leads to, also when it is none of the first. */
const withReply = (thread: Thread, linked: Thread | undefined): Thread =>
  linked && linked.parent === thread.id && !thread.firstReplies.some(one => one.id === linked.id)
    ? { ...thread, firstReplies: [...thread.firstReplies, linked] }
    : thread
