import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { api, read, type Ok } from '../api.ts'

export type Address = Ok<'GET /me/addresses'>['items'][number]
export type Parcel = Ok<'GET /parcels/:id'>
export type DeskParcels = Ok<'GET /senders/:sender/parcels'>
export type DeskParcel = DeskParcels['items'][number]
export type ParcelState = Parcel['state']

export const addressesQuery = read('GET /me/addresses')
export const parcelQuery = (id: string) => read('GET /parcels/:id', { id })
export const packingQuery = (sender: string, state: ParcelState) =>
  infiniteQueryOptions({
    queryKey: ['GET /senders/:sender/parcels', sender, state],
    queryFn: ({ pageParam, signal }) =>
      api('GET /senders/:sender/parcels', { sender, state, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const refreshParcels = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ predicate: ({ queryKey }) => /parcels|exchanges|addresses/.test(String(queryKey[0])) })

type Place = Omit<Address, 'id' | 'usual'>
/** As it is written on a parcel: Chinese addresses from the large to the small, others the other way round. */
export function placeLines(place: Place): string[] {
  const who = `${place.name} ${place.phone}`
  const { region, city, line, postcode, country } = place
  if (country === 'CN' || country === 'TW' || country === 'HK' || country === 'MO')
    return [who, [region === city ? '' : region, city, line].filter(Boolean).join(' '), [postcode, country].filter(Boolean).join(' ')]
  return [who, line, [postcode, city, region].filter(Boolean).join(' '), country]
}
