/**
 * What one page request knows while it renders on the server. The store hangs on globalThis under a well-known symbol because the server's
 * modules and the web bundle are two module graphs that must meet in one AsyncLocalStorage; the browser has none.
 */
import type { LocaleName } from '../shared/words/index.ts'

export type Theme = 'system' | 'light' | 'dark'

export type PageScope = {
  /** Calls an entry of the API in process, with this request's session. Rejects with a Problem-shaped error. */
  callApi: (key: string, input: unknown) => Promise<unknown>
  locale: LocaleName
  theme: Theme
  nonce: string
  /** Public origin, e.g. `https://planet.example`, without a slash at the end. */
  origin: string
  /** Scripts the first page will need and the manifest does not tell (the words of the reader's language). */
  preload: string[]
  /** The address to render, where it is not the one that was asked for. */
  path?: string
  /** The rendered page, once it is there. */
  html?: string
}

const key = Symbol.for('planet.page-scope')

/** The scope of the page being rendered, or undefined in the browser. */
export function pageScope(): PageScope | undefined {
  const store = (globalThis as Record<symbol, { getStore(): PageScope | undefined } | undefined>)[key]
  return store?.getStore()
}
