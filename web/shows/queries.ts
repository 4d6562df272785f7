import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, read, type Api, type Ok } from '../api.ts'

export type ShowCard = Ok<'GET /shows'>['items'][number]
export type Show = Ok<'GET /shows/:id'>
export type ShowTier = Show['tiers'][number]
export type Hold = Ok<'GET /show-holds/:hold'>
export type Waiting = Ok<'GET /waiting/:id'>
type Answer = Ok<'GET /shows/:id/desk'>
/** What is sent may leave things out; what is answered has all of it. */
export type Desk = Omit<Answer, 'fields' | 'tiers'> & { fields: Required<Answer['fields']>; tiers: Required<Answer['tiers'][number]>[] }
export type DeskTier = Desk['tiers'][number]
export type DeskAnswer = Answer
export type MyShow = Ok<'GET /me/shows'>['items'][number]

export const showQuery = (id: string, code?: string) => ({
  ...read('GET /shows/:id', code ? { id, code } : { id }),
  refetchInterval: 60_000,
})
export const holdQuery = (hold: string) => read('GET /show-holds/:hold', { hold })
export const myTicketsQuery = (id: string) => read('GET /shows/:id/mine', { id })
export const waitingQuery = (id: string) => read('GET /waiting/:id', { id })
export const myWaitingQuery = read('GET /me/waiting')
export const citiesQuery = read('GET /shows/cities')
export const deskQuery = (id: string) => read('GET /shows/:id/desk', { id })
export const guestsQuery = (id: string) => read('GET /shows/:id/guests', { id })

type Asked = Omit<Api['GET /shows']['input'], 'cursor' | 'limit'>
/** A list of shows, a page at a time. */
export const showsQuery = (asked: Asked) =>
  infiniteQueryOptions({
    queryKey: ['GET /shows', 'list', asked] as const,
    queryFn: ({ pageParam, signal }) =>
      api('GET /shows', { ...asked, limit: '24', ...(pageParam ? { cursor: pageParam } : {}) } as Api['GET /shows']['input'], { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const myShowsQuery = infiniteQueryOptions({
  queryKey: ['GET /me/shows'] as const,
  queryFn: ({ pageParam, signal }) => api('GET /me/shows', pageParam ? { cursor: pageParam } : {}, { signal }),
  initialPageParam: '',
  getNextPageParam: last => last.next,
})
