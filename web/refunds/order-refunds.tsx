import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Scale, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { parseAmount, typedAmount } from '../shop/price.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { Money, When } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { Panel, Tag, faultText, type Tone } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { newRefundId } from './id.ts'

type Lines = Ok<'GET /orders/:id/refunds'>['lines']
type Line = Lines[number]
export type Refund = Line['requests'][number]
export const refundTone: Record<Refund['state'], Tone> = {
  asked: 'accent',
  escalated: 'accent',
  short: 'held',
  done: 'good',
  declined: 'bad',
  withdrawn: 'plain',
}
export const reasons = ['mistake', 'faulty', 'not_as_described', 'twice', 'other'] as const

/** What of an order can be refunded, and what was: shown where there is something to tell. */
export function OrderRefunds({ order, kinds }: { order: string; kinds: ReadonlyMap<string, string> }) {
  const t = useWords()
  const [asking, setAsking] = useState<Line | null>(null)
  const query = read('GET /orders/:id/refunds', { id: order })
  const { data } = useQuery({
    ...query,
    refetchInterval: found => (found.state.data?.lines.some(line => line.returns.some(one => one.state === 'asked')) ? 4000 : false),
  })
  // What sending cost goes back with what was sent; by itself nobody asks for it.
  const lines =
    data?.lines.filter(
      line => (line.can.ask && kinds.get(line.line) !== 'shipping') || line.requests.length > 0 || line.returns.length > 0 || line.disputed,
    ) ?? []
  if (lines.length === 0) return null
  return (
    <Panel title={t.refunds.title}>
      <ul className="-mt-3 divide-y divide-line">
        {lines.map(line => (
          <li key={line.line} className="flex flex-col gap-3 py-3.5">
            <div className="flex flex-wrap items-center justify-between gap-3">
              <div className="min-w-0">
                <p className="truncate font-semibold">{line.title}</p>
                <LineNote line={line} digital={kinds.get(line.line) === 'digital'} />
              </div>
              {line.can.ask ? (
                <Button look="quiet" icon={Undo2} onClick={() => setAsking(line)}>
                  {t.refunds.ask}
                </Button>
              ) : null}
            </div>
            {line.requests.map(request => (
              <Request key={request.id} request={request} order={order} />
            ))}
            {line.returns.map(one => (
              <p key={one.id} className="flex flex-wrap gap-x-2 text-xs text-muted">
                <Money value={one.amount} className="font-medium text-ink" />
                <span>{{ asked: t.refunds.onItsWay, done: t.refunds.arrived, failed: t.refunds.stuck }[one.state]}</span>
                <When at={one.at} show="dateTime" />
              </p>
            ))}
          </li>
        ))}
      </ul>
      {asking ? <Ask line={asking} order={order} onClose={() => setAsking(null)} /> : null}
    </Panel>
  )
}

function LineNote({ line, digital }: { line: Line; digital: boolean }) {
  const t = useWords()
  const format = useFormat()
  if (line.disputed) return <p className="text-xs text-muted">{t.refunds.disputed}</p>
  if (line.refunded.amount !== '0') return <p className="text-xs text-muted">{t.refunds.refunded(format.money(line.refunded))}</p>
  if (!line.can.ask || !line.can.until) return null
  return <p className="text-xs text-muted">{(digital ? t.refunds.until : t.checkout.refundUntil)(format.dateTime(line.can.until))}</p>
}

function useChanged(order: string) {
  const client = useQueryClient()
  return () =>
    client.invalidateQueries({
      predicate: ({ queryKey: [key] }) =>
        key === 'GET /orders/:id/refunds' || key === 'GET /orders/:id' || key === 'GET /me/orders' || key === order,
    })
}

