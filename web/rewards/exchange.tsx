import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Award, CalendarDays, Copy, Disc3 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { ParcelCard } from '../shipping/parcel.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Confirm } from '../ui/overlay.tsx'
import { ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { toneOf } from './mine.tsx'
import { exchangeQuery, refreshRewards, type Exchange } from './queries.ts'

const ClaimSheet = lazy(() => import('./claim.tsx').then(module => ({ default: module.ClaimSheet })))

/** One thing that was got: its voucher to show, its parcel to follow, its music to hear. */
export function ExchangePage({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const { data: got, error, isPending, refetch } = useQuery(exchangeQuery(id))
  useLive(
    ['me'],
    message => {
      if (message.kind === 'exchange' || message.kind === 'parcel') void refreshRewards(client)
    },
    () => void refreshRewards(client),
  )
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={4} />
  return (
    <article className="mx-auto flex max-w-2xl flex-col gap-5">
      <header className="flex items-center gap-4">
        <Cover id={got.reward} picture={got.picture} alt="" size={192} className="w-24 shrink-0 sm:w-32" />
        <div className="min-w-0">
          <h1 className="text-xl leading-tight [overflow-wrap:anywhere]">
            {got.title}
            {got.quantity > 1 ? <span className="tabular font-normal text-muted"> × {got.quantity}</span> : null}
          </h1>
          <p className="mt-1 text-sm text-muted">
            {got.groupName} · {t.rewards.number(got.number)}
          </p>
          <p className="mt-2 flex flex-wrap gap-2">
            <Tag tone={toneOf(got)}>{t.rewards.states[got.state]}</Tag>
            {got.cause === 'raffle' ? <Tag>{t.rewards.won}</Tag> : null}
          </p>
        </div>
      </header>
      {got.state === 'claim' ? <Claim got={got} /> : null}
      {got.vouchers.map((voucher, index) => (
        <VoucherCard key={voucher.id} got={got} voucher={voucher} title={t.rewards.voucher(index + 1, got.vouchers.length)} />
      ))}
      {got.event ? (
        <p className="flex items-center gap-3 rounded-lg border border-line bg-surface p-4">
          <CalendarDays size={20} aria-hidden className="shrink-0 text-muted" />
          <span className="min-w-0">
            <b className="block font-semibold">{got.event.title}</b>
            <span className="text-sm text-muted">{format.dateTime(got.event.startsAt)}</span>
          </span>
        </p>
      ) : null}
      {got.release && got.state === 'done' ? (
        <Link to="/releases/$id" params={{ id: got.release.id }} className={buttonClass('primary', 'lg')}>
          <Disc3 size={18} aria-hidden />
          {t.rewards.listen}
        </Link>
      ) : null}
      {got.badge ? (
        <p className="flex items-center gap-3 rounded-lg bg-accent-soft p-5 text-accent-ink">
          <Award size={32} strokeWidth={1.5} aria-hidden />
          <b className="text-lg">{got.badge}</b>
        </p>
      ) : null}
      {got.parcelId ? <ParcelCard id={got.parcelId} /> : null}
      {got.answer ? <Said title={t.rewards.answer} text={got.answer} tone="accent" /> : null}
      {got.reason ? <Said title={t.rewards.reason} text={got.reason} tone="held" /> : null}
      {got.how ? <Said title={t.rewards.how} text={got.how} /> : null}
      {got.note ? <Said title={t.rewards.yourNote} text={got.note} /> : null}
      <footer className="tabular flex flex-wrap items-center justify-between gap-3 border-t border-line pt-4 text-sm text-muted">
        <span>
          {got.cause === 'raffle' ? t.rewards.free : `${t.rewards.usedPoints} ${t.rewards.points(format.number(got.points))}`} ·{' '}
          {format.dateTime(got.at)}
        </span>
        {got.can.cancel ? <Cancel got={got} /> : null}
      </footer>
    </article>
  )
}

const Said = ({ title, text, tone }: { title: string; text: string; tone?: 'accent' | 'held' }) => (
  <section className={cx('rounded-lg p-4', tone === 'accent' ? 'bg-accent-soft' : tone === 'held' ? 'bg-held-soft' : 'bg-raised')}>
    <h2 className="text-xs font-medium text-muted">{title}</h2>
    <p className="mt-1 whitespace-pre-line">{text}</p>
  </section>
)

function VoucherCard({ got, voucher, title }: { got: Exchange; voucher: Exchange['vouchers'][number]; title: string }) {
  const t = useWords()
  const format = useFormat()
  const usable = voucher.state === 'issued' && got.state !== 'expired' && got.state !== 'cancelled'
  const copy = async () => {
    await navigator.clipboard.writeText(voucher.code)
    toast(t.rewards.copied, { tone: 'good' })
  }
  return (
    <section
      className={cx('flex flex-col items-center gap-4 rounded-lg border border-line bg-surface p-6 text-center', !usable && 'opacity-60')}
    >
      <h2 className="text-sm font-medium text-muted">{title}</h2>
      {voucher.qr && usable ? (
        // Black on white whatever the theme: scanners want it so.
        <svg
          viewBox={`-4 -4 ${voucher.qr.size + 8} ${voucher.qr.size + 8}`}
          role="img"
          aria-label={voucher.code}
          shapeRendering="crispEdges"
          className="w-full max-w-64 rounded-md bg-[white]"
        >
          <path d={voucher.qr.path} fill="black" />
        </svg>
      ) : null}
      {voucher.state === 'redeemed' && voucher.redeemedAt ? (
        <p className="font-semibold text-paid">{t.rewards.redeemedAt(format.dateTime(voucher.redeemedAt))}</p>
      ) : voucher.state === 'void' || !usable ? (
        <p className="font-semibold text-muted">{t.rewards.voided}</p>
      ) : (
        <>
          <p className="tabular max-w-full text-xl font-bold tracking-wide sm:text-2xl [overflow-wrap:anywhere]">{voucher.code}</p>
          {voucher.qr ? <p className="text-sm text-muted">{t.rewards.showCode}</p> : null}
          {got.until ? <p className="text-sm text-muted">{t.rewards.useUntil(format.dateTime(got.until))}</p> : null}
          <Button look="quiet" size="sm" icon={Copy} onClick={() => void copy()}>
            {t.rewards.copyCode}
          </Button>
        </>
      )}
    </section>
  )
}

function Claim({ got }: { got: Exchange }) {
  const t = useWords()
  const format = useFormat()
  const [open, setOpen] = useState(false)
  return (
    <section className="flex flex-col gap-3 rounded-lg bg-accent-soft p-5">
      {got.until ? <p className="font-medium">{t.rewards.claimUntil(format.date(got.until))}</p> : null}
      <Button size="lg" onClick={() => setOpen(true)}>
        {t.rewards.claim}
      </Button>
      {open ? (
        <Suspense>
          <ClaimSheet id={got.id} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </section>
  )
}

function Cancel({ got }: { got: Exchange }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const cancel = useMutation({
    mutationFn: () => api('POST /exchanges/:id/cancel', { id: got.id }),
    onSuccess: () => toast(t.rewards.cancelled, { tone: 'good' }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshRewards(client),
  })
  return (
    <>
      <Button look="plain" size="sm" onClick={() => setAsking(true)}>
        {t.rewards.cancel}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t.rewards.cancelTitle}
        body={t.rewards.cancelBody(format.number(got.points))}
        action={t.rewards.cancel}
        onConfirm={() =>
          cancel.mutateAsync().then(
            () => undefined,
            () => undefined,
          )
        }
      />
    </>
  )
}
