import { hashKey, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { read, type Ok } from '../api.ts'

export type Me = NonNullable<Ok<'GET /me'>['me']>

export const meQuery = read('GET /me')
export const siteQuery = read('GET /site')

const meHash = hashKey(meQuery.queryKey)
const useMeWhileRendering = (): Me | null => useQueryClient().getQueryCache().get<Ok<'GET /me'>>(meHash)?.state.data?.me ?? null
const useMeNow = (): Me | null => useQuery(meQuery).data?.me ?? null
/** The signed-in person, or null. The root loader has fetched it before anything renders; on the server nothing changes after that, so nobody watches it. */
export const useMe = import.meta.env.SSR ? useMeWhileRendering : useMeNow

/** Whether someone may see what this staff role sees; an operator sees all (as the API decides). */
export const hasRole = (me: Me | null, role: Me['roles'][number]): boolean =>
  me !== null && (me.roles.includes(role) || me.roles.includes('operator'))

/** Forgets all answers given to whoever was signed in before, and asks again for what is on the screen. Call after signing in or out. */
export async function forgetAnswers(client: QueryClient): Promise<void> {
  client.removeQueries({ type: 'inactive' })
  // Who it is comes first: what only members may ask is then asked by members only.
  await client.resetQueries({ queryKey: meQuery.queryKey })
  await new Promise(resolve => setTimeout(resolve))
  await client.resetQueries({ predicate: query => query.queryKey[0] !== meQuery.queryKey[0] })
}
