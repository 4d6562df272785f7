import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { api, asApiError } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useWords } from '../i18n/use.tsx'
import { makeUploads } from '../media/uploads.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Checkbox, Input, Select, TextArea } from '../ui/field.tsx'
import { faultText, Panel, Progress } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { draftOf, givenOf, type Draft, type Question } from './draft.ts'
import { refreshServices, type DeskService } from './queries.ts'

export type Kind = 'svc' | 'mbs' | 'vou'

/** Makes or changes a service, membership or voucher; keeps what was typed when something is refused. */
export function Editor({ page, it, kind, onClose }: { page: string; it: DeskService | null; kind: Kind; onClose: () => void }) {
  const t = useWords()
  const d = t.offering.services
  const client = useQueryClient()
  const [id] = useState(() => it?.id ?? newClientId(kind))
  const [draft, setDraft] = useState(() => draftOf(it))
  const [upload, setUpload] = useState<string | null>(null)
  const save = useMutation({
    mutationFn: async (state: DeskService['state']) => {
      await api('PUT /services/:id', { id, page, ...givenOf(draft, kind, state) })
      if (upload !== null) await api('PUT /services/:id/picture', { id, upload })
    },
    onSuccess: async () => {
      toast(d.saved, { tone: 'good' })
      await refreshServices(client)
      onClose()
    },
  })
  const set = (change: Partial<Draft>) => {
    setDraft(before => ({ ...before, ...change }))
    save.reset()
  }
  const fields = save.error ? (asApiError(save.error).fields ?? {}) : {}
  const wrong = (field: string): string | undefined =>
    Object.keys(fields).some(name => name === field || name.startsWith(`${field}.`)) ? faultText(t, save.error) : undefined
  const text = (field: keyof Draft) => ({
    value: draft[field] as string,
    error: wrong(field),
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
  })
  const state = it?.state ?? 'draft'
  return (
    <Panel title={it === null ? d.add[kind] : d.edit}>
      <form
        className="flex max-w-3xl flex-col gap-5"
        onSubmit={event => {
          event.preventDefault()
          save.mutate(state === 'draft' ? 'open' : state)
        }}
      >
        <Input label={d.name} required maxLength={120} {...text('title')} />
        <Picture id={id} picture={it?.picture ?? null} onUpload={setUpload} />
        <TextArea label={d.about} optional maxLength={6000} rows={5} {...text('about')} />
        <div className="grid gap-4 sm:grid-cols-3">
          <Input label={d.price} required inputMode="decimal" suffix="CNY" {...text('price')} />
          <Input
            label={kind === 'svc' ? d.most : kind === 'mbs' ? d.mostMembers : d.mostVouchers}
            hint={d.any}
            type="number"
            min={1}
            {...text('most')}
          />
          {kind === 'svc' ? null : <Input label={d.eachMost} hint={d.any} type="number" min={1} max={1000} {...text('eachMost')} />}
        </div>
        {kind === 'svc' ? (
          <>
            <div className="grid gap-4 sm:grid-cols-3">
              <Input label={d.days} type="number" min={1} max={365} required {...text('days')} />
              <Input label={d.revisions} type="number" min={0} max={50} required {...text('revisions')} />
              <Input label={d.acceptDays} type="number" min={1} max={60} required {...text('acceptDays')} />
            </div>
            <Questions value={draft.questions} error={wrong('questions')} onChange={questions => set({ questions })} />
          </>
        ) : null}
        {kind === 'mbs' ? (
          <div className="grid gap-4 sm:grid-cols-2">
            <Select
              label={d.period}
              {...text('period')}
              options={[
                { value: 'month', name: d.periods['month']! },
                { value: 'year', name: d.periods['year']! },
              ]}
            />
            <Input label={d.earlyHours} type="number" min={0} max={720} {...text('earlyHours')} />
            <TextArea label={d.perks} optional rows={4} className="sm:col-span-2" {...text('perks')} />
          </div>
        ) : null}
        {kind === 'vou' ? (
          <div className="grid gap-4 sm:grid-cols-2">
            <Input label={d.validDays} type="number" min={1} max={1825} required {...text('validDays')} />
            <div className="flex flex-col gap-3">
              <Checkbox label={d.parts} checked={draft.parts} onChange={event => set({ parts: event.target.checked })} />
              {draft.parts ? <Input label={d.worth} required inputMode="decimal" suffix="CNY" {...text('worth')} /> : null}
            </div>
          </div>
        ) : null}
        <TextArea label={d.how} optional maxLength={3000} rows={3} {...text('how')} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Input label={d.opensAt} optional type="datetime-local" {...text('opensAt')} />
          <Input label={d.closesAt} optional type="datetime-local" {...text('closesAt')} />
        </div>
        {kind === 'mbs' ? null : (
          <Checkbox label={d.membersOnly} checked={draft.membersOnly} onChange={event => set({ membersOnly: event.target.checked })} />
        )}
        {save.error && Object.keys(fields).length === 0 ? (
          <p role="alert" className="text-danger">
            {faultText(t, save.error)}
          </p>
        ) : null}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" busy={save.isPending}>
            {state === 'draft' ? d.saveOpen : d.save}
          </Button>
          {state === 'draft' ? (
            <Button look="quiet" disabled={save.isPending || draft.title.trim() === ''} onClick={() => save.mutate('draft')}>
              {d.save}
            </Button>
          ) : null}
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  )
}

