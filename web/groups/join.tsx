import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { Check, Clock, LogOut, Plus } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Checkbox, TextArea } from '../ui/field.tsx'
import { Menu } from '../ui/menu.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { newId, refreshGroup, type Group } from './queries.ts'

type Props = { group: Group; invite?: string | undefined; className?: string }

/** Joins, asks to join, or shows that one is in; who is signed out is asked to sign in and comes back here. */
export function JoinButton({ group, invite, className }: Props) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const router = useRouter()
  const [asking, setAsking] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const failed = (error: unknown) => toast(faultText(t, error), { tone: 'bad' })
  const join = useMutation({
    mutationFn: () => api('POST /groups/:id/join', { id: group.id, ...(invite ? { invite } : {}) }),
    onSuccess: async next => {
      if (next.you.member) toast(t.groups.welcome(group.name), { tone: 'good' })
      await refreshGroup(client)
      await router.invalidate()
    },
    onError: failed,
  })
  const takeBack = useMutation({
    mutationFn: () => api('DELETE /groups/:id/join', { id: group.id }),
    onSuccess: () => {
      toast(t.groups.takenBack)
      return refreshGroup(client)
    },
    onError: failed,
  })
  const leave = async () => {
    try {
      await api('DELETE /groups/:id/membership', { id: group.id })
      toast(t.groups.left)
      await refreshGroup(client)
      await router.invalidate()
    } catch (error) {
      failed(error)
    }
  }
  const { you } = group
  if (you.member)
    return (
      <>
        <Menu
          label={t.groups.joined}
          trigger={
            <Button look="quiet" icon={Check} className={className}>
              {you.role === 'member' || you.role === null ? t.groups.joined : t.groups.roles[you.role]}
            </Button>
          }
          entries={[
            { kind: 'head', content: <p className="px-3 py-2 text-xs text-muted">{t.groups.level(you.level)}</p> },
            ...(you.role === 'owner'
              ? []
              : [{ kind: 'action' as const, name: t.groups.leave, icon: LogOut, danger: true, run: () => setLeaving(true) }]),
          ]}
        />
        <Confirm
          open={leaving}
          onOpenChange={setLeaving}
          title={t.groups.leave}
          body={t.groups.leaveSure(group.name)}
          action={t.groups.leave}
          onConfirm={leave}
        />
      </>
    )
  if (you.request)
    return (
      <Menu
        label={t.groups.waiting}
        trigger={
          <Button look="quiet" icon={Clock} className={className} busy={takeBack.isPending}>
            {t.groups.waiting}
          </Button>
        }
        entries={[{ kind: 'action', name: t.groups.takeBack, run: () => takeBack.mutate() }]}
      />
    )
  if (you.banned || group.state === 'closed') return null
  if (me && you.waitDays > 0) return <p className={cx('text-xs text-muted', className)}>{t.groups.followFirst(you.waitDays)}</p>
  if (me && !group.can.join) return <p className={cx('text-xs text-muted', className)}>{t.groups.inviteOnly}</p>
  const questions = group.joining === 'ask' && !invite ? group.questions : []
  const press = () => {
    if (!me) void navigate({ to: '/sign-in', search: { next: router.latestLocation.href } })
    else if (group.charter || questions.length > 0) setAsking(true)
    else join.mutate()
  }
  return (
    <>
      <Button icon={Plus} busy={join.isPending} onClick={press} className={className}>
        {group.joining === 'ask' && !invite ? t.groups.ask : t.groups.join}
      </Button>
      {asking ? <JoinDialog group={group} invite={invite} questions={questions} onClose={() => setAsking(false)} /> : null}
    </>
  )
}

function JoinDialog({
  group,
  invite,
  questions,
  onClose,
}: {
  group: Group
  invite: string | undefined
  questions: readonly string[]
  onClose: () => void
}) {
  const t = useWords()
  const client = useQueryClient()
  const router = useRouter()
  const [request] = useState(() => newId('jrq'))
  const [answers, setAnswers] = useState(questions.map(() => ''))
  const [agreed, setAgreed] = useState(group.charter === null)
  const join = useMutation({
    mutationFn: () =>
      api('POST /groups/:id/join', {
        id: group.id,
        request,
        answers: answers.map(text => text.trim()),
        charter: group.charter?.version ?? 0,
        ...(invite ? { invite } : {}),
      }),
    onSuccess: async next => {
      toast(next.you.member ? t.groups.welcome(group.name) : t.groups.askSent, { tone: 'good' })
      onClose()
      await refreshGroup(client)
      await router.invalidate()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    join.mutate()
  }
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.groups.joinTitle(group.name)}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        {group.charter ? (
          <section className="max-h-[32dvh] overflow-y-auto rounded-md bg-raised p-4" tabIndex={0} aria-label={t.groups.charter}>
            <p className="leading-relaxed whitespace-pre-line">{group.charter.text}</p>
          </section>
        ) : null}
        {questions.map((question, n) => (
          <TextArea
            key={question}
            label={question}
            rows={2}
            required
            maxLength={500}
            value={answers[n] ?? ''}
            onChange={event => setAnswers(answers.map((one, other) => (other === n ? event.target.value : one)))}
          />
        ))}
        {group.charter ? (
          <Checkbox label={t.groups.acceptCharter} checked={agreed} onChange={event => setAgreed(event.target.checked)} />
        ) : null}
        {join.error ? (
          <p role="alert" className="text-sm font-medium text-danger">
            {faultText(t, join.error)}
          </p>
        ) : null}
        <Button type="submit" size="lg" busy={join.isPending} disabled={!agreed || answers.some(text => text.trim() === '')}>
          {questions.length > 0 ? t.groups.ask : t.groups.join}
        </Button>
      </form>
    </Dialog>
  )
}

/** The charter changed: it is read and accepted here, once. */
export function NewCharter({ group }: { group: Group }) {
  const t = useWords()
  const client = useQueryClient()
  const [open, setOpen] = useState(false)
  const accept = useMutation({
    mutationFn: () => api('POST /groups/:id/charter/accept', { id: group.id, version: group.charter?.version ?? 0 }),
    onSuccess: () => {
      toast(t.groups.accepted, { tone: 'good' })
      setOpen(false)
      return refreshGroup(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  if (!group.charter || !group.you.member || group.you.charter >= group.charter.version) return null
  return (
    <aside className="mb-5 flex flex-wrap items-center gap-3 rounded-lg bg-held-soft p-4">
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{t.groups.charterNew}</p>
        <p className="text-muted">{t.groups.charterNewBody}</p>
      </div>
      <Button look="quiet" onClick={() => setOpen(true)}>
        {t.groups.charter}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t.groups.charter}
        footer={
          <Button busy={accept.isPending} onClick={() => accept.mutate()}>
            {t.groups.accept}
          </Button>
        }
      >
        <p className="leading-relaxed whitespace-pre-line">{group.charter.text}</p>
      </Dialog>
    </aside>
  )
}
