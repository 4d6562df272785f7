import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { UserRoundCheck } from 'lucide-react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { When } from '../ui/money.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { stateTones } from './parts.tsx'

/** Pages one claimed. */
export function ClaimsPage() {
  const t = useWords()
  const me = useMe()
  if (!me || me.guest) return <SignInFirst />
  return (
    <div className="mx-auto flex max-w-[760px] flex-col gap-6">
      <header>
        <h1 className="text-xl">{t.claiming.listTitle}</h1>
        <p className="mt-1 text-muted">{t.claiming.listIntro}</p>
      </header>
      <Claims />
    </div>
  )
}

function Claims() {
  const t = useWords()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /me/page-claims', 'pages'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api('GET /me/page-claims', pageParam ? { cursor: pageParam } : {}, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={3} />
  const rows = data.pages.flatMap(page => page.items)
  if (rows.length === 0)
    return (
      <EmptyState
        icon={UserRoundCheck}
        title={t.claiming.listNone}
        action={
          <Link to="/search" className={buttonClass('quiet')}>
            {t.claiming.find}
          </Link>
        }
      >
        {t.claiming.listNoneBody}
      </EmptyState>
    )
  return (
    <>
      <ul className="flex flex-col gap-2">
        {rows.map(row => (
          <li key={row.id}>
            <Link
              to="/claim/$page"
              params={{ page: row.page.id }}
              className="flex items-center gap-4 rounded-lg border border-line bg-surface px-4 py-3 transition-colors hover:bg-raised"
            >
              <Cover id={row.page.id} picture={row.page.picture} alt="" size={44} round className="size-11 shrink-0" />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{row.page.name}</span>
                <span className="block text-xs text-muted">
                  {row.beneficiary.name} · <When at={row.at} />
                </span>
              </span>
              <Tag tone={stateTones[row.state]}>{t.claiming.states[row.state]}</Tag>
            </Link>
          </li>
        ))}
      </ul>
      {hasNextPage ? (
        <Button look="quiet" className="self-start" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.showMore}
        </Button>
      ) : null}
    </>
  )
}
