import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, CircleDot, PackageCheck, Store, Truck, Star } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { toldTimes } from '../shows/told.ts'
import { dayOf, ownZone, timeOf, yours } from '../shows/times.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { useHydrated } from '../ui/hydrated.ts'
import { Money, When } from '../ui/money.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { faultText, Panel, Tag, type Tone } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Downloads } from './downloads.tsx'
import type { OrderData } from './orders.tsx'

type Line = OrderData['lines'][number]
const lineTone: Record<Line['state'], Tone> = { waiting: 'accent', held: 'held', settled: 'good', refunded: 'plain', cancelled: 'plain' }
/** These say that it is done, not that something comes. */
const done = new Set([
  'owned',
  'arrived',
  'job_accepted',
  'gift_mailed',
  'booking_done',
  'booking_over',
  'return_refunded',
  'tickets_ready',
  'ticket',
])

/** A moment at a place: as clocks show it there, and for readers whose clocks differ, what it is for them. */
function There({ at, zone }: { at: string; zone: string }) {
  const t = useWords()
  const { zone: zoneName } = useFormat()
  const { locale } = useLanguage()
  const theirs = yours(locale, zone, ownZone(useHydrated()), at)
  return (
    <>
      <time dateTime={at} className="tabular">
        {dayOf(locale, zone, at)} {timeOf(locale, zone, at)}
      </time>
      {theirs ? (
        <span className="tabular block text-xs text-muted">
          {t.shows.local(zoneName(zone))} · {t.shows.yours(theirs)}
        </span>
      ) : null}
    </>
  )
}

function Step({ step }: { step: Line['progress'][number] }) {
  const t = useWords()
  const { locale } = useLanguage()
  const words = t.checkout.progress[step.code]
  if (!words && !step.text) return null
  const text = (
    <>
      <span className={cx('font-medium', step.url !== null && 'underline underline-offset-4')}>{words}</span>
      {step.at ? (
        <>
          {' '}
          {step.zone ? (
            <There at={step.at} zone={step.zone} />
          ) : (
            <When at={step.at} show={step.code.endsWith('_at') ? 'dateTime' : 'date'} />
          )}
        </>
      ) : null}
      {step.text ? <span className="block text-xs [overflow-wrap:anywhere] text-muted">{toldTimes(locale, step.text)}</span> : null}
    </>
  )
  // Its words are the link's look; what stands below them is plain.
  const look = cx('hover:text-accent-ink', !words && 'underline underline-offset-4')
  const outside = step.url !== null && /^https?:/.test(step.url)
  return (
    <li className="flex items-start gap-2.5">
      {done.has(step.code) ? (
        <Check size={16} aria-hidden className="mt-0.5 shrink-0 text-paid" />
      ) : (
        <CircleDot size={16} aria-hidden className="mt-0.5 shrink-0 text-held" />
      )}
      <span className="min-w-0 flex-1">
        {step.url === null ? (
          text
        ) : outside ? (
          <a href={step.url} target="_blank" rel="noreferrer" className={look}>
            {text}
          </a>
        ) : (
          <Link to={step.url as '/'} className={look}>
            {text}
          </Link>
        )}
      </span>
    </li>
  )
}

/** What one can have an opinion of once one has it. */
const reviewed = new Set(['merch', 'booking', 'service', 'ticket', 'digital'])

/** What happens next with a line, and what its buyer can do about it. */
function Next({ line }: { line: Line }) {
  const t = useWords()
  if (line.state === 'waiting') return null
  const over = line.state === 'refunded' || line.state === 'cancelled'
  const receivable =
    line.kind === 'merch' && line.state === 'held' && line.progress.some(step => step.code === 'sent' || step.code === 'arrived')
  return (
    <div className="mt-3 flex flex-col gap-3 empty:hidden">
      {!over && line.progress.length > 0 ? (
        <ol className="flex flex-col gap-2 text-sm">
          {line.progress.map((step, index) => (
            <Step key={index} step={step} />
          ))}
        </ol>
      ) : null}
      {line.state === 'held' && line.settlesAt && line.kind !== 'merch' && line.kind !== 'shipping' ? (
        <p className="text-xs text-muted">
          {t.checkout.settles} <When at={line.settlesAt} />
        </p>
      ) : null}
      {receivable ? <Received line={line} /> : null}
      {line.state === 'settled' && reviewed.has(line.kind) ? (
        <Link to="/shops/reviews" search={{ line: line.id }} className={buttonClass('plain', 'sm', 'gap-1.5 self-start')}>
          <Star size={15} aria-hidden />
          {t.storefront.write}
        </Link>
      ) : null}
      {!over && line.kind === 'digital' && !line.progress.some(step => step.code === 'out_on') ? <Downloads line={line.id} /> : null}
    </div>
  )
}

