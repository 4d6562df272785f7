import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download as DownloadIcon, FileArchive, PartyPopper } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { OrderFlow } from '../insight/order-flow.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Money, When } from '../ui/money.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { ErrorState, Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { OrderRefunds } from '../refunds/order-refunds.tsx'
import { orderQuery } from './queries.ts'
import { orderTone, type OrderData } from './orders.tsx'
import { Paying } from './pay-with.tsx'

/** An order: pay it, see it arrive, download what it holds. */
export function OrderPage({ id }: { id: string }) {
  const me = useMe()
  const { data, error, isPending, refetch } = useQuery({
    ...orderQuery(id),
    enabled: me !== null,
    // Waiting for the payment's notification, and then for the settlement: ask again until both are there.
    refetchInterval: query => (query.state.data?.state === 'placed' ? 2500 : query.state.data?.state === 'paid' ? 5000 : false),
  })
  if (!me) return <SignInFirst />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <Shown order={data} />
}

function Shown({ order }: { order: OrderData }) {
  const t = useWords()
  const format = useFormat()
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
  const owned = order.lines.filter(line => line.state === 'held' || line.state === 'settled')
  return (
    <div className="mx-auto flex max-w-[880px] flex-col gap-6">
      <header className="flex flex-wrap items-center gap-3">
        <h1 className="text-xl">{t.shop.order(order.number)}</h1>
        <Tag tone={orderTone[order.state]}>{t.shop.states[order.state]}</Tag>
      </header>
      {order.state === 'placed' ? <Paying order={order} onCancel={() => setAsking(true)} /> : null}
      {owned.length > 0 ? (
        <div className="flex items-center gap-4 rounded-lg bg-paid-soft px-5 py-4" role="status">
          <PartyPopper size={26} strokeWidth={1.6} aria-hidden className="shrink-0 text-paid" />
          <div>
            <p className="font-semibold">{t.shop.thanks}</p>
            <p className="text-muted">{t.shop.thanksBody}</p>
          </div>
        </div>
      ) : null}
      {owned.map(line => (
        <Downloads key={line.id} line={line.id} />
      ))}
      <Panel title={t.shop.invoice}>
        <ul className="-mt-3 divide-y divide-line">
          {order.lines.map(line => (
            <li key={line.id} className="flex items-center gap-4 py-3.5">
              <Cover id={line.release ?? line.id} picture={line.cover} alt="" size={52} className="size-13" />
              <div className="min-w-0 flex-1">
                <p className="truncate font-semibold">
                  {line.release ? (
                    <Link to="/releases/$id" params={{ id: line.release }} className="hover:underline">
                      {line.title}
                    </Link>
                  ) : (
                    line.title
                  )}
                </p>
                <p className="truncate text-xs text-muted">
                  {line.artists} · {t.shop.seller(line.seller.name)}
                </p>
              </div>
              <div className="text-right">
                <Money value={line.amount} className="font-semibold" />
                <p className="mt-0.5 text-xs text-muted">
                  {line.refunded.amount !== '0' && line.state !== 'refunded'
                    ? t.refunds.refunded(format.money(line.refunded))
                    : t.shop.lineStates[line.state]}
                </p>
              </div>
            </li>
          ))}
        </ul>
        <dl className="tabular mt-2 grid grid-cols-[1fr_auto] gap-y-1.5 border-t border-line pt-4">
          <dt className="text-muted">{t.shop.placedAt}</dt>
          <dd className="text-right">
            <When at={order.createdAt} show="dateTime" />
          </dd>
          {order.paidAt ? (
            <>
              <dt className="text-muted">{t.shop.paidAt}</dt>
              <dd className="text-right">
                <When at={order.paidAt} show="dateTime" />
              </dd>
            </>
          ) : null}
          <dt className="pt-1 text-base font-semibold">{t.shop.total}</dt>
          <dd className="pt-1 text-right text-base font-bold">
            <Money value={order.total} />
          </dd>
        </dl>
      </Panel>
      {order.paidAt ? <OrderFlow order={order.id} moving={order.state === 'paid'} /> : null}
      {order.paidAt && order.total.amount !== '0' ? <OrderRefunds order={order.id} /> : null}
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

type DownloadData = Ok<'GET /downloads/:line'>

function Downloads({ line }: { line: string }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery({
    ...read('GET /downloads/:line', { line }),
    refetchInterval: query => (query.state.data?.formats.length === 0 ? 5000 : false),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={2} />
  const name = (code: DownloadData['formats'][number]['format']) => t.shop.formatNames[code]
  return (
    <Panel title={`${t.shop.downloads} · ${data.title}`}>
      {data.formats.length === 0 ? <p className="text-muted">{t.shop.preparing}</p> : null}
      <div className="flex flex-wrap gap-2">
        {data.formats.map(file => (
          <a key={file.format} href={file.url} download className={buttonClass('quiet')}>
            <FileArchive size={16} aria-hidden />
            {name(file.format)}
            {file.bytes ? <span className="font-normal text-muted">{format.bytes(file.bytes)}</span> : null}
          </a>
        ))}
      </div>
      <details className="group mt-4">
        <summary className="rounded-sm text-sm font-medium text-muted hover:text-ink">{t.shop.singleTracks}</summary>
        <ol className="mt-2 divide-y divide-line">
          {data.tracks.map(track => (
            <li key={track.id} className="flex flex-wrap items-center gap-3 py-2">
              <span className="tabular w-6 text-right text-muted">{track.number}</span>
              <span className="min-w-0 flex-1 truncate">{track.title}</span>
              {track.urls.map(file => (
                <a
                  key={file.format}
                  href={file.url}
                  download
                  aria-label={`${t.shop.download}: ${track.title}, ${name(file.format)}`}
                  className="inline-flex items-center gap-1.5 rounded-full bg-raised px-2.5 py-1 text-xs font-medium hover:bg-accent-soft hover:text-accent-ink"
                >
                  <DownloadIcon size={12} aria-hidden />
                  {name(file.format)}
                </a>
              ))}
            </li>
          ))}
        </ol>
      </details>
    </Panel>
  )
}
