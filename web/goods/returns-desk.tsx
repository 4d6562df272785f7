import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { placeLines } from '../shipping/queries.ts'
import { parseAmount, typedAmount } from '../shop/price.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { deskReturnsQuery, refreshGoods, shippingQuery, type Return } from './queries.ts'
import { ReturnCard } from './return-card.tsx'

const states = ['all', 'asked', 'accepted', 'sent', 'refunded', 'short', 'declined', 'withdrawn'] as const

/** Returns to a page: what waits for an answer or came back, and all before. */
export function ReturnsDesk({ page }: { page: string }) {
  const t = useWords()
  const [state, setState] = useState<(typeof states)[number]>('all')
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    deskReturnsQuery(page, state),
  )
  const items = data?.pages.flatMap(one => one.items) ?? []
  return (
    <div className="flex flex-col gap-5">
      <Select
        label={t.goods.returns}
        hideLabel
        value={state}
        onChange={event => setState(event.target.value as typeof state)}
        options={states.map(value => ({ value, name: value === 'all' ? t.dispatch.allReturns : t.goods.states[value] }))}
        className="w-52"
      />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState icon={Undo2} title={t.goods.noReturns} />
      ) : (
        <ul className="grid items-start gap-4 xl:grid-cols-2">
          {items.map(one => (
            <li key={one.id}>
              <ReturnCard one={one} side="seller">
                <SellerActions one={one} />
              </ReturnCard>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="self-center">
          {t.common.more}
        </Button>
      ) : null}
    </div>
  )
}

type Step = 'accept' | 'keep' | 'decline' | 'receive'
/** What the seller can do now. */
export function SellerActions({ one }: { one: Return }) {
  const w = useWords().dispatch
  const [step, setStep] = useState<Step | null>(null)
  if (!one.can.accept && !one.can.receive) return null
  return (
    <div className="flex flex-wrap gap-2">
      {one.can.accept ? (
        <>
          <Button size="sm" onClick={() => setStep('accept')}>
            {w.accept}
          </Button>
          <Button size="sm" look="quiet" onClick={() => setStep('keep')}>
            {w.keep}
          </Button>
          <Button size="sm" look="plain" onClick={() => setStep('decline')}>
            {w.decline}
          </Button>
        </>
      ) : null}
      {one.can.receive ? (
        <Button size="sm" look={one.state === 'sent' ? 'primary' : 'quiet'} onClick={() => setStep('receive')}>
          {w.received}
        </Button>
      ) : null}
      {step === null ? null : step === 'receive' ? (
        <Receive one={one} onClose={() => setStep(null)} />
      ) : (
        <Answer one={one} step={step} onClose={() => setStep(null)} />
      )}
    </div>
  )
}

function useDone(onClose: () => void, words: string) {
  const client = useQueryClient()
  return async () => {
    toast(words, { tone: 'good' })
    await refreshGoods(client)
    onClose()
  }
}

function Answer({ one, step, onClose }: { one: Return; step: 'accept' | 'keep' | 'decline'; onClose: () => void }) {
  const t = useWords()
  const w = t.dispatch
  const format = useFormat()
  const [answer, setAnswer] = useState('')
  const { data } = useQuery({ ...shippingQuery(one.seller.id), enabled: step === 'accept' })
  const done = useDone(onClose, step === 'decline' ? w.declined : step === 'keep' ? w.refunded : w.accepted)
  const address = data?.settings.returnAddress
  const act = useMutation({
    mutationFn: () =>
      step === 'decline'
        ? api('POST /returns/:id/decline', { id: one.id, answer })
        : api('POST /returns/:id/accept', { id: one.id, answer, keep: step === 'keep' }),
    onSuccess: done,
  })
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={w[step]}
      {...(step === 'keep' ? { description: w.keepBody(format.money(one.price)) } : {})}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          event.stopPropagation()
          act.mutate()
        }}
      >
        {step === 'accept' && data ? (
          address ? (
            <p className="rounded-md bg-raised px-4 py-3 text-sm">
              <span className="text-muted">{w.acceptTo}</span>
              {placeLines(address).map(line => (
                <span key={line} className="block [overflow-wrap:anywhere]">
                  {line}
                </span>
              ))}
            </p>
          ) : (
            <p className="rounded-md bg-held-soft px-4 py-3 text-sm text-held">{w.acceptNeedsAddress}</p>
          )
        ) : null}
        <TextArea
          label={w.answer}
          hint={step === 'decline' ? w.declineHint : undefined}
          required={step === 'decline'}
          optional={step !== 'decline'}
          rows={3}
          maxLength={1000}
          value={answer}
          onChange={event => setAnswer(event.target.value)}
        />
        {act.error ? (
          <p role="alert" className="font-medium text-danger">
            {faultText(t, act.error)}
          </p>
        ) : null}
        <Button type="submit" busy={act.isPending} disabled={step === 'accept' && !address}>
          {w[step]}
        </Button>
      </form>
    </Dialog>
  )
}

function Receive({ one, onClose }: { one: Return; onClose: () => void }) {
  const t = useWords()
  const w = t.dispatch
  const [restock, setRestock] = useState(one.reason === 'changed_mind' || one.reason === 'wrong' ? String(one.quantity) : '0')
  const [amount, setAmount] = useState(() => typedAmount(one.price))
  const [answer, setAnswer] = useState('')
  const done = useDone(onClose, w.refunded)
  const minor = parseAmount(amount, one.price.currency)
  const less = minor !== null && BigInt(minor) < BigInt(one.price.amount)
  const tooMuch = minor === null || BigInt(minor) > BigInt(one.price.amount)
  const act = useMutation({
    mutationFn: () =>
      api('POST /returns/:id/received', { id: one.id, restock: Math.floor(Number(restock) || 0), amount: minor ?? '0', answer }),
    onSuccess: done,
  })
  return (
    <Dialog open onOpenChange={open => (open ? undefined : onClose())} title={w.receivedTitle}>
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          event.stopPropagation()
          act.mutate()
        }}
      >
        <Input
          label={w.restock}
          hint={w.restockHint}
          type="number"
          min={0}
          max={one.quantity}
          value={restock}
          onChange={event => setRestock(event.target.value)}
        />
        <Input
          label={w.refund}
          hint={w.refundHint}
          inputMode="decimal"
          value={amount}
          onChange={event => setAmount(event.target.value)}
          error={tooMuch ? t.denials.return_amount : undefined}
          suffix={<span className="text-xs">{one.price.currency}</span>}
        />
        <TextArea
          label={w.answer}
          required={less}
          optional={!less}
          rows={3}
          maxLength={1000}
          value={answer}
          onChange={event => setAnswer(event.target.value)}
        />
        {act.error ? (
          <p role="alert" className="font-medium text-danger">
            {faultText(t, act.error)}
          </p>
        ) : null}
        <Button type="submit" busy={act.isPending} disabled={tooMuch}>
          {w.received}
        </Button>
      </form>
    </Dialog>
  )
}
