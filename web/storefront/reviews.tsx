import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Flag, MessageSquareText, PenLine, Trash2 } from 'lucide-react'
import { Suspense, useState } from 'react'
import { api } from '../api.ts'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { toldTimes } from '../shows/told.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Select } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Pills, Stars } from './cards.tsx'
import { refreshStorefront, reviewsQuery, type Review, type ReviewSort } from './queries.ts'
import { ReviewSheet } from './review-sheet.tsx'

const Report = lazyWithWords(() => import('../moderation/report.tsx').then(module => module.ReportDialog), null, 'fans')

/** What buyers say: how many gave how much, then their words. `naming`: of several things, so each names its own. */
export function ReviewList({ of, naming }: { of: { thing?: string; shop?: string }; naming?: boolean }) {
  const t = useWords()
  const s = t.storefront
  const [stars, setStars] = useState(0)
  const [pictures, setPictures] = useState(false)
  const [sort, setSort] = useState<ReviewSort>('new')
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(
    reviewsQuery({ ...of, ...(stars ? { stars } : {}), ...(pictures ? { pictures } : {}), sort }),
  )
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={3} />
  const rating = data.pages[0]!.rating
  const items = data.pages.flatMap(page => page.items)
  if (rating.count === 0)
    return (
      <EmptyState icon={MessageSquareText} title={s.noReviews}>
        {s.noReviewsBody}
      </EmptyState>
    )
  return (
    <div className="flex flex-col gap-6">
      <Histogram rating={rating} chosen={stars} onChoose={setStars} />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Pills
          label={s.reviews}
          value={pictures ? 'pictures' : 'all'}
          options={[
            { value: 'all', name: s.all },
            { value: 'pictures', name: s.withPictures },
          ]}
          onChange={value => setPictures(value === 'pictures')}
        />
        <Select
          label={s.sort}
          hideLabel
          value={sort}
          onChange={event => setSort(event.target.value as ReviewSort)}
          options={(['new', 'best', 'worst'] as const).map(value => ({ value, name: s.reviewSort[value] }))}
          className="w-36"
        />
      </div>
      {items.length === 0 ? (
        <p className="text-muted">{s.nothing}</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {items.map(review => (
            <li key={review.id} className="py-5 first:pt-0">
              <OneReview review={review} {...(naming ? { naming } : {})} />
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <div className="text-center">
          <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {s.moreReviews}
          </Button>
        </div>
      ) : null}
    </div>
  )
}

function Histogram({
  rating,
  chosen,
  onChoose,
}: {
  rating: { count: number; average: number | null; byStars: number[] }
  chosen: number
  onChoose: (stars: number) => void
}) {
  const t = useWords()
  const s = t.storefront
  const format = useFormat()
  return (
    <div className="flex flex-wrap items-center gap-x-10 gap-y-5 rounded-lg bg-raised p-5">
      <div className="text-center">
        <p className="tabular text-2xl font-bold">{rating.average?.toFixed(1)}</p>
        <Stars average={rating.average ?? 0} size={18} label={s.rated(String(rating.average), format.number(rating.count))} />
      </div>
      <div className="flex min-w-56 flex-1 flex-col gap-0.5">
        {[5, 4, 3, 2, 1].map(stars => {
          const count = rating.byStars[stars - 1] ?? 0
          return (
            <button
              key={stars}
              type="button"
              aria-pressed={chosen === stars}
              disabled={count === 0 && chosen !== stars}
              onClick={() => onChoose(chosen === stars ? 0 : stars)}
              className={cx(
                'flex h-8 items-center gap-3 rounded-sm px-2 text-xs transition-colors',
                chosen === stars ? 'bg-surface font-semibold' : 'hover:bg-surface/70',
              )}
            >
              <span className="sr-only">{s.onlyStars(String(stars))}</span>
              <span aria-hidden className="tabular w-3">
                {stars}
              </span>
              <span aria-hidden className="h-2 flex-1 overflow-hidden rounded-full bg-surface inset-ring inset-ring-line">
                <span
                  className="block h-full rounded-full bg-accent-mark"
                  style={{ width: `${rating.count ? (count / rating.count) * 100 : 0}%` }}
                />
              </span>
              <span className="tabular w-8 text-right text-muted">{format.number(count)}</span>
            </button>
          )
        })}
      </div>
    </div>
  )
}

/** One review with its pictures and the seller's answer; its writer can change it, others report it. */
export function OneReview({ review, naming, link }: { review: Review; naming?: boolean; link?: string }) {
  const t = useWords()
  const s = t.storefront
  const { locale } = useLanguage()
  const me = useMe()
  const client = useQueryClient()
  const [editing, setEditing] = useState(false)
  const [removing, setRemoving] = useState(false)
  const [reporting, setReporting] = useState(false)
  const [open, setOpen] = useState<number | null>(null)
  const remove = useMutation({
    mutationFn: () => api('DELETE /reviews/:id', { id: review.id }),
    onSuccess: async () => {
      toast(s.removed, { tone: 'good' })
      await refreshStorefront(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <article className="flex flex-col gap-2">
      {naming ? (
        <p className="text-sm font-semibold">
          {link ? (
            <Link to={link as '/'} className="hover:underline">
              {review.title}
            </Link>
          ) : (
            review.title
          )}
        </p>
      ) : null}
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Stars average={review.stars} label={s.stars(String(review.stars))} />
        <span className="text-sm font-medium">{review.person.name}</span>
        <span className="text-xs text-muted">
          <When at={review.at} />
          {review.detail ? ` · ${toldTimes(locale, review.detail)}` : ''}
          {review.changed ? ` · ${s.changed}` : ''}
        </span>
        <span className="ml-auto flex items-center">
          {review.can.edit ? (
            <>
              <IconButton icon={PenLine} size="sm" label={s.change} onClick={() => setEditing(true)} />
              {review.hidden ? null : <IconButton icon={Trash2} size="sm" label={s.remove} onClick={() => setRemoving(true)} />}
            </>
          ) : me ? (
            <IconButton icon={Flag} size="sm" label={s.report} onClick={() => setReporting(true)} />
          ) : null}
        </span>
      </header>
      {review.hidden ? <p className="text-xs font-medium text-held">{s.hidden}</p> : null}
      {review.text ? <p className="max-w-[70ch] leading-relaxed whitespace-pre-line [overflow-wrap:anywhere]">{review.text}</p> : null}
      {review.pictures.length > 0 ? (
        <div className="flex flex-wrap gap-2">
          {review.pictures.map((picture, index) => (
            <button
              key={picture.small}
              type="button"
              aria-expanded={open === index}
              aria-label={s.picture(index + 1)}
              onClick={() => setOpen(open === index ? null : index)}
              className={cx('overflow-hidden rounded-md', open === index && 'ring-2 ring-accent-mark')}
            >
              <img src={picture.small} alt="" loading="lazy" className="size-20 object-cover sm:size-24" />
            </button>
          ))}
        </div>
      ) : null}
      {open !== null && review.pictures[open] ? (
        <img
          src={review.pictures[open].large}
          alt={s.picture(open + 1)}
          className="max-h-[70vh] w-fit max-w-full rounded-lg object-contain"
        />
      ) : null}
      {review.answer ? (
        <div className="mt-1 rounded-md border-l-4 border-accent-mark bg-raised px-4 py-3">
          <p className="text-xs font-semibold text-muted">{s.answerOf(review.answer.name)}</p>
          <p className="mt-1 max-w-[70ch] whitespace-pre-line [overflow-wrap:anywhere]">{review.answer.text}</p>
        </div>
      ) : null}
      {editing ? <ReviewSheet review={review} title={review.title} onClose={() => setEditing(false)} /> : null}
      <Confirm
        open={removing}
        onOpenChange={setRemoving}
        title={s.remove}
        body={s.removeBody}
        action={s.remove}
        onConfirm={() => remove.mutateAsync().then(() => undefined)}
      />
      {reporting ? (
        <Suspense>
          <Report kind="review" subject={review.id} open onOpenChange={setReporting} />
        </Suspense>
      ) : null}
    </article>
  )
}
