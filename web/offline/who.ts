/** Who listens on this device, as far as it last knew: without a network nobody can be asked. */
import type { QueryClient } from '@tanstack/react-query'
import type { Ok } from '../api.ts'
import { meQuery, type Me } from '../shell/me.ts'
import { whoKey } from './unsent.ts'

const meKey = 'planet.me'

/** A person's id, '' when nobody is signed in. */
export const lastKnown = (): string => localStorage.getItem(whoKey) ?? ''

const lastMe = (): Me | null => {
  try {
    return JSON.parse(localStorage.getItem(meKey) ?? 'null') as Me | null
  } catch {
    return null
  }
}

export function remember(me: Me | null): void {
  localStorage.setItem(whoKey, me?.id ?? '')
  if (me) localStorage.setItem(meKey, JSON.stringify(me))
  else localStorage.removeItem(meKey)
}

/**
 * Calls `told` with each answer to who is signed in. Where the planet cannot be asked (a page that was opened without a network), the pages are given the
 * person it last was, marked as old: asked again at the first chance.
 */
export function watchWho(client: QueryClient, told: (me: Me | null) => void): void {
  const cache = client.getQueryCache()
  let last: Ok<'GET /me'> | undefined
  const look = (): void => {
    const state = client.getQueryState<Ok<'GET /me'>>(meQuery.queryKey)
    if (state?.data && state.dataUpdatedAt > 1 && state.data !== last) {
      last = state.data
      remember(last.me)
      told(last.me)
    } else if (
      state?.data === undefined &&
      state?.fetchStatus !== 'paused' &&
      (state?.errorUpdateCount ?? 0) + (state?.fetchFailureCount ?? 0) > 0
    ) {
      const me = lastMe()
      if (me) client.setQueryData(meQuery.queryKey, { me }, { updatedAt: 1 })
    }
  }
  cache.subscribe(event => {
    if (event.query.queryKey[0] === meQuery.queryKey[0]) queueMicrotask(look)
  })
  look()
}
