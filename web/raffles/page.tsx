import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShieldCheck, Trophy } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { refreshRewards } from '../rewards/queries.ts'
import { useLive } from '../shell/live.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { Countdown, useSecond } from './countdown.tsx'
import { Fair } from './fair.tsx'
import { raffleQuery, type Raffle } from './queries.ts'
import { raffleTone } from './strip.tsx'

const EnterSheet = lazy(() => import('./enter.tsx').then(module => ({ default: module.EnterSheet })))

/** A raffle: prizes, countdown, one's tickets, the winners, and what makes it trustworthy. */
export function RafflePage({ id }: { id: string }) {
  const client = useQueryClient()
  const { data: raffle, error, isPending, refetch } = useQuery(raffleQuery(id))
  useLive(
    [`raffle:${id}`],
    () => void client.invalidateQueries({ queryKey: raffleQuery(id).queryKey }),
    () => void refreshRewards(client),
  )
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <Shown raffle={raffle} />
}

function Shown({ raffle }: { raffle: Raffle }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const now = useSecond()
  const turn = raffle.state === 'open' ? Date.parse(raffle.opensAt) : null
  const due = raffle.state === 'open' && now !== null && Date.parse(raffle.closesAt) <= now
  // At its time the page looks again, also without a live connection.
  useEffect(() => {
    if (!due) return
    const timer = setInterval(() => void client.invalidateQueries({ queryKey: raffleQuery(raffle.id).queryKey }), 2000)
    return () => clearInterval(timer)
  }, [due, client, raffle.id])
  const waits = turn !== null && now !== null && turn > now
  const { number } = format
  return (
    <article className="mx-auto grid max-w-5xl gap-6 pb-28 md:grid-cols-[minmax(0,6fr)_minmax(0,5fr)] md:gap-10 md:pb-8">
      <header className="md:col-span-2">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
          <Tag tone={raffleTone(raffle.state)}>{t.raffles.states[raffle.state]}</Tag>
          <Link to="/groups/$id" params={{ id: raffle.groupHandle }} className="hover:text-ink">
            {raffle.groupName}
          </Link>
        </p>
        <h1 className="mt-2 text-2xl leading-tight [overflow-wrap:anywhere]">{raffle.title}</h1>
        <p className="tabular mt-1 text-muted">
          {t.raffles.ticketsOf(number(raffle.tickets), number(raffle.people))} ·{' '}
          {raffle.points === 0 ? t.raffles.free : t.raffles.perTicket(number(raffle.points))}
        </p>
      </header>
      <div className="flex min-w-0 flex-col gap-6">
        {raffle.state === 'drawn' ? <Winners raffle={raffle} /> : null}
        {raffle.state === 'void' ? (
          <p className="rounded-lg bg-held-soft p-5">
            {raffle.reason === '' ? (
              t.raffles.voidLate
            ) : (
              <>
                <span className="block text-xs text-muted">{t.raffles.voidWhy}</span>
                <b className="mt-1 block whitespace-pre-line">{raffle.reason}</b>
                <span className="mt-1 block">{t.raffles.voidBack}</span>
              </>
            )}
          </p>
        ) : null}
        <section>
          <h2 className="mb-3 text-base">{t.raffles.prizes}</h2>
          <ul className="grid grid-cols-2 gap-3 sm:gap-4">
            {raffle.prizes.map((prize, index) => (
              <li key={prize.position} className={cx('min-w-0', index === 0 && raffle.prizes.length % 2 === 1 && 'col-span-2')}>
                <Cover
                  id={prize.reward}
                  picture={prize.picture}
                  alt=""
                  size={640}
                  eager={index === 0}
                  className={cx('w-full', index === 0 && raffle.prizes.length % 2 === 1 && 'aspect-video!')}
                />
                <p className="mt-2 leading-snug font-semibold [overflow-wrap:anywhere]">
                  {prize.title} <span className="tabular font-normal text-muted">{t.raffles.times(number(prize.quantity))}</span>
                </p>
              </li>
            ))}
          </ul>
        </section>
        {raffle.about ? <p className="max-w-[70ch] leading-relaxed whitespace-pre-line">{raffle.about}</p> : null}
      </div>
      <div className="flex min-w-0 flex-col gap-6">
        {raffle.state === 'open' ? (
          <Countdown
            to={waits ? raffle.opensAt : raffle.closesAt}
            label={waits ? t.raffles.opensIn : due ? t.raffles.drawsIn : t.raffles.closesIn}
            now={now}
          />
        ) : null}
        {raffle.state === 'closed' ? <Countdown to={raffle.drawBy} label={t.raffles.drawsIn} now={now} /> : null}
        {raffle.state === 'open' && !due ? <Act raffle={raffle} /> : null}
        <Rules raffle={raffle} />
        {raffle.me ? <Mine raffle={raffle} me={raffle.me} /> : null}
        <Fair raffle={raffle} />
      </div>
    </article>
  )
}

