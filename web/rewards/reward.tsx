import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarDays, Check, Disc3, Users } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useFormat, useLanguage, useWords, languageTag } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { icons, stateText } from './looks.ts'
import { refreshRewards, rewardQuery, type Reward } from './queries.ts'

const ExchangeSheet = lazy(() => import('./exchange-sheet.tsx').then(module => ({ default: module.ExchangeSheet })))

/** One reward: large picture, what it is, what it asks; the button stays within the thumb's reach. */
export function RewardPage({ id }: { id: string }) {
  const { data: reward, error, isPending, refetch } = useQuery(rewardQuery(id))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending)
    return (
      <Loading className="mx-auto flex max-w-5xl flex-col gap-4">
        <Skeleton className="aspect-square max-h-[60dvh] rounded-lg" />
        <Skeleton className="h-8 w-2/3" />
        <Skeleton className="h-5 w-1/3" />
      </Loading>
    )
  return <Shown reward={reward} />
}

function Shown({ reward }: { reward: Reward }) {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const client = useQueryClient()
  const Icon = icons[reward.kind]
  useLive(
    [`group:${reward.group}`, ...(me ? ['me'] : [])],
    message => {
      if (message.kind === 'points' || (message.kind === 'reward' && message['id'] === reward.id)) void refreshRewards(client)
    },
    () => void refreshRewards(client),
  )
  const state = stateText(t, reward, reward.mine ? Number(reward.mine.points) : null, { number: format.number, date: format.date })
  return (
    <article className="mx-auto grid max-w-5xl gap-6 pb-28 md:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] md:gap-10 md:pb-8">
      <div className="-mx-4 sm:mx-0">
        <Cover id={reward.id} picture={reward.picture} alt="" size={640} eager className="w-full max-sm:rounded-none" />
      </div>
      <div className="flex min-w-0 flex-col gap-6">
        <header>
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
            <span className="inline-flex items-center gap-1.5">
              <Icon size={15} aria-hidden />
              {t.rewards.kinds[reward.kind]}
            </span>
            <Link to="/groups/$id" params={{ id: reward.groupHandle }} className="hover:text-ink">
              {reward.groupName}
            </Link>
          </p>
          <h1 className="mt-2 text-2xl leading-tight [overflow-wrap:anywhere]">{reward.title}</h1>
          <p className="tabular mt-3 flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <b className="text-xl text-accent-ink">{t.rewards.points(format.number(reward.points))}</b>
            <span className="text-muted">
              {state ?? (reward.left === null ? t.rewards.unlimited : t.rewards.left(format.number(reward.left)))}
            </span>
          </p>
        </header>
        <Act reward={reward} />
        {reward.about ? <p className="max-w-[70ch] leading-relaxed whitespace-pre-line">{reward.about}</p> : null}
        {reward.event ? (
          <p className="flex items-center gap-3 rounded-lg border border-line p-4">
            <CalendarDays size={20} aria-hidden className="shrink-0 text-muted" />
            <span className="min-w-0">
              <b className="block font-semibold">{reward.event.title}</b>
              <span className="text-sm text-muted">{format.dateTime(reward.event.startsAt)}</span>
            </span>
          </p>
        ) : null}
        {reward.release ? (
          <Link
            to="/releases/$id"
            params={{ id: reward.release.id }}
            className="flex items-center gap-3 rounded-lg border border-line p-4 hover:bg-raised"
          >
            <Disc3 size={20} aria-hidden className="shrink-0 text-muted" />
            <span className="min-w-0">
              <b className="block font-semibold">{reward.release.title}</b>
              <span className="text-sm text-muted">{reward.release.artists}</span>
            </span>
          </Link>
        ) : null}
        <Conditions reward={reward} />
        {reward.how ? (
          <section>
            <h2 className="text-base">{t.rewards.how}</h2>
            <p className="mt-1 max-w-[70ch] whitespace-pre-line text-muted">{reward.how}</p>
          </section>
        ) : null}
        <section className="border-t border-line pt-4 text-sm text-muted">
          <p className="tabular flex justify-between gap-4">
            <span>{t.rewards.cost}</span>
            <span className="font-medium text-ink">
              {reward.cost === '0' ? t.rewards.costFree : format.money({ amount: reward.cost, currency: 'CNY' })}
            </span>
          </p>
          {reward.provider ? <p className="mt-1">{t.rewards.paidTo(reward.provider.name)}</p> : null}
          <p className="mt-1">{t.rewards.costNote}</p>
          {reward.exchanged > 0 ? (
            <p className="mt-3 inline-flex items-center gap-1.5">
              <Users size={14} aria-hidden />
              {t.rewards.exchangedCount(format.number(reward.exchanged))}
            </p>
          ) : null}
        </section>
      </div>
    </article>
  )
}

