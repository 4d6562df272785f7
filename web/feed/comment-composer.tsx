import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ImagePlus, SendHorizontal, X } from 'lucide-react'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { api } from '../api.ts'
import { groupQuery } from '../groups/queries.ts'
import { useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import type { Me } from '../shell/me.ts'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Switch } from '../ui/field.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { useAllowed } from './allowed.ts'
import { problemCode, useAttaching } from './attach.ts'
import type { Target } from './comment.tsx'
import { draftOf, dropDraft, emptyDraft, keepDraft } from './draft.ts'
import { useFoot } from './foot.ts'
import { MentionArea } from './mention-area.tsx'
import { toDraft, toWire, type Named } from './mentions.ts'
import { mostComment, type Comment, type Picture, type Post } from './post.ts'
import { changeComment, changePost, showComment } from './known.ts'

type Props = {
  post: Post
  me: Me | null
  area: RefObject<HTMLTextAreaElement | null>
  target: Target | null
  onDone: () => void
}

const bar = 'z-20 border-t border-line bg-surface px-3 py-2 max-sm:fixed max-sm:inset-x-0 sm:sticky sm:rounded-t-md sm:border-x'

/** A reply to a reply stands below the same comment: it names whom it answers. */
function answering(draft: { text: string; named: Named }, to: Comment): { text: string; named: Named } {
  const { id, page, name } = to.author
  const person = id ?? page?.id
  if (to.parent === null || person === undefined || draft.text.includes(`@${name}`)) return draft
  return { text: `@${name} ${draft.text}`, named: { ...draft.named, [name]: person } }
}

