import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query'
import { api, read, type Ok } from '../api.ts'
import type { Find } from './find-search.ts'

export type Card = Ok<'GET /resources'>['items'][number]
export type Resource = Ok<'GET /resources/:id'>
export type Day = Ok<'GET /resources/:id/days'>['items'][number]
export type Slot = Day['slots'][number]
export type MoveTime = Ok<'GET /bookings/:id/times'>['items'][number]['times'][number]
export type Price = Ok<'GET /resources/:id/price'>
export type PlaceItem = Ok<'GET /places/:page'>['items'][number]
export type Booking = Ok<'GET /bookings/:id'>
export type BookingCard = Ok<'GET /me/bookings'>['items'][number]
export type Songbook = Ok<'GET /bookings/:id/songs'>
export type Kind = Card['kind']
export type DeskResource = Ok<'GET /pages/:page/resources'>['items'][number]
export type Calendar = Ok<'GET /pages/:page/calendar'>
export type Entry = Calendar['items'][number]['entries'][number]

export const findQuery = (find: Find) =>
  infiniteQueryOptions({
    queryKey: ['GET /resources', find],
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /resources',
        {
          ...(find.kind ? { kind: find.kind } : {}),
          ...(find.city ? { city: find.city } : {}),
          ...(find.people ? { people: find.people } : {}),
          ...(find.q ? { q: find.q } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const resourceQuery = (id: string) => read('GET /resources/:id', { id })
export const daysQuery = (id: string, from: string | undefined) =>
  read('GET /resources/:id/days', { id, days: 7, ...(from ? { from } : {}) })
export const priceQuery = (id: string, start: string, end: string, people: number) =>
  queryOptions({
    queryKey: ['GET /resources/:id/price', id, start, end, people],
    queryFn: ({ signal }) => api('GET /resources/:id/price', { id, start, end, people }, { signal }),
    retry: false,
  })
export const placeQuery = (page: string, slot: { start: string; end: string } | null) => read('GET /places/:page', { page, ...slot })
export const bookingQuery = (id: string) => read('GET /bookings/:id', { id })
export const timesQuery = (id: string, from: string) => read('GET /bookings/:id/times', { id, from, days: 7 })
export const songsQuery = (id: string, key: string | undefined) => read('GET /bookings/:id/songs', { id, ...(key ? { key } : {}) })
export const mineQuery = (when: 'coming' | 'past') =>
  infiniteQueryOptions({
    queryKey: ['GET /me/bookings', when],
    queryFn: ({ pageParam, signal }) => api('GET /me/bookings', { when, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const placesQuery = read('GET /me/places')
export const deskQuery = (page: string) => read('GET /pages/:page/resources', { page })
export const calendarQuery = (page: string, from: string | undefined, days: number) =>
  read('GET /pages/:page/calendar', { page, days, ...(from ? { from } : {}) })

/** After something of a booking changed: what was read of bookings, resources and calendars is asked anew. */
export const refreshBookings = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({
    predicate: ({ queryKey }) => /\/(?:resources|bookings|calendar|places|orders)(?:\/|$)/.test(String(queryKey[0])),
  })
export const listQuery = (page: string, state: BookingCard['state'] | '', q: string) =>
  infiniteQueryOptions({
    queryKey: ['GET /pages/:page/bookings', page, state, q],
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /pages/:page/bookings',
        { page, ...(state ? { state } : {}), ...(q ? { q } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
