import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { ClipboardPaste, Copy, Download, PackageCheck } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass, IconButton } from '../ui/button.tsx'
import { Input, TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { toast } from '../ui/toast.tsx'
import { readPasted, type Filled } from './pasted.ts'
import { packingQuery, placeLines, refreshParcels, type DeskParcel } from './queries.ts'

const states = ['to_pack', 'sent', 'returned'] as const

/** A sender's desk: what is to pack with its addresses, carriers and numbers typed or pasted back, what is on its way, what came back. */
export function ParcelsDesk({ sender }: { sender: string }) {
  const t = useWords()
  const { number } = useFormat()
  const client = useQueryClient()
  const [state, setState] = useState<(typeof states)[number]>('to_pack')
  const [filled, setFilled] = useState<Readonly<Record<string, { carrier: string; tracking: string }>>>({})
  const [pasting, setPasting] = useState(false)
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(packingQuery(sender, state))
  const items = data?.pages.flatMap(page => page.items) ?? []
  const counts = data?.pages[0]?.counts
  const ready = Object.entries(filled).flatMap(([id, { carrier, tracking }]): Filled[] =>
    carrier.trim() && tracking.trim() ? [{ id, carrier: carrier.trim(), tracking: tracking.trim() }] : [],
  )
  const send = useMutation({
    mutationFn: () => api('POST /senders/:sender/parcels/send', { sender, parcels: ready }),
    onSuccess: ({ sent }) => {
      toast(t.shipping.sentMany(sent), { tone: 'good' })
      setFilled({})
    },
    onError: failed => toast(faultText(t, failed), { tone: 'bad' }),
    onSettled: () => refreshParcels(client),
  })
  const names = {
    to_pack: t.shipping.toPack(number(counts?.to_pack ?? 0)),
    sent: t.shipping.onWay(number(counts?.sent ?? 0)),
    returned: t.shipping.back(number(counts?.returned ?? 0)),
  }
  const list = (
    <>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState icon={PackageCheck} title={t.shipping.nothing}>
          {t.shipping.nothingBody}
        </EmptyState>
      ) : (
        <ul className="grid gap-3 lg:grid-cols-2">
          {items.map(parcel => (
            <Item
              key={parcel.id}
              parcel={parcel}
              filled={filled[parcel.id] ?? { carrier: '', tracking: '' }}
              onFill={change =>
                setFilled(before => ({ ...before, [parcel.id]: { ...(before[parcel.id] ?? { carrier: '', tracking: '' }), ...change } }))
              }
            />
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="self-center">
          {t.common.more}
        </Button>
      ) : null}
    </>
  )
  return (
    <div className="flex flex-col gap-4">
      <p className="max-w-[70ch] text-muted">{t.shipping.deskNote}</p>
      <div className="flex flex-wrap gap-2">
        <a href={`/api/v1/senders/${sender}/packing.csv`} download className={buttonClass('quiet')}>
          <Download size={15} aria-hidden />
          {t.shipping.list}
        </a>
        <Button look="quiet" icon={ClipboardPaste} onClick={() => setPasting(true)}>
          {t.shipping.paste}
        </Button>
        {ready.length > 0 ? (
          <Button icon={PackageCheck} busy={send.isPending} onClick={() => send.mutate()}>
            {t.shipping.sendMany(ready.length)}
          </Button>
        ) : null}
      </div>
      <Tabs
        label={t.shipping.desk}
        value={state}
        onChange={value => setState(value as typeof state)}
        tabs={states.map(value => ({ value, name: names[value], content: value === state ? list : null }))}
      />
      {pasting ? (
        <Paste
          onClose={() => setPasting(false)}
          onFilled={rows => {
            setFilled(before => ({
              ...before,
              ...Object.fromEntries(rows.map(({ id, carrier, tracking }) => [id, { carrier, tracking }])),
            }))
            setState('to_pack')
            setPasting(false)
          }}
        />
      ) : null}
    </div>
  )
}

type ItemProps = {
  parcel: DeskParcel
  filled: { carrier: string; tracking: string }
  onFill: (change: { carrier?: string; tracking?: string }) => void
}
function Item({ parcel, filled, onFill }: ItemProps) {
  const t = useWords()
  const format = useFormat()
  const [back, setBack] = useState(false)
  const lines = parcel.address ? placeLines(parcel.address) : [t.shipping.forgotten]
  const copy = async () => {
    await navigator.clipboard.writeText(lines.join('\n'))
    toast(t.shipping.copied, { tone: 'good' })
  }
  return (
    <li className="flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p className="font-semibold [overflow-wrap:anywhere]">
            {parcel.title} <span className="tabular font-normal text-muted">{t.shipping.pieces(format.number(parcel.quantity))}</span>
          </p>
          <p className="text-xs text-muted">
            {parcel.person.name} · {format.date(parcel.createdAt)}
          </p>
        </div>
        <IconButton icon={Copy} label={t.shipping.copy} onClick={() => void copy()} />
      </div>
      <p className="text-sm">
        {lines.map(line => (
          <span key={line} className="block [overflow-wrap:anywhere]">
            {line}
          </span>
        ))}
      </p>
      {parcel.state === 'sent' ? (
        <>
          <p className="tabular text-sm text-muted">
            {parcel.follow ? (
              <a href={parcel.follow} target="_blank" rel="noreferrer noopener" className="underline">
                {t.shipping.number(parcel.carrier ?? '', parcel.tracking ?? '')}
              </a>
            ) : (
              t.shipping.number(parcel.carrier ?? '', parcel.tracking ?? '')
            )}
          </p>
          <OnWay parcel={parcel} onBack={() => setBack(true)} />
        </>
      ) : (
        <div className="grid grid-cols-2 gap-2">
          <Input
            label={t.shipping.carrier}
            maxLength={60}
            value={filled.carrier}
            onChange={event => onFill({ carrier: event.target.value })}
          />
          <Input
            label={t.shipping.tracking}
            maxLength={80}
            value={filled.tracking}
            onChange={event => onFill({ tracking: event.target.value })}
          />
        </div>
      )}
      {back ? <Returned parcel={parcel} onClose={() => setBack(false)} /> : null}
    </li>
  )
}

function OnWay({ parcel, onBack }: { parcel: DeskParcel; onBack: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const arrived = useMutation({
    mutationFn: () => api('POST /parcels/:id/arrived', { id: parcel.id }),
    onError: failed => toast(faultText(t, failed), { tone: 'bad' }),
    onSettled: () => refreshParcels(client),
  })
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" look="quiet" busy={arrived.isPending} onClick={() => arrived.mutate()}>
        {t.shipping.markArrived}
      </Button>
      <Button size="sm" look="plain" onClick={onBack}>
        {t.shipping.markReturned}
      </Button>
    </div>
  )
}

function Returned({ parcel, onClose }: { parcel: DeskParcel; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const back = useMutation({
    mutationFn: () => api('POST /parcels/:id/returned', { id: parcel.id, reason }),
    onSuccess: async () => {
      await refreshParcels(client)
      onClose()
    },
  })
  return (
    <Dialog
      open
      onOpenChange={open => !open && onClose()}
      title={t.shipping.markReturned}
      footer={
        <Button size="lg" className="w-full" busy={back.isPending} disabled={reason.trim() === ''} onClick={() => back.mutate()}>
          {t.shipping.markReturned}
        </Button>
      }
    >
      <Input
        label={t.shipping.returnedWhy}
        maxLength={300}
        value={reason}
        error={back.error ? faultText(t, back.error) : undefined}
        onChange={event => setReason(event.target.value)}
      />
    </Dialog>
  )
}

function Paste({ onClose, onFilled }: { onClose: () => void; onFilled: (rows: Filled[]) => void }) {
  const t = useWords()
  const [text, setText] = useState('')
  const rows = readPasted(text)
  return (
    <Dialog
      open
      onOpenChange={open => !open && onClose()}
      title={t.shipping.paste}
      footer={
        <Button size="lg" className="w-full" disabled={rows.length === 0} onClick={() => onFilled(rows)}>
          {t.shipping.pasteFound(rows.length)}
        </Button>
      }
    >
      <TextArea
        label={t.shipping.paste}
        hideLabel
        hint={t.shipping.pasteNote}
        rows={10}
        spellCheck={false}
        value={text}
        onChange={event => setText(event.target.value)}
      />
    </Dialog>
  )
}
