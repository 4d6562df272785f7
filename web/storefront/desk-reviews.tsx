import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { MessageSquareText } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Pills } from './cards.tsx'
import { refreshStorefront, reviewsQuery, type Review } from './queries.ts'
import { OneReview } from './reviews.tsx'

/** What buyers say of a shop's things, with the answer beside it. */
export function DeskReviews({ page }: { page: string }) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const [which, setWhich] = useState<'unanswered' | 'all'>('unanswered')
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(
    reviewsQuery({ shop: page, ...(which === 'unanswered' ? { unanswered: true } : {}) }),
  )
  const items = data?.pages.flatMap(one => one.items) ?? []
  return (
    <section className="flex max-w-4xl flex-col gap-5">
      <Pills
        label={w.reviewsTitle}
        value={which}
        options={[
          { value: 'unanswered', name: w.unanswered },
          { value: 'all', name: w.allReviews },
        ]}
        onChange={setWhich}
      />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={4} />
      ) : items.length === 0 ? (
        <EmptyState icon={MessageSquareText} title={w.noReviews}>
          {w.noReviewsBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-4">
          {items.map(review => (
            <li key={review.id} className="rounded-lg border border-line bg-surface p-4 sm:p-5">
              <OneReview review={review} naming />
              {review.can.answer ? <Answer review={review} /> : null}
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <div className="text-center">
          <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.common.showMore}
          </Button>
        </div>
      ) : null}
    </section>
  )
}

function Answer({ review }: { review: Review }) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const client = useQueryClient()
  const [open, setOpen] = useState(false)
  const [text, setText] = useState(review.answer?.text ?? '')
  const send = useMutation({
    mutationFn: () => api('PUT /reviews/:id/answer', { id: review.id, text }),
    onSuccess: async () => {
      setOpen(false)
      toast(w.sent, { tone: 'good' })
      await refreshStorefront(client)
    },
  })
  if (!open)
    return (
      <Button look="quiet" size="sm" className="mt-3" onClick={() => setOpen(true)}>
        {review.answer ? w.changeAnswer : w.answer}
      </Button>
    )
  return (
    <form
      className="mt-3 flex flex-col gap-3"
      onSubmit={event => {
        event.preventDefault()
        send.mutate()
      }}
    >
      <TextArea
        label={w.answer}
        hint={w.answerHint}
        maxLength={1000}
        rows={3}
        autoFocus
        value={text}
        error={send.error ? faultText(t, send.error) : undefined}
        onChange={event => setText(event.target.value)}
      />
      <div className="flex gap-2">
        <Button type="submit" busy={send.isPending} disabled={text.trim() === '' && !review.answer}>
          {w.send}
        </Button>
        <Button look="quiet" onClick={() => setOpen(false)}>
          {t.common.cancel}
        </Button>
      </div>
    </form>
  )
}
