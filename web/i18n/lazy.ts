import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import { initialLocale } from './initial.ts'
import { loadLaterWords } from './load.ts'

/** For routes of a listener's further pages: `beforeLoad: moreWords`. */
export const moreWords = (): Promise<void> => loadLaterWords('more', initialLocale())

/** `lazy` for a part that says words of further pages (`t.sound`, `t.lyrics` …): both come together. */
export const lazyWithWords = <P extends object>(get: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> =>
  lazy(async () => {
    const [component] = await Promise.all([get(), moreWords()])
    return { default: component }
  })
