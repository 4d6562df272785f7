import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { PartyPopper } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { OrderFlow } from '../insight/order-flow.tsx'
import { OrderRefunds } from '../refunds/order-refunds.tsx'
import { useMe } from '../shell/me.ts'
import { placeLines } from '../shipping/queries.ts'
import { Money, When } from '../ui/money.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { ErrorState, Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { KeepPanel } from './guest.tsx'
import { NotKnown } from './not-known.tsx'
import { OrderLines } from './order-lines.tsx'
import { OrderPapers } from './order-papers.tsx'
import { orderTone, type OrderData } from './orders.tsx'
import { Paying } from './pay-with.tsx'
import { addUp } from './price.ts'
import { orderQuery } from './queries.ts'

/** How soon to ask again: waiting for the payment's notification, then for what is handed over, then for what sellers do. */
const everyMs: Partial<Record<OrderData['state'], number>> = { placed: 2500, paid: 15_000 }
const freshMs = 120_000

/** An order: pay it, see what happens next with each part of it, get what it holds. */
export function OrderPage({ id }: { id: string }) {
  const me = useMe()
  const { data, error, isPending, refetch } = useQuery({
    ...orderQuery(id),
    enabled: me !== null,
    refetchInterval: query => {
      const order = query.state.data
      if (order?.state === 'paid' && order.paidAt && Date.now() - Date.parse(order.paidAt) < freshMs) return 3000
      return order ? (everyMs[order.state] ?? false) : false
    },
  })
  if (!me) return <NotKnown to={`/orders/${id}`} />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <Shown order={data} />
}

function Shown({ order }: { order: OrderData }) {
  const t = useWords()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const cancel = useMutation({
    mutationFn: () => api('POST /orders/:id/cancel', { id: order.id }),
    onSuccess: next => {
      client.setQueryData(orderQuery(order.id).queryKey, next)
      toast(t.shop.cancelled)
      return client.invalidateQueries({ queryKey: ['GET /me/orders'] })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const kept = order.lines.filter(line => line.state === 'held' || line.state === 'settled')
  const music = kept.length > 0 && kept.every(line => line.kind === 'digital')
  return (
    <div className="mx-auto flex max-w-[880px] flex-col gap-5">
      <header className="flex flex-wrap items-center gap-3">
        <h1 className="text-xl">{t.shop.order(order.number)}</h1>
        <Tag tone={orderTone[order.state]}>{t.shop.states[order.state]}</Tag>
        <Link to="/orders" className="ml-auto text-sm font-medium text-muted underline-offset-4 hover:text-ink hover:underline">
          {t.checkout.allOrders}
        </Link>
      </header>
      {order.state === 'placed' ? <Paying order={order} onCancel={() => setAsking(true)} /> : null}
      {kept.length > 0 ? (
        <div className="flex items-center gap-4 rounded-lg bg-paid-soft px-5 py-4" role="status">
          <PartyPopper size={26} strokeWidth={1.6} aria-hidden className="shrink-0 text-paid" />
          <div>
            <p className="font-semibold">{t.shop.thanks}</p>
            <p className="text-muted">
              {kept.every(line => line.state === 'settled') ? t.checkout.thanksSettled : music ? t.shop.thanksBody : t.checkout.thanksBody}
            </p>
          </div>
        </div>
      ) : null}
      <OrderLines order={order} />
      {order.paidAt ? <KeepPanel /> : null}
      <Sums order={order} />
      {order.paidAt || order.state === 'placed' ? <OrderPapers order={order} /> : null}
      {order.paidAt && order.total.amount !== '0' ? (
        <OrderRefunds order={order.id} kinds={new Map(order.lines.map(line => [line.id, line.kind]))} />
      ) : null}
      {order.paidAt ? <OrderFlow order={order.id} moving={order.state === 'paid'} /> : null}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t.shop.cancel}
        body={t.shop.cancelBody}
        action={t.shop.cancel}
        onConfirm={async () => void (await cancel.mutateAsync().catch(() => undefined))}
      />
    </div>
  )
}

/** What it came to, where it goes and who is told. */
function Sums({ order }: { order: OrderData }) {
  const t = useWords()
  const format = useFormat()
  const { currency } = order.total
  const goods = addUp(
    order.lines
      .filter(line => line.kind !== 'shipping')
      .map(line => ({ amount: (BigInt(line.unit.amount) * BigInt(line.quantity)).toString(), currency })),
  )
  const ways = order.lines.filter(line => line.kind === 'shipping')
  const discount = addUp(order.lines.map(line => line.discount))
  const codes = [...new Set(order.lines.flatMap(line => line.discountCode ?? []))]
  const back = addUp(order.lines.map(line => line.refunded))
  const minus = (value: typeof goods): string => `−${format.money(value)}`
  const row = 'col-span-2 grid grid-cols-subgrid'
  return (
    <Panel title={t.checkout.summary}>
      <dl className="tabular grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5">
        <div className={row}>
          <dt className="text-muted">{t.checkout.goods}</dt>
          <dd className="text-right">{format.money({ ...goods, currency })}</dd>
        </div>
        {discount.amount === '0' ? null : (
          <div className={row}>
            <dt className="text-muted">
              {t.checkout.discount} {codes.join(', ')}
            </dt>
            <dd className="text-right">{minus({ ...discount, currency })}</dd>
          </div>
        )}
        {ways.length > 0 ? (
          <div className={row}>
            <dt className="text-muted">{t.checkout.shipping}</dt>
            <dd className="text-right">{format.money({ ...addUp(ways.map(way => way.unit)), currency })}</dd>
          </div>
        ) : null}
        <div className={row}>
          <dt className="pt-1 text-base font-semibold">{t.shop.total}</dt>
          <dd className="pt-1 text-right text-base font-bold">
            <Money value={order.total} />
          </dd>
        </div>
        {order.credit.amount === '0' ? null : (
          <div className={row}>
            <dt className="text-muted">{t.checkout.credit}</dt>
            <dd className="text-right">{minus(order.credit)}</dd>
          </div>
        )}
        {back.amount === '0' ? null : (
          <div className={row}>
            <dt className="text-muted">{t.invoices.paper.refunded}</dt>
            <dd className="text-right">{minus({ ...back, currency })}</dd>
          </div>
        )}
      </dl>
      <dl className="mt-4 grid gap-x-4 gap-y-1.5 border-t border-line pt-4 sm:grid-cols-[auto_1fr]">
        <Fact name={t.shop.placedAt}>
          <When at={order.createdAt} show="dateTime" />
        </Fact>
        {order.paidAt ? (
          <Fact name={t.shop.paidAt}>
            <When at={order.paidAt} show="dateTime" />
          </Fact>
        ) : null}
        {order.address ? <Fact name={t.checkout.sentTo}>{placeLines(order.address).join(' · ')}</Fact> : null}
        {order.contact ? <Fact name={t.checkout.mailTo}>{order.contact}</Fact> : null}
        {order.note ? <Fact name={t.checkout.noteOf}>{order.note}</Fact> : null}
      </dl>
    </Panel>
  )
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div className="contents">
    <dt className="text-muted">{name}</dt>
    <dd className="[overflow-wrap:anywhere] whitespace-pre-line max-sm:mb-1.5">{children}</dd>
  </div>
)
