import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCcw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { faultText, Panel } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { spanOf } from './desk-draft.ts'
import { refreshBookings, type DeskResource } from './queries.ts'
import { clock, dayName } from './times.ts'

const ways = ['closed', 'hours', 'holiday', 'plain'] as const
type Way = (typeof ways)[number]

/** What of a room is kept at once: special days, calendars outside, the address for other apps. */
export function RoomMore({ room }: { room: DeskResource }) {
  const t = useWords()
  const client = useQueryClient()
  const act = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshBookings(client),
  })
  const go = (run: () => Promise<unknown>) => act.mutate(run)
  return (
    <>
      <Days room={room} go={go} />
      <Calendars room={room} go={go} />
      <Feed room={room} go={go} />
    </>
  )
}
type Go = (run: () => Promise<unknown>) => void

function Days({ room, go }: { room: DeskResource; go: Go }) {
  const t = useWords()
  const l = t.letting
  const { locale } = useLanguage()
  const [form, setForm] = useState<{ day: string; way: Way; from: string; to: string; note: string }>({
    day: '',
    way: 'closed',
    from: '12:00',
    to: '22:00',
    note: '',
  })
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change })
  const wayText = (one: DeskResource['days'][number]): string =>
    [
      one.hours === null
        ? ''
        : one.hours.length === 0
          ? l.specialWays.closed
          : one.hours.map(span => `${clock(span.opens)}–${clock(span.closes)}`).join(' '),
      one.holiday === null ? '' : one.holiday ? l.specialWays.holiday : l.specialWays.plain,
      one.note,
    ]
      .filter(Boolean)
      .join(' · ')
  return (
    <Panel title={l.special} note={l.specialBody}>
      <ul className="mb-4 flex flex-col gap-1">
        {room.days.map(one => (
          <li key={one.day} className="flex items-center justify-between gap-3 text-sm">
            <span>
              <b className="font-medium">{dayName(one.day, locale)}</b> <span className="text-muted">{wayText(one)}</span>
            </span>
            <IconButton
              icon={RotateCcw}
              size="sm"
              label={`${l.specialDrop}: ${one.day}`}
              onClick={() => go(() => api('DELETE /resources/:id/days/:day', { id: room.id, day: one.day }))}
            />
          </li>
        ))}
      </ul>
      <form
        className="grid grid-cols-2 items-end gap-3 sm:grid-cols-5"
        onSubmit={event => {
          event.preventDefault()
          const { day, way, from, to, note } = form
          go(() =>
            api('PUT /resources/:id/days/:day', {
              id: room.id,
              day,
              hours: way === 'closed' ? [] : way === 'hours' ? [spanOf(from, to)] : null,
              holiday: way === 'holiday' ? true : way === 'plain' ? false : null,
              note: note.trim(),
            }),
          )
          set({ note: '' })
        }}
      >
        <Input label={l.specialDay} type="date" required value={form.day} onChange={event => set({ day: event.target.value })} />
        <Select
          label={l.special}
          value={form.way}
          onChange={event => set({ way: event.target.value as Way })}
          options={ways.map(value => ({ value, name: l.specialWays[value] }))}
        />
        {form.way === 'hours' ? (
          <>
            <Input label={l.from} type="time" step={900} value={form.from} onChange={event => set({ from: event.target.value })} />
            <Input label={l.until} type="time" step={900} value={form.to} onChange={event => set({ to: event.target.value })} />
          </>
        ) : (
          <Input
            label={l.note}
            optional
            maxLength={200}
            className="sm:col-span-2"
            value={form.note}
            onChange={event => set({ note: event.target.value })}
          />
        )}
        <Button type="submit" look="quiet">
          {l.specialAdd}
        </Button>
      </form>
    </Panel>
  )
}

function Calendars({ room, go }: { room: DeskResource; go: Go }) {
  const t = useWords()
  const l = t.letting
  const format = useFormat()
  const [form, setForm] = useState(() => ({ id: newClientId('cal'), name: '', url: '' }))
  return (
    <Panel title={l.calendars} note={l.calendarsBody}>
      <ul className="mb-4 flex flex-col gap-2">
        {room.calendars.map(one => (
          <li key={one.id} className="flex min-w-0 items-center justify-between gap-3 text-sm">
            <span className="min-w-0">
              <b className="block truncate font-medium">{one.name}</b>
              <span className="block truncate text-muted">
                {one.problem ? (
                  <span className="text-danger">{one.problem}</span>
                ) : one.readAt ? (
                  l.calendarRead(format.dateTime(one.readAt), format.number(one.events))
                ) : (
                  l.calendarWaits
                )}
                {one.clashes > 0 ? <span className="text-danger"> · {l.clashes(format.number(one.clashes))}</span> : null}
              </span>
            </span>
            <IconButton
              icon={Trash2}
              size="sm"
              label={`${l.calendarDrop}: ${one.name}`}
              onClick={() => go(() => api('DELETE /resources/:id/calendars/:calendar', { id: room.id, calendar: one.id }))}
            />
          </li>
        ))}
      </ul>
      <form
        className="grid items-end gap-3 sm:grid-cols-[1fr_2fr_auto]"
        onSubmit={event => {
          event.preventDefault()
          go(() => api('POST /resources/:id/calendars', { id: room.id, calendar: form.id, name: form.name.trim(), url: form.url.trim() }))
          setForm({ id: newClientId('cal'), name: '', url: '' })
        }}
      >
        <Input
          label={l.calendarName}
          required
          maxLength={80}
          value={form.name}
          onChange={event => setForm({ ...form, name: event.target.value })}
        />
        <Input
          label={l.calendarUrl}
          required
          type="url"
          placeholder="https://"
          value={form.url}
          onChange={event => setForm({ ...form, url: event.target.value })}
        />
        <Button type="submit" look="quiet">
          {l.calendarAdd}
        </Button>
      </form>
    </Panel>
  )
}

function Feed({ room, go }: { room: DeskResource; go: Go }) {
  const l = useWords().letting
  const url = room.feed === null || typeof window === 'undefined' ? null : `${window.location.origin}${room.feed}`
  return (
    <Panel title={l.feed} note={l.feedBody}>
      {url ? <p className="mb-3 rounded-md bg-sunken p-3 font-mono text-xs break-all">{url}</p> : null}
      <div className="flex flex-wrap gap-2">
        {url ? (
          <Button look="quiet" onClick={() => void navigator.clipboard.writeText(url).then(() => toast(l.copied, { tone: 'good' }))}>
            {l.copy}
          </Button>
        ) : null}
        <Button look="quiet" onClick={() => go(() => api('POST /resources/:id/feed', { id: room.id, renew: url !== null }))}>
          {url ? l.feedRenew : l.feedMake}
        </Button>
      </div>
    </Panel>
  )
}
