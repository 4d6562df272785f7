import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { myReturnsQuery, refreshGoods, returnQuery, type Return } from './queries.ts'
import { ReturnCard } from './return-card.tsx'

/** One return, for who bought and who sold. */
export function ReturnPage({ id }: { id: string }) {
  const t = useWords()
  const me = useMe()
  const { data: one, error, isPending, refetch } = useQuery({ ...returnQuery(id), enabled: me !== null, retry: false })
  if (!me) return <SignInFirst />
  const buyer = one?.buyer.id === me.id
  return (
    <div className="mx-auto w-full max-w-2xl">
      <h1 className="mb-6 text-xl">{t.goods.returns}</h1>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : (
        <ReturnCard one={one} side={buyer ? 'buyer' : 'seller'}>
          {buyer ? (
            <BuyerActions key={one.state} one={one} />
          ) : one.can.accept || one.can.receive ? (
            <Link to="/studio/goods" search={{ page: one.seller.id, part: 'returns' }} className={buttonClass('quiet', 'md', 'self-start')}>
              {t.goods.returns}
            </Link>
          ) : null}
        </ReturnCard>
      )}
    </div>
  )
}

/** What the buyer can do now: say how it was sent, or keep it. */
function BuyerActions({ one }: { one: Return }) {
  const t = useWords()
  const g = t.goods
  const client = useQueryClient()
  const [carrier, setCarrier] = useState(one.carrier ?? '')
  const [tracking, setTracking] = useState(one.tracking ?? '')
  const [leaving, setLeaving] = useState(false)
  const failed = (error: unknown) => toast(faultText(t, error), { tone: 'bad' })
  const send = useMutation({
    mutationFn: () => api('POST /returns/:id/sent', { id: one.id, carrier: carrier.trim(), tracking: tracking.trim() }),
    onSuccess: () => toast(g.noted, { tone: 'good' }),
    onError: failed,
    onSettled: () => refreshGoods(client),
  })
  const withdraw = useMutation({
    mutationFn: () => api('POST /returns/:id/withdraw', { id: one.id }),
    onError: failed,
    onSettled: () => refreshGoods(client),
  })
  return (
    <>
      {one.can.send ? (
        <form
          className="flex flex-wrap items-end gap-3"
          onSubmit={event => {
            event.preventDefault()
            send.mutate()
          }}
        >
          <Input
            label={g.carrier}
            required
            maxLength={60}
            value={carrier}
            onChange={event => setCarrier(event.target.value)}
            className="min-w-28 flex-1"
          />
          <Input
            label={g.tracking}
            required
            maxLength={80}
            value={tracking}
            onChange={event => setTracking(event.target.value)}
            className="min-w-36 flex-[1.6]"
          />
          <Button type="submit" look={one.state === 'sent' ? 'quiet' : 'primary'} busy={send.isPending}>
            {one.state === 'sent' ? g.changeNumber : g.haveSent}
          </Button>
        </form>
      ) : null}
      {one.can.withdraw ? (
        <Button look="plain" className="self-start" onClick={() => setLeaving(true)}>
          {g.withdraw}
        </Button>
      ) : null}
      <Confirm
        open={leaving}
        onOpenChange={setLeaving}
        title={g.withdraw}
        body={g.withdrawBody}
        action={g.withdraw}
        onConfirm={() =>
          withdraw.mutateAsync().then(
            () => undefined,
            () => undefined,
          )
        }
      />
    </>
  )
}

/** What one sent back, or asked to. */
export function MyReturns() {
  const t = useWords()
  const me = useMe()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    ...myReturnsQuery(),
    enabled: me !== null,
  })
  if (!me) return <SignInFirst />
  const items = data?.pages.flatMap(one => one.items) ?? []
  return (
    <div className="mx-auto w-full max-w-2xl">
      <h1 className="mb-6 text-xl">{t.goods.myReturns}</h1>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState
          icon={Undo2}
          title={t.goods.noReturns}
          action={
            <Link to="/orders" className={buttonClass('quiet')}>
              {t.shop.orders}
            </Link>
          }
        >
          {t.goods.noReturnsBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-4">
          {items.map(one => (
            <li key={one.id}>
              <ReturnCard one={one} side="buyer">
                <BuyerActions key={one.state} one={one} />
              </ReturnCard>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-4">
          {t.common.more}
        </Button>
      ) : null}
    </div>
  )
}
