import type { QueryClient } from '@tanstack/react-query'
import { read, type Ok } from '../api.ts'

export const budgetQuery = (id: string) => read('GET /groups/:id/points', { id })
export type Desk = Ok<'GET /groups/:id/points'>
export type Budget = NonNullable<Desk['budget']>

/** After anything that moves a group's points or money. */
export const refreshPoints = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ predicate: ({ queryKey }) => /^GET \/groups\/:id\/(?:points|dashboard)/.test(String(queryKey[0])) })
