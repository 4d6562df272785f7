import { read, type Ok } from '../api.ts'

export type Hall = Ok<'GET /halls/:id'>
export type SeatStates = Ok<'GET /halls/:id/seats'>
export type Venue = Ok<'GET /venues/:id'>
export type VenueRow = Ok<'GET /pages/:page/venues'>['items'][number]
export type SeatMap = Ok<'GET /maps/:id'>

export const hallQuery = (id: string) => ({ ...read('GET /halls/:id', { id }), staleTime: 60_000 })
/** Read anew whenever the hall's topic speaks; a page that heard nothing asks now and then. */
export const statesQuery = (id: string) => ({ ...read('GET /halls/:id/seats', { id }), refetchInterval: 30_000 })
export const venueQuery = (id: string) => read('GET /venues/:id', { id })
export const venuesQuery = (page: string) => read('GET /pages/:page/venues', { page })
export const mapQuery = (id: string) => read('GET /maps/:id', { id })
