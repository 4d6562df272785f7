/** What buyers gave, in sums: read where a thing or a shop is shown. */
import type { Decoded } from '../../shared/contract.ts'
import type { Rating } from '../../shared/storefront-shapes.ts'
import { averageOf } from './listings.ts'

export { readRating } from './store-reviews.ts'
export type Sums = { count: number; stars: number; byStars: readonly number[] }
export const ratingOf = (sums: Sums | undefined): Decoded<typeof Rating> => ({
  count: sums?.count ?? 0,
  average: averageOf(sums?.count ?? 0, sums?.stars ?? 0),
  byStars: [...(sums?.byStars ?? [0, 0, 0, 0, 0])],
})
