import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Eye, EyeOff, Flag, MoreHorizontal, Pin, PinOff, Reply, Undo2 } from 'lucide-react'
import { lazy, Suspense, useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { Ago } from '../feed/when.tsx'
import { useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { TextArea } from '../ui/field.tsx'
import type { MenuEntry } from '../ui/menu-entry.ts'
import { Menu } from '../ui/menu.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { faultText, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import type { Letter } from './queries.ts'

const ReportDialog = lazy(() => import('../moderation/report.tsx').then(module => ({ default: module.ReportDialog })))

/** A letter as its writer, the artist's side or the group sees it. */
export function LetterCard({ letter }: { letter: Letter }) {
  const t = useWords()
  const client = useQueryClient()
  const [open, setOpen] = useState<'answer' | 'back' | 'report' | null>(null)
  const change = useMutation({
    mutationFn: (what: 'read' | { shown: boolean; pinned?: boolean } | { mayShow: boolean }) =>
      what === 'read'
        ? api('POST /letters/:id/read', { id: letter.id })
        : 'shown' in what
          ? api('POST /letters/:id/show', { id: letter.id, ...what })
          : api('PATCH /letters/:id', { id: letter.id, ...what }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['GET /groups/:id/letters'] }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const takeBack = async () => {
    try {
      await api('DELETE /letters/:id', { id: letter.id })
      toast(t.groups.letterBack)
    } catch (error) {
      toast(faultText(t, error), { tone: 'bad' })
    }
    await client.invalidateQueries({ queryKey: ['GET /groups/:id/letters'] })
  }
  const artist = letter.can.answer
  const entries: MenuEntry[] = [
    ...(artist && letter.mayShow
      ? ([
          {
            kind: 'action',
            name: letter.shown ? t.groups.hideIt : t.groups.showIt,
            icon: letter.shown ? EyeOff : Eye,
            run: () => change.mutate({ shown: !letter.shown }),
          },
          {
            kind: 'action',
            name: letter.pinned ? t.groups.unpin : t.groups.pin,
            icon: letter.pinned ? PinOff : Pin,
            run: () => change.mutate({ shown: true, pinned: !letter.pinned }),
          },
        ] as const)
      : []),
    ...(letter.mine
      ? ([
          {
            kind: 'action',
            name: letter.mayShow ? t.groups.hideIt : t.groups.mayShow,
            icon: letter.mayShow ? EyeOff : Eye,
            run: () => change.mutate({ mayShow: !letter.mayShow }),
          },
          { kind: 'action', name: t.groups.takeLetterBack, icon: Undo2, danger: true, run: () => setOpen('back') },
        ] as const)
      : []),
    ...(letter.can.report ? [{ kind: 'action' as const, name: t.groups.report, icon: Flag, run: () => setOpen('report') }] : []),
  ]
  return (
    <li className="rounded-lg border border-line bg-surface p-4 sm:p-5">
      <header className="mb-3 flex items-center gap-3">
        <Cover id={letter.from.id} alt="" size={40} round className="size-10 shrink-0" />
        <div className="min-w-0 flex-1">
          <p className="truncate font-semibold">{letter.from.name}</p>
          <p className="text-xs text-muted">
            {letter.from.level > 0 ? `${t.groups.level(letter.from.level)} · ` : ''}
            <Ago at={letter.at} />
          </p>
        </div>
        {letter.pinned ? (
          <Tag tone="accent">{t.groups.pinned}</Tag>
        ) : letter.shown && (artist || letter.mine) ? (
          <Tag tone="ion">{t.groups.letterShown}</Tag>
        ) : null}
        {letter.hidden ? <Tag tone="bad">{t.groups.letterHidden}</Tag> : null}
        {entries.length > 0 ? (
          <Menu
            label={t.common.moreActions}
            trigger={<IconButton size="sm" icon={MoreHorizontal} label={t.common.moreActions} />}
            entries={entries}
          />
        ) : null}
      </header>
      <p className="max-w-[70ch] leading-relaxed break-words whitespace-pre-line">{letter.text}</p>
      {letter.answer ? (
        <blockquote className="mt-4 border-l-2 border-accent-mark pl-4">
          <p className="text-xs font-semibold text-accent-ink">
            {t.groups.answerFrom} · <Ago at={letter.answer.at} />
          </p>
          <p className="mt-1 max-w-[70ch] leading-relaxed break-words whitespace-pre-line">{letter.answer.text}</p>
        </blockquote>
      ) : letter.mine ? (
        <p className="mt-3 text-xs text-muted">{letter.read ? t.groups.letterRead : t.groups.letterUnread}</p>
      ) : null}
      {artist ? (
        open === 'answer' ? (
          <Answer letter={letter} onClose={() => setOpen(null)} />
        ) : (
          <div className="mt-4 flex flex-wrap gap-2">
            <Button look={letter.answer ? 'plain' : 'quiet'} size="sm" icon={Reply} onClick={() => setOpen('answer')}>
              {letter.answer ? t.groups.answerEdit : t.groups.answer}
            </Button>
            {letter.read ? null : (
              <Button look="plain" size="sm" busy={change.isPending} onClick={() => change.mutate('read')}>
                {t.groups.letterRead}
              </Button>
            )}
          </div>
        )
      ) : null}
      <Confirm
        open={open === 'back'}
        onOpenChange={next => setOpen(next ? 'back' : null)}
        title={t.groups.takeLetterBack}
        body={t.groups.takeLetterBackSure}
        action={t.groups.takeLetterBack}
        onConfirm={takeBack}
      />
      {open === 'report' ? (
        <Suspense>
          <ReportDialog kind="letter" subject={letter.id} open onOpenChange={next => setOpen(next ? 'report' : null)} />
        </Suspense>
      ) : null}
    </li>
  )
}

function Answer({ letter, onClose }: { letter: Letter; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [text, setText] = useState(letter.answer?.text ?? '')
  const save = useMutation({
    mutationFn: () => api('POST /letters/:id/answer', { id: letter.id, text: text.trim() }),
    onSuccess: async () => {
      toast(t.groups.answered, { tone: 'good' })
      onClose()
      await client.invalidateQueries({ queryKey: ['GET /groups/:id/letters'] })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit} className="mt-4 flex flex-col gap-3">
      <TextArea
        label={t.groups.answer}
        rows={4}
        maxLength={3000}
        autoFocus
        value={text}
        error={save.error ? faultText(t, save.error) : undefined}
        onChange={event => setText(event.target.value)}
      />
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          {t.common.cancel}
        </Button>
        <Button type="submit" busy={save.isPending} disabled={text.trim() === ''}>
          {t.groups.answer}
        </Button>
      </div>
    </form>
  )
}
