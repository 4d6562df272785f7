import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox, Input, Select, TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { newId, refreshSchedule, type Group, type GroupEvent } from './queries.ts'
import { fromField, toField, zones } from './times.ts'

const kinds = ['show', 'broadcast', 'release', 'meet', 'birthday', 'other'] as const

/** A date on the schedule: made, changed, called off. Its times are those of the place. */
export function EventDialog({ group, event, onClose }: { group: Group; event: GroupEvent | null; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [id] = useState(() => event?.id ?? newId('gev'))
  const [form, setForm] = useState(() => {
    const zone = event?.timeZone ?? group.timeZone
    const from = event ? new Date(event.startsAt) : new Date(Math.ceil(Date.now() / 3_600_000 + 24) * 3_600_000)
    const to = event ? new Date(event.endsAt) : new Date(from.getTime() + 2 * 3_600_000)
    return {
      kind: event?.kind ?? 'show',
      title: event?.title ?? '',
      note: event?.note ?? '',
      from: toField(from, zone),
      to: toField(to, zone),
      allDay: event?.allDay ?? false,
      timeZone: zone,
      place: event?.place ?? '',
      link: event?.link ?? '',
      audience: event?.audience ?? 'group',
      attendance: event?.attendance ?? false,
    } as const satisfies object
  })
  const set = (change: Partial<Record<keyof typeof form, string | boolean>>) => setForm({ ...form, ...change } as typeof form)
  const save = useMutation({
    mutationFn: (state?: 'planned' | 'cancelled') => {
      const { from, to, ...rest } = form
      const day = (text: string) => (form.allDay ? `${text.slice(0, 10)}T00:00` : text)
      const fields = {
        ...rest,
        link: form.link.trim(),
        startsAt: fromField(day(from), form.timeZone)?.toISOString() ?? '',
        endsAt: fromField(day(to), form.timeZone)?.toISOString() ?? '',
      }
      return event
        ? api('PATCH /schedule/:id', { id: event.id, ...fields, ...(state ? { state } : {}) })
        : api('POST /groups/:id/schedule', { id: group.id, event: id, ...fields })
    },
    onSuccess: async () => {
      toast(t.common.saved, { tone: 'good' })
      onClose()
      await refreshSchedule(client)
    },
  })
  const refusal = save.error ? asApiError(save.error) : null
  const submit = (given: FormEvent) => {
    given.preventDefault()
    save.mutate(undefined)
  }
  const day = (text: string) => (form.allDay ? text.slice(0, 10) : text)
  const moment = (text: string, before: string) => (form.allDay ? `${text}T${before.slice(11) || '00:00'}` : text)
  return (
    <Dialog open wide onOpenChange={open => !open && onClose()} title={event ? t.groups.editEvent : t.groups.addEvent}>
      <form onSubmit={submit} className="grid gap-4 sm:grid-cols-2">
        <Input
          label={t.groups.eventTitle}
          className="sm:col-span-2"
          required
          maxLength={120}
          autoFocus
          value={form.title}
          error={refusal?.fields['title']}
          onChange={given => set({ title: given.target.value })}
        />
        <Input
          label={t.groups.starts}
          type={form.allDay ? 'date' : 'datetime-local'}
          required
          value={day(form.from)}
          onChange={given => {
            const from = moment(given.target.value, form.from)
            set({ from, ...(form.to < from ? { to: from } : {}) })
          }}
        />
        <Input
          label={t.groups.ends}
          type={form.allDay ? 'date' : 'datetime-local'}
          required
          min={day(form.from)}
          value={day(form.to)}
          error={refusal?.fields['endsAt'] ? t.refusals.ends_before : undefined}
          onChange={given => set({ to: moment(given.target.value, form.to) })}
        />
        <Select
          label={t.groups.zone}
          value={form.timeZone}
          onChange={given => set({ timeZone: given.target.value })}
          options={zones(form.timeZone).map(name => ({ value: name, name: name.replaceAll('_', ' ') }))}
        />
        <Select
          label={t.groups.kind}
          value={form.kind}
          onChange={given => set({ kind: given.target.value })}
          options={kinds.map(value => ({ value, name: t.groups.kinds[value] }))}
        />
        <Input label={t.groups.place} optional maxLength={200} value={form.place} onChange={given => set({ place: given.target.value })} />
        <Input
          label={t.groups.link}
          optional
          type="url"
          placeholder="https://"
          maxLength={500}
          value={form.link}
          error={refusal?.fields['link']}
          onChange={given => set({ link: given.target.value })}
        />
        <TextArea
          label={t.groups.note}
          optional
          rows={3}
          className="sm:col-span-2"
          maxLength={2000}
          value={form.note}
          onChange={given => set({ note: given.target.value })}
        />
        <Select
          label={t.groups.audience}
          value={form.audience}
          onChange={given => set({ audience: given.target.value })}
          options={(['group', 'members'] as const).map(value => ({ value, name: t.groups.audiences[value] }))}
        />
        <div className="flex flex-col justify-end gap-3">
          <Checkbox label={t.groups.allDay} checked={form.allDay} onChange={given => set({ allDay: given.target.checked })} />
        </div>
        <div className="sm:col-span-2">
          <Checkbox
            label={t.groups.withAttendance}
            hint={t.groups.withAttendanceHint}
            checked={form.attendance}
            onChange={given => set({ attendance: given.target.checked })}
          />
        </div>
        {refusal && Object.keys(refusal.fields).length === 0 ? (
          <p role="alert" className="text-sm font-medium text-danger sm:col-span-2">
            {faultText(t, refusal)}
          </p>
        ) : null}
        <div className="flex flex-wrap justify-end gap-2 border-t border-line pt-4 sm:col-span-2">
          {event ? (
            <Button look="danger" onClick={() => save.mutate(event.state === 'cancelled' ? 'planned' : 'cancelled')} className="mr-auto">
              {event.state === 'cancelled' ? t.groups.reviveEvent : t.groups.cancelEvent}
            </Button>
          ) : null}
          <Button type="submit" busy={save.isPending}>
            {t.common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
