import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Hourglass, Trophy } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { Stepper } from '../seating/side.tsx'
import { useLive } from '../shell/live.ts'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { WhoAsks } from '../shop/as-guest.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Switch } from '../ui/field.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { ShowRow } from './card.tsx'
import { HoldClock } from './clock.tsx'
import { myWaitingQuery, waitingQuery, type Show, type ShowTier, type Waiting } from './queries.ts'
import { shortOf } from './times.ts'

/** Joining the list of a tier. */
export function WaitSheet({ show, tier, onClose }: { show: Show; tier: ShowTier; onClose: () => void }) {
  const t = useWords()
  const { number } = useFormat()
  const me = useMe()
  const client = useQueryClient()
  const [waiting] = useState(() => newClientId('wtl'))
  const most = Math.max(1, Math.min(tier.mostEach, show.mine.more))
  const [count, setCount] = useState(Math.min(2, most))
  const [fewer, setFewer] = useState(true)
  const [who, setWho] = useState(false)
  const join = useMutation({
    mutationFn: () => api('POST /shows/:id/waiting', { id: show.id, waiting, tier: tier.id, count, fewer }),
    onSuccess: async () => {
      toast(t.shows.wait.joined, { tone: 'good' })
      onClose()
      await client.invalidateQueries({ queryKey: ['GET /shows/:id'] })
      await client.invalidateQueries({ queryKey: myWaitingQuery.queryKey })
    },
  })
  return (
    <Sheet
      open
      onOpenChange={open => !open && onClose()}
      title={t.shows.wait.joinTitle}
      description={tier.name}
      footer={
        who ? undefined : (
          <Button size="lg" className="w-full" busy={join.isPending} onClick={() => (me ? join.mutate() : setWho(true))}>
            {t.shows.wait.go}
          </Button>
        )
      }
    >
      {who ? (
        <>
          <p className="text-muted">{t.checkout.contactBody}</p>
          <WhoAsks
            next={`/shows/${show.id}`}
            onIn={() => {
              setWho(false)
              join.mutate()
            }}
          />
        </>
      ) : (
        <div className="flex flex-col gap-5 py-2">
          <p className="text-muted">{t.shows.wait.joinBody}</p>
          {tier.waiting > 0 ? <p className="tabular text-sm font-medium">{t.shows.waitingNow(number(tier.waiting))}</p> : null}
          <div className="flex items-center justify-between gap-4">
            <span className="font-medium">{t.shows.wait.count}</span>
            <Stepper label={t.shows.wait.count} value={count} least={1} most={most} onChange={setCount} />
          </div>
          {count > 1 ? <Switch label={t.shows.wait.fewer} checked={fewer} onChange={event => setFewer(event.target.checked)} /> : null}
          {join.error ? (
            <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
              {faultText(t, join.error)}
            </p>
          ) : null}
        </div>
      )}
    </Sheet>
  )
}

/** All lists one is on. */
export function WaitingList() {
  const t = useWords()
  const me = useMe()
  if (!me) return <SignInFirst />
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-4 pb-10">
      <h1 className="text-xl">{t.shows.wait.mine}</h1>
      <Lists />
    </div>
  )
}
function Lists() {
  const t = useWords()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(myWaitingQuery)
  const again = () => void client.invalidateQueries({ queryKey: myWaitingQuery.queryKey })
  useLive(['me'], again, again)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  if (data.items.length === 0)
    return (
      <EmptyState
        icon={Hourglass}
        title={t.shows.wait.none}
        action={
          <Link to="/shows" className={buttonClass('quiet')}>
            {t.shows.wait.browse}
          </Link>
        }
      >
        {t.shows.wait.noneBody}
      </EmptyState>
    )
  return (
    <ul className="divide-y divide-line">
      {data.items.map(one => (
        <li key={one.id}>
          <ShowRow show={one.show}>
            <p className="mt-1 flex flex-wrap items-center gap-2 text-sm">
              <StateTag one={one} />
              <span className="tabular">
                {one.tier.name} × {one.count}
              </span>
              <Link to="/waiting/$id" params={{ id: one.id }} className="relative z-1 font-semibold text-accent-ink hover:underline">
                {one.state === 'offered' ? t.shows.wait.take : t.shows.more}
              </Link>
            </p>
          </ShowRow>
        </li>
      ))}
    </ul>
  )
}
function StateTag({ one }: { one: Waiting }) {
  const t = useWords()
  const tone = one.state === 'offered' ? 'accent' : one.state === 'bought' ? 'good' : one.state === 'waiting' ? 'held' : 'plain'
  return <Tag tone={tone}>{one.state === 'offered' && one.won ? t.shows.wait.won : t.shows.wait.states[one.state]}</Tag>
}

/** One place on a list: how many are before one, or what was set aside and until when. */
export function WaitingPage({ id }: { id: string }) {
  const me = useMe()
  if (!me) return <SignInFirst />
  return <One id={id} />
}
function One({ id }: { id: string }) {
  const t = useWords()
  const { number } = useFormat()
  const { locale } = useLanguage()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { data: one, error, isPending, refetch } = useQuery({ ...waitingQuery(id), refetchInterval: 30_000 })
  const again = () => void client.invalidateQueries({ queryKey: waitingQuery(id).queryKey })
  useLive(['me', ...(one ? [`show:${one.show.id}`] : [])], again, again)
  const leave = useMutation({
    mutationFn: () => api('DELETE /waiting/:id', { id }),
    onSuccess: async () => {
      toast(t.shows.wait.left)
      await client.invalidateQueries({ queryKey: myWaitingQuery.queryKey })
      await navigate({ to: '/waiting' })
    },
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={3} />
  const open = one.state === 'waiting' || one.state === 'offered'
  return (
    <div className="mx-auto flex max-w-xl flex-col gap-5 pb-10">
      <h1 className="text-xl">{t.shows.wait.title}</h1>
      <ShowRow show={one.show} />
      <section className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5" aria-live="polite">
        <p className="flex flex-wrap items-center gap-2">
          <StateTag one={one} />
          <b className="tabular font-semibold">
            {one.tier.name} × {one.count}
          </b>
        </p>
        {one.state === 'waiting' && one.ahead !== null ? (
          <p className="text-lg font-semibold">{t.shows.wait.ahead(number(one.ahead))}</p>
        ) : null}
        {one.state === 'offered' && one.until && one.hold ? (
          <>
            {one.won ? (
              <p className="flex items-center gap-2 text-lg font-bold text-accent-ink">
                <Trophy size={22} aria-hidden />
                {t.shows.wait.won}
              </p>
            ) : null}
            <p>{t.shows.wait.offered(one.offered ?? one.count, shortOf(locale, one.show.zone, one.until))}</p>
            <HoldClock until={one.until} onOver={again} />
            <Link to="/seats/$hold" params={{ hold: one.hold }} className={buttonClass('primary', 'lg')}>
              {t.shows.wait.take}
            </Link>
          </>
        ) : null}
        {leave.error ? (
          <p role="alert" className="text-danger">
            {faultText(t, leave.error)}
          </p>
        ) : null}
        {open ? (
          <Button look="quiet" className="self-start" busy={leave.isPending} onClick={() => leave.mutate()}>
            {one.state === 'offered' ? t.shows.wait.skip : t.shows.wait.leave}
          </Button>
        ) : (
          <Link to="/shows/$id" params={{ id: one.show.id }} className={buttonClass('quiet', 'md', 'self-start')}>
            {one.show.title}
          </Link>
        )}
      </section>
    </div>
  )
}
