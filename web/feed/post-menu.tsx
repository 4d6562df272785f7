import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { Ellipsis, Flag, Link2, MessageCircleOff, MessageCircle, Pencil, Pin, PinOff, ShieldAlert, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import type { MenuEntry } from '../ui/menu-entry.ts'
import { Menu } from '../ui/menu.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import type { Post } from './post.ts'
import { changePost, renewLists } from './known.ts'
import { copyLink } from './share.ts'

const Composer = lazy(() => import('./composer.tsx').then(module => ({ default: module.Composer })))
const ReportDialog = lazyWithWords(() => import('../moderation/report.tsx').then(module => module.ReportDialog), null, 'fans')

/** What one may do with a post besides taking part: only what is allowed is offered. */
export function PostMenu({ post }: { post: Post }) {
  const t = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const here = useRouterState({ select: state => state.location.pathname })
  const [open, setOpen] = useState<'edit' | 'delete' | 'report' | null>(null)
  const failed = (error: unknown) => toast(faultText(t, error), { tone: 'bad' })
  const pin = useMutation({
    mutationFn: () => (post.pinned ? api('DELETE /posts/:id/pin', { id: post.id }) : api('PUT /posts/:id/pin', { id: post.id })),
    onSuccess: async next => {
      changePost(client, post.id, () => next)
      toast(next.pinned ? t.feed.pinnedNow : t.feed.unpinnedNow, { tone: 'good' })
      await renewLists(client)
    },
    onError: failed,
  })
  const close = useMutation({
    mutationFn: () => api('PATCH /posts/:id', { id: post.id, commentsClosed: !post.commentsClosed }),
    onSuccess: next => {
      changePost(client, post.id, () => next)
      toast(next.commentsClosed ? t.feed.closedNow : t.feed.openedNow, { tone: 'good' })
    },
    onError: failed,
  })
  const drop = async () => {
    try {
      await api('DELETE /posts/:id', { id: post.id })
    } catch (error) {
      return failed(error)
    }
    toast(t.feed.deleted)
    if (here === `/posts/${post.id}`)
      await (post.group ? navigate({ to: '/groups/$id', params: { id: post.group.handle } }) : navigate({ to: '/feed' }))
    changePost(client, post.id, () => null)
  }
  const { can } = post
  const entries: MenuEntry[] = [
    { kind: 'action', name: t.feed.copyLink, icon: Link2, run: () => void copyLink(t, `/posts/${post.id}`) },
    ...(can.pin
      ? [
          {
            kind: 'action' as const,
            name: post.pinned ? t.feed.unpin : t.feed.pin,
            icon: post.pinned ? PinOff : Pin,
            run: () => pin.mutate(),
          },
        ]
      : []),
    ...(can.close
      ? [
          {
            kind: 'action' as const,
            name: post.commentsClosed ? t.feed.openComments : t.feed.closeComments,
            icon: post.commentsClosed ? MessageCircle : MessageCircleOff,
            run: () => close.mutate(),
          },
        ]
      : []),
    ...(can.edit ? [{ kind: 'action' as const, name: t.common.edit, icon: Pencil, run: () => setOpen('edit') }] : []),
    ...(can.report || can.delete || can.moderate ? [{ kind: 'line' as const }] : []),
    ...(can.moderate && post.group
      ? [
          {
            kind: 'link' as const,
            name: t.feed.moderate,
            icon: ShieldAlert,
            to: '/studio/groups/$id/moderation',
            params: { id: post.group.handle },
          },
        ]
      : []),
    ...(can.report ? [{ kind: 'action' as const, name: t.feed.report, icon: Flag, run: () => setOpen('report') }] : []),
    ...(can.delete ? [{ kind: 'action' as const, name: t.feed.delete, icon: Trash2, danger: true, run: () => setOpen('delete') }] : []),
  ]
  const shut = () => setOpen(null)
  return (
    <>
      <Menu
        label={t.feed.menu(post.author.name)}
        trigger={<IconButton icon={Ellipsis} label={t.feed.menu(post.author.name)} tip={false} className="-mr-2" />}
        entries={entries}
      />
      <Suspense>
        {open === 'edit' ? <Composer post={post} place={null} onClose={shut} /> : null}
        {open === 'report' ? <ReportDialog kind="post" subject={post.id} open onOpenChange={is => is || shut()} /> : null}
      </Suspense>
      <Confirm
        open={open === 'delete'}
        onOpenChange={is => is || shut()}
        title={t.feed.deleteTitle}
        body={t.feed.deleteBody}
        action={t.feed.delete}
        onConfirm={drop}
      />
    </>
  )
}
