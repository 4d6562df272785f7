import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarPlus, KeyRound, MapPin, PencilLine, Ticket } from 'lucide-react'
import { Suspense, useState } from 'react'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { useAbove } from '../shop/above.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { useHydrated } from '../ui/hydrated.ts'
import { ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { ShowPoster, useShowTag, usePrice } from './card.tsx'
import { toneOf } from '../seating/looks.ts'
import { Count, useSecond } from './clock.tsx'
import { Ladder } from './ladder.tsx'
import { LineUp } from './line-up.tsx'
import { LotteryPart } from './lottery.tsx'
import { showQuery, type Show, type ShowTier } from './queries.ts'
import { dayOf, ownZone, shortOf, timeOf, yours } from './times.ts'
import { TierEarly } from './tier-early.tsx'

const Mine = lazyWithWords(() => import('./mine.tsx').then(module => module.Mine), null, 'sale')
const Money = lazyWithWords(() => import('./money.tsx').then(module => module.ShowMoney), null, 'sale')
const Resale = lazyWithWords(() => import('../tickets/resale.tsx').then(module => module.ResaleOffers), null, 'sale')
const WaitSheet = lazyWithWords(() => import('./wait.tsx').then(module => module.WaitSheet), null, 'sale')

/** A show: poster, when and where, who plays, its tickets, and what happens with one's own. */
export function ShowPage({ id, code, onCode }: { id: string; code: string | undefined; onCode: (code: string | undefined) => void }) {
  const client = useQueryClient()
  const { data: show, error, isPending, refetch } = useQuery(showQuery(id, code))
  const again = () => void client.invalidateQueries({ queryKey: ['GET /shows/:id'] })
  useLive([`show:${id}`, ...(show?.hall ? [`hall:${show.hall}`] : [])], again, again)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <Shown show={show} code={code} onCode={onCode} />
}

function Shown({ show, code, onCode }: { show: Show; code: string | undefined; onCode: (code: string | undefined) => void }) {
  const t = useWords()
  const { zone: zoneName } = useFormat()
  const { locale } = useLanguage()
  const tag = useShowTag({ ...show, going: false })
  const own = ownZone(useHydrated())
  const theirs = yours(locale, show.zone, own, show.startsAt)
  const map =
    show.latitude !== null && show.longitude !== null
      ? `https://www.openstreetmap.org/?mlat=${show.latitude}&mlon=${show.longitude}#map=17/${show.latitude}/${show.longitude}`
      : null
  return (
    <article className="mx-auto max-w-5xl pb-32 md:pb-10">
      <div className="grid gap-x-10 gap-y-7 md:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
        <div className="min-w-0 md:sticky md:top-20 md:self-start">
          <Cover
            id={show.id}
            picture={show.picture}
            alt=""
            size={640}
            eager
            className="w-full rounded-lg! max-md:-mx-4 max-md:w-[calc(100%+2rem)] max-md:rounded-none!"
          />
        </div>
        <div className="flex min-w-0 flex-col gap-7">
          <header className="flex flex-col gap-3">
            <div className="flex flex-wrap items-center gap-2 empty:hidden">
              {tag ? <Tag tone={tag.tone}>{tag.text}</Tag> : null}
              {show.sale === 'lottery' ? <Tag tone="accent">{t.shows.lottery.title}</Tag> : null}
              {show.minAge > 0 ? <Tag>{t.shows.minAge(show.minAge)}</Tag> : null}
              {show.series ? <span className="text-sm text-muted">{show.series}</span> : null}
            </div>
            <h1 className="text-xl sm:text-2xl leading-tight [overflow-wrap:anywhere]">{show.title}</h1>
            <p className="text-muted">
              <Link to="/artists/$id" params={{ id: show.page.id }} className="font-medium text-ink hover:underline">
                {show.page.name}
              </Link>
            </p>
            <div className="flex flex-col gap-3">
              <Fact icon={CalendarPlus}>
                <span className="sr-only">{t.shows.when.all}</span>
                <div>
                  <b className={cx('tabular font-semibold', show.state === 'cancelled' && 'line-through')}>
                    {show.dateOpen ? t.shows.dateOpen : dayOf(locale, show.zone, show.startsAt)}
                  </b>
                  {show.dateOpen ? null : (
                    <span className="tabular block text-sm text-muted">
                      {show.doorsAt ? `${t.shows.doors(timeOf(locale, show.zone, show.doorsAt))} · ` : ''}
                      {t.shows.starts(timeOf(locale, show.zone, show.startsAt))} · {t.shows.local(zoneName(show.zone))}
                    </span>
                  )}
                  {theirs && !show.dateOpen ? <span className="tabular block text-sm text-muted">{t.shows.yours(theirs)}</span> : null}
                  {show.wasAt ? (
                    <span className="tabular block text-sm text-muted">{t.shows.was(shortOf(locale, show.zone, show.wasAt))}</span>
                  ) : null}
                  <a
                    href={`/api/v1/shows/${show.id}/show.ics`}
                    className="mt-1 inline-block text-sm font-medium text-accent-ink hover:underline"
                  >
                    {t.shows.calendar}
                  </a>
                </div>
              </Fact>
              <Fact icon={MapPin}>
                <span className="sr-only">{t.shows.place}</span>
                <div>
                  <b className="font-semibold [overflow-wrap:anywhere]">
                    {show.venue ? (
                      <Link to="/venues/$id" params={{ id: show.venue }} className="hover:underline">
                        {show.place}
                      </Link>
                    ) : (
                      show.place
                    )}
                  </b>
                  <span className="block text-sm text-muted">{[show.city, show.address].filter(Boolean).join(' · ')}</span>
                  {map ? (
                    <a
                      href={map}
                      target="_blank"
                      rel="noreferrer"
                      className="mt-1 inline-block text-sm font-medium text-accent-ink hover:underline"
                    >
                      {t.shows.mapLink}
                    </a>
                  ) : null}
                </div>
              </Fact>
            </div>
            {show.can.edit ? (
              <Link to="/studio/shows/$id" params={{ id: show.id }} className={buttonClass('quiet', 'sm', 'gap-1.5 self-start')}>
                <PencilLine size={15} aria-hidden />
                {t.shows.edit}
              </Link>
            ) : null}
          </header>
          {show.state === 'cancelled' || (show.state === 'postponed' && show.reason) ? (
            <section className="rounded-lg bg-held-soft p-4" role="status">
              {show.state === 'cancelled' ? <b className="block">{t.shows.cancelledTitle}</b> : null}
              <p className="whitespace-pre-line">{show.reason}</p>
              {show.state === 'cancelled' ? <p className="mt-1 text-sm">{t.shows.cancelledBody}</p> : null}
            </section>
          ) : null}
          <BuyBar show={show} code={code} />
          {show.mine.tickets > 0 ? (
            <Suspense fallback={<SkeletonRows rows={2} />}>
              <Mine show={show} />
            </Suspense>
          ) : null}
          <Opening show={show} />
          {show.lottery ? <LotteryPart show={show} lottery={show.lottery} /> : null}
          <Tiers show={show} code={code} onCode={onCode} />
          <Suspense>
            <Resale show={show} />
          </Suspense>
          {show.acts.length > 0 ? <LineUp show={show} /> : null}
          {show.about ? (
            <section>
              <h2 className="mb-2 text-base">{t.shows.about}</h2>
              <p className="max-w-[70ch] leading-relaxed whitespace-pre-line [overflow-wrap:anywhere]">{show.about}</p>
            </section>
          ) : null}
          <Ladder show={show} />
          {show.rules ? (
            <section>
              <h2 className="mb-2 text-base">{t.shows.rules}</h2>
              <p className="max-w-[70ch] text-sm leading-relaxed whitespace-pre-line text-muted">{show.rules}</p>
            </section>
          ) : null}
        </div>
      </div>
      {/* Outside of the columns: the poster stays beside them, not over what follows. */}
      <Suspense>
        <Money show={show} className="mt-7" />
      </Suspense>
      {show.others.length > 0 ? (
        <section className="mt-7">
          <h2 className="mb-3 text-base">{show.series ?? t.shows.series}</h2>
          <ul className="no-bar -mx-4 flex gap-4 overflow-x-auto px-4 sm:mx-0 sm:px-0">
            {show.others.map(other => (
              <li key={other.id} className="w-48 shrink-0">
                <ShowPoster show={other} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </article>
  )
}

function Fact({ icon: Icon, children }: { icon: typeof MapPin; children: React.ReactNode }) {
  return (
    <div className="flex gap-3">
      <Icon size={20} aria-hidden className="mt-0.5 shrink-0 text-muted" />
      <div className="min-w-0">{children}</div>
    </div>
  )
}

/** "On sale in 02:13:05", as long as nothing can be bought yet. */
function Opening({ show }: { show: Show }) {
  const t = useWords()
  const client = useQueryClient()
  const now = useSecond()
  const at = show.sale === 'lottery' || show.state === 'postponed' ? null : show.opensAt
  if (at === null) return null
  if (now !== null && Date.parse(at) <= now) {
    void client.invalidateQueries({ queryKey: ['GET /shows/:id'] })
    return null
  }
  return <Count to={at} label={t.shows.opensIn} now={now} />
}

const buyable = (tier: ShowTier): boolean => tier.state === 'open' || tier.state === 'early'
/** Whether tickets can be chosen now; of a lottery only after the draw. */
const onSale = (show: Show): boolean => show.state === 'on_sale' && (show.sale === 'direct' || show.lottery?.state === 'drawn')

function Tiers({ show, code, onCode }: { show: Show; code: string | undefined; onCode: (code: string | undefined) => void }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const [waits, setWaits] = useState<ShowTier | null>(null)
  const waiting = new Map(show.mine.waiting.map(one => [one.tier, one]))
  const living = show.state === 'announced' || show.state === 'on_sale' || show.state === 'postponed'
  const notes = [
    t.shows.mostEach(show.mostEach),
    show.realName === 'none' ? '' : t.shows.realName[show.realName],
    show.transfer ? '' : t.shows.noTransfer,
    show.resale ? '' : t.shows.noResale,
  ].filter(Boolean)
  if (show.tiers.length === 0) return null
  return (
    <section aria-labelledby="tiers">
      <div className="mb-2 flex items-baseline justify-between gap-3">
        <h2 id="tiers" className="text-base">
          {t.shows.tiers}
        </h2>
        <span className="text-xs text-muted">{t.shows.feesIn}</span>
      </div>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {show.tiers.map((tier, n) => {
          const mine = waiting.get(tier.id)
          const word = living && onSale(show) && tier.state !== 'open' ? t.shows.tierStates[tier.state] : ''
          return (
            <li key={tier.id} className="flex items-center gap-3 px-4 py-3">
              <span aria-hidden className="size-3 shrink-0 rounded-full" style={{ background: toneOf(n) }} />
              <div className="min-w-0 flex-1">
                <b className="font-semibold [overflow-wrap:anywhere]">{tier.name}</b>
                {tier.about ? <p className="text-sm text-muted">{tier.about}</p> : null}
                <TierEarly show={show} tier={tier} />
                {tier.state === 'soon' && tier.opensAt && tier.opensAt !== show.opensAt ? (
                  <p className="tabular text-xs text-muted">{t.shows.opensAt(shortOf(locale, show.zone, tier.opensAt))}</p>
                ) : null}
              </div>
              <div className="flex shrink-0 flex-col items-end gap-0.5 text-right">
                <b className="tabular font-semibold">{tier.price.amount === '0' ? t.shows.free : format.money(tier.price)}</b>
                {word ? <span className="text-xs text-muted">{word}</span> : null}
                {tier.left !== null && onSale(show) ? (
                  <span className="tabular text-xs font-medium text-held">{t.shows.left(format.number(tier.left))}</span>
                ) : null}
                {mine ? (
                  <Link to="/waiting/$id" params={{ id: mine.id }} className="text-xs font-semibold text-accent-ink hover:underline">
                    {t.shows.wait.states[mine.state]}
                  </Link>
                ) : onSale(show) && show.waitingList && !tier.secret && (tier.state === 'sold_out' || tier.state === 'queued') ? (
                  <Button look="quiet" size="sm" onClick={() => setWaits(tier)}>
                    {t.shows.wait.join}
                  </Button>
                ) : null}
              </div>
            </li>
          )
        })}
      </ul>
      <p className="mt-2 text-xs text-muted">{notes.join(' · ')}</p>
      {living ? <Code code={code} onCode={onCode} found={show.tiers.some(tier => tier.secret)} /> : null}
      {waits ? (
        <Suspense>
          <WaitSheet show={show} tier={waits} onClose={() => setWaits(null)} />
        </Suspense>
      ) : null}
    </section>
  )
}

function Code({ code, onCode, found }: { code: string | undefined; onCode: (code: string | undefined) => void; found: boolean }) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const [text, setText] = useState(code ?? '')
  if (!open && !code)
    return (
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="mt-2 inline-flex items-center gap-1.5 text-sm font-medium text-muted hover:text-ink"
      >
        <KeyRound size={14} aria-hidden />
        {t.shows.code}
      </button>
    )
  return (
    <form
      className="mt-3 flex flex-wrap items-center gap-2"
      onSubmit={event => {
        event.preventDefault()
        const next = text.trim().toUpperCase()
        if (next !== '' && !/^[A-Z0-9-]{3,30}$/.test(next)) toast(t.shows.codeWrong, { tone: 'bad' })
        else onCode(next === '' ? undefined : next)
      }}
    >
      <label className="min-w-0 flex-1">
        <span className="sr-only">{t.shows.code}</span>
        <input
          value={text}
          onChange={event => setText(event.target.value)}
          placeholder={t.shows.codeHint}
          maxLength={30}
          autoCapitalize="characters"
          className="h-10 w-full rounded-full border border-line bg-surface px-4 uppercase placeholder:normal-case placeholder:text-muted"
        />
      </label>
      <Button type="submit" look="quiet">
        {t.shows.codeUse}
      </Button>
      {code && !found ? (
        <p role="alert" className="w-full text-sm text-danger">
          {t.shows.codeWrong}
        </p>
      ) : null}
    </form>
  )
}

/** The one thing to do, in reach of the thumb. */
function BuyBar({ show, code }: { show: Show; code: string | undefined }) {
  const t = useWords()
  const price = usePrice()
  const above = useAbove()
  const open = onSale(show) && show.tiers.some(buyable)
  const living = show.state === 'announced' || show.state === 'on_sale'
  if (!living || (show.sale === 'lottery' && show.lottery?.state !== 'drawn')) return null
  const wide = 'w-full max-md:w-auto max-md:px-7'
  const resumed = show.mine.hold !== null
  const action = resumed ? (
    <Link to="/seats/$hold" params={{ hold: show.mine.hold! }} className={buttonClass('primary', 'lg', wide)}>
      {t.shows.pick.resume}
    </Link>
  ) : open && show.mine.more > 0 ? (
    <Link to="/shows/$id/buy" params={{ id: show.id }} search={code ? { code } : {}} className={buttonClass('primary', 'lg', wide)}>
      <Ticket size={18} aria-hidden className="mr-2" />
      {show.to?.amount === '0' ? t.shows.buyFree : t.shows.buy}
    </Link>
  ) : (
    <Button size="lg" look="quiet" className={wide} disabled>
      {open
        ? t.shows.pick.full
        : show.tiers.every(tier => tier.state === 'soon')
          ? t.shows.soon
          : show.left === 'none'
            ? t.shows.soldOut
            : t.shows.closed}
    </Button>
  )
  return (
    <div
      className={cx(
        'max-md:fixed max-md:z-10 max-md:inset-x-0 max-md:flex max-md:items-center max-md:justify-between max-md:gap-4 max-md:border-t max-md:border-line max-md:bg-surface max-md:px-4 max-md:py-3',
        above,
      )}
    >
      <div className="md:hidden">
        <p className="tabular text-lg leading-tight font-bold">{price(show)}</p>
        <p className="text-xs text-muted">{t.shows.feesIn}</p>
      </div>
      {action}
    </div>
  )
}
