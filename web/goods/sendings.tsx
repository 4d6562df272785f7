import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Copy, Download, PackageCheck, PackageOpen, Scissors, Send } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { placeLines } from '../shipping/queries.ts'
import { Button, buttonClass, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Input } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshGoods, sendingsQuery, type Sending } from './queries.ts'

const Many = lazy(() => import('../shipping/desk.tsx').then(module => ({ default: module.ParcelsDesk })))
const states = ['to_pack', 'sent', 'returned', 'arrived', 'cancelled'] as const

/** Orders to send: what waits longest first, each with what is in it, where it goes and until when. */
export function Sendings({ page }: { page: string }) {
  const t = useWords()
  const w = t.dispatch
  const [state, setState] = useState<Sending['state']>('to_pack')
  const [many, setMany] = useState(false)
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(sendingsQuery(page, state))
  const items = data?.pages.flatMap(one => one.items) ?? []
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-2">
        <a href={`/api/v1/senders/${page}/packing.csv`} download className={buttonClass('quiet', 'sm')}>
          <Download size={14} aria-hidden />
          {w.packingList}
        </a>
        <Button look="plain" size="sm" aria-expanded={many} onClick={() => setMany(!many)}>
          {w.many}
        </Button>
      </div>
      {many ? (
        <Suspense fallback={<SkeletonRows />}>
          <Many sender={page} />
        </Suspense>
      ) : (
        <>
          <div className="no-bar -mx-1 flex gap-2 overflow-x-auto px-1 py-1" role="group" aria-label={w.sendStates.to_pack}>
            {states.map(which => (
              <button
                key={which}
                type="button"
                aria-pressed={state === which}
                onClick={() => setState(which)}
                className={cx(
                  'h-9 shrink-0 rounded-full border px-4 text-sm whitespace-nowrap transition-colors',
                  state === which ? 'border-accent-mark bg-raised font-semibold' : 'border-line text-muted hover:text-ink',
                )}
              >
                {w.sendStates[which]}
              </button>
            ))}
          </div>
          {error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : isPending ? (
            <SkeletonRows />
          ) : items.length === 0 ? (
            <EmptyState icon={PackageOpen} title={w.noSendings}>
              {w.noSendingsBody}
            </EmptyState>
          ) : (
            <ul className="grid items-start gap-4 xl:grid-cols-2">
              {items.map(sending => (
                <Parcel key={sending.id} page={page} sending={sending} />
              ))}
            </ul>
          )}
          {hasNextPage ? (
            <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="self-center">
              {t.common.more}
            </Button>
          ) : null}
        </>
      )}
    </div>
  )
}

