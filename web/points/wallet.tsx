import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowDownLeft, ArrowUpRight, Gift, Hourglass, Target, Undo2 } from 'lucide-react'
import { api, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { When } from '../ui/money.tsx'
import { ErrorState, Panel, Progress, SkeletonRows } from '../ui/states.tsx'
import { Cause, useReason } from './cause.tsx'
import { walletQuery } from './queries.ts'

type Entry = Ok<'GET /me/points/:group/entries'>['items'][number]

/** One's points in a group: what one has, what ends when, and what each was for. Moves while one looks. */
export function WalletPage({ group }: { group: string }) {
  return <div className="mx-auto max-w-[760px]">{useMe() ? <Wallet group={group} /> : <SignInFirst />}</div>
}

function Wallet({ group }: { group: string }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(walletQuery(group))
  const again = () => void client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('GET /me/points') })
  useLive(
    ['me'],
    message => {
      if (message.kind === 'points') again()
    },
    again,
  )
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const { handle } = data.group
  // What ends, month by month: day by day is too much to read.
  const byMonth = new Map<string, number>()
  for (const { at, points } of data.lots) byMonth.set(at.slice(0, 7), (byMonth.get(at.slice(0, 7)) ?? 0) + points)
  const months = [...byMonth]
  return (
    <div className="flex flex-col gap-5">
      <header className="relative overflow-hidden rounded-xl border border-line bg-surface p-5 sm:p-7">
        <div className="flex items-center gap-4">
          <Cover id={data.group.id} picture={data.group.picture} alt="" size={72} round className="size-[72px] shrink-0" />
          <div className="min-w-0 flex-1">
            <h1 className="truncate text-base font-medium">
              <Link to={'/groups/$id' as '/'} params={{ id: handle } as never} className="hover:underline">
                {data.group.name}
              </Link>
            </h1>
            <p aria-live="polite" className="tabular text-2xl leading-tight font-semibold tracking-tight sm:text-3xl">
              {t.points.count(format.number(data.balance))}
            </p>
            {data.ending ? (
              <p className="mt-1 flex items-center gap-1.5 text-xs text-muted">
                <Hourglass size={13} aria-hidden />
                {t.points.ends(format.number(data.ending.points), format.day(data.ending.at))}
              </p>
            ) : null}
          </div>
        </div>
        {data.debt > 0 ? (
          <p className="mt-4 rounded-md bg-danger-soft px-4 py-3 text-sm text-danger">
            <strong className="font-semibold">{t.points.debt(format.number(data.debt))}</strong> · {t.points.debtBody}
          </p>
        ) : null}
        <div className="mt-5">
          <Progress
            label={t.points.today}
            share={data.today.given / Math.max(1, data.today.most)}
            detail={t.points.todayOf(format.number(data.today.given), format.number(data.today.most))}
          />
        </div>
        <div className="mt-5 grid grid-cols-2 gap-3 sm:flex">
          <Link
            to={'/groups/$id/rewards' as '/'}
            params={{ id: handle } as never}
            className={buttonClass('primary', 'md', 'justify-center')}
          >
            <Gift size={16} aria-hidden />
            {t.points.toRewards}
          </Link>
          <Link
            to={'/groups/$id/missions' as '/'}
            params={{ id: handle } as never}
            className={buttonClass('quiet', 'md', 'justify-center')}
          >
            <Target size={16} aria-hidden />
            {t.points.toMissions}
          </Link>
        </div>
      </header>
      <p className="text-sm text-muted">{data.funded ? t.points.rule(format.number(data.lotDays)) : t.points.unfunded}</p>
      {months.length > 1 ? (
        <Panel title={t.points.lots}>
          <ol className="-my-2 divide-y divide-line">
            {months.map(([month, points]) => (
              <li key={month} className="flex justify-between gap-4 py-2">
                <span>{format.month(`${month}-15T12:00:00Z`)}</span>
                <span className="tabular font-medium">{t.points.count(format.number(points))}</span>
              </li>
            ))}
          </ol>
        </Panel>
      ) : null}
      <Entries group={group} handle={handle} />
    </div>
  )
}

const icons = {
  points: ArrowDownLeft,
  points_back: Undo2,
  points_spent: ArrowUpRight,
  points_taken: ArrowUpRight,
  points_debt: ArrowUpRight,
  points_end: Hourglass,
} as const

function Entries({ group, handle }: { group: string; handle: string }) {
  const t = useWords()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['GET /me/points/:group/entries', group],
    queryFn: ({ pageParam, signal }) =>
      api('GET /me/points/:group/entries', { group, limit: 30, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next ?? undefined,
  })
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel title={t.points.entries}>
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={4} />
      ) : items.length === 0 ? (
        <p className="text-muted">{t.points.entriesNone}</p>
      ) : (
        <>
          <ol className="-my-3 divide-y divide-line">
            {items.map(entry => (
              <Line key={entry.n} entry={entry} handle={handle} />
            ))}
          </ol>
          {hasNextPage ? (
            <Button look="quiet" className="mt-5 w-full sm:w-auto" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t.points.more}
            </Button>
          ) : null}
        </>
      )}
    </Panel>
  )
}

function Line({ entry, handle }: { entry: Entry; handle: string }) {
  const t = useWords()
  const format = useFormat()
  const Icon = icons[entry.kind]
  const reasonOf = useReason()
  const came = entry.points > 0
  // The name says what for, the line says why it went.
  const why = entry.about && !came ? reasonOf(entry.note) : null
  return (
    <li className="flex items-center gap-3 py-3">
      <span
        className={cx('grid size-9 shrink-0 place-items-center rounded-full', came ? 'bg-paid-soft text-paid' : 'bg-raised text-muted')}
      >
        <Icon size={17} aria-hidden />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate">
          <Cause cause={entry.cause} about={entry.about} note={entry.note} group={handle} />
        </span>
        <span className="block truncate text-xs text-muted">
          {t.points.kinds[entry.kind]}
          {why ? `: ${why}` : ''} · <When at={entry.at} show="dateTime" />
        </span>
      </span>
      <span className="shrink-0 text-right">
        <span className={cx('tabular block font-semibold', came && 'text-paid')}>
          {came ? '+' : '−'}
          {format.number(Math.abs(entry.points))}
        </span>
        <span className="tabular block text-xs text-muted">{t.points.balanceAfter(format.number(entry.balanceAfter))}</span>
      </span>
    </li>
  )
}
