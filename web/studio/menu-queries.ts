import type { QueryClient } from '@tanstack/react-query'
import { read } from '../api.ts'
import { meQuery } from '../shell/me.ts'
import { myShopsQuery } from '../storefront/queries.ts'

export const organisationsQuery = () => read('GET /me/organisations')

/** What tells which places of the studio one needs first, asked before it renders, so that nothing moves afterwards. What fails leaves the short menu. */
export async function readyMenu(client: QueryClient): Promise<void> {
  const { me } = await client.ensureQueryData(meQuery)
  if (me) await Promise.allSettled([client.ensureQueryData(myShopsQuery()), client.ensureQueryData(organisationsQuery())])
}
