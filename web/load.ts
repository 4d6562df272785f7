import type { FetchQueryOptions, QueryClient, QueryKey } from '@tanstack/react-query'
import { notFound } from '@tanstack/react-router'
import { asApiError } from './api-call.ts'
import { meQuery } from './shell/me.ts'

/** Has the answer ready before the page renders. What cannot be found (or is no id at all) becomes the page's "not found", with status 404. */
export async function ready<T, K extends QueryKey>(client: QueryClient, options: FetchQueryOptions<T, Error, T, K>): Promise<T> {
  try {
    return await client.ensureQueryData(options)
  } catch (error) {
    const { status } = asApiError(error)
    if (status === 404 || status === 400) throw notFound()
    throw error
  }
}

/** Runs a member page's loading only for someone signed in; others get the page's invitation to sign in. */
export async function forMember(client: QueryClient, load: () => Promise<unknown>): Promise<void> {
  const { me } = await client.ensureQueryData(meQuery)
  if (me) await load()
}
