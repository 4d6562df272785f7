import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { api, read, type Ok } from '../api.ts'

export type Window = Ok<'GET /groups/:group/rewards'>
export type Card = Window['items'][number]
export type Reward = Ok<'GET /rewards/:id'>
export type Exchange = Ok<'GET /exchanges/:id'>
export type ExchangeCard = Ok<'GET /me/exchanges'>['items'][number]
export type Desk = Ok<'GET /groups/:group/desk/rewards'>
export type DeskReward = Desk['items'][number]
export type DeskExchange = Ok<'GET /groups/:group/desk/exchanges'>['items'][number]
export type Kind = Card['kind']
export type Why = NonNullable<Card['why']>

/** A group by id or handle, as its page was opened. */
export const windowQuery = (group: string) => read('GET /groups/:group/rewards', { group })
export const rewardQuery = (id: string) => read('GET /rewards/:id', { id })
export const exchangeQuery = (id: string) => read('GET /exchanges/:id', { id })
export const deskQuery = (group: string) => read('GET /groups/:group/desk/rewards', { group })

export const mineQuery = (open: boolean) =>
  infiniteQueryOptions({
    queryKey: ['GET /me/exchanges', open],
    queryFn: ({ pageParam, signal }) =>
      api('GET /me/exchanges', { ...(open ? { open: 'true' as const } : {}), ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const todoQuery = (group: string, state: DeskExchange['state']) =>
  infiniteQueryOptions({
    queryKey: ['GET /groups/:group/desk/exchanges', group, state],
    queryFn: ({ pageParam, signal }) =>
      api('GET /groups/:group/desk/exchanges', { group, state, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })

/** After an exchange, or a change of one: all that was read of rewards, points, parcels and raffles is asked anew. */
export const refreshRewards = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({
    predicate: ({ queryKey }) => /rewards|exchanges|raffles|points|parcels/.test(String(queryKey[0])),
  })
