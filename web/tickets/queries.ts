import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { api, read, type Ok } from '../api.ts'

export type Ticket = Ok<'GET /tickets/:id'>
export type ShowOf = Ticket['show']
export type Transfer = Ok<'GET /ticket-transfers/:token'>
export type Resale = Ok<'GET /shows/:show/resale'>['items'][number]

export const ticketQuery = (id: string) => read('GET /tickets/:id', { id })
export const transferQuery = (token: string) => read('GET /ticket-transfers/:token', { token })
export const resaleQuery = (show: string) => read('GET /shows/:show/resale', { show, limit: 50 })
export const mineQuery = (when: 'coming' | 'past') =>
  infiniteQueryOptions({
    queryKey: ['GET /me/tickets', when],
    queryFn: ({ pageParam, signal }) =>
      api('GET /me/tickets', { when, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    retry: 1,
  })

export const refreshTickets = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ predicate: ({ queryKey }) => /ticket|resale/.test(String(queryKey[0])) })

/** Tickets of one show together, in the order they came. */
export function byShow(tickets: readonly Ticket[]): Ticket[][] {
  const shows = new Map<string, Ticket[]>()
  for (const ticket of tickets) shows.set(ticket.show.id, [...(shows.get(ticket.show.id) ?? []), ticket])
  return [...shows.values()]
}
/** Those that let someone in. */
export const good = (ticket: Ticket): boolean => ticket.state === 'issued' || ticket.state === 'offered'
