import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowLeft, Ticket, TimerOff } from 'lucide-react'
import { Suspense, useCallback, useMemo, useState } from 'react'
import { api, asApiError } from '../api.ts'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { countOf, noChoice, wantsOf, type Choice, type Known, type PickTier } from '../seating/choice.ts'
import { useMe } from '../shell/me.ts'
import { useAbove } from '../shop/above.ts'
import { WhoSheet } from '../shop/as-guest.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { EmptyState, ErrorState, Skeleton, SkeletonRows, faultText } from '../ui/states.tsx'
import { HoldClock } from './clock.tsx'
import { useOpened } from './opened.ts'
import { holdQuery, showQuery, type Show } from './queries.ts'
import { shortOf } from './times.ts'

const SeatPicker = lazyWithWords(
  () => import('../seating/picker.tsx').then(module => module.SeatPicker),
  <Skeleton className="aspect-[4/3] max-h-[70dvh] w-full rounded-lg" />,
  'sale',
)

/** What a guest cannot say of themselves: an account can. */
const needAccount = new Set(['age_unknown', 'members_first'])

/** Choosing seats or how many of a show, within the eight minutes that begin here; one press sets them aside. */
export function BuyPage({ id, code }: { id: string; code: string | undefined }) {
  const { data: show, error, isPending, refetch } = useQuery(showQuery(id, code))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <Choosing show={show} code={code} />
}