function Questions({ value, error, onChange }: { value: Question[]; error: string | undefined; onChange: (value: Question[]) => void }) {
  const t = useWords()
  const d = t.offering.services
  const change = (at: number, part: Partial<Question>) => onChange(value.map((one, n) => (n === at ? { ...one, ...part } : one)))
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-sm font-medium">{d.questions}</legend>
      {value.map((one, at) => (
        <div key={one.id} className="grid items-end gap-3 rounded-md border border-line p-3 sm:grid-cols-[minmax(0,1fr)_140px_auto_auto]">
          <Input
            label={d.question}
            required
            maxLength={200}
            value={one.label}
            onChange={event => change(at, { label: event.target.value })}
          />
          <Select
            label={d.qType}
            value={one.kind}
            onChange={event => change(at, { kind: event.target.value as Question['kind'] })}
            options={(['line', 'text', 'link', 'choice'] as const).map(kind => ({ value: kind, name: d.qKind[kind]! }))}
          />
          <div className="pb-2">
            <Checkbox label={d.required} checked={one.required} onChange={event => change(at, { required: event.target.checked })} />
          </div>
          <IconButton icon={Trash2} label={d.removeQuestion} onClick={() => onChange(value.filter((_, n) => n !== at))} />
          {one.kind === 'choice' ? (
            <TextArea
              label={d.choices}
              rows={3}
              className="sm:col-span-4"
              value={(one.choices ?? []).join('\n')}
              onChange={event => change(at, { choices: event.target.value.split('\n') })}
              onBlur={() => change(at, { choices: (one.choices ?? []).map(choice => choice.trim()).filter(choice => choice !== '') })}
            />
          ) : null}
        </div>
      ))}
      {error ? <p className="text-xs font-medium text-danger">{error}</p> : null}
      <Button
        look="quiet"
        size="sm"
        icon={Plus}
        className="self-start"
        disabled={value.length >= 20}
        onClick={() =>
          onChange([...value, { id: `q${Date.now().toString(36)}`.slice(-12), label: '', kind: 'line', required: true, choices: [] }])
        }
      >
        {d.addQuestion}
      </Button>
    </fieldset>
  )
}

const uploads = makeUploads(({ type }) => /^image\/(?:jpeg|png|webp|avif|gif)$/.test(type))
function Picture({ id, picture, onUpload }: { id: string; picture: string | null; onUpload: (upload: string | null) => void }) {
  const t = useWords()
  const d = t.offering.services
  const [file, setFile] = useState<File | null>(null)
  const all = uploads.use()
  const sending = file === null ? undefined : all.find(one => one.name === file.name)
  const upload = sending?.state === 'done' ? sending.upload : null
  useEffect(() => onUpload(upload), [upload, onUpload])
  const preview = useMemo(() => (file === null ? null : URL.createObjectURL(file)), [file])
  useEffect(
    () => () => {
      if (preview !== null) URL.revokeObjectURL(preview)
    },
    [preview],
  )
  return (
    <div>
      <p className="mb-2 text-sm font-medium">{d.picture}</p>
      <div className="flex items-center gap-4">
        {preview ? (
          <img src={preview} alt="" className="size-28 shrink-0 rounded-md bg-sunken object-cover" />
        ) : (
          <Cover id={id} picture={picture} alt="" size={112} className="w-28 shrink-0" />
        )}
        <div className="min-w-0 flex-1">
          <DropZone
            compact
            label={d.choosePicture}
            accept="image/*"
            onFiles={([chosen]) => {
              if (!chosen) return
              for (const one of all) uploads.drop(one.key)
              if (uploads.send([chosen]) === 0) setFile(chosen)
            }}
          />
          {sending && sending.state !== 'done' ? (
            sending.state === 'failed' ? (
              <p role="alert" className="mt-2 text-danger">
                {t.common.failedTitle}
              </p>
            ) : (
              <Progress label={sending.name} share={sending.bytes > 0 ? sending.sent / sending.bytes : 0} />
            )
          ) : null}
        </div>
      </div>
    </div>
  )
}