function Conditions({ reward }: { reward: Reward }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const names = new Intl.DisplayNames([languageTag(locale)], { type: 'region' })
  const list: [string, boolean][] = [
    ...(reward.minLevel > 0 ? [[t.rewards.minLevel(reward.minLevel), reward.why === 'level'] as [string, boolean]] : []),
    ...(reward.minDays > 0 ? [[t.rewards.minDays(reward.minDays), reward.why === 'days'] as [string, boolean]] : []),
    ...(reward.minAge > 0 ? [[t.rewards.minAge(reward.minAge), reward.why === 'too_young'] as [string, boolean]] : []),
    ...(reward.regions.length > 0
      ? [
          [
            t.rewards.regions(reward.regions.map(one => names.of(one) ?? one).join(locale === 'zh' ? '、' : ', ')),
            reward.why === 'region_not_served',
          ] as [string, boolean],
        ]
      : []),
    ...(reward.perPerson === null ? [] : [[t.rewards.perPerson(reward.perPerson), reward.why === 'per_person'] as [string, boolean]]),
    ...(reward.validDays === null ? [] : [[t.rewards.validDays(reward.validDays), false] as [string, boolean]]),
    ...(reward.closesAt === null ? [] : [[t.rewards.until(format.dateTime(reward.closesAt)), false] as [string, boolean]]),
  ]
  if (list.length === 0) return null
  return (
    <section>
      <h2 className="text-base">{t.rewards.conditions}</h2>
      <ul className="mt-2 flex flex-wrap gap-2">
        {list.map(([text, bad]) => (
          <li key={text} className={cx('rounded-full px-3 py-1 text-sm', bad ? 'bg-danger-soft font-medium text-danger' : 'bg-raised')}>
            {text}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What one can do now; on phones it stands above the tabs, always in reach. */
function Act({ reward }: { reward: Reward }) {
  const t = useWords()
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const wide = buttonClass('primary', 'lg', 'w-full')
  const { why } = reward
  const action =
    why === null ? (
      <Button size="lg" className="w-full" onClick={() => setOpen(true)}>
        {t.rewards.exchangeFor(format.number(reward.points))}
      </Button>
    ) : why === 'signed_out' ? (
      <Link to="/sign-in" search={{ next: `/rewards/${reward.id}` }} className={wide}>
        {t.rewards.why.signed_out}
      </Link>
    ) : why === 'members_only' ? (
      <Link to="/groups/$id" params={{ id: reward.groupHandle }} className={wide}>
        {t.rewards.why.members_only}
      </Link>
    ) : why === 'age_unknown' || why === 'region_unknown' ? (
      <Link to="/settings" className={wide}>
        {t.rewards.why[why]}
      </Link>
    ) : why === 'points' ? (
      <Link
        to={'/groups/$id/missions' as '/'}
        params={{ id: reward.groupHandle } as never}
        className={buttonClass('quiet', 'lg', 'w-full')}
      >
        {t.rewards.missing(format.number(reward.points - Number(reward.mine?.points ?? 0)))} · {t.rewards.earn}
      </Link>
    ) : (
      <Button size="lg" look="quiet" className="w-full" disabled>
        {t.rewards.why[why]}
      </Button>
    )
  return (
    <div className="max-md:fixed max-md:inset-x-0 max-md:bottom-[calc(var(--player-height)+var(--tabs-height)+8px)] max-md:z-10 max-md:px-4">
      <div className="max-md:rounded-full max-md:bg-bg/80 max-md:p-1.5 max-md:shadow-pop max-md:backdrop-blur">{action}</div>
      {reward.mine && reward.mine.pieces > 0 ? (
        <Link to="/rewards" className="mt-3 hidden items-center gap-1.5 text-sm text-paid md:inline-flex">
          <Check size={15} aria-hidden />
          {t.rewards.mine}
        </Link>
      ) : null}
      {open ? (
        <Suspense>
          <ExchangeSheet reward={reward} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </div>
  )
}
