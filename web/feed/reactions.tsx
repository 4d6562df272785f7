import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Heart, SmilePlus } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { useAllowed } from './allowed.ts'
import { ranked, reacted, reactionKinds, type Post, type ReactionKind, type Reactions } from './post.ts'
import { changeComment, changePost } from './known.ts'
import { Sign } from './signs.tsx'

const Who = lazy(() => import('./who.tsx').then(module => ({ default: module.Who })))

type Subject = { kind: 'post' | 'comment'; id: string; post: string; reactions: Reactions; can: boolean }

/** Gives, changes or takes back one's reaction: shown at once, taken back when the planet refuses. */
export function useReact({ kind: of, id, post, reactions, can }: Subject) {
  const t = useWords()
  const client = useQueryClient()
  const allowed = useAllowed()
  const show = (next: Reactions) =>
    of === 'post'
      ? changePost(client, id, one => ({ ...one, reactions: next }))
      : changeComment(client, post, id, one => ({ ...one, reactions: next }))
  const send = useMutation({
    mutationFn: (kind: ReactionKind | null) =>
      of === 'post' ? api('PUT /posts/:id/reaction', { id, kind }) : api('PUT /comments/:id/reaction', { id, kind }),
    onMutate: kind => {
      show(reacted(reactions, kind))
      return reactions
    },
    onSuccess: show,
    onError: (error, _kind, before) => {
      if (before) show(before)
      toast(faultText(t, error), { tone: 'bad' })
    },
    scope: { id: `react ${id}` },
  })
  return (kind: ReactionKind) => {
    if (allowed(can)) send.mutate(reactions.mine === kind ? null : kind)
  }
}

const action =
  'flex h-10 items-center gap-2 rounded-full px-3 text-[13px] font-medium transition-colors hover:bg-raised focus-visible:rounded-full'
/** So long a finger rests before the choice opens, in ms. */
const rest = 380

/** A press gives a heart (or takes one's reaction back); the choice of six opens by its own button, by resting a finger or with the arrow up. */
export function ReactButton({ post }: { post: Post }) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const react = useReact({ kind: 'post', id: post.id, post: post.id, reactions: post.reactions, can: post.can.react })
  const held = useRef<ReturnType<typeof setTimeout>>(undefined)
  const rested = useRef(false)
  const { mine } = post.reactions
  const press = () => {
    if (rested.current) return
    react(mine ?? 'heart')
  }
  return (
    <div className="relative flex items-center">
      <button
        type="button"
        aria-pressed={mine !== null}
        aria-label={mine ? t.feed.reacted(t.feed.reactions[mine]) : t.feed.reactions.heart}
        onClick={press}
        onPointerDown={event => {
          rested.current = false
          if (event.pointerType === 'mouse') return
          held.current = setTimeout(() => {
            rested.current = true
            setOpen(true)
          }, rest)
        }}
        onPointerUp={() => clearTimeout(held.current)}
        onPointerCancel={() => clearTimeout(held.current)}
        onContextMenu={event => rested.current && event.preventDefault()}
        onKeyDown={event => {
          if (event.key !== 'ArrowUp') return
          event.preventDefault()
          setOpen(true)
        }}
        className={cx(action, 'touch-manipulation select-none', mine ? 'text-ink' : 'text-muted hover:text-ink')}
      >
        {mine ? <Sign key={mine} kind={mine} size={21} className="animate-rise" /> : <Heart size={20} strokeWidth={1.9} aria-hidden />}
      </button>
      <button
        type="button"
        aria-haspopup="true"
        aria-expanded={open}
        aria-label={t.feed.react}
        onClick={() => setOpen(!open)}
        className={cx(action, '-ml-1 px-2 text-muted hover:text-ink')}
      >
        <SmilePlus size={18} strokeWidth={1.9} aria-hidden />
      </button>
      {open ? <Choice mine={mine} onChoose={react} onClose={() => setOpen(false)} /> : null}
    </div>
  )
}

/** The six, in a row over the button. */
export function Choice({
  mine,
  onChoose,
  onClose,
}: {
  mine: ReactionKind | null
  onChoose: (kind: ReactionKind) => void
  onClose: () => void
}) {
  const t = useWords()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null
    box.current?.querySelector<HTMLElement>(mine ? '[aria-pressed=true]' : 'button')?.focus({ preventScroll: true })
    const away = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) onClose()
    }
    // The press that opened it does not close it.
    const later = setTimeout(() => document.addEventListener('pointerdown', away))
    return () => {
      clearTimeout(later)
      document.removeEventListener('pointerdown', away)
      before?.focus({ preventScroll: true })
    }
    // oxlint-disable-next-line react/exhaustive-deps -- opened once, closed once
  }, [])
  const keys = (event: KeyboardEvent) => {
    const all = [...(box.current?.querySelectorAll('button') ?? [])]
    const at = all.indexOf(document.activeElement as HTMLButtonElement)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (event.key === 'Escape') {
      event.stopPropagation()
      onClose()
    } else if (to !== undefined) {
      event.preventDefault()
      all[(to + all.length) % all.length]?.focus()
    }
  }
  return (
    <div
      ref={box}
      role="group"
      aria-label={t.feed.react}
      onKeyDown={keys}
      className="animate-rise absolute bottom-full left-0 z-10 mb-1 flex rounded-full border border-line bg-surface p-1 shadow-pop"
    >
      {reactionKinds.map(kind => (
        <button
          key={kind}
          type="button"
          aria-pressed={kind === mine}
          aria-label={t.feed.reactions[kind]}
          title={t.feed.reactions[kind]}
          onClick={() => {
            onChoose(kind)
            onClose()
          }}
          className="grid size-11 place-items-center rounded-full transition-transform duration-120 hover:scale-115 hover:bg-raised focus-visible:rounded-full aria-pressed:bg-accent-soft"
        >
          <Sign kind={kind} size={26} />
        </button>
      ))}
    </div>
  )
}

/** The kinds most given, one over the other, and how many in all; a press tells who. */
export function Given({ post }: { post: Post }) {
  const t = useWords()
  const format = useFormat()
  const allowed = useAllowed()
  const [open, setOpen] = useState(false)
  const { total } = post.reactions
  if (total === 0) return null
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={t.feed.reactionTotal(format.number(total))}
        onClick={() => allowed() && setOpen(true)}
        className={cx(action, 'gap-1.5 px-2 text-muted hover:text-ink')}
      >
        <span className="flex -space-x-1">
          {ranked(post.reactions)
            .slice(0, 3)
            .map(kind => (
              <Sign key={kind} kind={kind} size={18} className="rounded-full ring-2 ring-surface" />
            ))}
        </span>
        <span className="tabular">{format.compact(total)}</span>
      </button>
      {open ? (
        <Suspense>
          <Who post={post} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  )
}
