import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, asApiError } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox, Input, Select, TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshBookings, type DeskResource } from './queries.ts'
import { clock, momentOf, timeThere } from './times.ts'

/** Someone at the door or on the telephone; or a time one keeps to oneself. */
export function AddDialog({
  resources,
  resource,
  day,
  start,
  onClose,
}: {
  resources: readonly DeskResource[]
  resource: string
  day: string
  start: string | null
  onClose: () => void
}) {
  const t = useWords()
  const l = t.letting
  const client = useQueryClient()
  const zoneOf = (id: string) => resources.find(one => one.id === id)?.zone ?? 'UTC'
  const [ids] = useState(() => ({ booking: newClientId('bkg'), block: newClientId('blk') }))
  const [form, setForm] = useState(() => {
    const from = start ? timeThere(start, zoneOf(resource)) : '18:00'
    return { kind: 'walk_in', resource, day, from, minutes: 120, people: '2', name: '', note: '', arrived: false }
  })
  const set = (change: Partial<typeof form>) => {
    setForm({ ...form, ...change })
    save.reset()
  }
  const save = useMutation({
    mutationFn: async () => {
      const zone = zoneOf(form.resource)
      // A step that was pressed is that moment, also on the night when its hour comes twice.
      const pressed = start !== null && form.day === day && form.resource === resource && form.from === timeThere(start, zone)
      const from = pressed ? new Date(start) : momentOf(form.day, Number(form.from.slice(0, 2)) * 60 + Number(form.from.slice(3)), zone)
      const slot = { start: from.toISOString(), end: new Date(from.getTime() + form.minutes * 60_000).toISOString() }
      if (form.kind === 'block')
        await api('POST /resources/:id/blocks', { id: form.resource, block: ids.block, ...slot, note: form.name.trim() })
      else
        await api('POST /resources/:id/walk-ins', {
          id: form.resource,
          booking: ids.booking,
          ...slot,
          people: Number(form.people) || 1,
          name: form.name.trim(),
          note: form.note.trim(),
          arrived: form.arrived,
        })
    },
    onSuccess: async () => {
      toast(form.kind === 'block' ? l.blocked : l.saved, { tone: 'good' })
      onClose()
      await refreshBookings(client)
    },
  })
  const fields = save.error ? (asApiError(save.error).fields ?? {}) : {}
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={l.addTitle}>
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <div className="grid grid-cols-2 gap-2" role="radiogroup" aria-label={l.add}>
          {(['walk_in', 'block'] as const).map(kind => (
            <Button
              key={kind}
              role="radio"
              aria-checked={form.kind === kind}
              look={form.kind === kind ? 'primary' : 'quiet'}
              onClick={() => set({ kind })}
            >
              {kind === 'block' ? l.block : l.walkIn}
            </Button>
          ))}
        </div>
        <Select
          label={l.room}
          value={form.resource}
          onChange={event => set({ resource: event.target.value })}
          options={resources.filter(one => one.state !== 'draft').map(one => ({ value: one.id, name: one.title }))}
        />
        <div className="grid grid-cols-3 gap-3">
          <Input
            label={t.bookings.when}
            type="date"
            required
            value={form.day}
            onChange={event => set({ day: event.target.value })}
            className="max-sm:col-span-3"
          />
          <Input
            label={l.from}
            type="time"
            step={900}
            required
            value={form.from}
            error={fields['start']}
            onChange={event => set({ from: event.target.value })}
            className="max-sm:col-span-1"
          />
          <Select
            label={l.length}
            value={String(form.minutes)}
            onChange={event => set({ minutes: Number(event.target.value) })}
            options={Array.from({ length: 48 }, (_, n) => ({ value: String((n + 1) * 15), name: `${clock((n + 1) * 15)}` }))}
            className="max-sm:col-span-2"
          />
        </div>
        <Input
          label={form.kind === 'block' ? l.reason : l.name}
          maxLength={120}
          value={form.name}
          onChange={event => set({ name: event.target.value })}
        />
        {form.kind === 'block' ? null : (
          <>
            <Input
              label={l.people}
              type="number"
              min={1}
              max={2000}
              value={form.people}
              onChange={event => set({ people: event.target.value })}
            />
            <TextArea
              label={l.note}
              optional
              rows={2}
              maxLength={1000}
              value={form.note}
              onChange={event => set({ note: event.target.value })}
            />
            <Checkbox label={l.arrived} checked={form.arrived} onChange={event => set({ arrived: event.target.checked })} />
            {(resources.find(one => one.id === form.resource)?.authors ?? 0) > 0 ? (
              <p className="text-sm text-muted">{l.songsHere}</p>
            ) : null}
          </>
        )}
        {save.error ? (
          <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
            {faultText(t, save.error)}
          </p>
        ) : null}
        <Button type="submit" size="lg" busy={save.isPending}>
          {l.add}
        </Button>
      </form>
    </Dialog>
  )
}
