import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read, type Ok } from '../../api.ts'
import { useFormat, useWords } from '../../i18n/use.tsx'
import { codeName } from '../../insight/codes.ts'
import { parseAmount, typedAmount } from '../../shop/price.ts'
import { Button } from '../../ui/button.tsx'
import { Input, Select, TextArea } from '../../ui/field.tsx'
import { Money } from '../../ui/money.tsx'
import { Dialog } from '../../ui/overlay.tsx'
import { ErrorState, SkeletonRows, Tag, faultText } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { newRefundId } from '../id.ts'

type Preview = Ok<'GET /lines/:line/refund-preview'>
const reasons = ['goodwill', 'mistake', 'faulty', 'not_as_described', 'twice', 'other'] as const

/** After a refund everything that shows money of it is read again. */
export function useRefundsChanged() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ predicate: ({ queryKey: [key] }) => /\/(?:me|console|lines|refunds|orders)\b/.test(String(key)) })
}

const nameOf = (t: ReturnType<typeof useWords>, give: Preview['gives'][number]): string =>
  give.kind === 'provider'
    ? codeName(t, give.receiver.name)
    : give.kind === 'planet'
      ? codeName(t, 'planet')
      : give.kind === 'escrow'
        ? codeName(t, 'escrow')
        : give.receiver.name || codeName(t, give.kind)

/** Who gives back how much of a line, exactly, before and after. */
export function GiveBackTable({ line, amount }: { line: string; amount: string | null }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery({
    ...read('GET /lines/:line/refund-preview', { line, ...(amount ? { amount } : {}) }),
    placeholderData: keepPreviousData,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={3} />
  return (
    <div className="flex flex-col gap-3">
      <dl className="tabular grid grid-cols-[1fr_auto] gap-y-1 rounded-md bg-raised px-4 py-3">
        <dt className="text-muted">{t.disputes.price}</dt>
        <dd className="text-right">
          <Money value={data.price} />
        </dd>
        <dt className="text-muted">{t.disputes.refundedSoFar}</dt>
        <dd className="text-right">
          <Money value={data.refunded} />
        </dd>
        <dt className="text-muted">{t.disputes.leftAfter}</dt>
        <dd className="text-right font-semibold">
          <Money value={{ ...data.left, amount: (BigInt(data.left.amount) - BigInt(data.amount.amount)).toString() }} />
        </dd>
      </dl>
      {data.waits ? (
        <p role="status" className="rounded-md bg-held-soft px-4 py-3 text-held">
          {t.disputes.waits} {data.missing.map(one => t.disputes.missing(format.money(one))).join('')}
        </p>
      ) : null}
      <Table
        label={t.disputes.preview}
        dense
        rows={data.gives}
        rowKey={row => `${row.receiver.id} ${row.step}`}
        columns={[
          {
            key: 'who',
            name: t.disputes.receiver,
            cell: row => (
              <>
                {nameOf(t, row)}
                <span className="block text-xs text-muted">{codeName(t, row.step)}</span>
              </>
            ),
          },
          { key: 'had', name: t.disputes.had, align: 'end', cell: row => <Money value={row.before} className="text-muted" /> },
          { key: 'gives', name: t.disputes.gives, align: 'end', cell: row => <Money value={row.gives} className="font-semibold" /> },
          { key: 'keeps', name: t.disputes.keeps, align: 'end', cell: row => <Money value={row.after} /> },
        ]}
      />
    </div>
  )
}

/** Refunds a line without being asked: how much, why, and who gives back what. */
export function RefundSale({
  line,
  title,
  left,
  mustSay,
  onClose,
}: {
  line: string
  title: string
  left: Preview['left']
  mustSay?: boolean
  onClose: () => void
}) {
  const t = useWords()
  const format = useFormat()
  const changed = useRefundsChanged()
  const [id] = useState(newRefundId)
  const [typed, setTyped] = useState(typedAmount(left))
  const [reason, setReason] = useState<(typeof reasons)[number]>('goodwill')
  const [note, setNote] = useState('')
  const amount = parseAmount(typed, left.currency)
  const right = amount !== null && BigInt(amount) > 0n && BigInt(amount) <= BigInt(left.amount)
  const said = !mustSay || note.trim() !== ''
  const refund = useMutation({
    mutationFn: () => api('POST /lines/:line/refund', { id, line, amount: amount!, reason, note }),
    onSuccess: done => {
      toast(done.state === 'short' ? t.disputes.waiting : t.disputes.done, { tone: done.state === 'short' ? 'plain' : 'good' })
      onClose()
      return changed()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={t.disputes.refundOf(title)}
      wide
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button look="danger" busy={refund.isPending} disabled={!right || !said} onClick={() => refund.mutate()}>
            {right ? t.disputes.confirm(format.money({ ...left, amount })) : t.disputes.refund}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Input
            label={t.disputes.amount}
            error={right ? undefined : t.shop.priceInvalid}
            hint={t.refunds.atMost(format.money(left))}
            value={typed}
            inputMode="decimal"
            suffix={left.currency}
            onChange={event => setTyped(event.target.value)}
          />
          <Select
            label={t.disputes.reason}
            value={reason}
            onChange={event => setReason(event.target.value as typeof reason)}
            options={reasons.map(code => ({ value: code, name: t.refunds.reasons[code] }))}
          />
        </div>
        <TextArea
          label={t.disputes.note}
          hint={t.disputes.noteNeeded}
          optional={!mustSay}
          rows={2}
          maxLength={1000}
          value={note}
          onChange={event => setNote(event.target.value)}
        />
        <GiveBackTable line={line} amount={right ? amount : null} />
      </div>
    </Dialog>
  )
}

/** A line that was refunded in part says so beside its state. */
export function Refunded({ amount, refunded }: { amount: Preview['price']; refunded: Preview['price'] }) {
  const t = useWords()
  const format = useFormat()
  if (refunded.amount === '0' || refunded.amount === amount.amount) return null
  return <Tag tone="accent">{t.refunds.refunded(format.money(refunded))}</Tag>
}
