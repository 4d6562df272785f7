import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight, Sparkles } from 'lucide-react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { walletsQuery } from './queries.ts'

/** One's points in every group. */
export function Wallets() {
  const t = useWords()
  const me = useMe()
  return (
    <div className="mx-auto max-w-[760px]">
      <h1 className="text-xl">{t.points.title}</h1>
      <p className="mt-1 mb-6 text-muted">{t.points.lead}</p>
      {me ? <List /> : <SignInFirst />}
    </div>
  )
}

function List() {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery(walletsQuery)
  useLive(
    ['me'],
    message => {
      if (message.kind === 'points') void refetch()
    },
    () => void refetch(),
  )
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  if (data.items.length === 0)
    return (
      <EmptyState
        icon={Sparkles}
        title={t.points.none}
        action={
          <Link to={'/groups' as '/'} className={buttonClass()}>
            {t.points.findGroups}
          </Link>
        }
      >
        {t.points.noneBody}
      </EmptyState>
    )
  return (
    <ul className="flex flex-col gap-3">
      {data.items.map(({ group, balance, debt, ending }) => (
        <li key={group.id}>
          <Link
            to="/points/$group"
            params={{ group: group.handle }}
            className="flex items-center gap-4 rounded-lg border border-line bg-surface p-4 transition-colors hover:bg-raised"
          >
            <Cover id={group.id} picture={group.picture} alt="" size={64} round className="size-16 shrink-0" />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-semibold">{group.name}</span>
              <span className="tabular block text-lg leading-tight font-semibold">{t.points.count(format.number(balance))}</span>
              {debt > 0 ? (
                <span className="block text-xs text-danger">{t.points.debt(format.number(debt))}</span>
              ) : ending ? (
                <span className="block truncate text-xs text-muted">
                  {t.points.ends(format.number(ending.points), format.day(ending.at))}
                </span>
              ) : null}
            </span>
            <ChevronRight size={18} aria-hidden className="shrink-0 text-muted" />
          </Link>
        </li>
      ))}
    </ul>
  )
}
