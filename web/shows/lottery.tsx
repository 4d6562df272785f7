import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowUp, ShieldCheck, Trophy } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { Stepper } from '../seating/side.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass, IconButton } from '../ui/button.tsx'
import { Checkbox } from '../ui/field.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Count, useSecond } from './clock.tsx'
import type { Show } from './queries.ts'
import { shortOf } from './times.ts'

type Lottery = NonNullable<Show['lottery']>

/** A lottery sale: until when, one's wishes, what was drawn, and why it can be trusted. */
export function LotteryPart({ show, lottery }: { show: Show; lottery: Lottery }) {
  const t = useWords()
  const { number } = useFormat()
  const { locale } = useLanguage()
  const me = useMe()
  const now = useSecond()
  const client = useQueryClient()
  const [open, setOpen] = useState(false)
  const [opens, closes] = [Date.parse(lottery.opensAt), Date.parse(lottery.closesAt)]
  const entering = lottery.state === 'open' && now !== null && opens <= now && closes > now
  const names = new Map(show.tiers.map(tier => [tier.id, tier.name]))
  const mine = lottery.me
  const leave = useMutation({
    mutationFn: () => api('DELETE /shows/:id/lottery/entry', { id: show.id }),
    onSuccess: async () => {
      toast(t.shows.lottery.left)
      await client.invalidateQueries({ queryKey: ['GET /shows/:id'] })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  if (lottery.state === 'draft' || lottery.state === 'void') return null
  return (
    <section className="flex flex-col gap-4" aria-labelledby="lottery">
      {lottery.state === 'open' && now !== null && closes > now ? (
        <Count
          to={opens > now ? lottery.opensAt : lottery.closesAt}
          label={opens > now ? t.shows.lotteryOpens : t.shows.lotteryCloses}
          now={now}
        />
      ) : null}
      <div>
        <h2 id="lottery" className="text-base">
          {t.shows.lottery.title}
        </h2>
        <p className="mt-1 text-sm text-muted">{t.shows.lottery.body}</p>
        <p className="tabular mt-1 text-sm text-muted">
          {[
            t.shows.lottery.closes(shortOf(locale, show.zone, lottery.closesAt)),
            t.shows.lottery.hours(lottery.hours),
            t.shows.lottery.entrants(number(lottery.entrants)),
          ].join(' · ')}
        </p>
      </div>
      {mine ? (
        <div className="flex flex-col gap-2 rounded-lg border border-line bg-surface p-4" role="status">
          {lottery.state === 'drawn' ? (
            mine.tier ? (
              <p className="flex items-center gap-2 text-lg font-bold text-accent-ink">
                <Trophy size={22} aria-hidden />
                {t.shows.lottery.won(names.get(mine.tier) ?? '')}
              </p>
            ) : (
              <b className="font-semibold">{t.shows.lottery.lost}</b>
            )
          ) : (
            <b className="font-semibold">{t.shows.lottery.entered}</b>
          )}
          <p className="text-sm text-muted">
            {t.shows.lottery.yours(mine.count, mine.tiers.map(tier => names.get(tier) ?? '').join(' → '))}
          </p>
          {mine.drawn !== null ? <p className="tabular text-sm text-muted">{t.shows.lottery.drawn(number(mine.drawn))}</p> : null}
          <div className="mt-1 flex flex-wrap gap-2">
            {mine.waiting && lottery.state === 'drawn' ? (
              <Link to="/waiting/$id" params={{ id: mine.waiting }} className={buttonClass(mine.tier ? 'primary' : 'quiet', 'sm')}>
                {mine.tier ? t.shows.wait.take : t.shows.wait.title}
              </Link>
            ) : null}
            {entering ? (
              <>
                <Button look="quiet" size="sm" onClick={() => setOpen(true)}>
                  {t.shows.lottery.change}
                </Button>
                <Button look="quiet" size="sm" busy={leave.isPending} onClick={() => leave.mutate()}>
                  {t.shows.lottery.leave}
                </Button>
              </>
            ) : null}
          </div>
        </div>
      ) : entering ? (
        // One entry a person: guests sign in.
        me && !me.guest ? (
          <Button size="lg" onClick={() => setOpen(true)}>
            {t.shows.lottery.enter}
          </Button>
        ) : (
          <Link to="/sign-in" search={{ next: `/shows/${show.id}` }} className={buttonClass('primary', 'lg')}>
            {t.shows.lottery.enter}
          </Link>
        )
      ) : null}
      <details className="text-sm">
        <summary className="cursor-pointer text-muted hover:text-ink">
          <ShieldCheck size={14} aria-hidden className="mr-1.5 inline" />
          {t.shows.lottery.fair}
        </summary>
        <p className="mt-2 text-muted">{t.shows.lottery.fairBody}</p>
        <dl className="mt-2 flex flex-col gap-2">
          {(
            [
              [t.shows.lottery.commitment, lottery.commitment],
              [t.shows.lottery.digest, lottery.digest],
              [t.shows.lottery.seed, lottery.seed],
              [t.shows.lottery.number, mine ? `${mine.number} · ${mine.tag}` : null],
            ] as const
          ).map(([name, value]) =>
            value === null ? null : (
              <div key={name}>
                <dt className="text-xs text-muted">{name}</dt>
                <dd>
                  <code className="text-xs [overflow-wrap:anywhere]">{value}</code>
                </dd>
              </div>
            ),
          )}
        </dl>
        <p className="mt-2">
          <a href={`/api/v1/shows/${show.id}/raffle.json`} className="font-medium text-accent-ink hover:underline">
            {t.shows.lottery.file}
          </a>{' '}
          <code className="text-xs text-muted">{t.shows.lottery.verify}</code>
        </p>
        <p className="mt-1 text-muted">{t.shows.lottery.after}</p>
      </details>
      {open ? <EnterSheet show={show} lottery={lottery} onClose={() => setOpen(false)} /> : null}
    </section>
  )
}

function EnterSheet({ show, lottery, onClose }: { show: Show; lottery: Lottery; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [entry] = useState(() => lottery.me?.id ?? newClientId('ltn'))
  const tiers = show.tiers.filter(tier => !tier.secret && tier.state !== 'closed')
  const [count, setCount] = useState(lottery.me?.count ?? Math.min(2, show.mostEach))
  const [wishes, setWishes] = useState<readonly string[]>(lottery.me?.tiers ?? tiers.slice(0, 1).map(tier => tier.id))
  const send = useMutation({
    mutationFn: () => api('PUT /shows/:id/lottery/entry', { id: show.id, entry, count, tiers: [...wishes] }),
    onSuccess: async () => {
      toast(t.shows.lottery.entered, { tone: 'good' })
      onClose()
      await client.invalidateQueries({ queryKey: ['GET /shows/:id'] })
    },
  })
  const order = [...wishes, ...tiers.map(tier => tier.id).filter(tier => !wishes.includes(tier))]
  const up = (tier: string) => {
    const at = wishes.indexOf(tier)
    if (at > 0) setWishes([...wishes.slice(0, at - 1), tier, wishes[at - 1]!, ...wishes.slice(at + 1)])
  }
  return (
    <Sheet
      open
      onOpenChange={open => !open && onClose()}
      title={t.shows.lottery.enter}
      description={t.shows.lottery.wishesHint}
      footer={
        <Button size="lg" className="w-full" disabled={wishes.length === 0} busy={send.isPending} onClick={() => send.mutate()}>
          {lottery.me ? t.shows.lottery.change : t.shows.lottery.enter}
        </Button>
      }
    >
      <div className="flex flex-col gap-5 py-2">
        <div className="flex items-center justify-between gap-4">
          <span className="font-medium">{t.shows.lottery.count}</span>
          <Stepper label={t.shows.lottery.count} value={count} least={1} most={Math.min(20, show.mostEach)} onChange={setCount} />
        </div>
        <fieldset>
          <legend className="mb-2 text-sm font-medium">{t.shows.lottery.wishes}</legend>
          <ul className="flex flex-col gap-1">
            {order.map(id => {
              const tier = tiers.find(one => one.id === id)
              if (!tier) return null
              const at = wishes.indexOf(id)
              return (
                <li key={id} className="flex items-center justify-between gap-3 rounded-md bg-raised px-3 py-2.5">
                  <Checkbox
                    label={`${at >= 0 ? `${at + 1}. ` : ''}${tier.name} · ${format.money(tier.price)}`}
                    checked={at >= 0}
                    onChange={event => setWishes(event.target.checked ? [...wishes, id] : wishes.filter(one => one !== id))}
                  />
                  {at > 0 ? <IconButton icon={ArrowUp} label={`${t.shows.lottery.up}: ${tier.name}`} onClick={() => up(id)} /> : null}
                </li>
              )
            })}
          </ul>
        </fieldset>
        {send.error ? (
          <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
            {faultText(t, send.error)}
          </p>
        ) : null}
      </div>
    </Sheet>
  )
}
