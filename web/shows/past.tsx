import { useQuery } from '@tanstack/react-query'
import { ReviewsLater } from '../storefront/reviews-later.tsx'
import { showQuery } from './queries.ts'

/** What those who were there say, once it is over. */
export function PastReviews({ id, code }: { id: string; code: string | undefined }) {
  const { data: show } = useQuery(showQuery(id, code))
  // The page above keeps room for a bar that an evening of the past does not have.
  return show?.state === 'over' ? <ReviewsLater thing={id} className="mx-auto max-w-5xl pb-10 max-md:-mt-28" /> : null
}