function Parcel({ page, sending }: { page: string; sending: Sending }) {
  const t = useWords()
  const w = t.dispatch
  const format = useFormat()
  const client = useQueryClient()
  const [carrier, setCarrier] = useState('')
  const [tracking, setTracking] = useState('')
  const [splitting, setSplitting] = useState(false)
  const lines = sending.address ? placeLines(sending.address) : [t.shipping.forgotten]
  const pieces = sending.lines.reduce((sum, one) => sum + one.quantity, 0)
  const send = useMutation({
    mutationFn: () =>
      api('POST /senders/:sender/parcels/send', {
        sender: page,
        parcels: [{ id: sending.parcel!, carrier: carrier.trim(), tracking: tracking.trim() }],
      }),
    onSuccess: () => toast(w.sentOne, { tone: 'good' }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshGoods(client),
  })
  const copy = async () => {
    await navigator.clipboard.writeText(lines.join('\n'))
    toast(w.copied, { tone: 'good' })
  }
  const [now] = useState(() => Date.now())
  const late = sending.sendBy !== null && new Date(sending.sendBy).getTime() < now
  return (
    <li className="flex min-w-0 flex-col gap-4 rounded-lg border border-line bg-surface p-4 sm:p-5">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="tabular min-w-0 flex-1 font-semibold">
          {t.wares.order(sending.order.number)}
          <span className="block text-xs font-normal text-muted">
            {sending.buyer.name} · {format.date(sending.order.at)}
          </span>
        </p>
        {sending.state === 'to_pack' && sending.notBefore ? (
          <Tag>{w.notBefore(format.day(sending.notBefore))}</Tag>
        ) : sending.sendBy ? (
          <Tag tone={late ? 'bad' : 'held'}>{late ? w.late : w.sendBy(format.date(sending.sendBy))}</Tag>
        ) : (
          <Tag tone={sending.state === 'arrived' ? 'good' : 'plain'}>{w.sendStates[sending.state]}</Tag>
        )}
      </header>
      <ul className="flex flex-col gap-3">
        {sending.lines.map(line => (
          <li key={line.line} className="flex items-center gap-3">
            <Cover id={line.line} picture={line.picture} alt="" size={56} className="size-14 shrink-0" />
            <div className="min-w-0 flex-1">
              <p className="leading-snug [overflow-wrap:anywhere]">
                {line.title}
                {line.detail ? <span className="text-muted"> · {line.detail}</span> : null}
              </p>
              <p className="text-xs text-muted">{line.sku}</p>
              {line.parts.length > 0 ? (
                <p className="text-xs text-muted">
                  {w.parts1}: {line.parts.map(part => t.goods.of(format.number(part.quantity), part.title)).join(', ')}
                </p>
              ) : null}
            </div>
            <span className="tabular text-lg font-semibold">× {format.number(line.quantity)}</span>
          </li>
        ))}
      </ul>
      <div className="flex items-start gap-2 rounded-md bg-raised px-4 py-3">
        <p className="min-w-0 flex-1 text-sm">
          {lines.map(line => (
            <span key={line} className="block [overflow-wrap:anywhere]">
              {line}
            </span>
          ))}
          {sending.carriage ? <span className="mt-1 block text-xs text-muted">{w.by(sending.carriage)}</span> : null}
        </p>
        {sending.address ? <IconButton icon={Copy} label={`${w.copy}: ${sending.order.number}`} onClick={() => void copy()} /> : null}
      </div>
      {sending.order.note ? (
        <p className="text-sm [overflow-wrap:anywhere]">
          <span className="text-muted">{w.orderNote}: </span>
          {sending.order.note}
        </p>
      ) : null}
      {sending.tracking ? (
        <p className="tabular text-sm text-muted">
          {sending.carrier} · {sending.tracking}
        </p>
      ) : null}
      {sending.state === 'to_pack' && sending.parcel ? (
        <form
          className="flex flex-wrap items-end gap-3"
          onSubmit={event => {
            event.preventDefault()
            send.mutate()
          }}
        >
          <Input
            label={t.goods.carrier}
            required
            maxLength={60}
            value={carrier}
            onChange={event => setCarrier(event.target.value)}
            className="min-w-28 flex-1"
          />
          <Input
            label={t.goods.tracking}
            required
            maxLength={80}
            value={tracking}
            onChange={event => setTracking(event.target.value)}
            className="min-w-36 flex-[1.6]"
          />
          <Button type="submit" icon={Send} busy={send.isPending}>
            {w.markSent}
          </Button>
          {pieces > 1 ? (
            <Button look="plain" icon={Scissors} onClick={() => setSplitting(true)}>
              {w.split}
            </Button>
          ) : null}
        </form>
      ) : null}
      {splitting ? <Split sending={sending} onClose={() => setSplitting(false)} /> : null}
    </li>
  )
}

function Split({ sending, onClose }: { sending: Sending; onClose: () => void }) {
  const t = useWords()
  const w = t.dispatch
  const client = useQueryClient()
  const [id] = useState(() => newClientId('snd'))
  const [counts, setCounts] = useState<Readonly<Record<string, string>>>({})
  const wanted = sending.lines.flatMap(line => {
    const quantity = Math.floor(Number(counts[line.line] ?? 0))
    return quantity > 0 ? [{ line: line.line, quantity: Math.min(quantity, line.quantity) }] : []
  })
  const moved = wanted.reduce((sum, one) => sum + one.quantity, 0)
  const all = sending.lines.reduce((sum, one) => sum + one.quantity, 0)
  const split = useMutation({
    mutationFn: () => api('POST /sendings/:id/split', { id: sending.id, sending: id, lines: wanted }),
    onSuccess: async () => {
      toast(w.splitDone, { tone: 'good' })
      await refreshGoods(client)
      onClose()
    },
  })
  return (
    <Dialog open onOpenChange={open => (open ? undefined : onClose())} title={w.splitTitle} description={w.splitBody}>
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          event.stopPropagation()
          split.mutate()
        }}
      >
        {sending.lines.map(line => (
          <Input
            key={line.line}
            label={line.detail ? `${line.title} · ${line.detail}` : line.title}
            hint={`${w.inSecond} (0–${line.quantity})`}
            type="number"
            min={0}
            max={line.quantity}
            value={counts[line.line] ?? '0'}
            onChange={event => setCounts(before => ({ ...before, [line.line]: event.target.value }))}
          />
        ))}
        {split.error ? (
          <p role="alert" className="font-medium text-danger">
            {faultText(t, split.error)}
          </p>
        ) : null}
        <Button type="submit" icon={PackageCheck} busy={split.isPending} disabled={moved === 0 || moved >= all}>
          {w.split}
        </Button>
      </form>
    </Dialog>
  )
}
