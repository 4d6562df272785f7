import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MessageSquareText, PenLine } from 'lucide-react'
import { useState } from 'react'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { toldTimes } from '../shows/told.ts'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { When } from '../ui/money.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { myReviewsQuery, type ToReview } from './queries.ts'
import { ReviewSheet } from './review-sheet.tsx'
import { OneReview } from './reviews.tsx'

/** What one bought and could say something about, and what one said. `line`: opened at once, from an order. */
export function MyReviewsPage({ line }: { line?: string | undefined }) {
  const t = useWords()
  const s = t.storefront
  const me = useMe()
  if (!me) return <SignInFirst />
  return (
    <>
      <h1 className="text-xl">{s.myReviews}</h1>
      <p className="mt-1.5 mb-6 text-muted">{s.myReviewsIntro}</p>
      <Mine line={line} />
    </>
  )
}

function Mine({ line }: { line?: string | undefined }) {
  const t = useWords()
  const s = t.storefront
  const { locale } = useLanguage()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(myReviewsQuery())
  const [closed, setClosed] = useState(false)
  const [chosen, setChosen] = useState<ToReview | null>(null)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={4} />
  const waiting = data.pages[0]!.waiting
  const items = data.pages.flatMap(page => page.items)
  const open = chosen ?? (closed ? undefined : waiting.find(one => one.line === line))
  return (
    <div className="flex flex-col gap-9">
      <section aria-label={s.waiting}>
        <h2 className="mb-3 text-lg">{s.waiting}</h2>
        {waiting.length === 0 ? (
          <EmptyState icon={PenLine} title={s.nothingWaiting} compact>
            {s.nothingWaitingBody}
          </EmptyState>
        ) : (
          <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
            {waiting.map(one => (
              <li key={one.line} className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-line bg-surface p-3">
                <Cover id={one.thing} picture={one.picture} alt="" size={72} className="size-18 shrink-0" />
                <div className="min-w-0 flex-1 basis-32">
                  <p className="line-clamp-2 font-semibold">
                    <Link to={one.url as '/'} className="hover:underline">
                      {one.title}
                    </Link>
                  </p>
                  <p className="line-clamp-2 text-xs text-muted">
                    {[one.detail && toldTimes(locale, one.detail), one.seller.name].filter(Boolean).join(' · ')} · <When at={one.at} />
                  </p>
                </div>
                <Button look="quiet" size="sm" icon={PenLine} className="ml-auto" onClick={() => setChosen(one)}>
                  {s.write}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section aria-label={s.written}>
        <h2 className="mb-3 text-lg">{s.written}</h2>
        {items.length === 0 ? (
          <EmptyState icon={MessageSquareText} title={s.noReviews} compact />
        ) : (
          <ul className="flex flex-col divide-y divide-line">
            {items.map(review => (
              <li key={review.id} className="py-5 first:pt-0">
                <OneReview review={review} naming />
              </li>
            ))}
          </ul>
        )}
        {hasNextPage ? (
          <div className="mt-6 text-center">
            <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t.common.showMore}
            </Button>
          </div>
        ) : null}
      </section>
      {open ? (
        <ReviewSheet
          line={open.line}
          title={open.title}
          onClose={() => {
            setChosen(null)
            setClosed(true)
          }}
        />
      ) : null}
    </div>
  )
}
