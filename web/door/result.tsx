import { Check, RotateCcw, TriangleAlert, X, type LucideIcon } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useEffect, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { usePlaceTime } from '../tickets/when.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import type { Outcome } from './book.ts'
import { signs } from './door-colour.ts'
import { end, useDoor } from './keeper.ts'
import { toast } from '../ui/toast.tsx'

/** Whoever is let in passes on by itself; what stops someone stays until it is seen. */
const goesAfterMs = 2200

/** All the screen: colour, sign and big words, to be read at arm's length in the dark. */
export function Result({ outcome, onClose }: { outcome: Outcome; onClose: () => void }) {
  const t = useWords()
  const d = t.tickets.door
  const at = usePlaceTime()
  const { book } = useDoor()
  const [undoing, setUndoing] = useState(false)
  const { kind, ticket, guest, first } = outcome
  const good = kind === 'admitted'
  const { realName } = book!.list
  // A name is to be looked at first.
  const stays = !good || undoing || (realName !== 'none' && ticket?.name != null)
  useEffect(() => {
    if (stays) return
    const timer = setTimeout(onClose, goesAfterMs)
    return () => clearTimeout(timer)
  }, [stays, onClose])
  const words: Record<Outcome['kind'], [LucideIcon, string, string]> = {
    admitted: [
      outcome.again ? RotateCcw : Check,
      outcome.again ? d.again : guest && outcome.places > 1 ? d.admittedGuest(outcome.place, outcome.places) : d.admitted,
      outcome.listed ? '' : d.newTicket,
    ],
    double: [TriangleAlert, d.double, first ? d.doubleFirst(at(first.at, book!.list.show.zone, 'time'), first.door, first.device) : ''],
    full: [TriangleAlert, d.full, ''],
    void: [X, d.void, d.voidBody],
    forged: [X, d.forged, d.forgedBody],
    wrong_show: [X, d.wrong_show, ''],
    unknown: [X, d.unknown, ''],
    old_code: [X, d.old_code, d.oldBody],
  }
  const [Icon, big, small] = words[kind]
  const name = guest?.name ?? ticket?.name ?? ticket?.holder ?? ''
  const undo = async (reason: string) => {
    const subject = ticket?.id ?? guest?.id ?? ''
    const found = book!.insideOf(subject).find(one => one.scan === outcome.scan)
    if (found && (await end(subject, found.slot, { undo: reason }))) toast(d.undone, { tone: 'good' })
    onClose()
  }
  return (
    <Radix.Root open onOpenChange={open => (open ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Content
          aria-describedby={undefined}
          onClick={() => (undoing ? undefined : onClose())}
          className={cx(
            'fixed inset-0 z-50 flex flex-col items-center justify-center gap-4 px-6 py-8 text-center text-[white]',
            signs[good ? (outcome.again ? 'again' : 'in') : kind === 'double' ? 'double' : 'stop'],
          )}
        >
          <Icon size={112} strokeWidth={2.5} aria-hidden />
          <Radix.Title className="text-[3.5rem] leading-tight font-bold [overflow-wrap:anywhere]">{big}</Radix.Title>
          {small ? <p className="text-xl font-medium">{small}</p> : null}
          {ticket ? (
            <p className="text-2xl font-semibold [overflow-wrap:anywhere]">{[ticket.tierName, ticket.seat].filter(Boolean).join(' · ')}</p>
          ) : null}
          {name ? <p className="text-2xl [overflow-wrap:anywhere]">{name}</p> : null}
          {ticket?.mark || guest?.mark ? (
            <p className="rounded-full bg-[white]/20 px-4 py-1 text-lg font-bold">
              {(t.tickets.marks as Record<string, string>)[ticket?.mark || guest?.mark || ''] ?? (ticket?.mark || guest?.mark)}
            </p>
          ) : null}
          {guest?.note ? <p className="text-lg">{guest.note}</p> : null}
          {good && realName !== 'none' && ticket ? (
            <p className="text-lg">
              {d.checkName}
              {ticket.idTail ? <b className="tabular block text-2xl">{d.idTail(ticket.idTail)}</b> : null}
            </p>
          ) : null}
          {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions -- only keeps a tap here from closing the screen */}
          <div className="mt-4 flex flex-wrap justify-center gap-3" onClick={event => event.stopPropagation()}>
            {undoing ? (
              <UndoForm onUndo={reason => void undo(reason)} />
            ) : (
              <>
                <Button size="lg" autoFocus onClick={onClose} className="!bg-[white] !text-[black]">
                  {t.common.close}
                </Button>
                {good ? (
                  <Button size="lg" look="plain" onClick={() => setUndoing(true)} className="!text-[white] hover:!bg-[white]/20">
                    {d.undo}
                  </Button>
                ) : null}
              </>
            )}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export function UndoForm({ onUndo }: { onUndo: (reason: string) => void }) {
  const t = useWords()
  const [reason, setReason] = useState('')
  return (
    <form
      className="flex flex-wrap items-center justify-center gap-2"
      onSubmit={event => {
        event.preventDefault()
        onUndo(reason.trim())
      }}
    >
      <input
        aria-label={t.tickets.door.undoReason}
        placeholder={t.tickets.door.undoReason}
        value={reason}
        maxLength={200}
        required
        onChange={event => setReason(event.target.value)}
        className="h-12 rounded-sm border border-line-strong bg-surface px-3 text-ink"
      />
      <Button type="submit" size="lg" look="danger" disabled={reason.trim() === ''}>
        {t.tickets.door.undo}
      </Button>
    </form>
  )
}