function Act({ raffle }: { raffle: Raffle }) {
  const t = useWords()
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const { why } = raffle
  const wide = buttonClass('primary', 'lg', 'w-full')
  const action =
    why === null ? (
      <Button size="lg" className="w-full" onClick={() => setOpen(true)}>
        {raffle.mine > 0 ? t.raffles.enterMore : raffle.points === 0 ? t.raffles.enterFree : t.raffles.enter}
      </Button>
    ) : why === 'signed_out' ? (
      <Link to="/sign-in" search={{ next: `/raffles/${raffle.id}` }} className={wide}>
        {t.rewards.why.signed_out}
      </Link>
    ) : why === 'members_only' ? (
      <Link to="/groups/$id" params={{ id: raffle.groupHandle }} className={wide}>
        {t.rewards.why.members_only}
      </Link>
    ) : (
      <Button size="lg" look="quiet" className="w-full" disabled>
        {t.rewards.why[why]}
      </Button>
    )
  return (
    <div className="max-md:fixed max-md:inset-x-0 max-md:bottom-[calc(var(--player-height)+var(--tabs-height)+8px)] max-md:z-10 max-md:px-4">
      <div className="max-md:rounded-full max-md:bg-bg/80 max-md:p-1.5 max-md:shadow-pop max-md:backdrop-blur">{action}</div>
      {raffle.mine > 0 ? (
        <p className="tabular mt-2 hidden text-sm font-medium text-paid md:block">{t.raffles.yours(format.number(raffle.mine))}</p>
      ) : null}
      {open ? (
        <Suspense>
          <EnterSheet raffle={raffle} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </div>
  )
}

function Rules({ raffle }: { raffle: Raffle }) {
  const t = useWords()
  const format = useFormat()
  const lines = [
    t.raffles.endsAt(format.dateTime(raffle.closesAt)),
    t.raffles.ruleMost(raffle.mostTickets),
    raffle.onePrize ? t.raffles.ruleOne : t.raffles.ruleMany,
    ...(raffle.minLevel > 0 ? [t.rewards.minLevel(raffle.minLevel)] : []),
    ...(raffle.minDays > 0 ? [t.rewards.minDays(raffle.minDays)] : []),
    ...(raffle.minAge > 0 ? [t.rewards.minAge(raffle.minAge)] : []),
    t.raffles.ruleBy(format.dateTime(raffle.drawBy)),
    ...(raffle.claimDays === null || raffle.passDays === null
      ? []
      : [
          t.raffles.ruleClaim(format.number(raffle.claimDays)),
          raffle.passDays === 0 ? t.raffles.ruleNoNext : t.raffles.ruleNext(format.number(raffle.passDays)),
        ]),
    ...(raffle.outside ? [t.raffles.ruleOutside(raffle.outside.what)] : []),
  ]
  return (
    <section>
      <h2 className="text-base">{t.raffles.rules}</h2>
      <ul className="mt-2 flex list-disc flex-col gap-1 pl-5 text-muted">
        {lines.map(line => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {raffle.outside?.value ? (
        <p className="mt-2 font-semibold">{t.raffles.outsideValue(raffle.outside.value, raffle.outside.by ?? '')}</p>
      ) : null}
    </section>
  )
}

function Winners({ raffle }: { raffle: Raffle }) {
  const t = useWords()
  const format = useFormat()
  const mine = raffle.winners.filter(winner => winner.mine)
  const won = mine.find(winner => winner.lapsedAt === null)
  return (
    <section className="flex flex-col gap-4">
      {won ? (
        <div className="flex flex-col items-start gap-3 rounded-lg bg-accent-soft p-5" role="status">
          <p className="flex items-center gap-2 text-lg font-bold text-accent-ink">
            <Trophy size={24} aria-hidden />
            {t.raffles.youWon}
          </p>
          <p>{won.until === null ? t.raffles.youWonBody : t.raffles.claimUntil(format.dateTime(won.until))}</p>
          {raffle.me?.exchanges[0] ? (
            <Link to="/rewards/mine/$id" params={{ id: raffle.me.exchanges[0] }} className={buttonClass('primary', 'lg')}>
              {t.raffles.claim}
            </Link>
          ) : null}
        </div>
      ) : raffle.me ? (
        <p className="rounded-lg bg-raised p-4 font-medium">{mine.length > 0 ? t.raffles.youLapsed : t.raffles.notThisTime}</p>
      ) : null}
      <h2 className="text-base">{t.raffles.winners}</h2>
      {raffle.winners.length === 0 ? (
        <p className="text-muted">{t.raffles.noWinners}</p>
      ) : (
        <ol className="flex flex-col divide-y divide-line rounded-lg border border-line bg-surface">
          {raffle.winners.map(winner => (
            <li key={winner.place} className={cx('flex items-center gap-3 px-4 py-3', winner.mine && 'bg-accent-soft')}>
              <span className="tabular grid size-8 shrink-0 place-items-center rounded-full bg-raised text-sm font-bold">
                {winner.place}
              </span>
              <span className="min-w-0 flex-1">
                <b className="block font-semibold">
                  {t.raffles.winner(format.number(winner.ticket))}
                  {winner.mine ? ` · ${t.raffles.you}` : ''}
                </b>
                <span className="block truncate text-xs text-muted">{raffle.prizes[winner.prize - 1]?.title}</span>
                {winner.instead === null ? null : (
                  <span className="block text-xs text-muted">{t.raffles.instead(format.number(winner.instead))}</span>
                )}
                {winner.lapsedAt !== null ? (
                  <span className="block text-xs font-medium text-held">{t.raffles.lapsed(format.dateTime(winner.lapsedAt))}</span>
                ) : winner.until !== null ? (
                  <span className="block text-xs text-muted">{t.raffles.waitsUntil(format.dateTime(winner.until))}</span>
                ) : null}
              </span>
              <code className="hidden text-xs text-muted sm:block">{winner.tag.slice(0, 8)}</code>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

function Mine({ raffle, me }: { raffle: Raffle; me: NonNullable<Raffle['me']> }) {
  const t = useWords()
  const format = useFormat()
  return (
    <section>
      <h2 className="text-base">
        {t.raffles.myTickets} <span className="tabular font-normal text-muted">{format.number(raffle.mine)}</span>
      </h2>
      <p className="tabular mt-2 flex flex-wrap gap-2">
        {me.entries.map(entry => (
          <span key={entry.id} className="rounded-full bg-accent-soft px-3 py-1 text-sm font-semibold text-accent-ink">
            {t.raffles.numbers(format.number(entry.first), format.number(entry.first + entry.tickets - 1))}
          </span>
        ))}
      </p>
      <details className="mt-3 text-sm">
        <summary className="cursor-pointer text-muted hover:text-ink">
          <ShieldCheck size={14} aria-hidden className="mr-1.5 inline" />
          {t.raffles.tag}
        </summary>
        <dl className="mt-2 flex flex-col gap-2">
          <div>
            <dt className="text-xs text-muted">{t.raffles.tag}</dt>
            <dd>
              <code className="text-xs [overflow-wrap:anywhere]">{me.tag}</code>
            </dd>
          </div>
          <div>
            <dt className="text-xs text-muted">{t.raffles.salt}</dt>
            <dd>
              <code className="text-xs [overflow-wrap:anywhere]">{me.salt}</code>
            </dd>
          </div>
        </dl>
        <p className="mt-2 text-muted">{t.raffles.tagNote}</p>
      </details>
    </section>
  )
}
