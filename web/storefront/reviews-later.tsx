import { Suspense } from 'react'
import { lazyWithWords } from '../i18n/lazy.ts'

const Strip = lazyWithWords(() => import('./reviews-strip.tsx').then(module => module.ReviewsStrip), null, 'sale')

/** What buyers say of a thing, below its page, after the first picture; takes no room where nobody said anything. */
export const ReviewsLater = ({ thing, className = '' }: { thing: string; className?: string }) => (
  <div className={`empty:hidden ${className}`}>
    <Suspense>
      <Strip thing={thing} />
    </Suspense>
  </div>
)
