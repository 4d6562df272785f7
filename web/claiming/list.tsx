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
      <Objected />
    </div>
  )
}

const useClaims = (as: 'claimant' | 'objector') =>
  useInfiniteQuery({
    queryKey: ['GET /me/page-claims', as],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api('GET /me/page-claims', { as, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
type Listed = ReturnType<typeof useClaims>

function Claims() {
  const t = useWords()
  const list = useClaims('claimant')
  if (list.error) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  if (list.isPending) return <SkeletonRows rows={3} />
  if (list.data.pages[0]?.items.length === 0)
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
  return <Rows list={list} />
}

/** Most never object: nothing is said of it then. */
function Objected() {
  const t = useWords()
  const list = useClaims('objector')
  if (!list.data?.pages[0]?.items.length) return null
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-base">{t.claiming.objectedTitle}</h2>
      <Rows list={list} />
    </section>
  )
}

function Rows({ list: { data, hasNextPage, fetchNextPage, isFetchingNextPage } }: { list: Listed }) {
  const t = useWords()
  const rows = data?.pages.flatMap(page => page.items) ?? []
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
