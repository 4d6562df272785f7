import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Copy, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Money, When } from '../ui/money.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { voucherTone } from './mine.tsx'
import { refreshServices, voucherQuery } from './queries.ts'

/** A voucher to show at the counter. */
export function VoucherPage({ id }: { id: string }) {
  const t = useWords()
  const v = t.services.voucher
  const format = useFormat()
  const client = useQueryClient()
  const {
    data: it,
    error,
    isPending,
    refetch,
  } = useQuery({ ...voucherQuery(id), refetchInterval: ({ state }) => (state.data?.state === 'good' ? 5000 : false) })
  const [asking, setAsking] = useState(false)
  const giveBack = useMutation({
    mutationFn: () => api('POST /vouchers/:id/return', { id }),
    onSuccess: () => toast(v.gaveBack, { tone: 'good' }),
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => refreshServices(client),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={4} />
  return (
    <article className="mx-auto flex max-w-md flex-col gap-5">
      <header className="flex items-center gap-4">
        <Cover id={it.product} picture={it.picture} alt="" size={96} className="w-20 shrink-0" />
        <div className="min-w-0">
          <h1 className="text-xl leading-tight [overflow-wrap:anywhere]">{it.title}</h1>
          <Link to="/artists/$id" params={{ id: it.page.id }} className="text-muted hover:text-ink">
            {it.page.name}
          </Link>
          <p className="mt-1.5">
            <Tag tone={voucherTone(it.state)}>{v.states[it.state]}</Tag>
          </p>
        </div>
      </header>
      {it.qr ? (
        <section className="flex flex-col items-center gap-3 rounded-lg border border-line bg-[white] p-6 text-[black]">
          <svg
            viewBox={`-2 -2 ${it.qr.size + 4} ${it.qr.size + 4}`}
            className="w-full max-w-72"
            role="img"
            aria-label={it.code}
            shapeRendering="crispEdges"
          >
            <path d={it.qr.path} fill="#000" />
          </svg>
          <p className="tabular text-lg font-bold tracking-widest">{it.code}</p>
          <p className="text-sm">{v.bright}</p>
        </section>
      ) : null}
      {it.left && it.worth ? (
        <p className="tabular text-center text-lg font-semibold">{v.leftOf(format.money(it.left), format.money(it.worth))}</p>
      ) : null}
      <p className="text-center text-muted">{v.until(format.dateTime(it.until))}</p>
      {it.how ? <p className="rounded-lg bg-raised p-4 text-sm whitespace-pre-line">{it.how}</p> : null}
      <div className="flex flex-wrap justify-center gap-2">
        {it.state === 'good' ? (
          <Button
            look="quiet"
            icon={Copy}
            onClick={() => void navigator.clipboard.writeText(it.code).then(() => toast(v.copied, { tone: 'good' }))}
          >
            {v.copy}
          </Button>
        ) : null}
        {it.can.giveBack ? (
          <Button look="quiet" icon={Undo2} onClick={() => setAsking(true)}>
            {v.giveBack}
          </Button>
        ) : null}
      </div>
      {it.redemptions.length > 0 ? (
        <Panel title={v.history}>
          <ul className="-my-2 divide-y divide-line">
            {it.redemptions.map(one => (
              <li key={one.at} className="flex items-baseline gap-3 py-2.5">
                <span className="min-w-0 flex-1 truncate">{one.note || v.usedAt}</span>
                <span className="text-sm text-muted">
                  <When at={one.at} show="dateTime" />
                </span>
                {one.amount ? <Money value={one.amount} /> : null}
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={v.giveBackTitle}
        body={v.giveBackBody}
        action={v.giveBack}
        onConfirm={async () => {
          await giveBack.mutateAsync().catch(() => undefined)
        }}
      />
    </article>
  )
}
