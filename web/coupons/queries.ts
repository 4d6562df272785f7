import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { api, read, type Ok } from '../api.ts'

export type Coupon = Ok<'GET /pages/:page/coupons'>['items'][number]
export type Series = Ok<'GET /pages/:page/release-codes'>['items'][number]
export type GiftCard = Ok<'GET /me/gift-cards'>['items'][number]
export type Sale = NonNullable<Ok<'GET /gift-cards/sale'>['sale']>
export type Redeemable = Ok<'POST /redeem/look'>

export const saleQuery = () => read('GET /gift-cards/sale')
export const giftQuery = (id: string) => read('GET /gift-cards/:id', { id })
export const seriesQuery = (page: string) => read('GET /pages/:page/release-codes', { page })
export const giftsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['GET /me/gift-cards'],
    queryFn: ({ pageParam, signal }) => api('GET /me/gift-cards', pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const couponsQuery = (page: string) =>
  infiniteQueryOptions({
    queryKey: ['GET /pages/:page/coupons', page],
    queryFn: ({ pageParam, signal }) => api('GET /pages/:page/coupons', { page, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const deskQuery = () =>
  infiniteQueryOptions({
    queryKey: ['GET /console/gift-cards'],
    queryFn: ({ pageParam, signal }) => api('GET /console/gift-cards', pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })

/** After a change: all that was read of coupons, codes and cards is asked anew. */
export const refreshCoupons = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ predicate: ({ queryKey }) => /coupons|gift-cards|release-codes|purchases/.test(String(queryKey[0])) })

/** Minor units of an amount as it is typed, with so many decimals; null for what is no amount. */
export function minorOf(text: string, decimals = 2): string | null {
  const found = /^(\d{1,10})(?:[.,](\d*))?$/.exec(text.trim())
  if (!found || (found[2] ?? '').length > decimals) return null
  return BigInt(found[1]! + (found[2] ?? '').padEnd(decimals, '0')).toString()
}
/** As it is typed: `38.5`, `100`. */
export const majorOf = (minor: string | null): string => (minor === null ? '' : (Number(minor) / 100).toString())
