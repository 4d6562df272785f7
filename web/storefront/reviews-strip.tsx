import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { ReviewList } from './reviews.tsx'

/** What buyers say of a thing on a page of its own (a release, a service); nothing where nobody said anything. */
export function ReviewsStrip({ thing }: { thing: string }) {
  const s = useWords().storefront
  const { data } = useQuery(read('GET /reviews', { thing, limit: 1 }))
  if (!data || data.rating.count === 0) return null
  return (
    <section aria-label={s.reviews} className="mt-11">
      <h2 className="mb-4 text-lg">{s.reviews}</h2>
      <ReviewList of={{ thing }} />
    </section>
  )
}
