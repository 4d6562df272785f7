import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CheckCheck, Settings } from 'lucide-react'
import { useWords } from '../i18n/use.tsx'
import { buttonClass, IconButton } from '../ui/button.tsx'
import { ErrorState, EmptyState, SkeletonRows } from '../ui/states.tsx'
import { markRead, noticesQuery } from './queries.ts'
import { NoticeRow } from './row.tsx'

/** The panel below the bell: the latest few. */
export function Latest({ close }: { close: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useInfiniteQuery(noticesQuery(false))
  const items = data?.pages[0]?.items.slice(0, 12) ?? []
  return (
    <>
      <header className="flex items-center gap-1 border-b border-line py-2 pr-2 pl-5">
        <h2 className="flex-1 text-base font-semibold">{t.notices.title}</h2>
        {items.some(item => !item.read) ? (
          <IconButton
            icon={CheckCheck}
            label={t.notices.markAll}
            size="sm"
            onClick={() => void markRead(client, { until: items[0]!.at })}
          />
        ) : null}
        <Link
          to={'/notices/settings' as '/'}
          aria-label={t.notices.settings}
          onClick={close}
          className="grid size-8 place-items-center rounded-full text-muted hover:bg-raised hover:text-ink"
        >
          <Settings size={16} aria-hidden />
        </Link>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto p-2">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <div className="p-2">
            <SkeletonRows rows={4} />
          </div>
        ) : items.length === 0 ? (
          <EmptyState compact title={t.notices.empty}>
            {t.notices.emptyHint}
          </EmptyState>
        ) : (
          <ul className="flex flex-col gap-0.5">
            {items.map(item => (
              <li key={item.id}>
                <NoticeRow notice={item} onOpen={close} menu={false} />
              </li>
            ))}
          </ul>
        )}
      </div>
      <footer className="border-t border-line p-2">
        <Link to={'/notices' as '/'} onClick={close} className={buttonClass('quiet', 'md', 'w-full')}>
          {t.notices.seeAll}
        </Link>
      </footer>
    </>
  )
}
