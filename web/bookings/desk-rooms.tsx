import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { DoorOpen, ExternalLink, Pencil, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshBookings, type DeskResource } from './queries.ts'

const RoomEditor = lazy(() => import('./desk-editor.tsx').then(module => ({ default: module.RoomEditor })))

/** What a page lets. */
export function RoomsDesk({ page, resources }: { page: string; resources: readonly DeskResource[] }) {
  const l = useWords().letting
  const [editing, setEditing] = useState<string | null>(null)
  if (editing)
    return (
      <Suspense fallback={<SkeletonRows />}>
        <RoomEditor key={editing} page={page} room={resources.find(one => one.id === editing) ?? null} onClose={() => setEditing(null)} />
      </Suspense>
    )
  return (
    <div className="flex flex-col gap-4">
      <Button icon={Plus} className="self-start" onClick={() => setEditing('new')}>
        {l.addRoom}
      </Button>
      {resources.length === 0 ? (
        <EmptyState icon={DoorOpen} title={l.roomsNone}>
          {l.roomsNoneBody}
        </EmptyState>
      ) : (
        <ul className="grid gap-3 lg:grid-cols-2">
          {resources.map(one => (
            <Room key={one.id} room={one} onEdit={() => setEditing(one.id)} />
          ))}
        </ul>
      )}
    </div>
  )
}

function Room({ room, onEdit }: { room: DeskResource; onEdit: () => void }) {
  const t = useWords()
  const [l, b] = [t.letting, t.bookings]
  const format = useFormat()
  const client = useQueryClient()
  const open = room.state === 'open'
  const turn = useMutation({
    mutationFn: () => api('PUT /resources/:id/state', { id: room.id, state: open ? 'closed' : 'open' }),
    onSuccess: () => toast(open ? l.shut : l.opened, { tone: 'good' }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshBookings(client),
  })
  const clashes = room.calendars.reduce((sum, one) => sum + one.clashes, 0)
  return (
    <li className="flex min-w-0 gap-4 rounded-lg border border-line bg-surface p-4">
      <Cover id={room.id} picture={room.picture} alt="" size={96} className="w-24 shrink-0 self-start" />
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <p className="flex flex-wrap gap-2">
          <Tag tone={open ? 'good' : room.state === 'draft' ? 'held' : 'plain'}>{l.states[room.state]}</Tag>
          <Tag>{b.kinds[room.kind]}</Tag>
        </p>
        <h2 className="text-base leading-snug [overflow-wrap:anywhere]">{room.title}</h2>
        <p className="tabular text-sm text-muted">
          {b.upTo(format.number(room.capacity))}
          {room.from ? ` · ${room.from.amount === '0' ? b.free : b.fromPrice(format.money(room.from))}` : ''}
        </p>
        {room.missing.map(one => (
          <p key={one} className="text-xs text-held">
            {l.missing[one]}
          </p>
        ))}
        {clashes > 0 ? <p className="text-xs font-medium text-danger">{l.clashes(format.number(clashes))}</p> : null}
        <div className="mt-auto flex flex-wrap gap-2 pt-1">
          <Button look="quiet" size="sm" icon={Pencil} onClick={onEdit}>
            {l.edit}
          </Button>
          {room.missing.length === 0 || open ? (
            <Button look={open ? 'quiet' : 'primary'} size="sm" busy={turn.isPending} onClick={() => turn.mutate()}>
              {open ? l.close : l.open}
            </Button>
          ) : null}
          {open ? (
            <Link to="/book/$id" params={{ id: room.id }} className={buttonClass('plain', 'sm')}>
              <ExternalLink size={14} aria-hidden />
              {l.see}
            </Link>
          ) : null}
        </div>
      </div>
    </li>
  )
}
