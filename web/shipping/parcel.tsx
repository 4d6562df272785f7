import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ExternalLink, Package } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { ErrorState, faultText, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { parcelQuery, placeLines, refreshParcels, type Parcel } from './queries.ts'

const Readdress = lazy(() => import('./readdress.tsx').then(module => ({ default: module.Readdress })))

/** Where a parcel is, where it goes, and what its receiver can say of it. */
export function ParcelCard({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [moving, setMoving] = useState(false)
  const { data: parcel, error, isPending, refetch } = useQuery(parcelQuery(id))
  const arrived = useMutation({
    mutationFn: () => api('POST /parcels/:id/arrived', { id }),
    onSuccess: () => toast(t.shipping.gotItDone, { tone: 'good' }),
    onError: failed => toast(faultText(t, failed), { tone: 'bad' }),
    onSettled: () => refreshParcels(client),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={2} />
  return (
    <section className="rounded-lg border border-line bg-surface p-5">
      <h2 className="flex items-center gap-2 text-base">
        <Package size={18} aria-hidden />
        {t.shipping.parcel}
      </h2>
      <Steps parcel={parcel} />
      {parcel.carrier && parcel.tracking ? (
        <p className="tabular mt-4 flex flex-wrap items-center justify-between gap-3">
          <span className="min-w-0 [overflow-wrap:anywhere]">{t.shipping.number(parcel.carrier, parcel.tracking)}</span>
          {parcel.follow ? (
            <a href={parcel.follow} target="_blank" rel="noreferrer noopener" className={buttonClass('quiet', 'sm')}>
              <ExternalLink size={14} aria-hidden />
              {t.shipping.follow}
            </a>
          ) : null}
        </p>
      ) : null}
      <p className="mt-4 text-sm text-muted">
        {parcel.address
          ? placeLines(parcel.address).map(line => (
              <span key={line} className="block [overflow-wrap:anywhere]">
                {line}
              </span>
            ))
          : t.shipping.forgotten}
      </p>
      <div className="mt-4 flex flex-wrap gap-2 empty:hidden">
        {parcel.can.arrived ? (
          <Button busy={arrived.isPending} onClick={() => arrived.mutate()}>
            {t.shipping.gotIt}
          </Button>
        ) : null}
        {parcel.can.address ? (
          <Button look="quiet" onClick={() => setMoving(true)}>
            {t.shipping.change}
          </Button>
        ) : null}
      </div>
      <p className="sr-only" aria-live="polite">
        {t.shipping.states[parcel.state]} {parcel.sentAt ? format.date(parcel.sentAt) : ''}
      </p>
      {moving ? (
        <Suspense>
          <Readdress id={id} onClose={() => setMoving(false)} />
        </Suspense>
      ) : null}
    </section>
  )
}

/** The way it took, newest last, as a line with dots. */
function Steps({ parcel }: { parcel: Parcel }) {
  const t = useWords()
  const format = useFormat()
  return (
    <ol className="mt-4 flex flex-col gap-3">
      {parcel.steps.map((step, index) => {
        const last = index === parcel.steps.length - 1
        return (
          <li key={`${step.state}${step.at}`} className="relative flex gap-3 pl-1">
            {last ? null : <span aria-hidden className="absolute top-4 left-[8px] h-full w-px bg-line" />}
            <span aria-hidden className={cx('mt-1.5 size-2.5 shrink-0 rounded-full', last ? 'bg-accent-mark' : 'bg-line-strong')} />
            <span className="min-w-0">
              <b className={cx('block', last ? 'font-semibold' : 'font-medium text-muted')}>{t.shipping.states[step.state]}</b>
              <span className="block text-xs text-muted">
                {format.dateTime(step.at)}
                {step.note && step.state === 'returned' ? ` · ${step.note}` : ''}
              </span>
            </span>
          </li>
        )
      })}
    </ol>
  )
}