function Choosing({ show, code }: { show: Show; code: string | undefined }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const me = useMe()
  const above = useAbove()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [choice, setChoice] = useState<Choice>(noChoice)
  const [known, setKnown] = useState<Known | null>(null)
  const [who, setWho] = useState(false)
  const [over, setOver] = useState(false)
  const tiers = useMemo(
    () =>
      show.tiers.map((tier): PickTier => {
        const closed = tier.state === 'open' || tier.state === 'early' ? undefined : t.shows.tierStates[tier.state]
        return {
          tier: tier.id,
          name: tier.name,
          price: tier.price.amount === '0' ? t.shows.free : format.money(tier.price),
          ...(closed ? { closed } : {}),
        }
      }),
    [show.tiers, t, format],
  )
  const wants = wantsOf(known, choice)
  const prices = new Map(show.tiers.map(tier => [tier.id, tier.price]))
  const total = wants.reduce(
    (sum, want) => sum + BigInt(prices.get(want.tier)?.amount ?? 0) * BigInt(want.seats?.length ?? want.count ?? 0),
    0n,
  )
  const count = countOf(choice)
  const can =
    show.state === 'on_sale' && show.hall !== null && show.mine.more > 0 && (show.sale === 'direct' || show.lottery?.state === 'drawn')
  const waits = show.state === 'on_sale' && show.sale === 'lottery' && show.lottery?.state !== 'drawn'
  const opened = useOpened(show.id, can)
  // One id for one choice: pressed twice, or again after a lost answer, it is the same hold.
  const said = JSON.stringify(wants)
  // oxlint-disable-next-line react/exhaustive-deps -- what is said makes the id
  const hold = useMemo(() => newClientId('sth'), [said])
  const take = useMutation({
    mutationFn: () => api('POST /shows/:id/holds', { id: show.id, hold, wants, sinceOpen: opened.since(), ...(code ? { code } : {}) }),
    onSuccess: async made => {
      client.setQueryData(holdQuery(made.id).queryKey, made)
      await client.invalidateQueries({ queryKey: ['GET /shows/:id'] })
      await navigate({ to: '/seats/$hold', params: { hold: made.id } })
    },
    onError: error => {
      void client.invalidateQueries({ queryKey: ['GET /shows/:id'] })
      if (asApiError(error).code === 'seat_taken') setChoice(noChoice)
    },
  })
  const onKnown = useCallback((next: Known) => setKnown(next), [])
  const choosing = can && (!over || take.isPending || take.isSuccess)
  const next = `/shows/${show.id}/buy${code ? `?code=${encodeURIComponent(code)}` : ''}`
  const refused = take.error ? asApiError(take.error).code : ''
  return (
    <div className="flex flex-col gap-5 pb-28">
      <header className="flex flex-wrap items-center gap-3">
        <Link to="/shows/$id" params={{ id: show.id }} className={buttonClass('quiet', 'sm', 'px-2.5!')} aria-label={show.title}>
          <ArrowLeft size={18} aria-hidden />
        </Link>
        <div className="min-w-0 flex-1 basis-52">
          <h1 className="truncate text-lg leading-tight">{show.title}</h1>
          <p className="tabular truncate text-sm text-muted">
            {shortOf(locale, show.zone, show.startsAt)} · {show.place}
          </p>
        </div>
        {choosing ? (
          <HoldClock
            key={opened.until}
            until={opened.until}
            onOver={() => {
              setOver(true)
              setWho(false)
            }}
          />
        ) : null}
      </header>
      {show.mine.hold ? (
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-accent-soft px-4 py-3 text-accent-ink">
          <b className="font-semibold">{t.shows.pick.other}</b>
          <Link to="/seats/$hold" params={{ hold: show.mine.hold }} className={buttonClass('primary', 'sm')}>
            {t.shows.pick.resume}
          </Link>
        </div>
      ) : null}
      {choosing && show.hall ? (
        <Suspense fallback={<Skeleton className="aspect-[4/3] max-h-[70dvh] w-full rounded-lg" />}>
          <SeatPicker
            hall={show.hall}
            tiers={tiers}
            most={Math.min(show.mine.more, 20)}
            value={choice}
            onChange={setChoice}
            onKnown={onKnown}
          />
        </Suspense>
      ) : can ? (
        <EmptyState
          icon={TimerOff}
          title={t.shows.pick.over}
          action={
            <Button
              onClick={() => {
                setChoice(noChoice)
                setOver(false)
                take.reset()
                opened.anew()
              }}
            >
              {t.shows.pick.anew}
            </Button>
          }
        >
          {t.shows.pick.overBody}
        </EmptyState>
      ) : (
        <EmptyState
          icon={Ticket}
          title={show.mine.more === 0 ? t.shows.pick.full : waits ? t.shows.lottery.title : t.shows.closed}
          action={
            <Link to="/shows/$id" params={{ id: show.id }} className={buttonClass('quiet')}>
              {show.title}
            </Link>
          }
        />
      )}
      {take.error ? (
        <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
          {faultText(t, take.error)}{' '}
          {me?.guest && needAccount.has(refused) ? (
            <Link to="/sign-in" search={{ next }} className="underline underline-offset-4">
              {t.shell.signIn}
            </Link>
          ) : null}
        </p>
      ) : null}
      {choosing ? (
        <div
          className={cx(
            'z-20 border-line bg-surface max-lg:fixed max-lg:inset-x-0 max-lg:border-t lg:sticky lg:bottom-[calc(var(--player-height)+12px)] lg:rounded-lg lg:border lg:shadow-pop',
            above,
          )}
        >
          <div className="mx-auto flex max-w-5xl items-center justify-between gap-4 px-4 py-3">
            <p className="min-w-0">
              <span className="tabular block text-lg leading-tight font-bold">
                {format.money({ amount: total.toString(), currency: show.tiers[0]?.price.currency ?? 'CNY' })}
              </span>
              <span className="tabular block text-xs text-muted">
                {count > 0 ? t.shows.pick.count(count) : t.shows.pick.choose(show.mine.more)} · {t.shows.feesIn}
              </span>
            </p>
            {me || show.minAge === 0 ? (
              <Button
                size="lg"
                disabled={count === 0 || wants.length === 0}
                busy={take.isPending || take.isSuccess}
                onClick={() => (me ? take.mutate() : setWho(true))}
              >
                {count === 0 ? t.shows.pick.nothing : t.shows.pick.hold}
              </Button>
            ) : (
              <Link to="/sign-in" search={{ next }} className={buttonClass('primary', 'lg')}>
                {t.shell.signIn}
              </Link>
            )}
          </div>
        </div>
      ) : null}
      {who ? (
        <WhoSheet
          next={next}
          onClose={() => setWho(false)}
          onIn={() => {
            setWho(false)
            take.mutate()
          }}
        />
      ) : null}
    </div>
  )
}
