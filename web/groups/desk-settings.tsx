import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox, Input, Select, TextArea } from '../ui/field.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Pictures } from './desk-pictures.tsx'
import { groupQuery, refreshGroup, type Group } from './queries.ts'
import { zones } from './times.ts'

/** Name, pictures, who reads and joins, charter, agency, the end. */
export function DeskSettings({ id }: { id: string }) {
  const { data: group } = useQuery(groupQuery(id))
  if (!group) return <SkeletonRows />
  return (
    <div className="mx-auto flex max-w-[860px] flex-col gap-5">
      <Look key={`look ${group.id}`} group={group} />
      <Pictures group={group} />
      <Rules key={`rules ${group.id}`} group={group} />
      <Charter key={`charter ${group.id}`} group={group} />
      <Agency group={group} />
      <End group={group} />
    </div>
  )
}

/** A change of a group: says that it is saved, and has everything read anew. */
function useSave<T>(change: (input: T) => Promise<unknown>, said: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      toast(said, { tone: 'good' })
      return refreshGroup(client)
    },
  })
}
const Refused = ({ error }: { error: unknown }) => {
  const t = useWords()
  return error ? (
    <p role="alert" className="mt-3 text-sm font-medium text-danger">
      {faultText(t, error)}
    </p>
  ) : null
}

function Look({ group }: { group: Group }) {
  const t = useWords()
  const [name, setName] = useState(group.name)
  const [about, setAbout] = useState(group.about)
  const save = useSave(() => api('PATCH /groups/:id', { id: group.id, name: name.trim(), about }), t.common.saved)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(undefined)
  }
  return (
    <Panel title={t.hosting.look}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Input
          label={t.groups.name}
          required
          maxLength={80}
          value={name}
          error={save.error ? asApiError(save.error).fields['name'] : undefined}
          onChange={event => setName(event.target.value)}
        />
        <TextArea
          label={t.groups.aboutLabel}
          optional
          maxLength={2000}
          rows={4}
          value={about}
          onChange={event => setAbout(event.target.value)}
        />
        <Button type="submit" className="self-start" busy={save.isPending}>
          {t.common.save}
        </Button>
      </form>
      <Refused error={save.error} />
    </Panel>
  )
}

function Rules({ group }: { group: Group }) {
  const t = useWords()
  const [form, setForm] = useState({
    visibility: group.visibility,
    joining: group.joining,
    followDays: String(group.followDays),
    timeZone: group.timeZone,
    letters: group.letters,
  })
  const [questions, setQuestions] = useState(group.questions.map((text, key) => ({ key, text })))
  const owner = group.can.own
  const asked = questions.map(one => one.text.trim()).filter(Boolean)
  const save = useSave(
    () =>
      api('PATCH /groups/:id', {
        id: group.id,
        questions: asked,
        ...(owner
          ? {
              ...form,
              joining: form.visibility === 'invite' ? 'invite' : form.joining,
              followDays: group.page ? Math.max(0, Math.trunc(Number(form.followDays))) || 0 : 0,
            }
          : {}),
      }),
    t.common.saved,
  )
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(undefined)
  }
  return (
    <Panel title={t.hosting.rules} note={owner ? undefined : t.hosting.ownerOnly}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <fieldset disabled={!owner} className="grid gap-4 sm:grid-cols-2">
          <Select
            label={t.groups.visibility}
            value={form.visibility}
            onChange={event => set({ visibility: event.target.value as Group['visibility'] })}
            options={(['public', 'members', 'invite'] as const).map(value => ({ value, name: t.groups.readsWho[value] }))}
          />
          <Select
            label={t.groups.joining}
            value={form.visibility === 'invite' ? 'invite' : form.joining}
            disabled={form.visibility === 'invite'}
            onChange={event => set({ joining: event.target.value as Group['joining'] })}
            options={(['open', 'ask', 'invite'] as const).map(value => ({ value, name: t.groups.joinsHow[value] }))}
          />
          {group.page ? (
            <Input
              label={t.hosting.followDays}
              hint={t.hosting.followDaysHint}
              type="number"
              min={0}
              max={365}
              value={form.followDays}
              onChange={event => set({ followDays: event.target.value })}
            />
          ) : null}
          <Select
            label={t.hosting.timeZone}
            value={form.timeZone}
            onChange={event => set({ timeZone: event.target.value })}
            options={zones(form.timeZone).map(name => ({ value: name, name: name.replaceAll('_', ' ') }))}
          />
          {group.kind === 'official' ? (
            <div className="self-end pb-2">
              <Checkbox label={t.hosting.takesLetters} checked={form.letters} onChange={event => set({ letters: event.target.checked })} />
            </div>
          ) : null}
        </fieldset>
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-2 text-sm font-medium">{t.hosting.questions}</legend>
          {questions.map((question, n) => (
            <div key={question.key} className="flex items-start gap-2">
              <Input
                label={t.hosting.question(n + 1)}
                hideLabel
                className="flex-1"
                placeholder={t.hosting.question(n + 1)}
                maxLength={200}
                value={question.text}
                onChange={event =>
                  setQuestions(questions.map(other => (other.key === question.key ? { ...other, text: event.target.value } : other)))
                }
              />
              <IconButton
                icon={X}
                tip={false}
                label={`${t.common.remove}: ${t.hosting.question(n + 1)}`}
                onClick={() => setQuestions(questions.filter(other => other.key !== question.key))}
              />
            </div>
          ))}
          {questions.length < 5 ? (
            <Button
              look="plain"
              size="sm"
              icon={Plus}
              className="self-start"
              onClick={() => setQuestions([...questions, { key: Math.max(-1, ...questions.map(one => one.key)) + 1, text: '' }])}
            >
              {t.hosting.addQuestion}
            </Button>
          ) : null}
        </fieldset>
        <Button type="submit" className="self-start" busy={save.isPending}>
          {t.common.save}
        </Button>
      </form>
      <Refused error={save.error} />
    </Panel>
  )
}

