import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { EyeOff, Hourglass, MessageCircle, Pin, Share2 } from 'lucide-react'
import type { MouseEvent } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import { Face, Name } from './author.tsx'
import { ClipNote, ClipPlayer } from './clip.tsx'
import { MusicCard } from './music.tsx'
import { Pictures } from './pictures.tsx'
import { PollBox } from './poll.tsx'
import { inShort, type Post } from './post.ts'
import { PostMenu } from './post-menu.tsx'
import { PreviewCard } from './preview.tsx'
import { changePost } from './known.ts'
import { Given, ReactButton } from './reactions.tsx'
import { Rich } from './rich.tsx'
import { share } from './share.ts'
import { Ago, useAgo, useExact } from './when.tsx'

const action =
  'flex h-10 items-center gap-2 rounded-full px-3 text-[13px] font-medium text-muted transition-colors hover:bg-raised hover:text-ink focus-visible:rounded-full'

type CardProps = {
  post: Post
  /** Alone on its page: all of its text, and it leads nowhere. */
  whole?: boolean
  /** Says which group it is from. */
  placed?: boolean
  eager?: boolean
  onComment?: () => void
}

/** A post: edge to edge on a phone, a card on wide screens. A press beside its buttons opens it. */
export function PostCard({ post, whole, placed, eager, onComment }: CardProps) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const navigate = useNavigate()
  const ago = useAgo(post.at)
  const { clip, author } = post
  const open = (event: MouseEvent) => {
    const target = event.target as HTMLElement
    // What stands in dialogs over the page tells the card of its presses too.
    if (whole || !event.currentTarget.contains(target)) return
    const own = target.closest('a, button, input, textarea, label, [role=slider]')
    if (own && event.currentTarget.contains(own)) return
    if ((getSelection()?.toString() ?? '') !== '') return
    void navigate({ to: '/posts/$id', params: { id: post.id } })
  }
  const vote = async (options: number[]) => {
    const poll = await api('PUT /posts/:id/vote', { id: post.id, options })
    changePost(client, post.id, one => ({ ...one, poll }))
  }
  const place = post.group ?? null
  return (
    <article
      aria-label={t.feed.postOf(author.name)}
      data-post={post.id}
      onClick={open}
      className={cx(
        'relative border-line bg-surface max-sm:-mx-4 max-sm:border-b sm:rounded-lg sm:border',
        author.artist && 'max-sm:bg-accent-soft/45 sm:border-accent-mark/45 sm:shadow-lift',
        !whole && 'cursor-pointer',
      )}
    >
      {post.pinned ? (
        <p className="flex items-center gap-1.5 px-4 pt-3 text-xs font-semibold text-accent-ink sm:px-5">
          <Pin size={13} fill="currentColor" aria-hidden />
          {t.feed.pinned}
        </p>
      ) : null}
      <header className={cx('flex items-center gap-3 px-4 sm:px-5', post.pinned ? 'pt-2' : 'pt-4')}>
        <Face author={author} size={44} />
        <div className="min-w-0 flex-1">
          <Name author={author} />
          <p className="flex min-w-0 items-center gap-1.5 text-[13px] text-muted">
            {whole ? (
              <Ago at={post.at} />
            ) : (
              <Link
                to="/posts/$id"
                params={{ id: post.id }}
                aria-label={t.feed.open(author.name, ago)}
                className="shrink-0 hover:text-ink hover:underline"
              >
                <Ago at={post.at} />
              </Link>
            )}
            {post.editedAt ? <Edited at={post.editedAt} /> : null}
            {placed && place ? (
              <>
                <span aria-hidden>·</span>
                <Link to="/groups/$id" params={{ id: place.handle }} className="truncate hover:text-ink hover:underline">
                  {place.name}
                </Link>
              </>
            ) : null}
          </p>
        </div>
        <PostMenu post={post} />
      </header>
      {post.hidden ? (
        <p className="mx-4 mt-3 flex items-start gap-2 rounded-sm bg-held-soft px-3 py-2 text-[13px] text-held sm:mx-5">
          {post.hidden === 'held' ? (
            <Hourglass size={15} aria-hidden className="mt-0.5 shrink-0" />
          ) : (
            <EyeOff size={15} aria-hidden className="mt-0.5 shrink-0" />
          )}
          {post.hidden === 'held' ? t.feed.held : t.feed.hidden}
        </p>
      ) : null}
      {post.parts.length > 0 ? (
        <div className="px-4 pt-3 sm:px-5">
          <Rich
            parts={post.parts}
            group={place?.handle}
            whole={whole}
            className={cx('leading-[1.65]', post.text.length < 60 && post.pictures.length === 0 ? 'text-base' : 'text-[15px]')}
          />
        </div>
      ) : null}
      {post.pictures.length > 0 ? (
        <div className="pt-3 sm:px-5">
          <Pictures pictures={post.pictures} by={author.name} {...(eager ? { eager } : {})} />
        </div>
      ) : null}
      <div className="flex flex-col gap-3 px-4 pt-3 empty:hidden sm:px-5">
        {clip ? (
          clip.state === 'ready' && clip.url ? (
            <ClipPlayer url={clip.url} durationMs={clip.durationMs ?? 0} peaks={clip.waveform.map(peak => peak / 255)} by={author.name} />
          ) : (
            <ClipNote failed={clip.state === 'failed'} />
          )
        ) : null}
        {post.poll ? <PollBox poll={post.poll} onVote={vote} label={t.feed.poll} /> : null}
        {post.music ? <MusicCard music={post.music} /> : null}
        {post.preview ? <PreviewCard preview={post.preview} /> : null}
      </div>
      <footer className="flex items-center gap-0.5 px-2 pt-1.5 pb-1.5 sm:px-3">
        <ReactButton post={post} />
        {whole ? (
          <button type="button" className={action} aria-label={t.feed.comments(post.comments)} onClick={onComment}>
            <CommentCount count={post.comments} artist={post.artistCommented} />
          </button>
        ) : (
          <Link
            to="/posts/$id"
            params={{ id: post.id }}
            hash="comments"
            className={action}
            aria-label={t.feed.comments(post.comments)}
            {...(post.artistCommented ? { title: t.feed.artistCommented } : {})}
          >
            <CommentCount count={post.comments} artist={post.artistCommented} />
          </Link>
        )}
        <button
          type="button"
          aria-label={t.feed.share}
          className={action}
          onClick={() => void share(t, `/posts/${post.id}`, inShort(post) || format.list([author.name]))}
        >
          <Share2 size={18} strokeWidth={1.9} aria-hidden />
        </button>
        <span className="ml-auto">
          <Given post={post} />
        </span>
      </footer>
    </article>
  )
}