function Received({ line }: { line: Line }) {
  const t = useWords()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const receive = useMutation({
    mutationFn: () => api('POST /lines/:line/received', { line: line.id }),
    onSuccess: () => {
      toast(t.checkout.receivedDone, { tone: 'good' })
      return client.invalidateQueries({ queryKey: ['GET /orders/:id'] })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <>
      <Button icon={PackageCheck} className="self-start" onClick={() => setAsking(true)}>
        {t.checkout.received}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t.checkout.receivedTitle}
        body={t.checkout.receivedBody(line.title)}
        action={t.checkout.received}
        onConfirm={async () => void (await receive.mutateAsync().catch(() => undefined))}
      />
    </>
  )
}

/** All that was bought, by who sells it. */
export function OrderLines({ order }: { order: OrderData }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const groups = [...Map.groupBy(order.lines, line => line.seller.id).values()]
  return (
    <>
      {groups.map(lines => (
        <Panel key={lines[0]!.seller.id} className="py-2 sm:py-3">
          <h2 className="flex items-center gap-2 border-b border-line py-2.5 text-sm">
            <Store size={15} aria-hidden className="text-muted" />
            <Link to="/artists/$id" params={{ id: lines[0]!.seller.id }} className="truncate hover:underline">
              {lines[0]!.seller.name}
            </Link>
          </h2>
          <ul className="divide-y divide-line">
            {lines.map(line => (
              <li key={line.id} className="flex gap-3.5 py-4 sm:gap-4">
                {line.kind === 'shipping' ? (
                  <span className="grid w-16 shrink-0 place-items-center text-muted sm:w-20">
                    <Truck size={22} strokeWidth={1.7} aria-hidden />
                  </span>
                ) : (
                  <Cover id={line.release ?? line.offer} picture={line.cover} alt="" size={80} className="size-16 sm:size-20" />
                )}
                <div className="min-w-0 flex-1">
                  <div className="flex items-start gap-3">
                    <div className="min-w-0 flex-1">
                      <p className="line-clamp-2 font-semibold">
                        {line.release ? (
                          <Link to="/releases/$id" params={{ id: line.release }} className="hover:underline">
                            {line.title}
                          </Link>
                        ) : (
                          line.title
                        )}
                      </p>
                      {[line.detail, line.artists].filter(Boolean).map(text => (
                        <p key={text} className="text-muted [overflow-wrap:anywhere]">
                          {toldTimes(locale, text!)}
                        </p>
                      ))}
                      {line.quantity > 1 ? (
                        <p className="tabular text-xs text-muted">
                          {t.checkout.unit(format.number(line.quantity), format.money(line.unit))}
                        </p>
                      ) : null}
                    </div>
                    <div className="text-right">
                      <Money value={line.amount} className={cx('font-semibold', line.state === 'refunded' && 'text-muted line-through')} />
                      <p className="mt-1">
                        {line.refunded.amount !== '0' && line.state !== 'refunded' ? (
                          <span className="text-xs text-muted">{t.refunds.refunded(format.money(line.refunded))}</span>
                        ) : (
                          <Tag tone={lineTone[line.state]}>{t.shop.lineStates[line.state]}</Tag>
                        )}
                      </p>
                    </div>
                  </div>
                  <Next line={line} />
                </div>
              </li>
            ))}
          </ul>
        </Panel>
      ))}
    </>
  )
}
