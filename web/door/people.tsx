import { LogOut, Search, Undo2, UserCheck } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { usePlaceTime } from '../tickets/when.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import type { DoorGuest, DoorTicket } from './book.ts'
import { end, useDoor } from './keeper.ts'
import { UndoForm } from './result.tsx'

/** Finding someone without a code: the guest list, and everyone by name, code or seat. */
export function People({ onAdmit }: { onAdmit: (subject: string) => void }) {
  const t = useWords()
  const d = t.tickets.door
  const { book, version } = useDoor()
  const [text, setText] = useState('')
  const [undoing, setUndoing] = useState<{ subject: string; slot: number } | null>(null)
  const wanted = useDeferredValue(text)
  const found = book!.search(wanted)
  return (
    <div className="flex flex-col gap-3" data-version={version}>
      <Input label={d.search} value={text} type="search" autoComplete="off" onChange={event => setText(event.target.value)} />
      {found.length === 0 ? (
        <EmptyState icon={Search} title={wanted === '' ? d.search : d.searchNone} compact />
      ) : (
        <>
          {wanted === '' ? <h2 className="text-base">{d.guests}</h2> : null}
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
            {found.map(item => (
              <Row
                key={'guest' in item ? item.guest.id : item.ticket.id}
                guest={'guest' in item ? item.guest : null}
                ticket={'ticket' in item ? item.ticket : null}
                onAdmit={onAdmit}
                onUndo={setUndoing}
              />
            ))}
          </ul>
        </>
      )}
      <Dialog open={undoing !== null} onOpenChange={open => (open ? undefined : setUndoing(null))} title={d.undoTitle}>
        <UndoForm
          onUndo={reason => {
            if (undoing) void end(undoing.subject, undoing.slot, { undo: reason }).then(() => toast(d.undone, { tone: 'good' }))
            setUndoing(null)
          }}
        />
      </Dialog>
    </div>
  )
}

type RowProps = {
  guest: DoorGuest | null
  ticket: DoorTicket | null
  onAdmit: (subject: string) => void
  onUndo: (what: { subject: string; slot: number }) => void
}
function Row({ guest, ticket, onAdmit, onUndo }: RowProps) {
  const t = useWords()
  const d = t.tickets.door
  const at = usePlaceTime()
  const { book } = useDoor()
  const subject = guest?.id ?? ticket!.id
  const inside = book!.insideOf(subject)
  const places = guest ? 1 + guest.plus : 1
  const last = inside.at(-1)
  const title = guest?.name ?? ticket!.name ?? ticket!.holder ?? ticket!.seat ?? ticket!.code
  const under = guest
    ? [guest.plus > 0 ? d.plus(guest.plus) : null, guest.note]
    : [ticket!.tierName, ticket!.seat, ticket!.idTail ? d.idTail(ticket!.idTail) : null, ticket!.code]
  const exit = async () => {
    if (last && (await end(subject, last.slot, 'exit'))) toast(d.exited, { tone: 'good' })
  }
  return (
    <li className="flex min-w-0 items-center gap-2 px-3 py-2.5">
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-center gap-2">
          <b className="min-w-0 truncate font-semibold">{title}</b>
          {guest?.mark || ticket?.mark ? (
            <Tag tone="accent">{(t.tickets.marks as Record<string, string>)[guest?.mark || ticket?.mark || ''] ?? ''}</Tag>
          ) : null}
          {ticket?.state === 'void' ? <Tag tone="bad">{d.void}</Tag> : null}
        </span>
        <span className="block truncate text-xs text-muted">{under.filter(Boolean).join(' · ')}</span>
        {last ? (
          <span className="block text-xs font-medium text-paid">
            {places > 1 ? d.ofAll(String(inside.length), String(places)) : d.in} · {at(last.at, book!.list.show.zone, 'time')}
          </span>
        ) : null}
      </span>
      {last ? <IconButton icon={Undo2} label={d.undo} size="sm" onClick={() => onUndo({ subject, slot: last.slot })} /> : null}
      {last && book!.list.reentry ? <IconButton icon={LogOut} label={d.exit} size="sm" onClick={() => void exit()} /> : null}
      {inside.length < places && ticket?.state !== 'void' ? (
        <Button icon={UserCheck} onClick={() => onAdmit(subject)}>
          {d.admit}
        </Button>
      ) : null}
    </li>
  )
}
