import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BellRing, CheckCheck, Settings } from 'lucide-react'
import { useState } from 'react'
import { useNow } from '../feed/when.tsx'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { EmptyState, ErrorState, faultText, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { markRead, noticesQuery } from './queries.ts'
import { NoticeRow } from './row.tsx'
import type { Notice } from './say.ts'

/** All one was told, the latest first. */
export function NoticesPage() {
  return <div className="mx-auto max-w-[760px]">{useMe() ? <Notices /> : <SignInFirst />}</div>
}

function Notices() {
  const t = useWords()
  const client = useQueryClient()
  const [unread, setUnread] = useState(false)
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(noticesQuery(unread))
  const items = data?.pages.flatMap(page => page.items) ?? []
  const markAll = async (): Promise<void> => {
    try {
      await markRead(client, { until: items[0]!.at })
    } catch (caught) {
      toast(faultText(t, caught), { tone: 'bad' })
    }
  }
  return (
    <>
      <header className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="flex-1 text-xl">{t.notices.title}</h1>
        {items.some(item => !item.read) ? (
          <Button look="quiet" size="sm" icon={CheckCheck} onClick={() => void markAll()}>
            {t.notices.markAll}
          </Button>
        ) : null}
        <Link to={'/notices/settings' as '/'} aria-label={t.notices.settings} className={buttonClass('quiet', 'sm')}>
          <Settings size={16} aria-hidden />
          <span className="max-sm:sr-only">{t.notices.settings}</span>
        </Link>
      </header>
      <div role="group" aria-label={t.notices.title} className="mb-4 flex gap-2">
        {[false, true].map(value => (
          <button
            key={String(value)}
            type="button"
            aria-pressed={unread === value}
            onClick={() => setUnread(value)}
            className={cx(
              'h-9 rounded-full px-4 text-sm font-medium transition-colors',
              unread === value ? 'bg-ink text-bg' : 'bg-raised text-muted hover:text-ink',
            )}
          >
            {value ? t.notices.unreadOnly : t.notices.all}
          </button>
        ))}
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={8} />
      ) : items.length === 0 ? (
        <EmptyState icon={BellRing} title={unread ? t.notices.emptyUnread : t.notices.empty}>
          {unread ? t.notices.emptyUnreadHint : t.notices.emptyHint}
        </EmptyState>
      ) : (
        <>
          <Days items={items} />
          {hasNextPage ? (
            <div className="mt-4 flex justify-center">
              <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {t.notices.more}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </>
  )
}

/** Today's first; which day it is only the reader's device knows. */
function Days({ items }: { items: readonly Notice[] }) {
  const t = useWords()
  const now = useNow()
  const today = new Date(now).toDateString()
  const isToday = (item: Notice): boolean => now > 0 && new Date(item.at).toDateString() === today
  const parts = [
    { name: t.notices.today, items: items.filter(isToday) },
    { name: t.notices.earlier, items: items.filter(item => !isToday(item)) },
  ].filter(part => part.items.length > 0)
  return (
    <div className="flex flex-col gap-5">
      {parts.map(part => (
        <section key={part.name} aria-label={part.name}>
          {parts.length > 1 ? <h2 className="mb-1.5 px-3 text-xs font-medium text-muted">{part.name}</h2> : null}
          <ul className="-mx-3 flex flex-col gap-0.5 sm:mx-0">
            {part.items.map(item => (
              <li key={item.id}>
                <NoticeRow notice={item} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
