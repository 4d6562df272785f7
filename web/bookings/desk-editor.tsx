import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api, asApiError } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox, Input, Select, TextArea } from '../ui/field.tsx'
import { faultText, Panel } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { BandsField } from './desk-bands.tsx'
import { draftOf, givenOf, newKey, wrongAmount, type Draft } from './desk-draft.ts'
import { RoomMore } from './desk-more.tsx'
import { PicturesField } from './desk-pictures.tsx'
import { kinds } from './find-search.ts'
import { refreshBookings, type DeskResource } from './queries.ts'

/** Makes or changes a room; keeps what was typed when something is refused. */
export function RoomEditor({ page, room, onClose }: { page: string; room: DeskResource | null; onClose: () => void }) {
  const t = useWords()
  const [l, b] = [t.letting, t.bookings]
  const client = useQueryClient()
  const [id] = useState(() => room?.id ?? newClientId('res'))
  const [draft, setDraft] = useState(() => draftOf(room, Intl.DateTimeFormat().resolvedOptions().timeZone || 'Asia/Shanghai', b.everyDay))
  const set = (change: Partial<Draft>) => {
    setDraft(before => ({ ...before, ...change }))
    save.reset()
  }
  const bad = wrongAmount(draft)
  const save = useMutation({
    mutationFn: () => api('PUT /pages/:page/resources/:id', { page, id, ...givenOf(draft) }),
    onSuccess: async () => {
      toast(l.savedRoom, { tone: 'good' })
      await refreshBookings(client)
      if (room === null) onClose()
    },
  })
  const fields = save.error ? (asApiError(save.error).fields ?? {}) : {}
  const text = (field: keyof Draft) => ({
    value: draft[field] as string,
    error: field in fields ? fields[field] : undefined,
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
  })
  const fixed = room !== null && room.state !== 'draft'
  const lengths = [15, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480, 600, 720, 960, 1440]
  const length = (most = 1440) => lengths.filter(one => one <= most).map(one => ({ value: String(one), name: b.minutesLong(one) }))
  const zones = [...new Set([draft.zone, ...Intl.supportedValuesOf('timeZone')])]
  return (
    <div className="flex max-w-4xl flex-col gap-6">
      <form
        className="flex flex-col gap-6"
        onSubmit={event => {
          event.preventDefault()
          if (bad === null) save.mutate()
        }}
      >
        <Panel title={room === null ? l.addRoom : room.title}>
          <div className="grid gap-4 sm:grid-cols-2">
            <Select
              label={l.kind}
              value={draft.kind}
              onChange={event => set({ kind: event.target.value as Draft['kind'] })}
              options={kinds.map(value => ({ value, name: b.kinds[value] }))}
            />
            <Input label={l.titleField} required maxLength={120} {...text('title')} />
            <TextArea label={l.about} optional rows={4} maxLength={4000} className="sm:col-span-2" {...text('about')} />
            <Input label={l.city} required maxLength={80} {...text('city')} />
            <Input label={l.place} optional maxLength={120} {...text('place')} />
            <Input label={l.address} optional maxLength={300} className="sm:col-span-2" {...text('address')} />
            <Select
              label={l.zone}
              value={draft.zone}
              disabled={fixed}
              onChange={event => set({ zone: event.target.value })}
              options={zones.map(value => ({ value, name: value.replaceAll('_', ' ') }))}
            />
            <Input label={l.capacity} type="number" min={1} max={2000} required {...text('capacity')} />
            <Input label={l.equipment} optional className="sm:col-span-2" {...text('equipment')} />
          </div>
          {room ? <PicturesField room={room} /> : null}
        </Panel>
        <Panel title={l.hours} note={l.hoursBody}>
          <ul className="flex flex-col gap-2">
            {draft.hours.map((day, index) => {
              const change = (next: Partial<typeof day>) =>
                set({ hours: draft.hours.map((one, n) => (n === index ? { ...one, ...next } : one)) })
              const name = b.weekdays[index]!
              return (
                <li key={day.weekday} className="grid grid-cols-[6.5rem_1fr_1fr] items-center gap-3">
                  <Checkbox label={name} checked={day.on} onChange={event => change({ on: event.target.checked })} />
                  <Input
                    label={`${name} ${l.from}`}
                    hideLabel
                    type="time"
                    step={900}
                    disabled={!day.on}
                    value={day.from}
                    onChange={event => change({ from: event.target.value })}
                  />
                  <Input
                    label={`${name} ${l.until}`}
                    hideLabel
                    type="time"
                    step={900}
                    disabled={!day.on}
                    value={day.to}
                    onChange={event => change({ to: event.target.value })}
                  />
                </li>
              )
            })}
          </ul>
          {fields['hours'] ? <p className="mt-2 text-sm text-danger">{t.denials.resource_wrong}</p> : null}
        </Panel>
        <BandsField draft={draft} onChange={set} bad={typeof bad === 'number' ? bad : null} tried={save.isError} />
        <Panel title={l.rules}>
          <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
            <Select label={l.step} value={draft.step} onChange={event => set({ step: event.target.value })} options={length(240)} />
            <Select
              label={l.shortest}
              value={draft.shortest}
              onChange={event => set({ shortest: event.target.value })}
              options={length()}
            />
            <Select label={l.longest} value={draft.longest} onChange={event => set({ longest: event.target.value })} options={length()} />
            <Input label={l.before} type="number" min={0} max={240} {...text('before')} />
            <Input label={l.after} type="number" min={0} max={240} {...text('after')} />
            <Input label={l.lead} type="number" min={0} max={720} step="0.5" {...text('lead')} />
            <Input label={l.ahead} type="number" min={1} max={400} {...text('ahead')} />
            <Input label={l.deposit} hint={l.depositHint} type="number" min={0} max={100} {...text('deposit')} />
            <Input
              label={l.least}
              inputMode="decimal"
              {...text('least')}
              error={bad === 'least' ? t.shop.priceInvalid : fields['least']}
              suffix={draft.currency}
            />
            <Input label={l.noShowField} hint={l.noShowHint} type="number" min={5} max={240} {...text('noShow')} />
            <Input label={l.authors} hint={l.authorsHint} type="number" min={0} max={50} className="col-span-2" {...text('authors')} />
          </div>
          <div className="mt-4">
            <Checkbox label={l.asksField} checked={draft.asks} onChange={event => set({ asks: event.target.checked })} />
          </div>
        </Panel>
        <Panel title={l.ladder} note={l.ladderBody}>
          <ul className="flex flex-col gap-3">
            {draft.ladder.map((rung, index) => {
              const change = (next: Partial<typeof rung>) =>
                set({ ladder: draft.ladder.map((one, n) => (n === index ? { ...one, ...next } : one)) })
              return (
                <li key={rung.key} className="grid grid-cols-[1fr_1fr_auto] items-end gap-3">
                  <Input
                    label={l.ladderHours}
                    type="number"
                    min={0}
                    max={2160}
                    required
                    value={rung.hours}
                    onChange={event => change({ hours: event.target.value })}
                  />
                  <Input
                    label={l.ladderBack}
                    type="number"
                    min={0}
                    max={100}
                    required
                    value={rung.back}
                    onChange={event => change({ back: event.target.value })}
                  />
                  <IconButton icon={Trash2} label={l.dropRung} onClick={() => set({ ladder: draft.ladder.filter(one => one !== rung) })} />
                </li>
              )
            })}
          </ul>
          {draft.ladder.length < 8 ? (
            <Button
              look="quiet"
              size="sm"
              icon={Plus}
              className="mt-3"
              onClick={() => set({ ladder: [...draft.ladder, { key: newKey(), hours: '0', back: '0' }] })}
            >
              {l.addRung}
            </Button>
          ) : null}
        </Panel>
        {save.error ? (
          <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
            {faultText(t, save.error)}
          </p>
        ) : null}
        <div className="flex flex-wrap gap-3">
          <Button type="submit" size="lg" busy={save.isPending}>
            {l.save}
          </Button>
          <Button size="lg" look="quiet" onClick={onClose}>
            {l.back}
          </Button>
        </div>
      </form>
      {room ? <RoomMore room={room} /> : null}
    </div>
  )
}