/** One line that grows, kept above the player: a comment, a reply, or a comment being changed. */
export function CommentComposer({ post, me, area, target, onDone }: Props) {
  const t = useWords()
  const client = useQueryClient()
  const allowed = useAllowed()
  const foot = useFoot()
  const editing = target?.kind === 'edit' ? target.comment : null
  const reply = target?.kind === 'reply' ? target : null
  const [draft, setDraft] = useState(() =>
    editing ? toDraft(editing.parts) : reply ? answering(draftOf(post.id), reply.to) : { text: '', named: {} as Named },
  )
  const [picture, setPicture] = useState<Picture | null>(null)
  const [id, setId] = useState(() => newClientId('cmt'))
  const [asArtist, setAsArtist] = useState(true)
  const input = useRef<HTMLInputElement>(null)
  const handle = post.group?.handle
  const group = useQuery({ ...groupQuery(handle ?? ''), enabled: handle !== undefined && me !== null }).data
  const voice = group?.you.artist ? (group.page?.name ?? null) : null
  const attach = useAttaching<Picture>(upload => api('POST /posts/pictures', { upload }), setPicture)
  const coming = attach.items[0]
  const write = (text: string, named: Named) => {
    setDraft({ text, named })
    if (!editing) keepDraft(post.id, { ...emptyDraft, text, named })
  }
  useEffect(() => {
    if (target) area.current?.focus()
  }, [target, area])

  const text = draft.text.trim()
  const busy = coming !== undefined && coming.problem === null
  const send = useMutation({
    mutationFn: () =>
      editing
        ? api('PATCH /comments/:id', { id: editing.id, text: toWire(text, draft.named) })
        : api('POST /posts/:id/comments', {
            id: post.id,
            comment: id,
            parent: reply?.parent ?? null,
            text: toWire(text, draft.named),
            picture: picture?.id ?? null,
            asArtist: voice !== null && asArtist,
          }),
    onSuccess: made => {
      if (editing) changeComment(client, post.id, made.id, one => ({ ...one, ...made }))
      else {
        showComment(client, post.id, made, true)
        changePost(client, post.id, one => ({ ...one, comments: one.comments + 1 }))
        setDraft({ text: '', named: {} })
        setPicture(null)
        setId(newClientId('cmt'))
        dropDraft(post.id)
        if (made.hidden === 'held') toast(t.feed.publishedHeld)
      }
      onDone()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const ready = (text !== '' || picture !== null) && text.length <= mostComment && !busy
  const publish = () => {
    if (ready && !send.isPending && allowed(post.can.comment || editing !== null)) send.mutate()
  }
  if (!me || (!post.can.comment && !editing))
    return (
      <div className={cx(bar, foot)}>
        <button
          type="button"
          onClick={() => allowed(post.can.comment)}
          className="h-11 w-full rounded-full bg-raised px-5 text-left text-muted hover:text-ink focus-visible:rounded-full"
        >
          {me ? t.feed.joinFirst : t.feed.signInFirst}
        </button>
      </div>
    )
  return (
    <form
      aria-label={t.feed.comment}
      onSubmit={event => {
        event.preventDefault()
        publish()
      }}
      className={cx(bar, foot)}
    >
      {target ? (
        <p className="flex items-center gap-1 pl-2 text-[13px] text-muted">
          <span className="min-w-0 flex-1 truncate">{editing ? t.common.edit : t.feed.replyTo(reply!.to.author.name)}</span>
          <IconButton size="sm" icon={X} label={editing ? t.common.cancel : t.feed.replyStop} tip={false} onClick={onDone} />
        </p>
      ) : null}
      {voice && !editing ? (
        <div className="px-2 pb-2 text-[13px]">
          <Switch label={t.feed.asArtist(voice)} checked={asArtist} onChange={event => setAsArtist(event.target.checked)} />
        </div>
      ) : null}
      {picture || coming ? (
        <div className="flex items-center gap-3 px-2 pb-2">
          {picture ? (
            <img src={picture.small} alt={picture.alt} width={64} height={64} className="size-16 rounded-sm object-cover" />
          ) : coming?.preview ? (
            <img src={coming.preview} alt="" width={64} height={64} className="size-16 rounded-sm object-cover opacity-50" />
          ) : null}
          <p role="status" className={cx('min-w-0 flex-1 text-[13px]', coming?.problem ? 'text-danger' : 'text-muted')}>
            {coming ? (coming.problem ? faultText(t, problemCode(coming.problem)) : t.feed.preparing) : ''}
          </p>
          <IconButton
            size="sm"
            icon={X}
            label={t.feed.removePicture(1)}
            tip={false}
            onClick={() => (coming ? attach.remove(coming.key) : setPicture(null))}
          />
        </div>
      ) : null}
      <div className="flex items-end gap-1.5">
        <Cover id={me.id} alt="" size={36} round className="mb-1 size-9 shrink-0" />
        <div className="flex min-w-0 flex-1 items-end rounded-[22px] bg-raised">
          <MentionArea
            label={t.feed.comment}
            value={draft.text}
            named={draft.named}
            onChange={write}
            group={post.group?.id}
            up
            area={area}
            placeholder={t.feed.commentPlaceholder}
            className="max-h-40 min-h-11 overflow-y-auto px-4 py-2.5 text-base sm:text-[15px]"
            // What was begun before is there again when one goes on.
            onFocus={() => draft.text === '' && !editing && setDraft(draftOf(post.id))}
            onKeyDown={event => {
              if (event.key === 'Escape' && target) onDone()
              // Enter sends where there is a keyboard; a finger has its own button, and lines of its own.
              const sends = event.ctrlKey || event.metaKey || (!event.shiftKey && matchMedia('(pointer: fine)').matches)
              if (event.key !== 'Enter' || !sends || event.nativeEvent.isComposing) return
              event.preventDefault()
              publish()
            }}
          />
          {editing ? null : (
            <IconButton icon={ImagePlus} label={t.feed.addPictures} tip={false} className="mb-0.5" onClick={() => input.current?.click()} />
          )}
        </div>
        <button
          type="submit"
          aria-label={t.feed.send}
          disabled={!ready || send.isPending}
          className="grid size-11 shrink-0 place-items-center rounded-full bg-accent text-on-accent transition-opacity focus-visible:rounded-full disabled:opacity-40"
        >
          <SendHorizontal size={19} aria-hidden />
        </button>
      </div>
      {text.length > mostComment ? (
        <p role="alert" className="px-3 pt-1 text-xs font-medium text-danger">
          {t.feed.tooLong(text.length - mostComment)}
        </p>
      ) : null}
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp,image/avif,image/gif"
        hidden
        aria-label={t.feed.addPictures}
        onChange={event => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (!file) return
          for (const one of attach.items) attach.remove(one.key)
          setPicture(null)
          attach.add([file])
        }}
      />
    </form>
  )
}
