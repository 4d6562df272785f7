import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Copy, DoorOpen, Plus, Scale, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { useLive } from '../shell/live.ts'
import { ShowTime, usePlaceTime } from '../tickets/when.tsx'
import { Button, buttonClass, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { ErrorState, faultText, Panel, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'

type Desk = Ok<'GET /shows/:show/door'>
type Device = Desk['devices'][number]
const deviceTone = (state: Device['state']): Tone => (state === 'active' ? 'good' : state === 'invited' ? 'held' : 'plain')

/** What goes on at a show's doors, live: who is in, which devices tell, who was let in twice. */
export function DoorDesk({ show }: { show: string }) {
  const t = useWords()
  const d = t.selling.door
  const client = useQueryClient()
  const query = read('GET /shows/:show/door', { show })
  const { data: desk, error, isPending, refetch } = useQuery(query)
  const at = usePlaceTime()
  const anew = () => void client.invalidateQueries({ queryKey: query.queryKey })
  useLive([`door:${show}`], anew, anew)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={7} />
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-center gap-4">
        <Cover id={desk.show.id} picture={desk.show.picture} alt="" size={144} className="w-20 shrink-0" />
        <div className="min-w-0 flex-1 basis-48">
          <h1 className="text-xl leading-tight [overflow-wrap:anywhere]">{desk.show.title}</h1>
          <p className="mt-1 text-sm text-muted">
            <ShowTime show={desk.show} />
            <span className="block">{desk.show.venue}</span>
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Link to={'/door' as '/'} search={{ show } as never} className={buttonClass('primary')}>
            <DoorOpen size={16} aria-hidden />
            {d.open}
          </Link>
          {desk.can.manage ? (
            <Link to={'/studio/deals/$show' as '/'} params={{ show } as never} className={buttonClass('quiet')}>
              <Scale size={16} aria-hidden />
              {d.deal}
            </Link>
          ) : null}
        </div>
      </header>
      <Inside desk={desk} />
      {desk.conflicts.length > 0 ? (
        <Panel title={d.conflicts}>
          <ul className="flex flex-col gap-2">
            {desk.conflicts.map(one => (
              <li key={one.lost} className="rounded-md bg-danger-soft p-3 text-danger">
                <b className="font-semibold">{one.who}</b>
                <span className="block text-sm [overflow-wrap:anywhere]">
                  {d.conflictLine(
                    t.tickets.door.doubleFirst(at(one.first.at, desk.show.zone, 'time'), one.first.door, one.first.device),
                    [at(one.lostAt, desk.show.zone, 'time'), one.lostBy].filter(Boolean).join(' · '),
                  )}
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      <div className="grid gap-5 lg:grid-cols-2">
        <Doors desk={desk} />
        <Devices desk={desk} />
      </div>
      <Scans desk={desk} />
    </div>
  )
}

function Inside({ desk }: { desk: Desk }) {
  const t = useWords()
  const d = t.selling.door
  const format = useFormat()
  const { counts } = desk
  const rows = [
    ...counts.tiers.map(tier => ({ key: tier.tier, name: tier.tierName, in: tier.in, of: tier.issued })),
    ...(counts.guests > 0 ? [{ key: 'guests', name: d.guests, in: counts.guestsIn, of: counts.guests }] : []),
  ]
  const inside = rows.reduce((sum, row) => sum + row.in, 0)
  const all = rows.reduce((sum, row) => sum + row.of, 0)
  return (
    <Panel title={d.inside}>
      <p className="tabular text-[2.5rem] leading-none font-bold">
        {format.number(inside)} <span className="text-lg font-normal text-muted">/ {format.number(all)}</span>
      </p>
      <ul className="mt-4 grid gap-4 sm:grid-cols-2">
        {rows.map(row => (
          <li key={row.key}>
            <p className="flex justify-between gap-3 text-sm">
              <span className="min-w-0 truncate font-medium">{row.name}</span>
              <span className="tabular shrink-0">{d.of(format.number(row.in), format.number(row.of))}</span>
            </p>
            <div aria-hidden className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-raised">
              <div
                className="h-full rounded-full bg-accent-mark"
                style={{ width: `${row.of === 0 ? 0 : Math.min(100, (row.in / row.of) * 100)}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function useDeskChange<I, O>(act: (input: I) => Promise<O>, done?: (result: O) => void) {
  const t = useWords()
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    ...(done === undefined ? {} : { onSuccess: done }),
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'GET /shows/:show/door' }),
  })
}

function Doors({ desk }: { desk: Desk }) {
  const t = useWords()
  const d = t.selling.door
  const show = desk.show.id
  const [name, setName] = useState('')
  const add = useDeskChange(
    (given: string) => api('PUT /shows/:show/doors/:id', { show, id: newClientId('dor'), name: given }),
    () => setName(''),
  )
  const drop = useDeskChange(
    (id: string) => api('DELETE /shows/:show/doors/:id', { show, id }),
    () => toast(d.removed),
  )
  return (
    <Panel title={d.doors} note={d.doorsBody}>
      {desk.doors.length > 0 ? (
        <ul className="mb-4 divide-y divide-line">
          {desk.doors.map(door => (
            <li key={door.id} className="flex items-center gap-3 py-2">
              <b className="min-w-0 flex-1 truncate font-semibold">{door.name}</b>
              <span className="tabular text-muted">{door.in}</span>
              {desk.can.manage ? <IconButton icon={Trash2} label={d.removeDoor} size="sm" onClick={() => drop.mutate(door.id)} /> : null}
            </li>
          ))}
        </ul>
      ) : null}
      {desk.can.manage ? (
        <form
          className="flex items-end gap-2"
          onSubmit={event => {
            event.preventDefault()
            add.mutate(name.trim())
          }}
        >
          <Input label={d.doorName} value={name} maxLength={60} onChange={event => setName(event.target.value)} className="flex-1" />
          <Button type="submit" look="quiet" icon={Plus} busy={add.isPending} disabled={name.trim() === ''}>
            {d.addDoor}
          </Button>
        </form>
      ) : null}
    </Panel>
  )
}

function Devices({ desk }: { desk: Desk }) {
  const t = useWords()
  const d = t.selling.door
  const format = useFormat()
  const show = desk.show.id
  const [name, setName] = useState('')
  const [door, setDoor] = useState('')
  const [made, setMade] = useState<{ name: string; code: string; path: string } | null>(null)
  const [ending, setEnding] = useState<string | null>(null)
  const add = useDeskChange(
    (given: string) => api('POST /shows/:show/door-links', { show, id: newClientId('dev'), name: given, ...(door === '' ? {} : { door }) }),
    result => {
      setMade({ name, ...result })
      setName('')
    },
  )
  const revoke = useDeskChange(
    (id: string) => api('POST /door-devices/:id/revoke', { id }),
    () => toast(d.revoked),
  )
  const copy = async (path: string) => {
    await navigator.clipboard.writeText(`${location.origin}${path}`)
    toast(d.copied, { tone: 'good' })
  }
  return (
    <Panel title={d.devices} note={desk.can.manage ? d.devicesBody : undefined}>
      {desk.devices.length > 0 ? (
        <ul className="mb-4 divide-y divide-line">
          {desk.devices.map(device => (
            <li key={device.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5">
              <span className="min-w-0 flex-1">
                <b className="block truncate font-semibold">{device.name}</b>
                <span className="block truncate text-xs text-muted">
                  {[
                    device.door,
                    d.scans(device.scans),
                    device.seenAt ? d.seen(format.dateTime(device.seenAt)) : d.neverSeen,
                    device.waiting > 0 ? d.waiting(device.waiting) : null,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </span>
              <Tag tone={deviceTone(device.state)}>{d.deviceStates[device.state]}</Tag>
              {desk.can.manage && (device.state === 'active' || device.state === 'invited') ? (
                <Button look="plain" size="sm" onClick={() => setEnding(device.id)}>
                  {d.revoke}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {made ? (
        <div className="mb-4 flex flex-col gap-2 rounded-lg bg-accent-soft p-4 text-accent-ink">
          <p className="text-sm font-medium">{d.codeFor(made.name)}</p>
          <p className="tabular text-2xl font-bold tracking-wider">{made.code}</p>
          <p className="text-sm">{d.codeHow}</p>
          <Button look="quiet" size="sm" icon={Copy} onClick={() => void copy(made.path)} className="self-start">
            {d.copyLink}
          </Button>
        </div>
      ) : null}
      {desk.can.manage ? (
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={event => {
            event.preventDefault()
            add.mutate(name.trim())
          }}
        >
          <Input
            label={d.deviceName}
            value={name}
            maxLength={60}
            onChange={event => setName(event.target.value)}
            className="min-w-40 flex-1"
          />
          {desk.doors.length > 0 ? (
            <Select
              label={t.tickets.door.doorName}
              value={door}
              onChange={event => setDoor(event.target.value)}
              options={[{ value: '', name: t.tickets.door.noDoor }, ...desk.doors.map(one => ({ value: one.id, name: one.name }))]}
              className="min-w-32"
            />
          ) : null}
          <Button type="submit" look="quiet" icon={Plus} busy={add.isPending} disabled={name.trim() === ''}>
            {d.addDevice}
          </Button>
        </form>
      ) : null}
      <Confirm
        open={ending !== null}
        onOpenChange={open => (open ? undefined : setEnding(null))}
        title={d.revokeTitle}
        body={d.revokeBody}
        action={d.revoke}
        onConfirm={() =>
          revoke.mutateAsync(ending!).then(
            () => undefined,
            () => undefined,
          )
        }
      />
    </Panel>
  )
}

function Scans({ desk }: { desk: Desk }) {
  const t = useWords()
  const d = t.selling.door
  const at = usePlaceTime()
  return (
    <Panel title={d.last}>
      {desk.scans.length === 0 ? (
        <p className="text-muted">{d.noScans}</p>
      ) : (
        <Table
          label={d.last}
          rows={desk.scans}
          rowKey={row => row.id}
          dense
          columns={[
            { key: 'at', name: d.at, cell: row => at(row.at, desk.show.zone, 'time') },
            { key: 'who', name: d.who, cell: row => row.who || '—' },
            {
              key: 'what',
              name: d.what,
              cell: row => (
                <Tag
                  tone={
                    row.verdict === 'admitted'
                      ? 'good'
                      : row.verdict === 'double'
                        ? 'held'
                        : row.verdict === 'undone' || row.verdict === 'left'
                          ? 'plain'
                          : 'bad'
                  }
                >
                  {d.verdicts[row.verdict]}
                </Tag>
              ),
            },
            { key: 'where', name: d.where, wide: true, cell: row => [row.door, row.device].filter(Boolean).join(' · ') },
          ]}
        />
      )}
    </Panel>
  )
}
