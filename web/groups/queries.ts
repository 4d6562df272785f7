import type { QueryClient } from '@tanstack/react-query'
import { read, type Ok } from '../api.ts'

export type Group = Ok<'GET /groups/:id'>

/** A group by id or handle; the page asks for it under the address it was opened by. */
export const groupQuery = (id: string, invite?: string) => read('GET /groups/:id', { id, ...(invite ? { invite } : {}) })

/** After a change of the group or of where one stands in it. */
export async function refreshGroup(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ predicate: ({ queryKey }) => /^GET \/(?:me\/)?groups/.test(String(queryKey[0])) })
}
