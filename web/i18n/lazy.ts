import { createElement, lazy, type ComponentType, type ReactNode } from 'react'
import { useHydrated } from '../ui/hydrated.ts'
import { initialLocale } from './initial.ts'
import { loadLaterWords, type LaterWords } from './load.ts'

/** For routes of a listener's further pages: `beforeLoad: moreWords`. */
export const moreWords = (): Promise<void> => loadLaterWords('more', initialLocale())
/** For routes of groups and what belongs to them: `beforeLoad: fanWords`. */
export const fanWords = (): Promise<void> => loadLaterWords('fans', initialLocale())
/** For routes of buying, shows and bookings: `beforeLoad: saleWords`. */
export const saleWords = (): Promise<void> => loadLaterWords('sale', initialLocale())

/**
 * `lazy` for a part that says words of further pages (`t.sound`, `t.lyrics` …): both come together, and only in the browser, after the first picture.
 * `meanwhile` keeps its place on the server and until then; put a Suspense with the same around it.
 */
export function lazyWithWords<P extends object>(
  get: () => Promise<ComponentType<P>>,
  meanwhile: ReactNode = null,
  which: LaterWords = 'more',
): ComponentType<P> {
  const Part = lazy(async () => {
    const [component] = await Promise.all([get(), loadLaterWords(which, initialLocale())])
    return { default: component as ComponentType<object> }
  })
  return function Later(props: P) {
    return useHydrated() ? createElement(Part, props) : meanwhile
  }
}
