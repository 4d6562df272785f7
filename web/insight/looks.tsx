import { useInfiniteQuery } from '@tanstack/react-query'
import { Eye } from 'lucide-react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { When } from '../ui/money.tsx'
import { ErrorState, Panel } from '../ui/states.tsx'

/** Who of the planet's staff opened one's accounts, and when. */
export function Looks() {
  const t = useWords()
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /me/looks', 'pages'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => api('GET /me/looks', { limit: 10, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel title={t.console.looks} note={t.console.looksHint}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : rows.length === 0 ? (
        <p className="flex items-center gap-2 text-muted">
          <Eye size={16} aria-hidden />
          {t.console.noLooks}
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {rows.map(look => (
            <li key={look.id} className="flex flex-wrap justify-between gap-x-4 py-2">
              <span>
                {look.by}{' '}
                <span className="text-muted">
                  · {t.console.lookWhat[look.what]} · {look.owner}
                </span>
              </span>
              <span className="text-muted">
                <When at={look.at} show="dateTime" />
              </span>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-3">
          {t.common.showMore}
        </Button>
      ) : null}
    </Panel>
  )
}
