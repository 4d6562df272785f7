import { read, type Ok } from '../api.ts'

export type Raffles = Ok<'GET /groups/:group/raffles'>
export type RaffleCard = Raffles['items'][number]
export type Raffle = Ok<'GET /raffles/:id'>

/** A group by id or handle, as its page was opened. */
export const rafflesQuery = (group: string) => read('GET /groups/:group/raffles', { group })
export const raffleQuery = (id: string) => read('GET /raffles/:id', { id })
