import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, EyeOff, Flag, Heart, Hourglass, Link2, Pencil, Trash2 } from 'lucide-react'
import { Suspense, useRef, useState } from 'react'
import { api } from '../api.ts'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import type { MenuEntry } from '../ui/menu-entry.ts'
import { Menu } from '../ui/menu.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Face, Name } from './author.tsx'
import { Pictures } from './pictures.tsx'
import type { Comment, Post, Thread } from './post.ts'
import { changeComment } from './known.ts'
import { repliesQuery } from './queries.ts'
import { Choice, useReact } from './reactions.tsx'
import { Rich } from './rich.tsx'
import { copyLink } from './share.ts'
import { Sign } from './signs.tsx'
import { Ago } from './when.tsx'

const ReportDialog = lazyWithWords(() => import('../moderation/report.tsx').then(module => module.ReportDialog), null, 'fans')

export type Target = { kind: 'reply'; parent: string; to: Comment } | { kind: 'edit'; comment: Comment }

type CommentProps = { comment: Comment; post: Post; onTarget: (target: Target) => void; marked?: boolean }

const small = 'rounded-sm px-1.5 py-1 text-[13px] font-medium text-muted hover:text-ink'

/** One comment or reply. */
export function CommentRow({ comment, post, onTarget, marked }: CommentProps) {
  const t = useWords()
  const format = useFormat()
  const [choosing, setChoosing] = useState(false)
  const held = useRef<ReturnType<typeof setTimeout>>(undefined)
  const rested = useRef(false)
  const react = useReact({ kind: 'comment', id: comment.id, post: post.id, reactions: comment.reactions, can: post.can.react })
  const reply = comment.parent !== null
  const { mine, total } = comment.reactions
  if (comment.deleted)
    return (
      <div className="flex items-center gap-3 py-2 text-muted">
        <span aria-hidden className={cx('shrink-0 rounded-full bg-raised', reply ? 'size-9' : 'size-11')} />
        <p>{t.feed.commentGone}</p>
      </div>
    )
  return (
    <article
      id={comment.id}
      aria-label={t.feed.commentOf(comment.author.name)}
      className={cx('flex gap-3 rounded-md py-2', marked && '-mx-2 bg-accent-soft px-2')}
    >
      <Face author={comment.author} size={reply ? 36 : 44} />
      <div className="min-w-0 flex-1">
        <div className="flex items-start gap-1">
          <div className="min-w-0 flex-1 pt-0.5">
            <Name author={comment.author} small />
          </div>
          <CommentMenu comment={comment} post={post} onEdit={() => onTarget({ kind: 'edit', comment })} />
        </div>
        {comment.hidden ? (
          <p className="mb-1 flex items-center gap-1.5 text-xs text-held">
            {comment.hidden === 'held' ? <Hourglass size={13} aria-hidden /> : <EyeOff size={13} aria-hidden />}
            {comment.hidden === 'held' ? t.feed.held : t.feed.hidden}
          </p>
        ) : null}
        {comment.parts.length > 0 ? <Rich parts={comment.parts} group={post.group?.handle} className="leading-relaxed" /> : null}
        {comment.picture ? (
          <div className="mt-2 max-w-60 overflow-hidden rounded-md">
            <Pictures pictures={[comment.picture]} by={comment.author.name} />
          </div>
        ) : null}
        <div className="relative mt-0.5 -ml-1.5 flex flex-wrap items-center gap-x-2">
          <span className="px-1.5 text-[13px] text-muted">
            <Ago at={comment.at} />
            {comment.editedAt ? ` · ${t.feed.edited}` : ''}
          </span>
          <button
            type="button"
            aria-pressed={mine !== null}
            aria-label={`${mine ? t.feed.reacted(t.feed.reactions[mine]) : t.feed.reactions.heart}${total > 0 ? `, ${t.feed.reactionTotal(format.number(total))}` : ''}`}
            onClick={() => rested.current || react(mine ?? 'heart')}
            onPointerDown={event => {
              rested.current = false
              if (event.pointerType === 'mouse') return
              held.current = setTimeout(() => {
                rested.current = true
                setChoosing(true)
              }, 380)
            }}
            onPointerUp={() => clearTimeout(held.current)}
            onPointerCancel={() => clearTimeout(held.current)}
            onContextMenu={event => rested.current && event.preventDefault()}
            onKeyDown={event => {
              if (event.key !== 'ArrowUp') return
              event.preventDefault()
              setChoosing(true)
            }}
            className={cx(small, 'flex min-h-8 touch-manipulation items-center gap-1.5 select-none', mine && 'text-ink')}
          >
            {mine ? <Sign kind={mine} size={17} /> : <Heart size={16} strokeWidth={1.9} aria-hidden />}
            {total > 0 ? <span className="tabular">{format.compact(total)}</span> : null}
          </button>
          {comment.can.reply ? (
            <button
              type="button"
              className={cx(small, 'min-h-8')}
              aria-label={t.feed.replyTo(comment.author.name)}
              onClick={() => onTarget({ kind: 'reply', parent: comment.parent ?? comment.id, to: comment })}
            >
              {t.feed.reply}
            </button>
          ) : null}
          {choosing ? <Choice mine={mine} onChoose={react} onClose={() => setChoosing(false)} /> : null}
        </div>
      </div>
    </article>
  )
}

