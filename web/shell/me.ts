import { useQuery, useQueryClient } from '@tanstack/react-query'
import { read, type Ok } from '../api.ts'

export type Me = NonNullable<Ok<'GET /me'>['me']>

export const meQuery = read('GET /me')
export const siteQuery = read('GET /site')

/** The signed-in person, or null. The root loader has fetched it before anything renders. */
export const useMe = (): Me | null => useQuery(meQuery).data?.me ?? null

/** Forgets everything that was fetched for whoever was signed in before. Call after signing in or out. */
export function useForget(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    await client.invalidateQueries()
  }
}

/** Ends this session. */
export async function signOut(): Promise<void> {
  await fetch('/api/auth/sign-out', { method: 'POST', credentials: 'same-origin', headers: { 'content-type': 'application/json' }, body: '{}' })
}
