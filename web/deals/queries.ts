import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { api, read, type Ok } from '../api.ts'

export type Desk = Ok<'GET /shows/:show/deal'>
export type Deal = Ok<'GET /deals/:id'>
export type Terms = Deal['terms']
export type DealCard = Ok<'GET /me/deals'>['items'][number]
export const deskQuery = (show: string) => read('GET /shows/:show/deal', { show })
export const mineQuery = () =>
  infiniteQueryOptions({
    queryKey: ['GET /me/deals', 'pages'],
    queryFn: ({ pageParam, signal }) => api('GET /me/deals', pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const refreshDeals = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ predicate: ({ queryKey }) => /deal/.test(String(queryKey[0])) })

export const scaleOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
/** What was typed, in minor units; null: no amount. */
export function minorOf(text: string, currency: string): string | null {
  if (!/^\d{1,12}([.,]\d{1,3})?$/.test(text.trim())) return null
  const scale = scaleOf(currency)
  const [whole = '0', part = ''] = text.trim().replace(',', '.').split('.')
  return BigInt(whole + part.padEnd(scale, '0').slice(0, scale)).toString()
}
export const majorOf = (amount: string, currency: string): string => (Number(amount) / 10 ** scaleOf(currency)).toFixed(scaleOf(currency))