function CommentMenu({ comment, post, onEdit }: { comment: Comment; post: Post; onEdit: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [open, setOpen] = useState<'delete' | 'report' | null>(null)
  const { can } = comment
  const drop = async () => {
    try {
      await api('DELETE /comments/:id', { id: comment.id })
    } catch (error) {
      return toast(faultText(t, error), { tone: 'bad' })
    }
    toast(t.feed.deleted)
    changeComment(client, post.id, comment.id, one => (one.replies > 0 ? { ...one, deleted: true } : null))
  }
  const entries: MenuEntry[] = [
    { kind: 'action', name: t.feed.copyLink, icon: Link2, run: () => void copyLink(t, `/posts/${post.id}?comment=${comment.id}`) },
    ...(can.edit ? [{ kind: 'action' as const, name: t.common.edit, icon: Pencil, run: onEdit }] : []),
    ...(can.report ? [{ kind: 'action' as const, name: t.feed.report, icon: Flag, run: () => setOpen('report') }] : []),
    ...(can.delete ? [{ kind: 'action' as const, name: t.feed.delete, icon: Trash2, danger: true, run: () => setOpen('delete') }] : []),
  ]
  return (
    <>
      <Menu
        label={t.feed.commentMenu(comment.author.name)}
        trigger={
          <IconButton size="sm" icon={Ellipsis} label={t.feed.commentMenu(comment.author.name)} tip={false} className="-mt-1 -mr-1" />
        }
        entries={entries}
      />
      <Suspense>
        {open === 'report' ? <ReportDialog kind="comment" subject={comment.id} open onOpenChange={is => is || setOpen(null)} /> : null}
      </Suspense>
      <Confirm
        open={open === 'delete'}
        onOpenChange={is => is || setOpen(null)}
        title={t.feed.deleteComment}
        body={t.feed.deleteCommentBody}
        action={t.feed.delete}
        onConfirm={drop}
      />
    </>
  )
}

/** A comment with what answers it: the first replies, the others when asked for. */
export function ThreadRow({
  thread,
  post,
  onTarget,
  marked,
}: {
  thread: Thread
  post: Post
  onTarget: (target: Target) => void
  marked?: string | undefined
}) {
  const t = useWords()
  const [all, setAll] = useState(false)
  const query = useInfiniteQuery({ ...repliesQuery(thread.id), enabled: all })
  const loaded = query.data?.pages.flatMap(page => page.items)
  // What was written since the others were asked for stands below them.
  const shown =
    all && loaded ? [...loaded, ...thread.firstReplies.filter(one => !loaded.some(other => other.id === one.id))] : thread.firstReplies
  const hidden = thread.replies - shown.length
  const busy = all && (query.isFetchingNextPage || query.isPending)
  return (
    <div>
      <CommentRow comment={thread} post={post} onTarget={onTarget} marked={marked === thread.id} />
      {thread.replies > 0 || shown.length > 0 ? (
        <div className="ml-5 border-l border-line pl-6 sm:ml-[21px] sm:pl-[34px]">
          {shown.map(reply => (
            <CommentRow key={reply.id} comment={reply} post={post} onTarget={onTarget} marked={marked === reply.id} />
          ))}
          {hidden > 0 && (!all || query.hasNextPage || query.isPending) ? (
            <button
              type="button"
              aria-busy={busy || undefined}
              disabled={busy}
              onClick={() => (all ? void query.fetchNextPage() : setAll(true))}
              className={cx(small, '-ml-1.5 min-h-9 text-accent-ink')}
            >
              {all ? t.feed.repliesMore : t.feed.replies(hidden)}
            </button>
          ) : null}
        </div>
      ) : null}
    </div>
  )
}
