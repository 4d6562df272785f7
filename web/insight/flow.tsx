import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Loading, Skeleton } from '../ui/states.tsx'
import type { Flow, FlowNames, FlowOf } from './flow-picture.tsx'

const Picture = lazy(() => import('./flow-picture.tsx').then(module => ({ default: module.FlowPicture })))

/** Follow the money. The picture mostly stands below the fold: it and what draws it are fetched when someone comes near. */
export function FlowPicture(props: { flow: Flow; of?: FlowOf; label: string; names?: FlowNames }) {
  const box = useRef<HTMLDivElement>(null)
  const [near, setNear] = useState(false)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new IntersectionObserver(entries => entries.some(entry => entry.isIntersecting) && setNear(true), {
      rootMargin: '400px',
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const waiting = (
    <Loading>
      <Skeleton className="h-72 w-full rounded-md" />
    </Loading>
  )
  return (
    <div ref={box}>
      {near ? (
        <Suspense fallback={waiting}>
          <Picture {...props} />
        </Suspense>
      ) : (
        waiting
      )}
    </div>
  )
}
