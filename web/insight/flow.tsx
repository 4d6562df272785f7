import { lazy, Suspense } from 'react'
import { useHydrated } from '../ui/money.tsx'
import { Loading, Skeleton } from '../ui/states.tsx'
import type { Flow, FlowOf } from './flow-picture.tsx'

const Picture = lazy(() => import('./flow-picture.tsx').then(module => ({ default: module.FlowPicture })))

/** Follow the money. The picture stands below the fold, so it and what draws it come after the page. */
export function FlowPicture(props: { flow: Flow; of: FlowOf; label: string }) {
  const waiting = (
    <Loading>
      <Skeleton className="h-72 w-full rounded-md" />
    </Loading>
  )
  if (!useHydrated()) return waiting
  return (
    <Suspense fallback={waiting}>
      <Picture {...props} />
    </Suspense>
  )
}
