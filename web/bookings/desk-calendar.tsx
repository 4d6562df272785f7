import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CalendarPlus, ChevronLeft, ChevronRight, DoorOpen, Plus } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { toast } from '../ui/toast.tsx'
import { AddDialog } from './desk-add.tsx'
import { BookingDialog } from './desk-booking.tsx'
import { Grid, type Column, type Moved } from './desk-grid.tsx'
import { calendarQuery, refreshBookings, type Calendar, type DeskResource, type Entry } from './queries.ts'
import { addDays, dayName, timeThere } from './times.ts'

/** The staff’s calendar: a day of all rooms, or a week of one. */
export function CalendarDesk({ page, resources, onRooms }: { page: string; resources: readonly DeskResource[]; onRooms: () => void }) {
  const l = useWords().letting
  const [view, setView] = useState<'day' | 'week'>('day')
  const [from, setFrom] = useState<string | undefined>(undefined)
  const [room, setRoom] = useState('')
  const client = useQueryClient()
  const query = calendarQuery(page, from, view === 'day' ? 1 : 7)
  const { data, error, isPending, refetch } = useQuery(query)
  useLive([`place:${page}`], () => void refreshBookings(client))
  if (resources.every(one => one.state === 'draft'))
    return (
      <EmptyState icon={DoorOpen} title={l.calendarNone} action={<Button onClick={onRooms}>{l.toRooms}</Button>}>
        {l.calendarNoneBody}
      </EmptyState>
    )
  const chosen = data?.items.find(one => one.resource === room) ?? data?.items[0]
  const content = error ? (
    <ErrorState error={error} onRetry={() => void refetch()} />
  ) : isPending ? (
    <SkeletonRows />
  ) : (
    <Shown
      calendar={data}
      resources={resources}
      view={view}
      {...(view === 'week' ? { only: chosen?.resource } : {})}
      onGo={setFrom}
      picker={
        view === 'week' || data.items.length > 1 ? (
          <Select
            label={l.room}
            hideLabel
            value={chosen?.resource ?? ''}
            onChange={event => setRoom(event.target.value)}
            options={data.items.map(one => ({ value: one.resource, name: one.title }))}
            className={view === 'day' ? 'w-44 sm:hidden' : 'w-44'}
          />
        ) : null
      }
      chosen={chosen?.resource}
    />
  )
  return (
    <Tabs
      label={l.tabs.calendar}
      value={view}
      onChange={value => setView(value as typeof view)}
      tabs={(['day', 'week'] as const).map(value => ({ value, name: l[value], content: value === view ? content : null }))}
    />
  )
}

type Adding = { resource: string; day: string; start: string | null }

function Shown({
  calendar,
  resources,
  view,
  only,
  chosen,
  picker,
  onGo,
}: {
  calendar: Calendar
  resources: readonly DeskResource[]
  view: 'day' | 'week'
  only?: string | undefined
  chosen: string | undefined
  picker: React.ReactNode
  onGo: (from: string | undefined) => void
}) {
  const t = useWords()
  const { zone: zoneName } = useFormat()
  const l = t.letting
  const { locale } = useLanguage()
  const client = useQueryClient()
  const [adding, setAdding] = useState<Adding | null>(null)
  const [open, setOpen] = useState<{ entry: Entry; resource: string } | null>(null)
  const [moving, setMoving] = useState<(Moved & { text: string }) | null>(null)
  const move = useMutation({
    mutationFn: ({ entry, column, start }: Moved) => api('POST /bookings/:id/move', { id: entry.id, resource: column.resource, start }),
    onSuccess: () => toast(l.moved, { tone: 'good' }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshBookings(client),
  })
  const unblock = useMutation({
    mutationFn: (given: { resource: string; block: string }) =>
      api('DELETE /resources/:id/blocks/:block', { id: given.resource, block: given.block }),
    onSettled: () => refreshBookings(client),
  })
  const step = view === 'day' ? 1 : 7
  const columns: Column[] = calendar.items.flatMap(item =>
    only !== undefined && item.resource !== only
      ? []
      : item.days.map(day => ({
          key: `${item.resource} ${day.day}`,
          resource: item.resource,
          title: view === 'day' ? item.title : dayName(day.day, locale),
          note: view === 'day' ? null : day.holiday,
          zone: item.zone,
          day: day.day,
          starts: day.starts,
          ends: day.ends,
          open: day.open,
          entries: item.entries,
          // On a phone one room at a time.
          narrow: view === 'day' && item.resource !== chosen,
        })),
  )
  const zone = calendar.items[0]?.zone ?? 'UTC'
  const holiday = view === 'day' ? calendar.items[0]?.days[0]?.holiday : null
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <IconButton icon={ChevronLeft} size="sm" label={l.earlier} onClick={() => onGo(addDays(calendar.from, -step))} />
        <Button look="quiet" size="sm" disabled={calendar.from === calendar.today} onClick={() => onGo(undefined)}>
          {t.bookings.today}
        </Button>
        <IconButton icon={ChevronRight} size="sm" label={l.later} onClick={() => onGo(addDays(calendar.from, step))} />
        <b className="mr-auto">
          {dayName(calendar.from, locale)}
          {view === 'week' ? ` – ${dayName(addDays(calendar.from, 6), locale)}` : ''}
          {holiday ? <span className="ml-2 text-sm font-normal text-held">{holiday}</span> : null}
        </b>
        {picker}
        <Button size="sm" icon={Plus} onClick={() => setAdding({ resource: chosen ?? resources[0]!.id, day: calendar.from, start: null })}>
          {l.add}
        </Button>
      </div>
      <Grid
        columns={columns}
        today={calendar.today}
        onAdd={(column, start) => setAdding({ resource: column.resource, day: column.day, start })}
        onOpen={(entry, column) => setOpen({ entry, resource: column.resource })}
        onMove={moved =>
          setMoving({
            ...moved,
            text: `${resources.find(one => one.id === moved.column.resource)?.title ?? ''} · ${dayName(moved.column.day, locale)} ${timeThere(moved.start, moved.column.zone)}`,
          })
        }
      />
      <p className="text-xs text-muted">
        {t.bookings.zone(zoneName(zone))} <span className="hidden sm:inline">· {l.drag}</span>
      </p>
      {adding ? <AddDialog resources={resources} {...adding} onClose={() => setAdding(null)} /> : null}
      {open && (open.entry.kind === 'order' || open.entry.kind === 'ask' || open.entry.kind === 'walk_in') ? (
        <BookingDialog id={open.entry.id} resources={resources} onClose={() => setOpen(null)} />
      ) : null}
      {open && open.entry.kind === 'block' ? (
        <Confirm
          open
          onOpenChange={() => setOpen(null)}
          title={open.entry.name || l.block}
          body={`${open.entry.localStart} – ${open.entry.localEnd}`}
          action={l.unblock}
          onConfirm={() => unblock.mutateAsync({ resource: open.resource, block: open.entry.id }).then(() => undefined)}
        />
      ) : null}
      {moving ? (
        <Confirm
          open
          onOpenChange={() => setMoving(null)}
          title={l.move}
          body={l.moveAsk(moving.entry.name || l.guest, moving.text)}
          action={l.move}
          onConfirm={() =>
            move.mutateAsync(moving).then(
              () => undefined,
              () => undefined,
            )
          }
        />
      ) : null}
      {columns.length === 0 ? <EmptyState icon={CalendarPlus} title={l.calendarNone} /> : null}
    </div>
  )
}