function Charter({ group }: { group: Group }) {
  const t = useWords()
  const [text, setText] = useState(group.charter?.text ?? '')
  const save = useSave(() => api('POST /groups/:id/charter', { id: group.id, text: text.trim() }), t.hosting.charterSaved)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(undefined)
  }
  return (
    <Panel title={t.hosting.charter} note={group.can.own ? t.hosting.charterHint : t.hosting.ownerOnly}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextArea
          label={t.hosting.charter}
          hideLabel
          rows={8}
          maxLength={10_000}
          disabled={!group.can.own}
          value={text}
          onChange={event => setText(event.target.value)}
        />
        {group.can.own ? (
          <Button
            type="submit"
            className="self-start"
            busy={save.isPending}
            disabled={text.trim() === '' || text.trim() === group.charter?.text}
          >
            {t.hosting.charterSave}
          </Button>
        ) : null}
      </form>
      <Refused error={save.error} />
    </Panel>
  )
}

function Agency({ group }: { group: Group }) {
  const t = useWords()
  const [page, setPage] = useState('')
  const ask = useSave(() => api('POST /groups/:id/agency', { id: group.id, page: page.trim().replace(/^.*\//, '') }), t.hosting.agencySent)
  const drop = useSave(() => api('DELETE /groups/:id/agency', { id: group.id }), t.hosting.changed)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask.mutate(undefined)
  }
  return (
    <Panel title={t.hosting.agency} note={group.can.own ? t.hosting.agencyHint : t.hosting.ownerOnly}>
      {group.agency ? (
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-0 flex-1 font-medium">{group.agency.name}</p>
          <Tag tone={group.agency.confirmedAt ? 'good' : 'held'}>
            {group.agency.confirmedAt ? t.hosting.agencyConfirmed : t.hosting.agencyWaits}
          </Tag>
          {group.can.own ? (
            <Button look="quiet" size="sm" busy={drop.isPending} onClick={() => drop.mutate(undefined)}>
              {t.hosting.agencyDrop}
            </Button>
          ) : null}
        </div>
      ) : group.can.own ? (
        <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
          <Input
            label={t.hosting.agencyPage}
            required
            minLength={3}
            maxLength={200}
            className="min-w-0 flex-1 basis-60"
            value={page}
            onChange={event => setPage(event.target.value)}
          />
          <Button type="submit" look="quiet" busy={ask.isPending}>
            {t.hosting.agencySend}
          </Button>
        </form>
      ) : null}
      <Refused error={ask.error ?? drop.error} />
    </Panel>
  )
}

function End({ group }: { group: Group }) {
  const t = useWords()
  const [sure, setSure] = useState(false)
  const close = useSave(() => api('POST /groups/:id/close', { id: group.id }), t.hosting.closeDone)
  const open = useSave(() => api('POST /groups/:id/open', { id: group.id }), t.hosting.reopened)
  if (!group.can.own) return null
  return (
    <Panel title={t.hosting.close} note={t.hosting.closeBody}>
      {group.state === 'closed' ? (
        <Button look="quiet" busy={open.isPending} onClick={() => open.mutate(undefined)}>
          {t.hosting.reopen}
        </Button>
      ) : (
        <Button look="danger" onClick={() => setSure(true)}>
          {t.hosting.close}
        </Button>
      )}
      <Refused error={close.error ?? open.error} />
      <Confirm
        open={sure}
        onOpenChange={setSure}
        title={t.hosting.close}
        body={t.hosting.closeSure(group.name)}
        action={t.hosting.close}
        onConfirm={() => close.mutateAsync(undefined).then(() => undefined)}
      />
    </Panel>
  )
}