function CommentCount({ count, artist }: { count: number; artist: boolean }) {
  const format = useFormat()
  return (
    <>
      <span className="relative">
        <MessageCircle size={20} strokeWidth={1.9} aria-hidden />
        {artist ? (
          <span aria-hidden className="absolute -top-0.5 -right-0.5 size-2 rounded-full bg-accent-mark ring-2 ring-surface" />
        ) : null}
      </span>
      {count > 0 ? <span className="tabular">{format.compact(count)}</span> : null}
    </>
  )
}

function Edited({ at }: { at: string }) {
  const t = useWords()
  const exact = useExact(at)
  return (
    <span className="shrink-0" {...(exact ? { title: t.feed.editedAt(exact) } : {})}>
      · {t.feed.edited}
    </span>
  )
}

/** As a post will stand: face, two lines, a picture. */
export const PostSkeleton = ({ picture }: { picture?: boolean }) => (
  <div aria-hidden className="border-line bg-surface p-4 max-sm:-mx-4 max-sm:border-b sm:rounded-lg sm:border sm:p-5">
    <div className="flex items-center gap-3">
      <div className="skeleton size-11 !rounded-full" />
      <div className="flex flex-1 flex-col gap-2">
        <div className="skeleton h-3.5 w-32" />
        <div className="skeleton h-3 w-20" />
      </div>
    </div>
    <div className="mt-4 flex flex-col gap-2.5">
      <div className="skeleton h-3.5 w-full" />
      <div className="skeleton h-3.5 w-3/5" />
    </div>
    {picture ? <div className="skeleton mt-4 aspect-[1.5] w-full !rounded-md" /> : null}
  </div>
)