function Request({ request, order }: { request: Refund; order: string }) {
  const t = useWords()
  const format = useFormat()
  const changed = useChanged(order)
  const withdraw = useMutation({
    mutationFn: () => api('POST /refunds/:id/withdraw', { id: request.id }),
    onSuccess: () => {
      toast(t.refunds.withdrawn)
      return changed()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const [contesting, setContesting] = useState(false)
  const answer = request.answer
    ? t.refunds.answer(request.answer)
    : request.answerCode && request.state !== 'done'
      ? t.refunds.answers[request.answerCode]
      : null
  return (
    <div className="flex flex-wrap items-start justify-between gap-3 rounded-md bg-raised px-4 py-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2">
          <Tag tone={refundTone[request.state]}>{t.refunds.states[request.state]}</Tag>
          <Money value={request.amount} className="font-semibold" />
          <span className="text-muted">{t.refunds.reasons[request.reason]}</span>
        </p>
        {request.note ? <p className="mt-1 text-muted">{request.note}</p> : null}
        {answer ? <p className="mt-1">{answer}</p> : null}
        {request.until ? <p className="mt-1 text-xs text-muted">{t.refunds.decidesBefore(format.dateTime(request.until))}</p> : null}
      </div>
      {request.can.withdraw ? (
        <Button look="plain" size="sm" busy={withdraw.isPending} onClick={() => withdraw.mutate()}>
          {t.refunds.withdraw}
        </Button>
      ) : null}
      {request.can.escalate ? (
        <Button look="quiet" size="sm" icon={Scale} onClick={() => setContesting(true)}>
          {t.refunds.escalate}
        </Button>
      ) : null}
      {contesting ? <Contest request={request} order={order} onClose={() => setContesting(false)} /> : null}
    </div>
  )
}

/** What the seller declined, put before the planet. */
function Contest({ request, order, onClose }: { request: Refund; order: string; onClose: () => void }) {
  const t = useWords()
  const changed = useChanged(order)
  const [reason, setReason] = useState('')
  const send = useMutation({
    mutationFn: () => api('POST /refunds/:id/escalate', { id: request.id, reason: reason.trim() }),
    onSuccess: () => {
      toast(t.refunds.escalated, { tone: 'good' })
      onClose()
      return changed()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={t.refunds.escalate}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button busy={send.isPending} disabled={reason.trim() === ''} onClick={() => send.mutate()}>
            {t.refunds.send}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-muted">{t.refunds.escalateBody}</p>
        <TextArea
          label={t.refunds.escalateReason}
          rows={4}
          maxLength={1000}
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
      </div>
    </Dialog>
  )
}

function Ask({ line, order, onClose }: { line: Line; order: string; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const changed = useChanged(order)
  // One id for all tries of this form: a retry is harmless.
  const [id] = useState(newRefundId)
  const [typed, setTyped] = useState(typedAmount(line.left))
  const [reason, setReason] = useState<(typeof reasons)[number]>('mistake')
  const [note, setNote] = useState('')
  const amount = parseAmount(typed, line.left.currency)
  const right = amount !== null && BigInt(amount) > 0n && BigInt(amount) <= BigInt(line.left.amount)
  const send = useMutation({
    mutationFn: () => api('POST /refunds', { id, line: line.line, amount: amount!, reason, note }),
    onSuccess: () => {
      toast(t.refunds.sent, { tone: 'good' })
      onClose()
      return changed()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const value = (of: bigint) => ({ ...line.left, amount: of.toString() })
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={t.refunds.askFor(line.title)}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button busy={send.isPending} disabled={!right} onClick={() => send.mutate()}>
            {t.refunds.send}
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          if (right) send.mutate()
        }}
      >
        <Input
          label={t.refunds.amount}
          hint={t.refunds.atMost(format.money(line.left))}
          error={right ? undefined : t.shop.priceInvalid}
          value={typed}
          inputMode="decimal"
          suffix={line.left.currency}
          onChange={event => setTyped(event.target.value)}
        />
        <Select
          label={t.refunds.reason}
          value={reason}
          onChange={event => setReason(event.target.value as typeof reason)}
          options={reasons.map(code => ({ value: code, name: t.refunds.reasons[code] }))}
        />
        <TextArea label={t.refunds.note} optional rows={3} maxLength={1000} value={note} onChange={event => setNote(event.target.value)} />
        {right ? (
          <dl className="tabular grid grid-cols-[1fr_auto] gap-y-1 rounded-md bg-raised px-4 py-3">
            <dt className="text-muted">{t.refunds.paid}</dt>
            <dd className="text-right">
              <Money value={line.price} />
            </dd>
            <dt className="text-muted">{t.refunds.back}</dt>
            <dd className="text-right font-semibold">
              <Money value={value(BigInt(amount))} />
            </dd>
            <dt className="text-muted">{t.refunds.left}</dt>
            <dd className="text-right">
              <Money value={value(BigInt(line.left.amount) - BigInt(amount))} />
            </dd>
          </dl>
        ) : null}
      </form>
    </Dialog>
  )
}
